"""The ways in by which code runs for a test: imports, markers, base classes, fixtures, and its own body."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.analyses.cuts import Cut, Cuts
from testaudit.analyses.doubles import Doubles
from testaudit.analyses.dynamic_requests import guarded_requests
from testaudit.analyses.readings import Readings
from testaudit.analyses.touches import SAID, Node
from testaudit.link.frames import MAX_DEPTH, Frame
from testaudit.link.linked import Linked
from testaudit.model import External, Fixture, FixtureUse, Place, Test, place_of
from testaudit.read.facts import Class, Module
from testaudit.records import dataclass

TEST_DEPTH = MAX_DEPTH - 2
"""The depth at which evaluation begins in tests: values are followed through two more calls. More took twice as long and found nothing."""


@dataclass(slots=True, frozen=True)
class Link:
    """One link of a chain of evidence: where, and what is to be seen there."""

    place: Place
    message: str


@dataclass(slots=True, eq=False)
class Root:
    """One way in: code that runs for the test, or an effect that a library's fixture, marker or base class has by itself."""

    head: tuple[Link, ...]
    node: Node | None = None
    effect: str | None = None
    symbol: str = ""
    lasts: bool = False
    own: bool = False
    ambient: bool = False
    limit: int = SAID
    importing: bool = False
    fixture: Fixture | None = None


class Roots:
    """Finds the ways in of tests; the code of a fixture, or of a module, is one node for all tests that it is the same for."""

    def __init__(self, context: Linked, readings: Readings, doubles: Doubles) -> None:
        self._context = context
        self._names = context.names
        self._knowledge = context.knowledge
        self._readings = readings
        self._doubles = doubles
        self._cuts = Cuts(context)
        self._fixtures: dict[object, Node] = {}
        self._imports: dict[Module, tuple[Module, ...]] = {}

    def of(self, test: Test) -> Iterator[Root]:
        """The ways in of a test, as they are run; its own body is the last."""
        head = Link(test.place, f"`{test.name}`")
        yield from self._declared_effects(test, head)
        for module in self._imported(test.function.module):
            yield Root(
                (head, Link(_first_line(module), f"importing {module.path} runs its code")),
                self._readings.module(module),
                lasts=True,
                limit=0,
                importing=True,
            )
        ambient = _ambient(test, self._context.test_top(test.path))
        for use in test.closure:
            if use.dynamic and use.requested_by is not None and use.name in guarded_requests(use.requested_by):
                continue
            chain = (head, *_requests(use, test))
            if use.fixture.function is not None:
                node = self.fixture(use.fixture, test)
                yield Root(chain, node, lasts=True, ambient=use.fixture in ambient, fixture=use.fixture)
            elif use.fixture.effect is not None:
                by = use.fixture
                yield Root(chain, effect=by.effect, symbol=by.name, ambient=by in ambient, fixture=by)
        yield Root((head,), Node(self._test_frame(test), test.name, is_test=True), own=True)

    def _test_frame(self, test: Test) -> Frame:
        frame = self._context.values.test_frame(test)
        frame.depth = TEST_DEPTH
        return frame

    def _declared_effects(self, test: Test, head: Link) -> Iterator[Root]:
        """Effects of markers and of the library classes that the test's class derives from."""
        for name, _ in test.marks:
            marker = self._knowledge.marker(name)
            if marker is None:
                continue
            fixtures = (self._knowledge.fixture(wanted, [marker.plugin]) for wanted in marker.fixtures)
            for effect in (marker.effect, *(f.effect for f in fixtures if f is not None)):
                if effect is not None:
                    yield Root((head, Link(test.place, f"is marked `{name}`")), effect=effect, symbol=name)
        for base in self._names.mro(test.owner) if test.owner is not None else ():
            symbol = self._knowledge.symbol(base.name) if isinstance(base, External) else None
            if symbol is not None and symbol.effect is not None and isinstance(base, External) and test.owner is not None:
                yield Root(
                    (head, Link(_place(test.owner), f"its class derives from `{base.name}`")), effect=symbol.effect, symbol=base.name
                )

    def fixture(self, fixture: Fixture, test: Test) -> Node:
        """The node of a fixture's code as it runs for a test."""
        chosen = tuple(test.fixture(name) for name in fixture.requests)
        key = (fixture, chosen, test.owner if fixture.owner is not None else None)
        if key not in self._fixtures:
            frame = self._context.values.fixture_frame(fixture, test)
            assert frame is not None
            self._fixtures[key] = Node(frame, fixture.name, is_test=True)
        return self._fixtures[key]

    def _imported(self, module: Module) -> tuple[Module, ...]:
        """The first-party modules whose code runs when a test file is imported: itself, test support with all that it imports, and what
        those import directly."""
        if module not in self._imports:
            found: dict[Module, None] = {module: None}
            pending = [module]
            while pending:
                at = pending.pop()
                for imported in at.imports:
                    for other in self._names.named_by(imported, at):
                        if other not in found:
                            found[other] = None
                            if self._context.is_test_code(other.path):
                                pending.append(other)
            self._imports[module] = tuple(found)
        return self._imports[module]

    def cuts(self, test: Test) -> Iterator[Cut]:
        """Cuts that are in force for the whole test: library fixtures, markers, and decorators of its class."""
        for use in test.closure:
            if use.fixture.function is None and use.fixture.origin != "unresolved":
                known = self._knowledge.fixture(use.name, self._knowledge.plugins())
                if known is not None and known.cuts:
                    yield from self._cuts.interceptor(known.cuts)
        for name, _ in test.marks:
            marker = self._knowledge.marker(name)
            if marker is not None and marker.cuts:
                yield from self._cuts.interceptor(marker.cuts)
        for cls in self._names.mro(test.owner) if test.owner is not None else ():
            for decorator in cls.decorators if isinstance(cls, Class) else ():
                assert isinstance(cls, Class)
                frame = self._context.values.module_frame(cls.module)
                value = self._context.values.evaluate(decorator.func, frame)
                yield from self._doubles.made_by(decorator.expr, value, frame)


