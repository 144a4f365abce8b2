"""What setups and tests open, and whether something ends it for sure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from testaudit.analyses.resources.endings import Endings
from testaudit.analyses.resources.identities import Identities
from testaudit.analyses.resources.locations import Locations, Root
from testaudit.analyses.resources.opened import ON_DISK, PATHS, TEMPORARY, Ending, Opened
from testaudit.analyses.runs import Runs
from testaudit.knowledge import Symbol
from testaudit.link.frames import Definition, Frame, Instance
from testaudit.link.linked import linked
from testaudit.link.trace import Event
from testaudit.model import External, Fixture, Place, Suite, Test, Truth
from testaudit.read.facts import Attr, Call, Name, walk

USERS = 20
"""So many of a fixture's tests are searched for the end of what it opens."""
_OUTLIVING = ON_DISK | {"browser", "container", "process", "remote-object"}
"""What outlives the process; the rest ends with it, so that a setup for the whole run does nobody harm."""
_BY_THEMSELVES = ("threading.", "_thread.")
"""Threads end when their function does, and nobody can say when that is."""
_LOOKS = re.compile(r"exist|isfile|isdir|is_file|is_dir|running|alive|closed|reuse|keep|need|missing|initiali[sz]ed", re.IGNORECASE)
"""Parts of names that ask whether something is there already."""


class Resources:
    """Resources of a suite's fixtures and tests."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        self._runs = suite.ask(Runs)
        self._locations = Locations(self._context.values)
        self._identities = Identities(self._context, self._locations)
        self._endings = Endings(self._context, self._locations, self._identities)
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
        self._endings.end(opened, events, safe=False)
        self._endings.end(opened, self._runs.teardown(fixture, test), safe=True)
        for use in test.closure:
            if use.fixture is not fixture:
                self._endings.end(opened, self._runs.setup(use.fixture, test), safe=True, only_finalizers=True)
                self._endings.end(opened, self._runs.teardown(use.fixture, test), safe=True)
        for user in users[:USERS]:
            left = [resource for resource in opened if resource.harmful and resource.ended is Truth.NO]
            if left and self._runs.any_of(user, self._context.knowledge.words("ends")):
                self._endings.end(left, self._runs.body(user), safe=False)
        return opened

    def of_test(self, test: Test) -> tuple[Opened, ...]:
        """What a test's own body opens, with endings in the body and in the teardowns of its fixtures."""
        events = self._runs.body(test)
        opened = self._opened(events, None, test)
        if opened:
            self._endings.end(opened, events, safe=False)
            for use in test.closure:
                self._endings.end(opened, self._runs.setup(use.fixture, test), safe=True, only_finalizers=True)
                self._endings.end(opened, self._runs.teardown(use.fixture, test), safe=True)
        return tuple(opened)

    def is_test_case(self, test: Test) -> bool:
        """Whether the test has unittest's `addCleanup` (and cannot ask for fixtures by its parameters)."""
        bases = self._context.names.mro(test.owner) if test.owner is not None else ()
        return any(isinstance(base, External) and self._context.knowledge.is_a(base.name, "unittest.TestCase") for base in bases)

    def may_end(self, test: Test) -> bool:
        """Whether the words of the test allow it to end something, and to open (itself or through helpers) something whose leak is
        harmful: a cheap filter."""
        words = self._context.knowledge.words
        return not test.function.words.isdisjoint(words("ends")) and not self._runs.words_of(test.function).isdisjoint(words("harmful"))

    def may_start(self, test: Test) -> bool:
        """Whether the words of the test, or of helpers that it reaches, allow it to start a patcher: a cheap filter."""
        return "start" in self._runs.words_of(test.function)

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
        return any(symbol.verifies is not None for _, symbol, _ in self._identities.symbols(event))

    # ----------------------------------------------------------------------------------------------------------- opening

    def _opened(self, events: Iterable[Event], fixture: Fixture | None, test: Test) -> list[Opened]:
        found: dict[tuple[str, int], Opened] = {}
        for event in events:
            for resource in self._opened_by(event, fixture, test):
                found.setdefault((resource.kind, id(resource.call)), resource)
        return list(found.values())

    def _opened_by(self, event: Event, fixture: Fixture | None, test: Test) -> Iterator[Opened]:
        for name, symbol, definition in self._identities.symbols(event):
            call = event.call
            assert call is not None
            if symbol.opens is not None and not symbol.lazy and not self._given_up(event):
                harmful = symbol.harmful and not self._daemon(call, event.frame)
                resource = Opened(symbol.opens, name, call, event, harmful, fixture)
                if harmful and (self._may_stay(event) or name.startswith(_BY_THEMSELVES)):
                    resource.ended = Truth.UNKNOWN
                if harmful and symbol.opens in TEMPORARY and call.keyword("dir") is not None:
                    resource.ended = Truth.UNKNOWN  # who removes that folder removes it, too
                if harmful and symbol.opens in PATHS:
                    self._placed(resource, symbol, definition, test)
                yield resource
            elif symbol.starts and definition.receiver is not None:
                for thing in definition.receiver.things:
                    if isinstance(thing, Instance) and thing.call is not None and thing.frame is not None:
                        maker = self._maker(thing)
                        if maker is not None and maker.opens is not None:
                            harmful = maker.harmful and not self._daemon(thing.call, thing.frame)
                            ended = Truth.UNKNOWN if harmful and maker.name.startswith(_BY_THEMSELVES) else Truth.NO
                            yield Opened(maker.opens, maker.name, thing.call, event, harmful, fixture, ended)

    def _placed(self, resource: Opened, symbol: Symbol, definition: Definition, test: Test) -> None:
        """A file or folder does harm outside temporary folders; where it lies may not be known."""
        given = symbol.address or "0"
        resource.path = definition.receiver if given == "self" else self._identities.operand_value(given, resource.event)
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

    def _maker(self, thing: Instance) -> Symbol | None:
        if thing.call is None or thing.frame is None:
            return None
        names = self._context.values.callee(thing.call, thing.frame).externals
        return next((s for n in names if (s := self._context.knowledge.symbol(n)) is not None and s.opens), None)
