"""What library calls do to shared storage: to their receivers, to what they are given, and to the state of the process."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.analyses.operands import operand
from testaudit.analyses.storage.access import Access, Kind, Storage
from testaudit.analyses.storage.setters import DIVERTED, diverts_in
from testaudit.knowledge import Symbol
from testaudit.link.frames import ANY, SOME, Definition, Frame, Instance, Member, Path
from testaudit.link.trace import Event
from testaudit.model import Cell, External
from testaudit.read.facts import Attr, Class, Module, Name

_REMOVALS = frozenset({"pop", "popitem", "remove", "discard"})
_CONTAINER_CHANGES = _REMOVALS | frozenset(
    {"append", "extend", "insert", "add", "update", "setdefault", "clear", "appendleft", "sort", "reverse"}
)
_WHOLE = frozenset({"cwd", "locale", "time-zone", "recursion-limit", "default-timeout", "event-loop-policy", "logging"})
"""State without parts: what the function that changes it is told is its new value."""
_SETTERS = frozenset({"builtins.setattr", "builtins.delattr"})
_TAKES = _REMOVALS | {"popleft", "get", "get_nowait"}
"""Methods that take something out of their receiver, where they are known to change it."""
_KEYED = frozenset({"pop", "setdefault", "__setitem__", "__delitem__"})
"""Methods whose first argument is the key of the item that they change."""
_CONTAINERS = ("builtins.", "collections.", "queue.", "array.", "itertools.", "os.")
"""Beginnings of the names of methods that change a container, which whoever looks can tell."""
_RESETS = frozenset({"clear", "reset", "cache_clear", "drain", "flush", "purge"})


def of_call(storage: Storage, event: Event) -> Iterator[Access]:
    """What one call does to shared storage, by itself: what the code that it runs does are events of their own."""
    callee = event.callee
    if callee is None:
        return
    for thing in callee.things:
        if isinstance(thing, Member) and thing.name in _CONTAINER_CHANGES and thing.name != "setdefault":
            kind = Kind.RESET if thing.name in _RESETS | _REMOVALS else Kind.CHANGE
            for path in storage.shared(thing.receiver, event.frame):
                if path.cell.owner is event.frame.scope:
                    yield Access(kind, path, event.place, event, tentative=thing.name)
    objects = (t for t in callee.things if isinstance(t, Instance) and isinstance(t.type, External))
    called = [Definition(External(f"{thing.type.name}.__call__")) for thing in objects]  # `mocker.patch` is an object
    for definition in (*callee.definitions, *called):
        symbol = storage.knowledge.symbol(definition.target.name) if isinstance(definition.target, External) else None
        if symbol is None:
            continue
        changed = symbol.mutates or symbol.doubles
        restored = symbol.restores or symbol.doubles is not None
        if changed == "self":
            yield from _receiver_changed(storage, definition, event, restored=restored)
        elif changed is not None:
            yield from _operand_changed(storage, changed, definition, event, restored=restored)
        if symbol.mutates != "self":  # what changes its receiver has been said
            yield from _process_changed(storage, symbol, event)


def _process_changed(storage: Storage, symbol: Symbol, event: Event) -> Iterator[Access]:
    """The state of the process that a function changes: of what has parts the one that its first argument names, where that is known."""
    first = event.call.positional(0) if event.call is not None and symbol.changes else None
    constants = storage.values.evaluate(first, event.frame).constants if first is not None else ()
    for changed in symbol.changes:
        path = Path(Cell(External(changed), ""))
        keys = () if changed in _WHOLE else constants
        kind = Kind.RESET if isinstance(first, Attr | Name) and first.name == "NOTSET" else Kind.WRITE
        yield Access(kind, path / f"[{keys[0]!r}]" if len(keys) == 1 else path, event.place, event, symbol.restores)


def _receiver_changed(storage: Storage, definition: Definition, event: Event, *, restored: bool) -> Iterator[Access]:
    """What a method does to the object that it is called on: to one item where it is given a key."""
    full = definition.target.name if isinstance(definition.target, External) else ""
    name = full.rpartition(".")[2]
    kind = Kind.RESET if name in _RESETS | _TAKES else Kind.CHANGE
    for path in storage.shared(definition.receiver, event.frame) if definition.receiver is not None else ():
        if name == "setdefault" and not isinstance(path.cell.owner, External):
            continue  # whoever comes first puts it there
        key = _key(storage, event) if name in _KEYED else None
        inside = kind is Kind.CHANGE and not full.startswith(_CONTAINERS)
        yield Access(kind, path / key if key is not None else path, event.place, event, restored, inside=inside)


def _operand_changed(storage: Storage, spec: str, definition: Definition, event: Event, *, restored: bool) -> Iterator[Access]:
    """What a function does to one of its arguments, or to the attribute of it that another argument names (`setattr(it, "name", value)`);
    the argument may be the dotted name of what is meant (`patch("package.module.NAME")`)."""
    assert event.call is not None
    object_, _, attribute = spec.partition(".")
    if isinstance(definition.target, External) and definition.target.name in _SETTERS:
        attribute = "1"
    found = operand(object_, event.call, None)
    if found is None:
        return
    replaced = storage.values.evaluate(found[0], event.frame)
    named = operand(attribute, event.call, None) if attribute else None
    names = [c for c in storage.values.evaluate(named[0], event.frame).constants if isinstance(c, str)] if named else []
    if named is None:
        for dotted in (c for c in replaced.constants if isinstance(c, str)):
            for path in _by_dotted_name(storage, dotted, event.frame):
                yield Access(Kind.CHANGE, path, event.place, event, restored)
    for owner in replaced.definitions if names else ():
        if isinstance(owner.target, Module | Class):
            target = storage.values.names.member(owner.target, names[0])
            if isinstance(target, Cell):
                yield Access(Kind.WRITE, Path(target), event.place, event, restored)
    doubt = DIVERTED if named is not None and not restored and diverts_in(storage.values, replaced, "__setattr__", event.frame) else ""
    for path in storage.shared(replaced, event.frame):
        if names:
            yield Access(Kind.WRITE, path / f".{names[0]}", event.place, event, restored, doubt=doubt)
        else:
            yield Access(Kind.CHANGE, path / ANY if named is not None else path, event.place, event, restored, doubt=doubt)


def _by_dotted_name(storage: Storage, dotted: str, frame: Frame) -> Iterator[Path]:
    """The storage that `patch("package.module.NAME")` replaces, where it is first-party or a library's variable."""
    workspace = storage.values.names.workspace
    parts = dotted.split(".")
    for length in range(len(parts) - 1, 0, -1):
        path = workspace.find(".".join(parts[:length]), frame.module.path)
        module = workspace.module(path) if path is not None else None
        if module is None:
            continue
        target = storage.values.names.member(module, parts[length])
        value = storage.values.of_target(target)
        for name in parts[length + 1 :]:
            value = storage.values.attribute(value, name, frame)
        yield from storage.shared(value, frame)
        if isinstance(target, Class) and len(parts) == length + 2:
            cell = storage.values.names.attribute(target, parts[-1], instance=False)
            if isinstance(cell, Cell):
                yield Path(cell)
        return
    yield Path(Cell(External(dotted), ""))


def _key(storage: Storage, event: Event) -> str | None:
    """The step to the item that a method is called for, or None when it is for the whole."""
    first = event.call.positional(0) if event.call is not None else None
    key = storage.values.constant(first, event.frame) if first is not None else None
    return None if first is None else SOME if key is None else f"[{key!r}]"
