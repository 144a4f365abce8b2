"""The ways in by which code runs for a test: imports, markers, base classes, fixtures, and its own body."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from testaudit.analyses.doubles.cuts import Cut, Cuts
from testaudit.analyses.doubles.doubles import Doubles
from testaudit.analyses.effects.dynamic_requests import guarded_requests
from testaudit.analyses.effects.readings import Readings
from testaudit.analyses.effects.skips import Skips
from testaudit.analyses.effects.touches import PROBED, SAID, Node
from testaudit.knowledge import Marker
from testaudit.link.evaluation.marked import MARK_WORDS
from testaudit.link.frames import MAX_DEPTH, Frame
from testaudit.link.linked import Linked
from testaudit.model import External, Fixture, FixtureUse, Place, Test, place_of
from testaudit.read.facts import Call, Class, Function, Module
from testaudit.records import dataclass

A = TypeVar("A")
_NO_CUTS = frozenset[Cut]()

TEST_DEPTH = MAX_DEPTH - 2
"""The depth at which evaluation begins in tests: values are followed through two more calls. More took twice as long and found nothing."""


@dataclass(slots=True, frozen=True)
class Link:
    """One link of a chain of evidence: where, and what is to be seen there."""

    place: Place
    message: str


@dataclass(slots=True, eq=False)
class Root:
    """One way in: code that runs for the test, or an effect that a library's fixture, marker or base class has by itself. `steps` are the
    links that lead to it from the test; one without a place stands where the test does."""

    steps: tuple[tuple[Place | None, str], ...] = ()
    node: Node | None = None
    effect: str | None = None
    symbol: str = ""
    ambient: bool = False
    limit: int = SAID
    importing: bool = False
    asking: bool = False
    """It asks the machine whether the test is to be skipped."""
    fixture: Fixture | None = None

    @property
    def nodes(self) -> tuple[Node, ...]:
        return (self.node,) if self.node is not None else ()

    def head(self, test: Test) -> Iterator[Link]:
        """The links from a test to the way in."""
        yield Link(test.place, f"`{test.name}`")
        for place, message in self.steps:
            yield Link(place or test.place, message)


@dataclass(slots=True, eq=False)
class Shared:
    """The ways in that all tests have in common which stand in one file and use the same fixtures: importing the file, and the fixtures."""

    roots: tuple[Root, ...]

    @property
    def nodes(self) -> Iterator[Node]:
        return (node for root in self.roots for node in root.nodes)


class Roots:
    """Finds the ways in of tests: those that markers and classes declare, those shared with others, and last the test's own body. The code
    of a fixture, or of a module, is one node for all tests that it is the same for."""

    def __init__(self, context: Linked, readings: Readings, doubles: Doubles) -> None:
        self._context = context
        self._names = context.names
        self._knowledge = context.knowledge
        self._readings = readings
        self._doubles = doubles
        self._cuts = Cuts(context)
        self._skips = Skips(context)
        self._plugins = context.knowledge.plugins()
        self._fixtures: dict[object, Node] = {}
        self._imports: dict[Module, tuple[Root, ...]] = {}
        self._shared: dict[object, Shared] = {}
        self._automatic: dict[object, frozenset[Fixture]] = {}
        self._markers: dict[str, Marker | None] = {}
        self._asking: dict[object, bool] = {}
        self._outer: dict[object, frozenset[Cut]] = {}

    def own(self, test: Test) -> Root:
        """The test's own body."""
        frame = self._context.values.test_frame(test)
        frame.depth = TEST_DEPTH
        return Root(node=Node(frame, test.name, is_test=True))

    def shared(self, test: Test) -> Shared:
        """What the test has in common with others."""
        ambient = self._ambient(test)
        owner = test.owner if any(use.fixture.owner is not None for use in test.closure) else None
        key = (test.closure, test.function.module, owner, ambient, self._asked_marks(test))
        if key not in self._shared:
            self._shared[key] = Shared((*self._importing(test.function.module), *self._used(test, ambient)))
        return self._shared[key]

    def _asked_marks(self, test: Test) -> frozenset[str]:
        """The test's marks where one of its fixtures asks for them."""
        asks = _kept(self._asking, test.closure, lambda: any(_asks_for_marks(use.fixture) for use in test.closure))
        return frozenset(name for name, _ in test.marks) if asks else frozenset()

    def _importing(self, module: Module) -> tuple[Root, ...]:
        if module not in self._imports:
            self._imports[module] = tuple(
                Root(
                    ((place_of(imported, 0, 0), f"importing {imported.path} runs its code"),),
                    self._readings.module(imported),
                    limit=0,
                    importing=True,
                )
                for imported in self._imported(module)
            )
        return self._imports[module]

    def _used(self, test: Test, ambient: frozenset[Fixture]) -> Iterator[Root]:
        by = {use.fixture: use for use in test.closure}
        for use in test.closure:
            fixture = use.fixture
            if use.dynamic and use.requested_by is not None and use.name in guarded_requests(use.requested_by):
                continue
            if fixture.function is not None:
                yield Root(_requests(use, by), self.fixture(fixture, test), ambient=fixture in ambient, fixture=fixture)
            elif fixture.effect is not None:
                yield Root(_requests(use, by), effect=fixture.effect, symbol=fixture.name, ambient=fixture in ambient, fixture=fixture)

    def declared(self, test: Test) -> Iterator[Root]:
        """Effects of markers and of the library classes that the test's class derives from."""
        for name, _ in test.marks:
            marker = self._marker(name)
            if marker is None:
                continue
            fixtures = (self._knowledge.fixture(wanted, [marker.plugin]) for wanted in marker.fixtures)
            for effect in (marker.effect, *(f.effect for f in fixtures if f is not None)):
                if effect is not None:
                    yield Root(((None, f"is marked `{name}`"),), effect=effect, symbol=name)
        for base in self._names.mro(test.owner) if test.owner is not None else ():
            symbol = self._knowledge.symbol(base.name) if isinstance(base, External) else None
            if symbol is not None and symbol.effect is not None and isinstance(base, External) and test.owner is not None:
                step = (_place(test.owner), f"its class derives from `{base.name}`")
                yield Root((step,), effect=symbol.effect, symbol=base.name)

    def asked(self, test: Test) -> tuple[Root, ...]:
        """What is asked of the machine to decide whether the test is skipped."""
        return tuple(root for call, frame in self._skips.asked(test) for root in self._probe(call, frame))

    def _probe(self, call: Call, frame: Frame) -> Iterator[Root]:
        steps = ((place_of(frame.module, call.start, call.end), "is skipped by the answer to this"),)
        callee = self._context.values.callee(call, frame)
        for definition in callee.definitions:
            if isinstance(definition.target, Function):
                yield Root(steps, self._readings.function(definition.target), asking=True)
        for name in callee.externals:
            symbol = self._knowledge.symbol(name)
            if symbol is not None and symbol.effect in PROBED:
                yield Root(steps, effect=symbol.effect, symbol=name, asking=True)

    def _marker(self, name: str) -> Marker | None:
        if name not in self._markers:
            self._markers[name] = self._knowledge.marker(name)
        return self._markers[name]

    def fixture(self, fixture: Fixture, test: Test) -> Node:
        """The node of a fixture's code as it runs for a test."""
        chosen = tuple(test.fixture(name) for name in fixture.requests)
        marks = frozenset(name for name, _ in test.marks) if _asks_for_marks(fixture) else None
        key = (fixture, chosen, test.owner if fixture.owner is not None else None, marks)
        if key not in self._fixtures:
            frame = self._context.values.fixture_frame(fixture, test)
            assert frame is not None
            self._fixtures[key] = Node(frame, fixture.name, is_test=True)
        return self._fixtures[key]

    def _imported(self, module: Module) -> Iterable[Module]:
        """The first-party modules whose code runs when a test file is imported: itself, test support with all that it imports, and what
        those import directly."""
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
        return found

    def _ambient(self, test: Test) -> frozenset[Fixture]:
        """The fixtures that run only because the outermost test folder makes them automatic for every test: nothing else asks for them."""
        automatic = _kept(self._automatic, (test.closure, test.path), lambda: _automatic(test, self._context.test_top(test.path)))
        if not automatic:
            return automatic
        asked = tuple(param.name for param in test.function.params)
        return _kept(self._automatic, (test.closure, test.path, asked), lambda: _unasked(test, automatic))

    def cuts(self, test: Test) -> frozenset[Cut]:
        """Cuts that are in force for the whole test: library fixtures, markers, and decorators of its class."""
        found = _kept(self._outer, test.closure, lambda: frozenset(cut for use in test.closure for cut in self._fixture_cuts(use)))
        owner = test.owner
        if owner is not None:
            of_class: frozenset[Cut] = _kept(self._outer, owner, lambda: frozenset(self._class_cuts(owner)))
            found |= of_class
        for name, _ in test.marks:
            marker = self._marker(name)
            if marker is not None and marker.cuts:
                found = found.union(self._cuts.interceptor(marker.cuts))
        return found

    def _fixture_cuts(self, use: FixtureUse) -> frozenset[Cut]:
        if use.fixture.function is not None or use.fixture.origin == "unresolved":
            return _NO_CUTS
        return _kept(self._outer, use.name, lambda: frozenset(self._library_cuts(use.name)))

    def _library_cuts(self, name: str) -> Iterable[Cut]:
        known = self._knowledge.fixture(name, self._plugins)
        return () if known is None else self._cuts.interceptor(known.cuts)

    def _class_cuts(self, owner: Class) -> Iterator[Cut]:
        for cls in self._names.mro(owner):
            for decorator in cls.decorators if isinstance(cls, Class) else ():
                assert isinstance(cls, Class)
                frame = self._context.values.module_frame(cls.module)
                value = self._context.values.evaluate(decorator.func, frame)
                yield from self._doubles.made_by(decorator.expr, value, frame)