def _ambient(test: Test, top: str) -> frozenset[Fixture]:
    """The fixtures that run only because the outermost test folder makes them automatic for every test: nothing else asks for them."""
    automatic = {use.fixture for use in test.closure if use.fixture.autouse and _is_for_all(use.fixture, test, top)}
    if not automatic:
        return frozenset()
    asked = {param.name for param in test.function.params}
    asked.update(use.name for use in test.closure if use.requested_by is None and use.fixture not in automatic)
    pending = [use.fixture for use in test.closure if use.name in asked]
    reached: set[Fixture] = set()
    while pending:
        fixture = pending.pop()
        if fixture not in reached:
            reached.add(fixture)
            pending += [found for name in fixture.requests if (found := test.fixture(name)) is not None]
            pending += [use.fixture for use in test.closure if use.requested_by is fixture]  # while it runs
    return frozenset(use.fixture for use in test.closure if use.fixture not in reached)


def _is_for_all(fixture: Fixture, test: Test, top: str) -> bool:
    """Whether a fixture is for all tests of a folder or of one above; what a class or the test's own file sets up is for theirs only."""
    path = fixture.definition.path if fixture.definition is not None else ""
    folder = path.rpartition("/")[0]
    return fixture.owner is None and path != test.path and (folder in ("", top) or top.startswith(f"{folder}/"))


def _requests(use: FixtureUse, test: Test) -> tuple[Link, ...]:
    """How the test comes to use a fixture: who asks for whom."""
    by = {u.fixture: u for u in test.closure}
    chain: list[Link] = []
    at: FixtureUse | None = use
    while at is not None and len(chain) < 12:
        fixture = at.fixture
        how = "used automatically:" if at.autouse and at.requested_by is None else "uses the fixture"
        chain.append(Link(fixture.definition or test.place, f"{how} `{fixture.name.strip()}`"))
        at = by.get(at.requested_by) if at.requested_by is not None else None
    return tuple(reversed(chain))


def _first_line(module: Module) -> Place:
    return place_of(module, 0, 0)


def _place(cls: Class) -> Place:
    return place_of(cls.module, cls.name_start, cls.name_end)
