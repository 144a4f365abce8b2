"""Whether a value is only put where there was none before: computed once, whoever asks first."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.analyses.storage.access import Storage
from testaudit.link.frames import Frame, Path
from testaudit.link.trace import Event
from testaudit.model import Cell, External
from testaudit.read.facts import Attr, Body, Call, Compare, Expr, Function, Index, Name, walk

_MISSING = frozenset({"KeyError", "AttributeError", "NameError", "LookupError", "UnboundLocalError"})
"""What is raised where nothing is there yet."""
_LOOK_UP = frozenset({"get", "getenv", "__contains__"})
"""Functions and methods that look one key up."""


def fills(storage: Storage, path: Path, event: Event) -> bool:
    """Whether the code around or before an assignment to a path has looked there: `if cache is None: cache = …`, `if cache: return cache`,
    `except KeyError: cache[key] = …`."""
    frame = event.frame
    body = frame.scope.body
    if any(_misses(region.head) for region in body.enclosing(event.region) if region.role == "handler"):
        return True
    return any(path in _looked_at(storage, head, frame) for head in _conditions(body, event, isinstance(frame.scope, Function)))


def _conditions(body: Body, event: Event, returns: bool) -> Iterator[Expr]:
    """The conditions of the branches around an event, and of those before it that leave the function."""
    yield from (region.head for region in body.enclosing(event.region) if region.role == "branch" and region.head is not None)
    at = event.step.start if event.step is not None else -1
    for step in body.steps if returns else ():
        if step.kind == "return" and step.start < at:
            yield from (region.head for region in body.enclosing(step.region) if region.role == "branch" and region.head is not None)


def _looked_at(storage: Storage, condition: Expr, frame: Frame) -> Iterator[Path]:
    """The storage at which a condition looks, items that it looks for included."""
    for node in walk(condition):
        if isinstance(node, Name | Attr | Index):
            yield from storage.values.evaluate(node, frame).paths
        elif isinstance(node, Compare) and node.ops[-1] in ("in", "not in"):
            yield from _items(storage, node.operands[-1], node.operands[-2], frame)
        elif isinstance(node, Call) and node.args and isinstance(node.func, Attr | Name) and node.func.name in _LOOK_UP:
            if isinstance(node.func, Attr):
                yield from _items(storage, node.func.value, node.args[0].value, frame)
            if "os.getenv" in storage.values.callee(node, frame).externals:
                keys = storage.values.evaluate(node.args[0].value, frame).constants
                yield from (Path(Cell(External("os.environ"), ""), (f"[{key!r}]",)) for key in keys)


def _items(storage: Storage, container: Expr, key: Expr, frame: Frame) -> Iterator[Path]:
    """The item of a container under a key."""
    step = storage.values.key_step(Index(key.start, key.end, container, key), frame)
    return (path / step for path in storage.values.evaluate(container, frame).paths)


def _misses(head: Expr | None) -> bool:
    """Whether a handler is there for what is missing."""
    return head is not None and any(isinstance(node, Name) and node.name in _MISSING for node in walk(head))
