"""What setups and tests open, and whether something ends it for sure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from testaudit.analyses.locations import Locations, Root
from testaudit.analyses.operands import operand
from testaudit.analyses.runs import Runs
from testaudit.knowledge import Symbol
from testaudit.link.frames import Definition, Frame, Instance, Member, Value
from testaudit.link.linked import linked
from testaudit.link.trace import Event, Tracer
from testaudit.model import External, Fixture, Place, Suite, Test, Truth
from testaudit.read.facts import Attr, Call, Class, Collection, Expr, Function, Index, Name, targets, walk


@dataclass(slots=True, frozen=True, eq=False)
class Ending:
    """What ends a resource: where, and whether it runs although the test failed before (a finalizer, `with`, `finally`, teardown)."""

    place: Place
    safe: bool
    event: Event
    waits: bool = False
    """Whether it only waits for what ends by itself (`join`, `wait`)."""


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
    path: Value | None = None
    """Where it was made, for files and folders."""
    placed: bool = True
    """Whether that is known to be outside temporary folders."""

    @property
    def place(self) -> Place:
        return self.event.place


class Resources:
    """Resources of a suite's fixtures and tests."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        self._runs = suite.ask(Runs)
        self._locations = Locations(self._context.values)
        self._fixtures: dict[Fixture, tuple[Opened, ...]] = {}
        self._users: dict[Fixture, list[Test]] = {}
        for test in suite.tests:
            for use in test.closure:
                self._users.setdefault(use.fixture, []).append(test)

    def users(self, fixture: Fixture) -> list[Test]:
        """The tests in whose closure a fixture is."""
        return self._users.get(fixture, [])

    def of_fixture(self, fixture: Fixture) -> tuple[Opened, ...]:
        """What a fixture's setup opens; endings are looked for in its own teardown and in the other teardowns around the tests that use
        it."""
        if fixture not in self._fixtures:
            users = self.users(fixture)
            self._fixtures[fixture] = tuple(self._of_fixture(fixture, users)) if users else ()
        return self._fixtures[fixture]

    def _of_fixture(self, fixture: Fixture, users: list[Test]) -> list[Opened]:
        test = users[0]
        events = self._runs.setup(fixture, test)
        opened = self._opened(events, fixture, test)
        if fixture.scope in ("session", "package"):
            for resource in opened:
                resource.harmful = resource.harmful and resource.kind in _OUTLIVING and resource.call.keyword("stdin") is None
        if not opened:
            return opened
        self._end(opened, events, safe=False)
        self._end(opened, self._runs.teardown(fixture, test), safe=True)
        for use in test.closure:
            if use.fixture is not fixture:
                self._end(opened, self._runs.setup(use.fixture, test), safe=True, only_finalizers=True)
                self._end(opened, self._runs.teardown(use.fixture, test), safe=True)
        for user in users[:USERS]:
            left = [resource for resource in opened if resource.harmful and resource.ended is Truth.NO]
            if left and self._runs.any_of(user, self._context.knowledge.words("ends")):
                self._end(left, self._runs.body(user), safe=False)
        return opened

    def of_test(self, test: Test) -> tuple[Opened, ...]:
        """What a test's own body opens, with endings in the body and in the teardowns of its fixtures."""
        events = self._runs.body(test)
        opened = self._opened(events, None, test)
        if opened:
            self._end(opened, events, safe=False)
            for use in test.closure:
                self._end(opened, self._runs.teardown(use.fixture, test), safe=True)
        return tuple(opened)

    def is_test_case(self, test: Test) -> bool:
        """Whether the test has unittest's `addCleanup` (and cannot ask for fixtures by its parameters)."""
        bases = self._context.names.mro(test.owner) if test.owner is not None else ()
        return any(isinstance(base, External) and self._context.knowledge.is_a(base.name, "unittest.TestCase") for base in bases)

    def may_end(self, test: Test) -> bool:
        """Whether the words of the test allow it to end something, and to open (itself or through helpers) something whose leak is
        harmful: a cheap
        filter."""
        words = self._context.knowledge.words
        return not test.function.words.isdisjoint(words("ends")) and not self._runs.words_of(test.function).isdisjoint(words("harmful"))

    def may_fail_between(self, test: Test, opened: Opened, ending: Ending) -> Place | None:
        """The first verification that runs after a resource was opened and before it is ended, outside any `try` that ends it; None when
        there is none."""
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

    def _opened(self, events: Iterable[Event], fixture: Fixture | None, test: Test) -> list[Opened]:
        found: dict[tuple[str, int], Opened] = {}
        for event in events:
            for resource in self._opened_by(event, fixture, test):
                found.setdefault((resource.kind, id(resource.call)), resource)
        return list(found.values())

    def _opened_by(self, event: Event, fixture: Fixture | None, test: Test) -> Iterator[Opened]:
        for name, symbol, definition in self._symbols(event):
            call = event.call
            assert call is not None
            if symbol.opens is not None and not symbol.lazy and not self._given_up(event):
                harmful = symbol.harmful and not self._daemon(call, event.frame)
                resource = Opened(symbol.opens, name, call, event, harmful, fixture)
                if harmful and self._may_stay(event):
                    resource.ended = Truth.UNKNOWN
                if harmful and symbol.opens in _TEMPORARY and call.keyword("dir") is not None:
                    resource.ended = Truth.UNKNOWN  # who removes that folder removes it, too
                if harmful and symbol.opens in _PATHS:
                    self._placed(resource, symbol, definition, test)
                yield resource
            elif symbol.starts and definition.receiver is not None:
                for thing in definition.receiver.things:
                    if isinstance(thing, Instance) and thing.call is not None and thing.frame is not None:
                        maker = self._maker(thing)
                        if maker is not None and maker.opens is not None:
                            harmful = maker.harmful and not self._daemon(thing.call, thing.frame)
                            yield Opened(maker.opens, maker.name, thing.call, event, harmful, fixture)

    def _placed(self, resource: Opened, symbol: Symbol, definition: Definition, test: Test) -> None:
        """A file or folder does harm outside temporary folders; where it lies may not be known."""
        resource.path = definition.receiver if symbol.address == "self" else self._operand_value(symbol.address or "0", resource.event)
        root = self._locations.root(resource.path) if resource.path is not None else Root.UNKNOWN
        if root is Root.TEMPORARY:
            resource.harmful = False
        elif root is Root.UNKNOWN or (root is Root.WORKING and self._locations.moves(self._runs.words(test))):
            resource.ended = Truth.UNKNOWN
            resource.placed = False

    @staticmethod
    def _may_stay(event: Event) -> bool:
        """Whether the code looks whether it is there already, so that it is meant to stay for the next run."""
        if event.call is not None and event.call.keyword("exist_ok") is not None:
            return True
        heads = [region.head for region, _ in event.regions() if region.role == "branch" and region.head is not None]
        return any(isinstance(node, Attr | Name) and _LOOKS.search(node.name) for head in heads for node in walk(head))

    def _given_up(self, event: Event) -> bool:
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
        known = keeps = False
        in_finally = safe or any(region.role in ("finally", "handler") for region, _ in event.regions())
        for _, symbol, definition in self._symbols(event):
            known = True
            keeps = keeps or not (
                symbol.pure or symbol.reads or symbol.verifies or symbol.changes or symbol.finalizer or symbol.ends or symbol.opens
            )
            if symbol.finalizer is not None and (found := operand(symbol.finalizer, call, event.callee)) is not None:
                self._finalized(opened, found[0], event)
            if symbol.enters is not None and (found := operand(symbol.enters, call, event.callee)) is not None:
                for resource in self._among(opened, self._context.values.evaluate(found[0], event.frame)):
                    self._ended(resource, event, safe=True)
            if symbol.ends is None or only_finalizers:
                continue
            if symbol.ends == "all":
                for resource in self._of_library(opened, symbol.name):
                    self._ended(resource, event, safe=in_finally)
                continue
            value = definition.receiver if symbol.ends == "self" else self._operand_value(symbol.ends, event)
            self._ends(opened, value, symbol, event, in_finally)
        if not known and not event.entered and call.args and _REGISTERS.search(self._called(event)):
            self._finalized(opened, call.args[0].value, event)  # `addCleanup` of a base class that does not resolve
        if not event.entered and not only_finalizers:
            self._escaped(opened, event, known, keeps, safe)

    def _ends(self, opened: list[Opened], value: Value | None, symbol: Symbol, event: Event, safe: bool) -> None:
        """One value is ended: the resources that it is, and the files that lie there."""
        ended = list(self._among(opened, value))
        for resource in ended:
            if resource.kind != "temporary-file" or symbol.effect is not None:  # closing its descriptor leaves the file
                self._ended(resource, event, safe=safe, waits=symbol.blocks)
        removes = symbol.effect in ("filesystem", "temporary-files") and not ended
        if value is not None and removes and self._locations.root(value) is Root.UNKNOWN:
            for resource in opened:
                if resource.kind in (*_PATHS, *_TEMPORARY):
                    self._unknown(resource)

    def _finalized(self, opened: list[Opened], expr: Expr, event: Event) -> None:  # noqa: C901  # one arm per kind of callable
        """A callable that runs when the test is over: a bound method that ends, or a function whose body does."""
        value = self._context.values.evaluate(expr, event.frame)
        for definition in value.definitions:
            match definition.target:
                case External(name=name):
                    symbol = self._context.knowledge.symbol(name)
                    if symbol is not None and symbol.ends == "all":
                        for resource in self._of_library(opened, name):
                            self._ended(resource, event, safe=True)
                    elif symbol is not None and symbol.ends == "self" and definition.receiver is not None:
                        for resource in self._among(opened, definition.receiver):
                            self._ended(resource, event, safe=True)
                    elif symbol is None or symbol.ends is not None:
                        self._arguments(opened, expr, event, symbol)
                        for resource in self._among(opened, definition.receiver):
                            self._unknown(resource)
                case Function() as function:
                    frame = (definition.frame or event.frame).inner(function)
                    frame.receiver = definition.receiver
                    tracer = Tracer(self._context.values, lambda f, _e: self._context.is_test_code(f.module.path))
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

    def _arguments(self, opened: list[Opened], expr: Expr, event: Event, symbol: Symbol | None) -> None:
        """`addCleanup(shutil.rmtree, path)`, `addCleanup(partial(shutil.rmtree, path))`: the arguments after the callable are what it
        ends."""
        assert event.call is not None
        bound = expr.args[1:] if isinstance(expr, Call) else ()
        for argument in (*bound, *event.call.args[1:]):
            value = self._context.values.evaluate(argument.value, event.frame)
            if symbol is not None:
                self._ends(opened, value, symbol, event, True)
            for resource in self._among(opened, value) if symbol is None else ():
                self._unknown(resource)

    def _escaped(self, opened: list[Opened], event: Event, known: bool, keeps: bool, safe: bool) -> None:
        """A resource handed to code that was not followed may be ended there; so may one whose unknown method is called, and any by a
        clean-up that was not followed. The mere path of a folder is handed on to be used."""
        assert event.call is not None
        name = self._called(event)
        cleans = _CLEANS.search(name) is not None
        if not known and safe and cleans:
            for resource in opened:
                self._unknown(resource)
        if safe and any(symbol.effect == "subprocess" for _, symbol, _ in self._symbols(event)):
            for resource in opened:  # `rm -rf`
                if resource.kind in (*_PATHS, *_TEMPORARY):
                    self._unknown(resource)
        for argument in event.call.args if not known or keeps else ():
            for resource in self._among(opened, self._context.values.evaluate(argument.value, event.frame)):
                if resource.kind not in (*_PATHS, *_TEMPORARY) or (not known and (safe or cleans)):
                    self._unknown(resource)
        for thing in event.callee.things if event.callee is not None and (cleans or not known) else ():
            receiver = thing.receiver if isinstance(thing, Definition | Member) else None
            if receiver is not None and name not in _HARMLESS:
                for resource in self._among(opened, receiver):
                    self._unknown(resource)

    @staticmethod
    def _called(event: Event) -> str:
        """The last name of what is called, as it is written."""
        func = event.call.func if event.call is not None else None
        return func.name if isinstance(func, Attr | Name) else ""

    def _stored(self, opened: list[Opened], event: Event) -> None:
        """A resource that goes into a container, or into a place from which its value does not come back, can be ended from there."""
        step = event.step
        assert step is not None
        assert step.value is not None
        if step.kind != "bind":
            return
        value = self._context.values.evaluate(step.value, event.frame)
        opened = [resource for resource in opened if resource.kind not in (*_PATHS, *_TEMPORARY)]  # whatever holds its path
        for item in step.value.items if isinstance(step.value, Collection) and step.value.kind != "tuple" else ():
            for resource in self._among(opened, self._context.values.evaluate(item, event.frame)):
                self._unknown(resource)
        for target in targets(step.target):
            if isinstance(target, Attr) and target.name == "daemon" and True in value.constants:
                for resource in self._among(opened, self._context.values.evaluate(target.value, event.frame)):
                    resource.harmful = False
            elif isinstance(target, Index):
                for resource in self._among(opened, value):
                    self._unknown(resource)
            elif isinstance(target, Attr) or (isinstance(target, Name) and target.name in event.frame.scope.body.declared):
                kept = list(self._among(opened, self._context.values.evaluate(target, event.frame)))
                for resource in self._among(opened, value):
                    if resource not in kept:
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
        """The resources that a value may be, or for which it is (part of) the path."""
        if value is None:
            return
        calls = {id(t.call) for t in value.things if isinstance(t, Instance) and t.call is not None}
        for resource in opened:
            if id(resource.call) in calls:
                yield resource
            elif resource.kind in _TEMPORARY:
                if resource.call in self._locations.origins(value):
                    yield resource
            elif resource.path is not None and self._same_path(resource.path, value):
                yield resource

    def _of_library(self, opened: list[Opened], name: str) -> Iterator[Opened]:
        """What `patch.stopall()` or `ray.shutdown()` ends: all that was opened through the same library."""
        canonical = self._context.knowledge.canonical
        library = canonical(name).partition(".")[0]
        return (resource for resource in opened if canonical(resource.symbol).partition(".")[0] == library)

    def _same_path(self, one: Value, other: Value) -> bool:
        """Whether two paths start from the same place: one literal or call, the same text, or one variable."""
        return bool(
            self._locations.origins(one) & self._locations.origins(other)
            or self._locations.texts(one) & self._locations.texts(other)
            or set(one.paths) & set(other.paths)
        )

    @staticmethod
    def _ended(resource: Opened, event: Event, *, safe: bool, waits: bool = False) -> None:
        resource.ended = Truth.YES
        resource.endings.append(Ending(event.place, safe, event, waits))

    @staticmethod
    def _unknown(resource: Opened) -> None:
        if resource.ended is Truth.NO:
            resource.ended = Truth.UNKNOWN


USERS = 20
"""So many of a fixture's tests are searched for the end of what it opens."""
_PATHS = frozenset({"file", "directory"})
_TEMPORARY = frozenset({"temporary-file", "temporary-directory"})
_OUTLIVING = _PATHS | _TEMPORARY | {"browser", "container", "process", "remote-object"}
"""What outlives the process; the rest ends with it, so that a setup for the whole run does nobody harm."""
_LOOKS = re.compile(r"exist|isfile|isdir|is_file|is_dir|running|alive|reuse|keep|need|missing|initiali[sz]ed", re.IGNORECASE)
_HARMLESS = frozenset(
    {"poll", "read", "readline", "is_alive", "getsockname", "fileno", "setsockopt", "bind", "listen", "start", "write", "send"}
)
_REGISTERS = re.compile(r"cleanup|finalizer|callback|defer|teardown|atexit", re.IGNORECASE)
"""Parts of names of methods that take what runs when the test is over."""
_CLEANS = re.compile(
    r"clean|remov|delet|destroy|dispos|purge|wipe|reset|stop|shut|clos|kill|terminat|final|tear|join|exit|quit|rm|unlink|undo|restore|release|end|disconnect|drop",
    re.IGNORECASE,
)
"""Parts of names that promise an end."""