def _asks_for_marks(fixture: Fixture) -> bool:
    return fixture.function is not None and not MARK_WORDS.isdisjoint(fixture.function.words)


def _kept(answers: dict[object, A], key: object, ask: Callable[[], A]) -> A:
    if key not in answers:
        answers[key] = ask()
    return answers[key]


def _automatic(test: Test, top: str) -> frozenset[Fixture]:
    return frozenset(use.fixture for use in test.closure if use.fixture.autouse and _is_for_all(use.fixture, test, top))


def _unasked(test: Test, automatic: frozenset[Fixture]) -> frozenset[Fixture]:
    asked = {param.name for param in test.function.params}
    asked.update(use.name for use in test.closure if use.requested_by is None and use.fixture not in automatic)
    pending = [use.fixture for use in test.closure if use.name in asked]
    meanwhile: dict[Fixture, list[Fixture]] = {}
    for use in test.closure:
        if use.requested_by is not None:
            meanwhile.setdefault(use.requested_by, []).append(use.fixture)
    reached: set[Fixture] = set()
    while pending:
        fixture = pending.pop()
        if fixture not in reached:
            reached.add(fixture)
            pending += [found for name in fixture.requests if (found := test.fixture(name)) is not None]
            pending += meanwhile.get(fixture, ())  # while it runs
    return frozenset(use.fixture for use in test.closure if use.fixture not in reached)


def _is_for_all(fixture: Fixture, test: Test, top: str) -> bool:
    """Whether a fixture is for all tests of a folder or of one above; what a class or the test's own file sets up is for theirs only."""
    path = fixture.definition.path if fixture.definition is not None else ""
    folder = path.rpartition("/")[0]
    return fixture.owner is None and path != test.path and (folder in ("", top) or top.startswith(f"{folder}/"))


def _requests(use: FixtureUse, by: Mapping[Fixture, FixtureUse]) -> tuple[tuple[Place | None, str], ...]:
    """How a test comes to use a fixture: who asks for whom."""
    chain: list[tuple[Place | None, str]] = []
    at: FixtureUse | None = use
    while at is not None and len(chain) < 12:
        fixture = at.fixture
        how = "used automatically:" if at.autouse and at.requested_by is None else "uses the fixture"
        asker = at.requested_by.definition if at.requested_by is not None else None
        chain.append((fixture.definition or asker, f"{how} `{fixture.name.strip()}`"))
        at = by.get(at.requested_by) if at.requested_by is not None else None
    return tuple(reversed(chain))


def _place(cls: Class) -> Place:
    return place_of(cls.module, cls.name_start, cls.name_end)
