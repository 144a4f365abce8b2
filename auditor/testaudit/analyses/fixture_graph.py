"""Who asks for which fixture: the requests that are in force, the names that lead nowhere, the requests that go in a circle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from testaudit.analyses.askers import Asked, asked_by
from testaudit.analyses.decorations import Decorations
from testaudit.analyses.unread_plugins import UnreadPlugins
from testaudit.link.linked import linked
from testaudit.model import SCOPES, Fixture, Place, Suite, Test, Truth
from testaudit.read.facts import Class

_MANY = 3
"""A mistaken name is asked for once or twice. One with more askers that nothing is seen to define is that of a plugin which nobody
declared (67 suites: all such names; of those with fewer askers all were mistakes)."""


@dataclass(slots=True, eq=False)
class Request:
    """A fixture gets another one: `asker` asks for `name` and is given `given`, in these tests."""

    asker: Fixture
    name: str
    given: Fixture
    tests: list[Test] = field(default_factory=list)

    @property
    def place(self) -> Place:
        return asked_by(self.asker, self.name).place


@dataclass(slots=True, eq=False)
class Missing:
    """A name that nothing defines where these tests run. `unsure` says why something may define it after all; empty where nothing can."""

    name: str
    asked: Asked
    tests: list[Test] = field(default_factory=list)
    unsure: str = ""

    @property
    def place(self) -> Place:
        return self.asked.place


@dataclass(slots=True, eq=False)
class Cycle:
    """Fixtures that ask for each other in a circle: the first for the second, the last for the first (one alone: for itself)."""

    fixtures: tuple[Fixture, ...]
    tests: list[Test] = field(default_factory=list)
    unsure: str = ""

    @property
    def place(self) -> Place:
        return asked_by(self.fixtures[0], self.fixtures[1 % len(self.fixtures)].name).place


class FixtureGraph:
    """The fixtures of a suite's pytest tests, as each test gets them. Tests that are skipped or expected to fail ask for nothing."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._knowledge = linked(suite).knowledge
        self._unread = UnreadPlugins(self._knowledge)

    @cached_property
    def requests(self) -> tuple[Request, ...]:
        """Every request of a repository's fixture for another one that some test causes, with the definition that pytest would choose."""
        found: dict[tuple[Fixture, str, Fixture], Request] = {}
        for tests in self._alike:
            for asker, name, given in _edges(tests[0]):
                found.setdefault((asker, name, given), Request(asker, name, given)).tests += tests
        return tuple(sorted(found.values(), key=lambda request: (request.place, request.name)))

    def is_narrower(self, request: Request) -> bool:
        """Whether what is asked for lives shorter than who asks, which pytest refuses; False where a scope is not known for sure."""
        scopes = (request.given.scope, request.asker.scope)
        if "unknown" in scopes or SCOPES.index(scopes[0]) >= SCOPES.index(scopes[1]):
            return False
        return request.given.origin != "plugin" or any(self._has_it(test, request.given) for test in request.tests)

    @cached_property
    def missing(self) -> tuple[Missing, ...]:
        """The names that nothing defines, by who asks for them."""
        found: dict[tuple[Place, str], Missing] = {}
        for test in self._tests:
            for name in test.unresolved:
                for asked in _askers(test, name):
                    missing = found.setdefault((asked.place, name), Missing(name, asked))
                    missing.tests.append(test)
                    missing.unsure = missing.unsure or self._own_doubt(test, asked) or self._unread.reason(test.session, name)
        _doubt_what_many_ask_for(found.values())
        return tuple(sorted(found.values(), key=lambda missing: (missing.place, missing.name)))

    @cached_property
    def cycles(self) -> tuple[Cycle, ...]:
        """The requests that go in a circle, each circle once."""
        found: dict[frozenset[Fixture], Cycle] = {}
        for tests in self._alike:
            circle = _circle(tests[0])
            if circle:
                cycle = found.setdefault(frozenset(circle), Cycle(circle))
                cycle.tests += tests
                cycle.unsure = cycle.unsure or self._unread.overridden(tests[0].session, [fixture.name for fixture in circle])
        return tuple(sorted(found.values(), key=lambda cycle: cycle.place))

    # --------------------------------------------------------------------------------------------------------------- private

    @property
    def _tests(self) -> Iterator[Test]:
        return (test for test in self._suite.tests if test.runner == "pytest" and not test.expects_failure)

    @cached_property
    def _alike(self) -> list[list[Test]]:
        """The tests, those together that get the same fixtures and the same parameters."""
        groups: dict[tuple[int, frozenset[str]], list[Test]] = {}
        for test in self._tests:
            groups.setdefault((id(test.closure), frozenset(test.direct)), []).append(test)
        return list(groups.values())

    def _own_doubt(self, test: Test, asked: Asked) -> str:
        """Why what is asked for is not certain."""
        if test.dynamic is Truth.UNKNOWN:
            return "its parameters, or where they come from, cannot be read"
        if b"pytest_plugins" in test.module.source:
            return "its file loads plugins"
        decorations = self._suite.ask(Decorations)
        function = asked.by.function
        if isinstance(asked.by, Test) and function is not None:
            around = function.parent if isinstance(function.parent, Class) else function
            decorator = decorations.of_a_library(function) or decorations.of_a_library(around)
            if decorator is not None:
                return f"`{decorator}` may fill its parameters"
        return "its own file calls it like any other function" if decorations.is_called(test.function) else ""

    def _has_it(self, test: Test, given: Fixture) -> bool:
        """Whether a plugin that the session is known to have gives this fixture, so that its scope is certain."""
        installed = {name: entry.version for name, entry in test.session.environment.distributions.items()}
        known = self._knowledge.fixture(given.name, installed)
        return known is not None and known.scope == given.scope


