"""Which storage a traced stretch of code reads, changes and puts back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from testaudit.analyses.operands import operand
from testaudit.knowledge import Knowledge
from testaudit.link.flow import heads
from testaudit.link.frames import SOME, Definition, Frame, Literal, Member, Path, Value
from testaudit.link.trace import Event
from testaudit.link.values import Values
from testaudit.model import Cell, External, Fixture, Place
from testaudit.read.facts import (
    Attr,
    Call,
    Class,
    Collection,
    Compare,
    Const,
    Expr,
    FuncRef,
    Function,
    Index,
    Module,
    Name,
    Spread,
    Step,
    children,
    targets,
    walk,
)


class Kind(Enum):
    """`WRITE` puts a value regardless of what was there, `CHANGE` builds on it (append, update of a part), `RESET` empties or restores,
    `PEEK` looks for one item in it (`x in cell`), which leftovers of others do not disturb."""

    READ = "read"
    PEEK = "peek"
    WRITE = "write"
    CHANGE = "change"
    RESET = "reset"


@dataclass(slots=True, frozen=True, eq=False)
class Access:
    """One access to a storage path. `restored` says that the code undoes it by itself (a patcher, monkeypatch, a `with`)."""

    kind: Kind
    path: Path
    place: Place
    event: Event
    restored: bool = False
    tentative: str | None = None
    """The name of a method that changes built-in containers, when it is not known whether the storage holds one."""
    by_subject: bool = False
    """Whether the code under test does it, not the tests."""


_REMOVALS = frozenset({"pop", "popitem", "remove", "discard"})
_CONTAINER_CHANGES = _REMOVALS | frozenset(
    {"append", "extend", "insert", "add", "update", "setdefault", "clear", "appendleft", "sort", "reverse"}
)
_SETTERS = frozenset({"builtins.setattr", "builtins.delattr"})
_TAKES = _REMOVALS | {"popleft", "get", "get_nowait"}
"""Methods that take something out of their receiver, where they are known to change it."""
_RESETS = frozenset({"clear", "reset", "cache_clear", "drain", "flush", "purge"})


@dataclass(slots=True, eq=False)
class Accesses:
    """Finds accesses in events."""

    values: Values
    knowledge: Knowledge
    group_scopes: frozenset[Function] = frozenset()
    """Functions whose variables the tests in them share (`describe` callbacks)."""

    def of_event(self, event: Event) -> Iterator[Access]:
        """Every access of one event itself, in order."""
        if event.call is not None:
            yield from self._called(event)
        elif event.step is not None:
            yield from self._stepped(event, event.step)

    def is_shared(self, path: Path, frame: Frame) -> bool:
        """Whether a path outlives one test: anything but local variables, attributes of the test's instance and function-scoped fixtures. A
        function's own parameters count, since callers put what they give in their place."""
        owner = path.cell.owner
        if path.cell.instance or (isinstance(owner, Fixture) and owner.scope == "function"):
            return False
        if not isinstance(owner, Function):
            return True
        return (
            owner in self.group_scopes
            or path.cell.name.startswith(".")
            or (owner is frame.scope and owner.param(path.cell.name) is not None)
        )

    # ------------------------------------------------------------------------------------------------------------ steps

    def _stepped(self, event: Event, step: Step) -> Iterator[Access]:
        frame = event.frame
        if step.value is not None:
            yield from self._reads(step.value, event)
        for region in (r for i, r in heads(frame.scope.body) if i == step.region and r.head is not None):
            if frame.scope.body.steps and self._first_of(frame, step):
                assert region.head is not None
                yield from self._reads(region.head, event)
        if step.kind == "bind":
            for target in targets(step.target):
                yield from self._written(target, event, step)
        elif step.kind == "delete":
            for target in targets(step.target):
                if isinstance(target, Index | Attr):
                    for path in self._paths(target, frame):
                        yield Access(Kind.RESET, path, frame.place(target), event)

    @staticmethod
    def _first_of(frame: Frame, step: Step) -> bool:
        return next((s for s in frame.scope.body.steps if s.region == step.region), None) is step

    def _written(self, target: Expr, event: Event, step: Step) -> Iterator[Access]:
        frame = event.frame
        augmented = step.how not in ("=", ":", "iterate", "enter", "walrus", "except", "match")
        if step.how == ":" and step.value is None:
            return
        if isinstance(target, Name):
            cell = self._outer_cell(target.name, frame)
            if cell is not None:
                kind = Kind.CHANGE if augmented else self._kind_of(step, Path(cell), event)
                yield Access(kind, Path(cell), frame.place(target), event)
            elif augmented:
                for path in self._mutable_alias(target, frame):
                    yield Access(Kind.CHANGE, path, frame.place(target), event)
        elif isinstance(target, Index | Attr):
            for path in self._assigned(target, frame):
                kind = Kind.CHANGE if augmented else self._kind_of(step, path, event)
                if kind is not Kind.RESET and self._fills(path, event):
                    continue
                yield Access(kind, path, frame.place(target), event)
            if augmented:
                for path in self._mutable_alias(target, frame):
                    yield Access(Kind.CHANGE, path, frame.place(target), event)
            if isinstance(target, Index):
                yield from self._reads(target.key, event)

    def _assigned(self, target: Attr | Index, frame: Frame) -> Iterator[Path]:
        """The storage that an assignment to an attribute or item fills: of the object that is given it, not of the value that it held. An
        attribute set on an instance hides the one of its class, which stays as it is."""
        receiver = self.values.evaluate(target.value, frame)
        step = f".{target.name}" if isinstance(target, Attr) else self.values.key_step(target, frame)
        found = [path / step for path in receiver.paths]
        name = target.name if isinstance(target, Attr) else ""
        for definition in receiver.definitions if name else ():
            owner = definition.target
            cell = None
            if isinstance(owner, Module):
                cell = self.values.names.member(owner, name)
            elif isinstance(owner, Class):
                cell = self.values.names.attribute(owner, name, instance=False)
            if isinstance(cell, Cell):
                found.append(Path(cell))
        return (path for path in dict.fromkeys(found) if self.is_shared(path, frame))

    def _fills(self, path: Path, event: Event) -> bool:
        """Whether a value is only put where the branch around it has found none: computed once, whoever asks first."""
        frame = event.frame
        heads_around = (r.head for r in frame.scope.body.enclosing(event.region) if r.role == "branch" and r.head is not None)
        looked_at = (node for head in heads_around for node in walk(head) if isinstance(node, Name | Attr | Index))
        return any(path in self.values.evaluate(node, frame).paths for node in looked_at)

    @staticmethod
    def _is_display(value: Value) -> bool:
        return any(isinstance(t, Literal) and isinstance(t.expr, Collection) and t.expr.kind != "tuple" for t in value.things)

    def _kind_of(self, step: Step, path: Path, event: Event) -> Kind:
        """A write of nothing empties it, and one whose value was saved from the same storage before puts it back."""
        if step.value is None or step.how != "=":
            return Kind.WRITE
        if isinstance(step.value, Collection) and not step.value.items:
            return Kind.RESET
        saved = self.values.evaluate(step.value, event.frame)
        return Kind.RESET if any(p.cell == path.cell and p.keys == path.keys for p in saved.paths) else Kind.WRITE

    def _outer_cell(self, name: str, frame: Frame) -> Cell | None:
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

    def _mutable_alias(self, target: Name | Attr | Index, frame: Frame) -> Iterator[Path]:
        """The storage of the list, dict or set that an augmented assignment changes in place."""
        value = self.values.evaluate(Name(target.start, target.start, target.name) if isinstance(target, Name) else target, frame)
        if self._is_display(value):
            yield from self._shared(value, frame)

    # ------------------------------------------------------------------------------------------------------------ calls

    def _called(self, event: Event) -> Iterator[Access]:
        call, callee = event.call, event.callee
        assert call is not None
        for thing in callee.things if callee is not None else ():
            if isinstance(thing, Member) and thing.name in _CONTAINER_CHANGES and thing.name != "setdefault":
                kind = Kind.RESET if thing.name in _RESETS | _REMOVALS else Kind.CHANGE
                for path in self._shared(thing.receiver, event.frame):
                    if path.cell.owner is event.frame.scope:
                        yield Access(kind, path, event.place, event, tentative=thing.name)
        for definition in callee.definitions if callee is not None else ():
            if not isinstance(definition.target, External):
                continue
            symbol = self.knowledge.symbol(definition.target.name)
            if symbol is None:
                continue
            changed = symbol.mutates or symbol.doubles
            if changed is not None:
                yield from self._changed(changed, definition, event, restored=symbol.restores or symbol.doubles is not None)
            changes = symbol.changes if symbol.mutates != "self" else ()  # what changes its receiver has been said
            first = call.positional(0) if changes else None
            keys = self.values.evaluate(first, event.frame).constants if first is not None else ()
            for changed_state in changes:
                path = Path(Cell(External(changed_state), ""))
                yield Access(Kind.WRITE, path / f"[{keys[0]!r}]" if len(keys) == 1 else path, event.place, event, symbol.restores)

    def _changed(  # noqa: C901  # the forms of an operand, one after the other
        self, spec: str, definition: Definition, event: Event, *, restored: bool
    ) -> Iterator[Access]:
        assert event.call is not None
        if spec == "self":
            name = definition.target.name.rpartition(".")[2] if isinstance(definition.target, External) else ""
            kind = Kind.RESET if name in _RESETS else Kind.CHANGE
            for path in self._shared(definition.receiver, event.frame) if definition.receiver is not None else ():
                key = self._key(event) if name in ("pop", "setdefault", "__setitem__", "__delitem__") else None
                if name == "setdefault" and not isinstance(path.cell.owner, External):
                    continue  # whoever comes first puts it there
                if name in _TAKES:
                    kind = Kind.RESET
                yield Access(kind, path / key if key is not None else path, event.place, event, restored)
            return
        object_, _, attribute = spec.partition(".")
        if isinstance(definition.target, External) and definition.target.name in _SETTERS:
            attribute = "1"
        found = operand(object_, event.call, None)
        if found is None:
            return
        replaced = self.values.evaluate(found[0], event.frame)
        named = operand(attribute, event.call, None) if attribute else None
        names = [c for c in self.values.evaluate(named[0], event.frame).constants if isinstance(c, str)] if named else []
        if not attribute or named is None:
            for dotted in (c for c in replaced.constants if isinstance(c, str)):
                for path in self._by_dotted_name(dotted, event.frame):
                    yield Access(Kind.CHANGE, path, event.place, event, restored)
        for definition_ in replaced.definitions if names else ():
            if isinstance(definition_.target, Module | Class):
                target = self.values.names.member(definition_.target, names[0])
                if isinstance(target, Cell):
                    yield Access(Kind.WRITE, Path(target), event.place, event, restored)
        for path in self._shared(replaced, event.frame):
            if names:
                yield Access(Kind.WRITE, path / f".{names[0]}", event.place, event, restored)
            else:
                yield Access(Kind.CHANGE, path, event.place, event, restored)

    def _by_dotted_name(self, dotted: str, frame: Frame) -> Iterator[Path]:
        """The storage that `patch("package.module.NAME")` replaces, where it is first-party or a library's variable."""
        workspace = self.values.names.workspace
        parts = dotted.split(".")
        for length in range(len(parts) - 1, 0, -1):
            path = workspace.find(".".join(parts[:length]), frame.module.path)
            module = workspace.module(path) if path is not None else None
            if module is None:
                continue
            value = self.values.of_target(self.values.names.member(module, parts[length]))
            for name in parts[length + 1 :]:
                value = self.values.attribute(value, name, frame)
            yield from self._shared(value, frame)
            return
        yield Path(Cell(External(dotted), ""))

    def _key(self, event: Event) -> str | None:
        """The step to the item that a method is called for, or None when it is for the whole."""
        first = event.call.positional(0) if event.call is not None else None
        key = self.values.constant(first, event.frame) if first is not None else None
        return None if first is None else SOME if key is None else f"[{key!r}]"

    # ------------------------------------------------------------------------------------------------------------ reads

    def _reads(self, expr: Expr, event: Event) -> Iterator[Access]:  # noqa: C901  # one arm per kind of expression
        """The outermost storage expressions that are read (`a.b[c]`, not also `a.b` and `a`)."""
        stack: list[tuple[Expr, Kind]] = [(expr, Kind.READ)]
        frame = event.frame
        while stack:
            node, kind = stack.pop()
            if isinstance(node, Name | Attr | Index):
                for path in self._paths(node, frame):
                    yield Access(kind, path, frame.place(node), event)
                if isinstance(node, Index):
                    stack.append((node.key, Kind.READ))
                if not isinstance(node, Name):
                    inner = node.value
                    while isinstance(inner, Attr | Index):
                        inner = inner.value
                    if not isinstance(inner, Name):
                        stack.append((inner, Kind.READ))
            elif isinstance(node, Call):
                if isinstance(node.func, Attr):
                    mutating = self._mutates_receiver(node, frame)
                    if not mutating:
                        stack.append((node.func.value, kind))
                    elif not isinstance(node.func.value, Name | Attr | Index):
                        stack.append((node.func.value, Kind.READ))
                elif not isinstance(node.func, Name):
                    stack.append((node.func, Kind.READ))
                stack.extend((a.value, Kind.READ) for a in reversed(node.args))
            elif isinstance(node, Compare) and node.ops[-1] in ("in", "not in"):
                stack.append((node.operands[0], Kind.READ))
                stack.append((node.operands[-1], Kind.PEEK))
            elif isinstance(node, FuncRef):
                if node.function.kind == "comprehension":
                    inside = frame.inner(node.function)
                    for inner_step in node.function.body.steps:
                        if inner_step.value is not None:
                            yield from self._reads(inner_step.value, Event(inside, 0, inner_step, via=event.via))
            elif not isinstance(node, Const):
                stack.extend((child, Kind.READ) for child in reversed(children(node)))

    def _mutates_receiver(self, call: Call, frame: Frame) -> bool:
        for name in self.values.callee(call, frame).externals:
            symbol = self.knowledge.symbol(name)
            if symbol is not None and symbol.mutates == "self":
                return True
        return False

    def _paths(self, expr: Expr, frame: Frame) -> Iterator[Path]:
        return self._shared(self.values.evaluate(expr.value if isinstance(expr, Spread) else expr, frame), frame)

    def _shared(self, value: Value, frame: Frame) -> Iterator[Path]:
        return (path for path in value.paths if self.is_shared(path, frame))
