"""What calling a function does to storage: its accesses, computed once and put into the caller's terms at every call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from testaudit.analyses.operands import operand
from testaudit.analyses.storage.access import Access, Kind
from testaudit.analyses.storage.accesses import Accesses
from testaudit.analyses.storage.contexts import is_to_fail, may_take_back
from testaudit.analyses.storage.tails import closes, leaves_context
from testaudit.link.frames import Definition, Frame, Instance, Literal, Path, Value
from testaudit.link.linked import linked
from testaudit.link.trace import Event, Tracer
from testaudit.model import Cell, External, Suite
from testaudit.read.facts import Call, Class, Collection, Expr, Function
from testaudit.records import replace

MAX_ACCESSES = 60
"""A function with more accesses than this is summarised by its first ones."""

_RESETTING = re.compile(r"(^|_)(reset|restart|reconnect|clear|restore|revert|undo|flush|purge|empty)", re.IGNORECASE)
"""Parts of names of methods of the code under test that put an object back to where it began."""
_LOOKING = re.compile(r"^_*(get|has|is|find|look|fetch|read|load|to|as|iter|repr|str)(_|$)|^(items|keys|values|copy)$")
"""Names of methods of the code under test that only look: what they change is kept for the next look."""


class Summaries:
    """Accesses of code, those of the functions that it calls included."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        scopes = frozenset(group.scope for test in suite.tests for group in test.group.chain() if isinstance(group.scope, Function))
        self._accesses = Accesses(self._context.values, self._context.knowledge, scopes)
        self._tracer = Tracer(self._context.values, lambda _function, _event: False)
        self._functions: dict[tuple[Function, Class | None], tuple[Access, ...]] = {}
        self._active: set[Function] = set()

    @property
    def tracer(self) -> Tracer:
        """Traces code without entering what it calls, which is what `of` wants."""
        return self._tracer

    def of(self, events: Iterable[Event]) -> Iterator[Access]:
        """The accesses of traced code in order; those of a called function stand at its call."""
        for event in events:
            for access in self._accesses.of_event(event):
                yield self._doubted(access)
            for access in self._called(event) if event.call is not None else ():
                yield self._doubted(access)

    def _doubted(self, access: Access) -> Access:
        """The access, doubted where a `with` around it may take back what it does."""
        if access.kind not in (Kind.WRITE, Kind.CHANGE) or access.restored or access.doubt:
            return access
        if is_to_fail(self._context, access.event):
            return replace(access, doubt="it is expected to fail")
        if may_take_back(self._context, access.path, access.event):
            return replace(access, doubt="a `with` around it may put it back")
        return access

    def finalizers(self, events: Iterable[Event]) -> Iterator[Access]:
        """The accesses of what traced code registers to be called when the test is over."""
        for event in events:
            for name in event.callee.externals if event.call is not None and event.callee is not None else ():
                symbol = self._context.knowledge.symbol(name)
                found = operand(symbol.finalizer, event.call, event.callee) if symbol is not None and event.call is not None else None
                if found is not None and event.call is not None:
                    yield from self.of([self._deferred(event, event.call, found[0])])

    def _deferred(self, event: Event, registered: Call, function: Expr) -> Event:
        """The call of a registered function, with the arguments that were given after it."""
        values = [argument.value for argument in registered.args]
        call = Call(registered.start, registered.end, function, registered.args[values.index(function) + 1 :])
        return Event(event.frame, event.region, event.step, call, self._context.values.callee(call, event.frame), event.via)

    def _called(self, event: Event) -> Iterator[Access]:
        for definition in event.callee.definitions if event.callee is not None else ():
            for code in self._tracer.code(definition):
                if isinstance(code.target, Function) and self._matters(code, event):
                    yield from self._substituted(code, code.target, event)

    def _matters(self, definition: Definition, event: Event) -> bool:
        """Test support always; the code under test only where shared storage is handed to it."""
        assert isinstance(definition.target, Function)
        assert event.call is not None
        if self._context.is_test_code(definition.target.module.path):
            return True
        if definition.receiver is not None and any(self._accesses.is_shared(p, event.frame) for p in definition.receiver.paths):
            return True
        values = (self._context.values.evaluate(a.value, event.frame) for a in event.call.args)
        return any(self._accesses.is_shared(p, event.frame) for value in values for p in value.paths)

    def _substituted(self, definition: Definition, function: Function, event: Event) -> Iterator[Access]:
        summary = self._summary(function, definition)
        if not summary:
            return
        call = event.call
        assert call is not None
        frame = self._context.values.enter(call, definition, event.frame)
        own = self._context.is_test_code(function.module.path)
        place = event.place
        given: dict[str, tuple[Value, tuple[Path, ...]]] = {}
        for access in summary:
            cell = access.path.cell
            if cell.owner is not function:
                if own:
                    yield replace(access, place=place, event=event)
                continue
            if cell.name not in given:
                value = self._given(cell.name, function, definition, frame)
                given[cell.name] = value, tuple(p for p in value.paths if self._accesses.is_shared(p, event.frame))
            value, paths = given[cell.name]
            if access.tentative is not None and not self._is_container(value, access.tentative):
                if value.why is None:
                    continue
                access = replace(access, doubt=f"`{access.tentative}` may change it or not")
            if not own:
                access = self._by_subject(access, function, is_receiver=self._is_receiver(cell.name, function, definition))
            for path in paths:
                for key in access.path.keys:
                    path = path / key
                yield replace(access, path=path, place=place, event=event, tentative=None, by_subject=access.by_subject or not own)

    @staticmethod
    def _by_subject(access: Access, function: Function, *, is_receiver: bool) -> Access:
        """What the code under test does to what it is called on, by what the name of the method promises; nobody can say what it does to
        its other arguments."""
        if access.kind in (Kind.READ, Kind.PEEK):
            return access
        if access.kind is not Kind.RESET and _RESETTING.search(function.name):
            return replace(access, kind=Kind.RESET)
        if _LOOKING.search(function.name):
            return replace(access, doubt="a method whose name says that it only looks keeps something")
        return access if is_receiver else replace(access, doubt="the code under test changes what it is given")

    @staticmethod
    def _is_receiver(name: str, function: Function, definition: Definition) -> bool:
        """Whether a parameter is the object whose method is called; what the code under test does to its other arguments is its
        contract."""
        return (
            definition.receiver is not None
            and isinstance(function.parent, Class)
            and bool(function.params)
            and function.params[0].name == name
        )

    def _given(self, name: str, function: Function, definition: Definition, frame: Frame | None) -> Value:
        if self._is_receiver(name, function, definition) and definition.receiver is not None:
            return definition.receiver
        if frame is None or name not in frame.arguments:
            return Value()
        expr, where = frame.arguments[name]
        return self._context.values.evaluate(expr, where)

    def _summary(self, function: Function, definition: Definition) -> tuple[Access, ...]:
        this = self._context.values.instance_class(definition)
        key = (function, this)
        if key not in self._functions:
            if function in self._active or len(self._active) > 4:
                return ()
            self._active.add(function)
            try:
                self._functions[key] = tuple(self._summarised(function, this, definition.frame))
            finally:
                self._active.discard(function)
        return self._functions[key]

    def _summarised(self, function: Function, this: Class | None, lexical: Frame | None) -> Iterator[Access]:
        receiver = None
        if isinstance(function.parent, Class) and function.params:
            receiver = Value((Instance(this or function.parent),), (Path(Cell(function, function.params[0].name)),))
        frame = Frame(function, this=this, receiver=receiver, lexical=lexical)
        own = self._context.is_test_code(function.module.path)
        seen: set[tuple[Kind, Path, str | None]] = set()
        accesses = list(self.of(self._tracer.function(frame)))
        counted = _counted(accesses)
        for access in accesses:
            if access.kind is Kind.READ and (access.path in counted or (not own and _is_guarded(access.event))):
                access = replace(access, kind=Kind.PEEK)
            if self._puts_back(access, function, seen):
                access = replace(access, kind=Kind.RESET)
            key = (access.kind, access.path, access.tentative)
            if key in seen or not (own or access.path.cell.owner is function):
                continue
            if len(seen) >= MAX_ACCESSES:
                return
            seen.add(key)
            yield access

    @staticmethod
    def _puts_back(access: Access, function: Function, before: set[tuple[Kind, Path, str | None]]) -> bool:
        """Whether a function undoes by an access what it, or its caller, did: in a `finally`, after the `yield` of a context manager, or as
        the last thing where it has written to the same path before."""
        if access.kind not in (Kind.WRITE, Kind.CHANGE):
            return False
        if access.kind is Kind.WRITE and any(region.role == "finally" for region, _ in access.event.regions()):
            return True
        if leaves_context(access.event, function):
            return True
        return access.kind is Kind.WRITE and (Kind.WRITE, access.path, None) in before and closes(access.event)

    def _is_container(self, value: Value, method: str) -> bool:
        """Whether the value is known to be a built-in container that the method changes."""
        for thing in value.things:
            name = None
            if isinstance(thing, Literal) and isinstance(thing.expr, Collection):
                name = f"builtins.{thing.expr.kind}"
            elif isinstance(thing, Instance) and isinstance(thing.type, External):
                name = thing.type.name
            symbol = self._context.knowledge.member(name, method) if name is not None else None
            if symbol is not None and symbol.mutates == "self":
                return True
        return False


def _counted(accesses: list[Access]) -> set[Path]:
    """The paths by which a function counts (`self.next += 1`, `self.next = self.next + 1`): it hands out another value each time, which is
    what its callers want of it."""
    by_steps = [a for a in accesses if a.event.step is not None and a.event.call is None]
    read = {(id(a.event.step), a.path) for a in by_steps if a.kind is Kind.READ}
    return {a.path for a in by_steps if a.kind is Kind.CHANGE or (a.kind is Kind.WRITE and (id(a.event.step), a.path) in read)}


def _is_guarded(event: Event) -> bool:
    """Whether an event happens under a condition only."""
    return any(region.role in ("branch", "handler") for region, _ in event.regions())
