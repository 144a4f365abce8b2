"""Containers: items, elements, constants and everything that a value holds."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.link.evaluation.entering import spread
from testaudit.link.evaluation.evaluator import Evaluator
from testaudit.link.evaluation.results import yielded
from testaudit.link.frames import EACH, MAX_DEPTH, NOTHING, SOME, Definition, Frame, Instance, Literal, Value, unknown
from testaudit.model import External
from testaudit.read.facts import Call, Class, Collection, Const, Expr, Index, Name, Spread, Template, targets

PART = External("")
"""The type of what was unpacked from an object: not known, but made by the same call."""

_TUPLE = External("builtins.tuple")


def subscript(values: Evaluator, expr: Index, frame: Frame) -> Value:
    """`value[key]`"""
    value = values.evaluate(expr.value, frame)
    key = constant(values, expr.key, frame)
    step = _step(key)
    result = NOTHING
    for thing in value.things:
        if isinstance(thing, Literal) and isinstance(thing.expr, Collection) and key is not None:
            result |= _picked(values, thing.expr, key, thing.frame)
        elif (
            isinstance(thing, Instance)
            and isinstance(thing.type, External)
            and (member := values.knowledge.member(thing.type.name, "__getitem__")) is not None
            and member.returns
        ):
            result |= Value((Instance(External(member.returns)),))
        elif isinstance(thing, Definition) and isinstance(thing.target, Class):
            result |= Value((thing,)) if _is_generic(values, thing.target) else unknown("an item of a class")
        elif isinstance(thing, Instance) and thing.type == _TUPLE and thing.call is not None:
            result |= Value((Instance(PART, thing.call, thing.frame),), (), "a part of a value")
        else:
            result |= unknown("an item of a value")
    return Value(result.things, (*result.paths, *(path / step for path in value.paths)), result.why or value.why)


def _is_generic(values: Evaluator, cls: Class) -> bool:
    """Whether `cls[key]` may be the class for a type; a metaclass gives what it likes (`Entity[3]`), and so may a base that does not
    resolve."""
    bases = values.names.mro(cls)
    made = any(argument.name == "metaclass" for base in bases if isinstance(base, Class) for argument in base.bases)
    return not made and all(isinstance(base, Class | External) for base in bases)


def key_step(values: Evaluator, expr: Index, frame: Frame) -> str:
    """The step that a subscript adds to a path."""
    return _step(constant(values, expr.key, frame))


def _step(key: object) -> str:
    return f"[{key!r}]" if key is not None else SOME


def constant(values: Evaluator, expr: Expr, frame: Frame) -> object:
    """The one constant that an expression may be, else None."""
    if isinstance(expr, Const):
        return expr.value
    found = values.evaluate(expr, frame).constants
    return found[0] if len(found) == 1 else None


def _picked(values: Evaluator, display: Collection, key: object, frame: Frame, depth: int = 0) -> Value:
    """The item of a display at a constant key; spread displays are looked into."""
    if depth > MAX_DEPTH:
        return unknown("a spread of itself")
    if display.kind != "dict":
        index = key if isinstance(key, int) else None
        if index is None or not -len(display.items) <= index < len(display.items) or any(isinstance(i, Spread) for i in display.items):
            return unknown("an item")
        return values.evaluate(display.items[index], frame)
    for name, item in reversed(tuple(zip(display.keys, display.items, strict=True))):
        if name is None:
            inner = spread(values, item.value if isinstance(item, Spread) else item, frame)
            if inner is None:
                return unknown("a spread")
            found = _picked(values, inner.expr, key, inner.frame, depth + 1) if isinstance(inner.expr, Collection) else NOTHING
            if found.things:
                return found
        elif key in values.evaluate(name, frame).constants:
            return values.evaluate(item, frame)
    return unknown("a missing key")


def elements(values: Evaluator, expr: Expr, frame: Frame) -> Value:
    """What a loop over `expr` goes through."""
    value = values.evaluate(expr, frame)
    result = NOTHING
    for thing in value.things:
        match thing:
            case Literal(expr=Collection(kind="list" | "tuple" | "set") as display) if len(display.items) <= 12:
                for item in display.items:
                    result |= values.evaluate(item, thing.frame)
            case Literal(expr=Collection(kind="dict") as display) if len(display.items) <= 12:
                for key in display.keys:
                    result |= values.evaluate(key, thing.frame) if key is not None else unknown("a spread")
            case Instance(type=External()) if (inner := yielded(values, thing)) is not None:
                result |= Value((inner,))
            case _:
                result |= unknown("an element of a value")
    return Value(result.things, (*result.paths, *(path / EACH for path in value.paths)), result.why or value.why)


def contents(values: Evaluator, value: Value, depth: int = 0) -> Iterator[tuple[Const | Template, Frame]]:
    """Every constant and template that the value holds: through displays, names, spreads, copies, and arguments of constructors."""
    if depth > 8:
        return
    for thing in value.things:
        match thing:
            case Literal(expr=Const() | Template() as leaf):
                yield leaf, thing.frame
            case Literal(expr=Collection() as display):
                for item in display.items:
                    inner = item.value if isinstance(item, Spread) else item
                    yield from contents(values, values.evaluate(inner, thing.frame), depth + 1)
            case Instance(call=Call() as call, frame=Frame() as made):
                for argument in call.args:
                    yield from contents(values, values.evaluate(argument.value, made), depth + 1)
            case _:
                pass


def unpacked(values: Evaluator, name: str, target: Expr | None, value: Value, frame: Frame) -> Value:
    """What `name` gets when `value` is assigned to a target like `(a, [name, *b])`."""
    if not isinstance(target, Collection):
        return value
    for index, item in enumerate(target.items):
        if any(isinstance(t, Name) and t.name == name for t in targets(item)):
            inner = NOTHING
            for thing in value.things:
                if isinstance(thing, Literal) and isinstance(thing.expr, Collection) and index < len(thing.expr.items):
                    inner |= values.evaluate(thing.expr.items[index], thing.frame)
                elif isinstance(thing, Instance) and thing.call is not None:
                    inner |= Value((Instance(PART, thing.call, thing.frame),), (), "a part of a value")
                else:
                    inner |= unknown("a part of a value")
            inner = Value(inner.things, (*inner.paths, *(path / f"[{index!r}]" for path in value.paths)), inner.why or value.why)
            return inner if isinstance(item, Name) else unpacked(values, name, item, inner, frame)
    return unknown("a pattern")
