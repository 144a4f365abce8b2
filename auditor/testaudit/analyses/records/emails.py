"""Literal e-mail addresses: where a value holds one, under which name and in an object of which class."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testaudit.analyses.operands import operand
from testaudit.analyses.roles import Role
from testaudit.link.frames import Frame, Instance, Literal, Value
from testaudit.link.trace import Event
from testaudit.link.values import Values
from testaudit.model import External, Place
from testaudit.read.facts import Attr, Call, Class, Collection, Const, Expr, Name, Spread, walk
from testaudit.records import dataclass

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
IN_SOURCE = re.compile(rb"[\w.+-]@[\w-]+\.[\w-]")

_INSERTS = re.compile(r"\s*(?:INSERT|REPLACE|UPSERT|MERGE)\b", re.IGNORECASE)
_REPACKS = frozenset(
    {"json.dumps", "orjson.dumps", "dataclasses.asdict", "attr.asdict", "attrs.asdict", "fastapi.encoders.jsonable_encoder"}
)
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
    """The literal addresses that a value holds: through names, displays, spreads, constructors' arguments and serialisation."""
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


def is_pattern(address: Address) -> bool:
    """Whether the literal is only a pattern for addresses (`%s@example.com`)."""
    return any(character in address.text for character in "%{}*")


def carried(role: Role, event: Event, values: Values) -> Iterator[Address]:
    """The literal addresses among the data of a traced write."""
    call = event.call
    assert call is not None
    specs = [spec for spec in role.symbol.data if spec != "*"]
    given = [found for spec in specs if (found := _operand(spec, event, values)) is not None]
    for expr, frame in given if specs else [(a.value, event.frame) for a in call.args]:
        held = list(addresses(expr, frame, values))
        yield from held or _built(expr, event, values)
    if not specs and role.receiver is not None and any(isinstance(t, Instance) and isinstance(t.type, Class) for t in role.receiver.things):
        yield from in_value(role.receiver, values)


def _operand(spec: str, event: Event, values: Values) -> tuple[Expr, Frame] | None:
    """The operand of a call, also where it is spread from a dict (`post(url, **options)`)."""
    assert event.call is not None
    found = operand(spec, event.call, event.callee)
    if found is not None:
        return found[0], found[1] or event.frame
    for argument in event.call.args:
        display = values.spread(argument.value, event.frame) if argument.spread == "**" else None
        if display is not None and isinstance(display.expr, Collection):
            for key, item in zip(display.expr.keys, display.expr.items, strict=False):
                if isinstance(key, Const) and key.value in spec.split("|"):
                    return item, display.frame
    return None


def _built(expr: Expr, event: Event, values: Values) -> Iterator[Address]:
    """Addresses in a statement that is built (`insert(users).values(email="…")`), here or under a local name."""
    built: Expr | None = expr
    if isinstance(expr, Name):
        steps = event.frame.scope.body.bindings.get(expr.name, ())
        built = steps[0].value if len(steps) == 1 and steps[0].how == "=" else None
    if not isinstance(built, Call) or not any(isinstance(n, Name | Attr) and n.name in ("insert", "update") for n in walk(built)):
        return
    for node in walk(built):
        for argument in node.args if isinstance(node, Call) else ():
            for address in addresses(argument.value, event.frame, values):
                yield Address(address.text, address.expr, address.frame, argument.name or address.field)
