"""Literal e-mail addresses: where a value holds one, under which name and in an object of which class."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from testaudit.link.frames import Definition, Frame, Instance, Literal, Value
from testaudit.link.values import Values
from testaudit.model import External, Place
from testaudit.read.facts import Call, Class, Collection, Const, Expr, Name, Spread

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
IN_SOURCE = re.compile(rb"[\w.+-]@[\w-]+\.[\w-]")

_INSERTS = re.compile(r"\s*(?:INSERT|REPLACE|UPSERT|MERGE)\b", re.IGNORECASE)
_REPACKS = frozenset({"json.dumps", "dataclasses.asdict", "attr.asdict", "attrs.asdict", "fastapi.encoders.jsonable_encoder", "orjson.dumps"})
_UNPACKS = frozenset({"model_dump", "model_dump_json", "dict", "json", "to_dict", "as_dict", "asdict", "to_json"})
_DEPTH = 8


@dataclass(slots=True, frozen=True, eq=False)
class Address:
    """One literal address: the constant, the name that it is given under (a key, a keyword) and the first-party class that it goes into."""

    text: str
    expr: Const
    frame: Frame
    field: str | None = None
    owner: Class | None = None

    @property
    def place(self) -> Place:
        return self.frame.place(self.expr)


def addresses(expr: Expr, frame: Frame, values: Values) -> Iterator[Address]:
    """The literal addresses that an expression's value holds: through names, displays, spreads, constructors' arguments and serialisation."""
    yield from _in_value(_unwrapped(expr, frame, values), None, None, values, 0)


def in_value(value: Value, values: Values) -> Iterator[Address]:
    """The literal addresses that a value holds."""
    yield from _in_value(value, None, None, values, 0)


def _in_value(value: Value, field: str | None, owner: Class | None, values: Values, depth: int) -> Iterator[Address]:
    if depth > _DEPTH:
        return
    for thing in value.things:
        match thing:
            case Literal(expr=Const(value=str() as text) as const):
                found = ADDRESS.fullmatch(text) or (ADDRESS.search(text) if _INSERTS.match(text) else None)
                if found is not None:
                    yield Address(found[0], const, thing.frame, field, owner)
            case Literal(expr=Collection() as display):
                for index, item in enumerate(display.items):
                    key = display.keys[index] if display.kind == "dict" else None
                    name = key.value if isinstance(key, Const) and isinstance(key.value, str) else field
                    inner = item.value if isinstance(item, Spread) else item
                    yield from _in_value(_unwrapped(inner, thing.frame, values), name, owner, values, depth + 1)
            case Instance(call=Call() as call, frame=Frame() as made):
                inside = thing.type if isinstance(thing.type, Class) else owner
                for argument in call.args:
                    yield from _in_value(_unwrapped(argument.value, made, values), argument.name or field, inside, values, depth + 1)
            case _:
                pass


def _unwrapped(expr: Expr, frame: Frame, values: Values) -> Value:
    """The value of an expression, or of what it only serialises (`json.dumps(x)`, `x.model_dump()`)."""
    value = values.evaluate(expr, frame)
    call = _serialising(expr, frame)
    if value.things or call is None:
        return value
    for definition in values.callee(call, frame).definitions:
        if isinstance(definition.target, External):
            name = definition.target.name
            first = call.positional(0)
            if name in _REPACKS and first is not None:
                return _unwrapped(first, frame, values)
            if name.rpartition(".")[2] in _UNPACKS and definition.receiver is not None:
                return definition.receiver
    return value


def _serialising(expr: Expr, frame: Frame) -> Call | None:
    """The call that an expression is, or that the only binding of the local name is."""
    if isinstance(expr, Name):
        steps = frame.scope.body.bindings.get(expr.name, ())
        if len(steps) == 1 and steps[0].how == "=" and isinstance(steps[0].value, Call):
            return steps[0].value
        return None
    return expr if isinstance(expr, Call) else None
