"""What setups and tests open, and whether something ends it for sure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from testaudit.analyses.operands import operand
from testaudit.analyses.runs import Runs
from testaudit.knowledge import Symbol
from testaudit.link.frames import Definition, Frame, Instance, Member, Value
from testaudit.link.linked import linked
from testaudit.link.trace import Event, Tracer
from testaudit.model import External, Fixture, Place, Suite, Test, Truth
from testaudit.read.facts import Call, Class, Collection, Const, Expr, Function, Index


@dataclass(slots=True, frozen=True, eq=False)
class Ending:
    """What ends a resource: where, and whether it runs although the test failed before (a finalizer, `with`, `finally`, teardown)."""

    place: Place
    safe: bool
    event: Event


@dataclass(slots=True, eq=False)
class Opened:
    """One resource: its kind, the library's name for what opened it, where, whether a leak is harmful, and what ends it.

    `ended` is UNKNOWN when the resource went somewhere that cannot be followed.
    """

    kind: str
    symbol: str
    call: Call
    event: Event
    harmful: bool
    fixture: Fixture | None
    ended: Truth = Truth.NO
    endings: list[Ending] = field(default_factory=list)

    @property
    def place(self) -> Place:
        return self.event.place


class Resources:
    """Resources of a suite's fixtures and tests."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        self._runs = suite.ask(Runs)
        self._fixtures: dict[Fixture, tuple[Opened, ...]] = {}
        self._users: dict[Fixture, list[Test]] = {}
        for test in suite.tests:
            for use in test.closure:
                self._users.setdefault(use.fixture, []).append(test)

    def users(self, fixture: Fixture) -> list[Test]:
        """The tests in whose closure a fixture is."""
        return self._users.get(fixture, [])

    def of_fixture(self, fixture: Fixture) -> tuple[Opened, ...]:
        """What a fixture's setup opens; endings are looked for in its own teardown and in the other teardowns around the tests that use it."""
        if fixture not in self._fixtures:
            users = self.users(fixture)
            test = users[0] if users else None
            events = self._runs.setup(fixture, test)
            opened = self._opened(events, fixture)
            if opened:
                self._end(opened, events, safe=False)
                self._end(opened, self._runs.teardown(fixture, test), safe=True)
                for use in test.closure if test is not None else ():
                    if use.fixture is not fixture:
                        self._end(opened, self._runs.setup(use.fixture, test), safe=True, only_finalizers=True)
                        self._end(opened, self._runs.teardown(use.fixture, test), safe=True)
            self._fixtures[fixture] = tuple(opened)
        return self._fixtures[fixture]

    def of_test(self, test: Test) -> tuple[Opened, ...]:
        """What a test's own body opens, with endings in the body and in the teardowns of its fixtures."""
        events = self._runs.body(test)
        opened = self._opened(events, None)
        if opened:
            self._end(opened, events, safe=False)
            for use in test.closure:
                self._end(opened, self._runs.teardown(use.fixture, test), safe=True)
        return tuple(opened)

    def may_open(self, test: Test) -> bool:
        """Whether the words of the test's code allow it to open anything: a cheap filter."""
        return self._runs.any_of(test, self._context.knowledge.words("opens"))

    def may_fail_between(self, test: Test, opened: Opened, ending: Ending) -> Place | None:
        """The first verification that runs after a resource was opened and before it is ended, outside any `try` that ends it; None when there is none."""
        running = False
        for event in self._runs.body(test):
            if event is opened.event:
                running = True
            elif event is ending.event:
                return None
            elif running and self._verifies(event):
                return event.place
        return None

    def ending_is_tested(self, test: Test, opened: Opened) -> bool:
        """Whether something is verified after the resource was ended, so that its end is part of the exercise."""
        ended = False
        for event in self._runs.body(test):
            ended = ended or any(event is ending.event for ending in opened.endings)
            if ended and self._verifies(event):
                return True
        return False

    def _verifies(self, event: Event) -> bool:
        if event.call is None:
            return event.step is not None and event.step.kind == "assert"
        return any(symbol.verifies is not None for _, symbol, _ in self._symbols(event))

    # ----------------------------------------------------------------------------------------------------------- opening

    def _opened(self, events: Iterable[Event], fixture: Fixture | None) -> list[Opened]:
        found: list[Opened] = []
        for event in events:
            for name, symbol, definition in self._symbols(event):
                call = event.call
                assert call is not None
                if symbol.opens is not None and not symbol.lazy and not self._given_up(symbol, event):
                    found.append(Opened(symbol.opens, name, call, event, symbol.harmful and not self._daemon(call, event.frame), fixture))
                elif symbol.starts and definition.receiver is not None:
                    for thing in definition.receiver.things:
                        if isinstance(thing, Instance) and thing.call is not None and thing.frame is not None:
                            maker = self._maker(thing)
                            if maker is not None and maker.opens is not None and not self._daemon(thing.call, thing.frame):
                                found.append(Opened(maker.opens, maker.name, thing.call, event, maker.harmful, fixture))
        return [o for o in found if not any(o.kind == other.kind and o.call is other.call and o is not other and found.index(other) < found.index(o) for other in found)]

    def _given_up(self, symbol: Symbol, event: Event) -> bool:
        """An opener that is a decorator or the head of a `with` is ended by it."""
        return event.step is not None and event.step.kind == "define"

    def _daemon(self, call: Call, frame: Frame) -> bool:
        """A daemon thread dies with the process and is meant to."""
        value = call.keyword("daemon")
        return value is not None and True in self._context.values.evaluate(value, frame).constants

    # ------------------------------------------------------------------------------------------------------------ ending

    def _end(self, opened: list[Opened], events: Iterable[Event], *, safe: bool, only_finalizers: bool = False) -> None:
        for event in events:
            if event.call is not None:
                self._call(opened, event, safe, only_finalizers)
            elif event.step is not None and event.step.how == "enter" and event.step.value is not None and not only_finalizers:
                value = self._context.values.evaluate(event.step.value, event.frame)
                for resource in self._among(opened, value):
                    self._ended(resource, event, safe=True)
            elif event.step is not None and event.step.kind in ("bind", "yield", "return") and event.step.value is not None:
                self._stored(opened, event)

    def _call(self, opened: list[Opened], event: Event, safe: bool, only_finalizers: bool) -> None:
        call = event.call
        assert call is not None
        known = False
        in_finally = safe or any(region.role == "finally" for region, _ in event.regions())
        for _, symbol, definition in self._symbols(event):
            known = True
            if symbol.finalizer is not None and (found := operand(symbol.finalizer, call, event.callee)) is not None:
                self._finalized(opened, found[0], event)
            if symbol.enters is not None and (found := operand(symbol.enters, call, event.callee)) is not None:
                for resource in self._among(opened, self._context.values.evaluate(found[0], event.frame)):
                    self._ended(resource, event, safe=True)
            if symbol.ends is None or only_finalizers:
                continue
            if symbol.ends == "all":
                for resource in opened:
                    if resource.kind == "patcher":
                        self._ended(resource, event, safe=in_finally)
                continue
            value = definition.receiver if symbol.ends == "self" else self._operand_value(symbol.ends, event)
            for resource in self._among(opened, value):
                self._ended(resource, event, safe=in_finally)
            for resource in opened:
                if symbol.ends != "self" and value is not None and self._same_text(resource, symbol, event):
                    self._ended(resource, event, safe=in_finally)
        if not known and not event.entered and not only_finalizers:
            self._escaped(opened, event)

    def _finalized(self, opened: list[Opened], expr: Expr, event: Event) -> None:
        """A callable that runs when the test is over: a bound method that ends, or a function whose body does."""
        value = self._context.values.evaluate(expr, event.frame)
        for definition in value.definitions:
            match definition.target:
                case External(name=name):
                    symbol = self._context.knowledge.symbol(name)
                    if symbol is not None and symbol.ends == "all":
                        for resource in opened:
                            if resource.kind == "patcher":
                                self._ended(resource, event, safe=True)
                    elif symbol is not None and symbol.ends == "self" and definition.receiver is not None:
                        for resource in self._among(opened, definition.receiver):
                            self._ended(resource, event, safe=True)
                    elif symbol is None or symbol.ends is not None:
                        self._arguments(opened, event, Truth.YES if symbol is not None else Truth.UNKNOWN)
                        for resource in self._among(opened, definition.receiver):
                            self._unknown(resource)
                case Function() as function:
                    frame = (definition.frame or event.frame).inner(function)
                    frame.receiver = definition.receiver
                    tracer = Tracer(self._context.values, lambda f, e: self._context.is_test_code(f.module.path))
                    self._end(opened, tracer.function(frame), safe=True)
                case Class():
                    continue
                case _:
                    continue
        for thing in value.things:
            if isinstance(thing, Member):
                for resource in self._among(opened, thing.receiver):
                    self._unknown(resource)
        if not value.definitions:
            for resource in opened:
                self._unknown(resource)

    def _arguments(self, opened: list[Opened], event: Event, truth: Truth) -> None:
        """`addCleanup(shutil.rmtree, path)`: the arguments after the callable are what it ends."""
        assert event.call is not None
        for argument in event.call.args[1:]:
            for resource in self._among(opened, self._context.values.evaluate(argument.value, event.frame)):
                if truth is Truth.YES:
                    self._ended(resource, event, safe=True)
                else:
                    self._unknown(resource)

    def _escaped(self, opened: list[Opened], event: Event) -> None:
        """A resource handed to code that was not followed may be ended there; so may one whose unknown method is called in a teardown."""
        assert event.call is not None
        for argument in event.call.args:
            for resource in self._among(opened, self._context.values.evaluate(argument.value, event.frame)):
                self._unknown(resource)
        callee = event.callee
        for thing in callee.things if callee is not None else ():
            receiver = thing.receiver if isinstance(thing, Definition | Member) else None
            name = thing.name if isinstance(thing, Member) else thing.target.name if isinstance(thing, Definition) and isinstance(thing.target, External) else ""
            if receiver is not None and name.rpartition(".")[2] not in _HARMLESS:
                for resource in self._among(opened, receiver):
                    self._unknown(resource)

    def _stored(self, opened: list[Opened], event: Event) -> None:
        """A resource that goes into a container can be ended from there."""
        step = event.step
        assert step is not None and step.value is not None
        if isinstance(step.value, Collection) or isinstance(step.target, Index):
            values = step.value.items if isinstance(step.value, Collection) else (step.value,)
            for item in values:
                for resource in self._among(opened, self._context.values.evaluate(item, event.frame)):
                    if step.kind == "bind":
                        self._unknown(resource)

    # ------------------------------------------------------------------------------------------------------------ private

    def _symbols(self, event: Event) -> Iterator[tuple[str, Symbol, Definition]]:
        for definition in event.callee.definitions if event.callee is not None else ():
            if isinstance(definition.target, External):
                symbol = self._context.knowledge.symbol(definition.target.name)
                if symbol is not None:
                    yield definition.target.name, symbol, definition
            elif isinstance(definition.target, Class):
                yield from self._inherited(definition)

    def _inherited(self, definition: Definition) -> Iterator[tuple[str, Symbol, Definition]]:
        """A first-party class that derives from a library's resource opens what that opens."""
        assert isinstance(definition.target, Class)
        for base in self._context.names.mro(definition.target)[1:]:
            if isinstance(base, External) and (symbol := self._context.knowledge.symbol(base.name)) is not None and symbol.opens:
                yield base.name, symbol, definition

    def _maker(self, thing: Instance) -> Symbol | None:
        if thing.call is None or thing.frame is None:
            return None
        names = self._context.values.callee(thing.call, thing.frame).externals
        return next((s for n in names if (s := self._context.knowledge.symbol(n)) is not None and s.opens), None)

    def _operand_value(self, spec: str, event: Event) -> Value | None:
        assert event.call is not None
        found = operand(spec, event.call, event.callee)
        return self._context.values.evaluate(found[0], found[1] or event.frame) if found is not None else None

    def _among(self, opened: list[Opened], value: Value | None) -> Iterator[Opened]:
        calls = {id(t.call) for t in value.things if isinstance(t, Instance) and t.call is not None} if value is not None else set()
        return (resource for resource in opened if id(resource.call) in calls)

    def _same_text(self, resource: Opened, symbol: Symbol, event: Event) -> bool:
        """`open("x", "w")` … `os.remove("x")`: the operand is the same constant."""
        assert event.call is not None
        found = operand(symbol.ends, event.call, event.callee)
        first = resource.call.positional(0)
        return (
            found is not None
            and isinstance(found[0], Const)
            and isinstance(first, Const)
            and found[0].value == first.value
            and resource.kind in ("file", "directory", "temporary-file", "temporary-directory")
        )

    @staticmethod
    def _ended(resource: Opened, event: Event, *, safe: bool) -> None:
        resource.ended = Truth.YES
        resource.endings.append(Ending(event.place, safe, event))

    @staticmethod
    def _unknown(resource: Opened) -> None:
        if resource.ended is Truth.NO:
            resource.ended = Truth.UNKNOWN


_HARMLESS = frozenset({"poll", "read", "readline", "is_alive", "getsockname", "fileno", "setsockopt", "bind", "listen", "start", "write", "send"})
