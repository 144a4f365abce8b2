"""The functions that first-party decorators put around others, and whether these leave out what they are around."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.link.frames import Frame
from testaudit.link.values import Values
from testaudit.read.facts import Argument, Attr, Call, Collection, Const, Expr, FuncRef, Function, Name


def handed_out(function: Function) -> tuple[Function, ...]:
    """The functions written in another one that it returns or yields, so that whoever called it runs them."""
    names = {step.value.name for step in function.body.steps if step.kind in ("return", "yield") and isinstance(step.value, Name)}
    inner = (step.defined for step in function.body.steps if isinstance(step.defined, Function) and step.defined.name in names)
    steps = function.body.steps
    return (*inner, *(s.value.function for s in steps if s.kind in ("return", "yield") and isinstance(s.value, FuncRef)))


def wrappers(function: Function) -> Iterator[Function]:
    """The functions that a decorator puts around others: what it hands out, and what that hands out."""
    for outer in handed_out(function):
        yield outer
        yield from handed_out(outer)


def may_be_left_out(function: Function, values: Values) -> bool:
    """Whether a decorator's wrapper may answer with nothing instead of calling the function: `if not self.enabled: return None`."""
    outside = values.lexical_frame(Frame(function), function) if function.decorators else None
    return outside is not None and any(
        _leaves(wrapper)
        for decorator in function.decorators
        for definition in values.evaluate(decorator.func, outside).definitions
        if isinstance(definition.target, Function)
        for wrapper in (*wrappers(definition.target), *((definition.target,) if definition.target.decorators else ()))
    )


def _leaves(wrapper: Function) -> bool:
    body = wrapper.body
    return any(
        step.kind == "return" and step.region > 0 and body.regions[step.region].role == "branch" and _is_nothing(step.value)
        for step in body.steps
    )


def _is_nothing(value: Expr | None) -> bool:
    """`None`, `False`, `[]`, `cast(T, [])`"""
    match value:
        case Call(func=Name(name="cast") | Attr(name="cast"), args=(_, Argument(value=inner))):
            return _is_nothing(inner)
        case Const(value=constant):
            return not constant
        case Collection(items=items):
            return not items
        case _:
            return value is None
