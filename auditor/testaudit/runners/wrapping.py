"""What a decorator of the suite's own hands back, in terms of the function that it was given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from testaudit.model import External
from testaudit.read.facts import Attr, Call, Class, Decorator, Expr, FuncRef, Function, Name, Scope, Step
from testaudit.records import dataclass
from testaudit.runners.applied import CAST, OBJECT, WRAPS, Applied
from testaudit.runners.values import Values, Written, assignments

_DEPTH = 8


class Meaning(Protocol):
    """Says what a decorator expression applies."""

    values: Values

    def meaning(self, written: Written, depth: int = 0) -> tuple[Applied, ...]: ...


@dataclass(slots=True, frozen=True, eq=False)
class Inside:
    """A decorator's body being read: its parameter `subject` is the decorated function, `given` is what other parameters stand for."""

    function: Function
    subject: str
    given: dict[str, Written]
    depth: int = 0

    def written(self, expr: Expr) -> Written:
        return Written(expr, self.function, self.given)

    def deeper(self) -> Inside:
        return Inside(self.function, self.subject, self.given, self.depth + 1)


def results(of: Meaning, inside: Inside, expr: Expr) -> Iterator[Applied]:
    """What one `return` of a decorator applies: nothing for the function itself, a wrapper, or what is called with it."""
    if inside.depth > _DEPTH:
        return
    if isinstance(expr, Name):
        yield from _of_name(of, inside, expr)
    elif isinstance(expr, FuncRef):
        yield Applied("", inside.written(expr), wrapper=expr.function)
    elif isinstance(expr, Call):
        yield from _of_call(of, inside, expr)


def _of_name(of: Meaning, inside: Inside, expr: Name) -> Iterator[Applied]:
    if expr.name == inside.subject:
        return
    inner = of.values.names.lookup(expr.name, inside.function)
    if isinstance(inner, Function):
        yield from _wrapper(of, inside, inner)
        return
    step = next(assignments(inside.function.body, expr.name), None)
    if step is not None and step.value is not None:
        yield from results(of, inside.deeper(), step.value)


def _of_call(of: Meaning, inside: Inside, call: Call) -> Iterator[Applied]:
    passed = [argument.value for argument in call.args if argument.name is None]
    target = of.values.target(call.func, inside.function)
    if isinstance(target, Class):
        yield Applied(OBJECT, inside.written(call))
    elif isinstance(target, External) and target.name in CAST and len(passed) == 2:
        yield from results(of, inside.deeper(), passed[1])
    elif not _is_wraps(of, call.func.func if isinstance(call.func, Call) else call.func, inside.function):
        if passed:
            yield from results(of, inside.deeper(), passed[0])
        yield from of.meaning(inside.written(call.func), inside.depth + 1)


def _wrapper(of: Meaning, inside: Inside, inner: Function) -> Iterator[Applied]:
    """An inner function handed back: it passes the signature on when it is wrapped, else it stands for the decorated function."""
    scope: Scope = inner.parent if inner.parent is not None else inner.module
    wraps = [decorator for decorator in inner.decorators if _is_wraps(of, decorator.func, scope)]
    by_hand = _wrapped_by_hand(of, inside.function, inner.name)
    if by_hand == "__signature__":
        yield Applied("", Written(Name(inner.start, inner.start, inner.name), scope, inside.given), known=False)
    elif not wraps and by_hand is None:
        yield Applied("", Written(Name(inner.start, inner.start, inner.name), scope, inside.given), wrapper=inner)
    others: list[Decorator] = [decorator for decorator in inner.decorators if decorator not in wraps]
    for decorator in reversed(others):
        yield from of.meaning(Written(decorator.expr, scope, inside.given), inside.depth + 1)


def _is_wraps(of: Meaning, expr: Expr, scope: Scope) -> bool:
    target = of.values.target(expr, scope)
    return isinstance(target, External) and target.name in WRAPS


def _wrapped_by_hand(of: Meaning, function: Function, name: str) -> str | None:
    """How a decorator's body makes an inner function a wrapper: `update_wrapper(inner, f)`, `inner.__wrapped__ = f`, or with parameters
    of its own making, `inner.__signature__ = …`. None where it does not."""
    found = None
    for step in function.body.steps:
        attribute = _attribute_set(step, name)
        if attribute == "__signature__":
            return attribute
        if attribute == "__wrapped__" or (
            isinstance(step.value, Call) and step.kind == "eval" and _is_wraps(of, step.value.func, function)
        ):
            found = "__wrapped__"
    return found


def _attribute_set(step: Step, name: str) -> str | None:
    """The attribute that a step sets on a name."""
    target = step.target
    return target.name if isinstance(target, Attr) and isinstance(target.value, Name) and target.value.name == name else None


def rebound(of: Meaning, inside: Inside) -> Iterator[Applied]:
    """`f = pytest.mark.slow(f)` inside a decorator."""
    for step in assignments(inside.function.body, inside.subject):
        if isinstance(step.value, Call) and any(isinstance(a.value, Name) and a.value.name == inside.subject for a in step.value.args):
            yield from of.meaning(inside.written(step.value.func), inside.depth + 1)