def _edges(test: Test) -> Iterator[tuple[Fixture, str, Fixture]]:
    """Who of a test's fixtures asks for whom by a parameter; what parametrization fills is left out."""
    for use in test.closure:
        asker = use.fixture
        for name in asker.requests if asker.function is not None else ():
            given = None if name in test.direct else _given(test, asker, name)
            if given is not None:
                yield asker, name, given


def _given(test: Test, asker: Fixture, name: str) -> Fixture | None:
    """What a fixture gets under a name: under its own the definition that it overrides."""
    return (asker.overrides[0] if asker.overrides else None) if name == asker.name else test.fixture(name)


def _askers(test: Test, name: str) -> list[Asked]:
    """The fixtures of a test that ask for a name, and the test where it does or where none of them does."""
    asked = [asked_by(use.fixture, name) for use in test.closure if use.fixture.function is not None and name in use.fixture.requests]
    return [asked_by(test, name), *asked] if not asked or test.function.param(name) is not None else asked


def _doubt_what_many_ask_for(found: Iterable[Missing]) -> None:
    """Where a session's plugins are not known exactly and one name has many askers, whatever else it lacks may be the same plugin's."""
    left = [missing for missing in found if not missing.unsure and not missing.tests[0].session.environment.exact]
    askers = Counter((missing.tests[0].session.id, missing.name) for missing in left)
    doubtful = {session for (session, _), count in askers.items() if count >= _MANY}
    for missing in left:
        if missing.tests[0].session.id in doubtful:
            missing.unsure = "so many ask for names that nothing defines that a plugin which nobody declared must do so"


def _circle(test: Test) -> tuple[Fixture, ...]:
    """The first circle among a test's fixtures, beginning with the one that stands first; empty where there is none.

    As pytest has it: under a name that is already being set up, a fixture gets the definition that the one before it overrides; where
    there is none left, it is a circle.
    """
    named = {use.name: use.fixture for use in test.closure if not use.overridden}
    done: set[tuple[str, int]] = set()

    def visit(fixture: Fixture, chain: tuple[Fixture, ...]) -> tuple[Fixture, ...]:
        if fixture.function is None:
            return ()
        chain = (*chain, fixture)
        for name in fixture.requests:
            if name in test.direct or name not in named:
                continue
            before = [f for f in chain if f.name == name]
            definitions = (named[name], *named[name].overrides)
            if len(before) >= len(definitions):
                circle = chain[chain.index(before[-1]) :]
                first = min(range(len(circle)), key=lambda i: circle[i].definition or test.place)
                return circle[first:] + circle[:first]
            if (name, len(before)) not in done:
                found = visit(definitions[len(before)], chain)
                if found:
                    return found
                done.add((name, len(before)))
        return ()

    for use in test.closure:
        if use.requested_by is None and not use.overridden and (found := visit(use.fixture, ())):
            return found
    return ()
