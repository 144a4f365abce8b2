"""What assignments and deletions do to shared storage: write, build on, empty or put back."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.analyses.storage.access import Access, Kind, Storage
from testaudit.analyses.storage.filling import fills
from testaudit.analyses.storage.reads import reads
from testaudit.analyses.storage.setters import DIVERTED, diverts, is_whole
from testaudit.link.flow import heads
from testaudit.link.frames import Frame, Instance, Literal, Path, Value
from testaudit.link.trace import Event
from testaudit.model import Cell
from testaudit.read.facts import (
    Attr,
    Class,
    Collection,
    Expr,
    Function,
    Index,
    Module,
    Name,
    Step,
    targets,
)


def of_step(storage: Storage, event: Event, step: Step) -> Iterator[Access]:
    """What one step does to shared storage: what it reads comes first, then what it binds or deletes."""
    frame = event.frame
    if step.value is not None:
        yield from reads(storage, step.value, event)
    for region in (r for i, r in heads(frame.scope.body) if i == step.region and r.head is not None):
        if frame.scope.body.steps and _first_of(frame, step):
            assert region.head is not None
            yield from reads(storage, region.head, event)
    if step.kind == "bind":
        for target in targets(step.target):
            yield from _written(storage, target, event, step)
    elif step.kind == "delete":
        for target in targets(step.target):
            if isinstance(target, Index | Attr):
                whole = isinstance(target, Index) and is_whole(target.key)
                for path in storage.paths(target.value if whole else target, frame):
                    yield Access(Kind.RESET, path, frame.place(target), event)


def _first_of(frame: Frame, step: Step) -> bool:
    """Whether a step is the first of its region: the head of the region is said to be read there."""
    return next((s for s in frame.scope.body.steps if s.region == step.region), None) is step


def _written(storage: Storage, target: Expr, event: Event, step: Step) -> Iterator[Access]:
    """What binding one target does: to the variable, attribute or item, and to the container that `+=` changes in place."""
    frame = event.frame
    augmented = step.how not in ("=", ":", "iterate", "enter", "walrus", "except", "match")
    if step.how == ":" and step.value is None:
        return
    if isinstance(target, Name):
        yield from _variable_written(storage, target, event, step, augmented=augmented)
    elif isinstance(target, Index | Attr):
        doubt = DIVERTED if diverts(storage.values, target, frame) else ""
        for path in _assigned(storage, target, frame):
            kind = Kind.CHANGE if augmented else _kind_of(storage, step, path, event)
            if kind is not Kind.RESET and fills(storage, path, event):
                continue
            yield Access(kind, path, frame.place(target), event, doubt=doubt)
        if augmented:
            for path in _mutable_alias(storage, target, frame):
                yield Access(Kind.CHANGE, path, frame.place(target), event)
        if isinstance(target, Index):
            yield from reads(storage, target.key, event)


def _variable_written(storage: Storage, target: Name, event: Event, step: Step, *, augmented: bool) -> Iterator[Access]:
    """What binding a plain name does: to the variable of an outer scope, or to the container that `+=` changes in place."""
    frame = event.frame
    cell = _outer_cell(target.name, frame)
    if cell is not None:
        kind = Kind.CHANGE if augmented else _kind_of(storage, step, Path(cell), event)
        if kind is not Kind.WRITE or not fills(storage, Path(cell), event):
            yield Access(kind, Path(cell), frame.place(target), event)
    elif augmented:
        for path in _mutable_alias(storage, target, frame):
            yield Access(Kind.CHANGE, path, frame.place(target), event)


def _assigned(storage: Storage, target: Attr | Index, frame: Frame) -> Iterator[Path]:
    """The storage that an assignment to an attribute or item fills: of the object that is given it, not of the value that it held. An
    attribute set on an instance hides the one of its class, which stays as it is."""
    receiver = storage.values.evaluate(target.value, frame)
    found = [_part(storage, path, target, frame) for path in receiver.paths]
    name = target.name if isinstance(target, Attr) else ""
    for definition in receiver.definitions if name else ():
        owner = definition.target
        cell = None
        if isinstance(owner, Module):
            cell = storage.values.names.member(owner, name)
        elif isinstance(owner, Class):
            cell = storage.values.names.attribute(owner, name, instance=False)
        if isinstance(cell, Cell):
            found.append(Path(cell))
    return (path for path in dict.fromkeys(found) if storage.is_shared(path, frame))


def _part(storage: Storage, path: Path, target: Attr | Index, frame: Frame) -> Path:
    """The path to an attribute or item; a slice of everything is the whole."""
    if isinstance(target, Attr):
        return path / f".{target.name}"
    return path if is_whole(target.key) else path / storage.values.key_step(target, frame)


def _kind_of(storage: Storage, step: Step, path: Path, event: Event) -> Kind:
    """A write of nothing empties it, and one whose value was saved from the same storage before puts it back."""
    if step.value is None or step.how != "=":
        return Kind.WRITE
    if isinstance(step.value, Collection) and not step.value.items:
        return Kind.RESET
    saved = storage.values.evaluate(step.value, event.frame)
    if any(p.cell == path.cell and p.keys == path.keys for p in saved.paths):
        return Kind.RESET
    return Kind.RESET if isinstance(step.value, Name | Attr) and _comes_from(storage, saved, path.cell) else Kind.WRITE


def _comes_from(storage: Storage, saved: Value, cell: Cell) -> bool:
    """Whether a variable holds another part of the same object, or what a method or function made of it (`saved = shared.copy()`)."""
    calls = [(t.call, t.frame) for t in saved.things if isinstance(t, Instance) and t.call is not None and t.frame is not None]
    members = [(call.func.value, frame) for call, frame in calls if isinstance(call.func, Attr)]
    given = [(argument.value, frame) for call, frame in calls for argument in call.args]
    sources = (storage.values.evaluate(expr, frame) for expr, frame in (*members, *given))
    return any(path.cell == cell for value in (saved, *sources) for path in value.paths)


def _outer_cell(name: str, frame: Frame) -> Cell | None:
    """The cell of a plain name that is bound in an outer scope by `global` or `nonlocal`, or in the module's own code."""
    scope = frame.scope
    if not isinstance(scope, Function):
        return Cell(scope, name)
    declared = scope.body.declared.get(name)
    if declared == "global":
        return Cell(scope.module, name)
    if declared == "nonlocal":
        outer = scope.parent
        while isinstance(outer, Function):
            if name in outer.body.bindings or outer.param(name) is not None:
                return Cell(outer, name)
            outer = outer.parent
    return None


def _mutable_alias(storage: Storage, target: Name | Attr | Index, frame: Frame) -> Iterator[Path]:
    """The storage of the list, dict or set that an augmented assignment changes in place."""
    value = storage.values.evaluate(Name(target.start, target.start, target.name) if isinstance(target, Name) else target, frame)
    if _is_display(value):
        yield from storage.shared(value, frame)


def _is_display(value: Value) -> bool:
    return any(isinstance(t, Literal) and isinstance(t.expr, Collection) and t.expr.kind != "tuple" for t in value.things)
