"""Whether an environment variable is put back: in a `finally`, after a `yield`, or by a value that was taken from there before."""

from __future__ import annotations

from testaudit.analyses.storage.access import Access
from testaudit.link.frames import EACH, SOME, Frame, Instance, Literal, Path, Value
from testaudit.link.trace import Event
from testaudit.link.values import Values
from testaudit.model import Cell, External
from testaudit.read.facts import Attr, Collection, Expr, Function, Spread

CELL = Cell(External("os.environ"), "")
"""The environment of the process."""


def runs_anyway(event: Event) -> bool:
    """Whether the event runs however the code before it ended: in a `finally`."""
    return any(region.role == "finally" for region, _ in event.regions()) or after_yield(event)


def after_yield(event: Event) -> bool:
    """Whether it is the second half of a context manager that the traced code entered."""
    for at in event.chain():
        function = at.frame.scope
        if at.via is not None and isinstance(function, Function) and at.step is not None:
            first = next((s.start for s in function.body.steps if s.kind == "yield"), None)
            if first is not None and at.step.start > first:
                return True
    return False


def puts_back(values: Values, access: Access) -> bool:
    """Whether what is put there was taken from the environment before: `os.environ.update(saved)`, `os.environ["A"] = saved`."""
    event = access.event
    if event.call is not None:
        return any(_was_taken(values, a.value, event.frame, access.path) for a in event.call.args)
    return event.step is not None and event.step.value is not None and _was_taken(values, event.step.value, event.frame, access.path)


def _was_taken(values: Values, expr: Expr, frame: Frame, path: Path) -> bool:
    """Whether an expression gives what the environment held at a path, or a copy of that."""
    value = values.evaluate(expr, frame)
    if any(p.cell == CELL and p.keys == path.keys for p in value.paths):
        return True
    return any(_is_copy(values, thing, path) for thing in value.things if isinstance(thing, Literal | Instance))


def _is_copy(values: Values, thing: Literal | Instance, path: Path) -> bool:
    """Whether an object is a copy of the environment (`{**os.environ}`, `dict(os.environ)`), or what `get` gave for the same variable."""
    if isinstance(thing, Literal):
        spreads = [item.value for item in thing.expr.items if isinstance(item, Spread)] if isinstance(thing.expr, Collection) else []
        return any(is_environment(values.evaluate(inner, thing.frame)) for inner in spreads)
    call, frame = thing.call, thing.frame
    if call is None or frame is None:
        return False
    of_it = isinstance(call.func, Attr) and is_environment(values.evaluate(call.func.value, frame))
    if not of_it and "os.getenv" not in values.callee(call, frame).externals:
        return any(is_environment(values.evaluate(a.value, frame)) for a in call.args)
    first = call.positional(0)
    keys = {f"[{key!r}]" for key in values.evaluate(first, frame).constants} if first is not None else set()
    return not keys or not path.keys or path.keys[0] in keys or path.keys[0] in (EACH, SOME)


def is_environment(value: Value) -> bool:
    """Whether a value is the environment itself, not one variable of it."""
    return any(path.cell == CELL and not path.keys for path in value.paths)


def covers(one: Path, other: Path) -> bool:
    """Whether what is put back at `one` puts back `other`, too."""
    return len(one.keys) <= len(other.keys) and one.overlaps(other)
