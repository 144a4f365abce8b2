"""What every test touches, directly or through fixtures, helpers and the code under test, and the chain that leads there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from testaudit.analyses.cuts import Cut, Cuts
from testaudit.analyses.doubles import Doubles
from testaudit.analyses.dynamic_requests import guarded_requests
from testaudit.analyses.own_code import Needs, parts
from testaudit.analyses.reach import BITS, Found, Reach
from testaudit.analyses.readings import Readings
from testaudit.analyses.touches import SAID, Edge, Node
from testaudit.analyses.ways import Ways
from testaudit.knowledge.schema import EFFECTS
from testaudit.link.frames import MAX_DEPTH, Frame
from testaudit.link.linked import linked
from testaudit.model import External, Fixture, FixtureUse, Place, Suite, Test, place_of
from testaudit.read.facts import Class, Module
from testaudit.records import dataclass

TEST_DEPTH = MAX_DEPTH - 2
"""The depth at which evaluation begins in tests: values are followed through two more calls. More took twice as long and found nothing."""


@dataclass(slots=True, frozen=True)
class Link:
    """One link of a chain of evidence: where, and what is to be seen there."""

    place: Place
    message: str


@dataclass(slots=True, frozen=True)
class Effect:
    """One effect of a test; `symbol` is the library's name that has it, `chain` how the test gets there, the test's own place first;
    `doubt` how many
    conditions of the code under test stand before it; `ambient`: it belongs to a session-wide setup that neither the test nor a narrower
    fixture asks for."""

    name: str
    symbol: str
    chain: tuple[Link, ...]
    doubt: int = 0
    ambient: bool = False


@dataclass(slots=True, frozen=True)
class Touched:
    """What a test touches, in the order of EFFECTS, and the relevant names that did not resolve."""

    effects: tuple[Effect, ...]
    unknown: tuple[Link, ...]
    doubtful: tuple[Effect, ...] = ()
    """Effects behind more conditions of the code under test than are believed: they may happen."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(effect.name for effect in self.effects)


@dataclass(slots=True, eq=False)
class _Root:
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


@dataclass(slots=True, frozen=True)
class Source:
    """One way in by which a test comes to effects (each with the library's symbol that has it): a fixture (None: the test's own code, its
    imports and markers). The calls may need other fixtures: they are made on the value of one (`on_value`) or are given them."""

    fixture: Fixture | None
    effects: tuple[tuple[str, str], ...]
    ambient: bool = False
    needs: tuple[Fixture, ...] = ()
    on_value: bool = False


class Effects:
    """Effects of a suite's tests, or of some of them; all are prepared at the beginning, each is answered once."""

    def __init__(self, suite: Suite, tests: Iterable[Test] | None = None) -> None:
        self._context = linked(suite)
        self._names = self._context.names
        self._knowledge = self._context.knowledge
        self._doubles = Doubles(self._context)
        self._cuts = Cuts(self._context)
        self._readings = Readings(self._context, self._doubles)
        self._reach = Reach(self._context, self._readings, Ways(self._context))
        self._answers: dict[Test, Touched] = {}
        self._fixtures: dict[object, Node] = {}
        self._parted: dict[Node, Sequence[tuple[Needs, Node]]] = {}
        self._imports: dict[Module, tuple[Module, ...]] = {}
        self._roots = {test: tuple(self._roots_of(test)) for test in (suite.tests if tests is None else tests)}
        self._reach.add(root.node for roots in self._roots.values() for root in roots if root.node is not None)

    def of(self, test: Test) -> Touched:
        """What the test touches."""
        if test not in self._answers:
            self._answers[test] = self._judge(test)
        return self._answers[test]

    def could_bring(self, used: Iterable[tuple[Fixture, Test]]) -> frozenset[str]:
        """Every effect that the code of these fixtures could have, each in a test that uses it, whatever is doubled; all that there are
        where it depends on objects that the tests make."""
        nodes = [self._fixture(fixture, test) for fixture, test in used if fixture.function is not None]
        self._reach.add(nodes)
        if self._reach.depends_on_objects:
            return frozenset(EFFECTS)
        return frozenset(effect for effect in EFFECTS if any(node.masks[-1] & BITS[effect] for node in nodes))

    # ------------------------------------------------------------------------------------------------------------- judging

    def sources(self, test: Test) -> Iterator[Source]:
        """What the test touches, way in by way in, its own code last: what would be left if one of them were not there."""
        for root, cuts, made in self._entered(test):
            if root.effect is not None:
                if Cut("effect", root.effect) not in cuts:
                    yield Source(root.fixture, ((root.effect, root.symbol),), root.ambient)
            elif root.node is not None:
                for (needs, on_value), part in self._parts(root, test):
                    found = self._reach.search(part, cuts, made, keep=not root.own)
                    yield Source(root.fixture, _touched(found, root), root.ambient, needs, on_value)

    def _parts(self, root: _Root, test: Test) -> Sequence[tuple[Needs, Node]]:
        """A way in, parted by the fixtures that its calls need; those of a fixture are kept, for many tests use it."""
        assert root.node is not None
        if root.own:
            return tuple(parts(root.node, test.function, test))
        if root.fixture is None or root.fixture.function is None:
            return ((((), False), root.node),)
        if root.node not in self._parted:
            self._parted[root.node] = tuple(parts(root.node, root.fixture.function, test, root.fixture))
        return self._parted[root.node]

    def _judge(self, test: Test) -> Touched:
        found: dict[str, Effect] = {}
        unknown: dict[Link, None] = {}
        doubtful: dict[str, Effect] = {}
        for root, cuts, made in self._entered(test):
            if root.effect is not None and Cut("effect", root.effect) not in cuts:
                _better(found, Effect(root.effect, root.symbol, root.head, ambient=root.ambient))
            if root.node is None:
                continue
            reached = self._reach.search(root.node, cuts, made, keep=not root.own)
            for effect in _effects(reached, root):
                _better(found if effect.doubt <= root.limit else doubtful, effect)
            for one in reached:
                if not isinstance(one.what, Edge) and one.doubt <= root.limit:
                    missing = one.what
                    unknown.setdefault(Link(place_of(missing.module, missing.start, missing.start), missing.why))
        return Touched(
            tuple(found[name] for name in EFFECTS if name in found),
            tuple(unknown),
            tuple(doubtful[name] for name in EFFECTS if name in doubtful and name not in found),
        )

    def _entered(self, test: Test) -> Iterator[tuple[_Root, frozenset[Cut], int]]:
        """The test's ways in as they are run, each with what is cut by then and what is made for the test."""
        roots = self._roots[test]
        cuts = frozenset(self._outer_cuts(test))
        made = self._made_elsewhere(test)
        for root in roots:
            made |= root.node.made if root.node is not None else 0
        for root in roots:
            yield root, cuts, made
            if root.lasts and root.node is not None:
                cuts |= self._reach.lasting(root.node)

    def _made_elsewhere(self, test: Test) -> int:
        """Libraries of which plugins' fixtures hand out objects."""
        made = 0
        for use in test.closure:
            if use.fixture.function is None and use.fixture.returns is not None:
                made |= self._reach.made_of(use.fixture.returns.partition(".")[0])
        return made

    # ------------------------------------------------------------------------------------------------------------- roots

    def _roots_of(self, test: Test) -> Iterator[_Root]:
        head = Link(test.place, f"`{test.name}`")
        yield from self._declared_effects(test, head)
        for module in self._imported(test.function.module):
            yield _Root(
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
                node = self._fixture(use.fixture, test)
                yield _Root(chain, node, lasts=True, ambient=use.fixture in ambient, fixture=use.fixture)
            elif use.fixture.effect is not None:
                by = use.fixture
                yield _Root(chain, effect=by.effect, symbol=by.name, ambient=by in ambient, fixture=by)
        yield _Root((head,), Node(self._test_frame(test), test.name, is_test=True), own=True)

    def _test_frame(self, test: Test) -> Frame:
        frame = self._context.values.test_frame(test)
        frame.depth = TEST_DEPTH
        return frame

    def _declared_effects(self, test: Test, head: Link) -> Iterator[_Root]:
        """Effects of markers and of the library classes that the test's class derives from."""
        for name, _ in test.marks:
            marker = self._knowledge.marker(name)
            if marker is None:
                continue
            fixtures = (self._knowledge.fixture(wanted, [marker.plugin]) for wanted in marker.fixtures)
            for effect in (marker.effect, *(f.effect for f in fixtures if f is not None)):
                if effect is not None:
                    yield _Root((head, Link(test.place, f"is marked `{name}`")), effect=effect, symbol=name)
        for base in self._names.mro(test.owner) if test.owner is not None else ():
            symbol = self._knowledge.symbol(base.name) if isinstance(base, External) else None
            if symbol is not None and symbol.effect is not None and isinstance(base, External) and test.owner is not None:
                yield _Root(
                    (head, Link(_place(test.owner), f"its class derives from `{base.name}`")), effect=symbol.effect, symbol=base.name
                )

    def _fixture(self, fixture: Fixture, test: Test) -> Node:
        chosen = tuple(test.fixture(name) for name in fixture.requests)
        key = (fixture, chosen, test.owner if fixture.owner is not None else None)
        if key not in self._fixtures:
            frame = self._context.values.fixture_frame(fixture, test)
            assert frame is not None
            self._fixtures[key] = Node(frame, fixture.name, is_test=True)
        return self._fixtures[key]

    def _imported(self, module: Module) -> tuple[Module, ...]:
        """The first-party modules whose code runs when a test file is imported: itself, test support with all that it imports, and what
        those import
        directly."""
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

    def _outer_cuts(self, test: Test) -> Iterator[Cut]:
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


def _better(found: dict[str, Effect], effect: Effect) -> None:
    held = found.get(effect.name)
    if held is None or (effect.ambient, effect.doubt, len(effect.chain)) < (held.ambient, held.doubt, len(held.chain)):
        found[effect.name] = effect


def _ambient(test: Test, top: str) -> frozenset[Fixture]:
    """The fixtures that run only because the outermost test folder makes them automatic for every test: nothing else asks for them."""
    automatic = {use.fixture for use in test.closure if use.fixture.autouse and _stands_at(use.fixture, top)}
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


def _stands_at(fixture: Fixture, top: str) -> bool:
    """Whether a fixture is defined in a folder or in one above it."""
    folder = fixture.definition.path.rpartition("/")[0] if fixture.definition is not None else ""
    return folder in ("", top) or top.startswith(f"{folder}/")


def _effects(found: Iterable[Found], root: _Root) -> Iterator[Effect]:
    """The effects of one way in, the doubtful ones among them."""
    return (_effect(one, root) for one in found if isinstance(one.what, Edge) and _counts(one.what, one.doubt, root))


def _touched(found: Iterable[Found], root: _Root) -> tuple[tuple[str, str], ...]:
    edges = (one.what for one in found if isinstance(one.what, Edge) and one.doubt <= root.limit and _counts(one.what, one.doubt, root))
    return tuple((edge.effect or "", edge.symbol) for edge in edges)


def _counts(edge: Edge, doubt: int, root: _Root) -> bool:
    """What importing runs happens once, whoever is tested: only what surely runs counts, and a socket is a probe of the machine."""
    return not root.importing or (doubt <= root.limit and edge.effect != "socket")


def _effect(one: Found, root: _Root) -> Effect:
    edge = one.what
    assert isinstance(edge, Edge)
    assert edge.effect is not None
    calls = [Link(call.place, f"calls `{call.target.name}`") for call in one.calls if call.target is not None]
    name = edge.symbol.removeprefix("builtins.")
    return Effect(
        edge.effect, edge.symbol, (*root.head, *calls, Link(edge.place, f"`{name}` touches: {edge.effect}")), one.doubt, root.ambient
    )


def _requests(use: FixtureUse, test: Test) -> tuple[Link, ...]:
    """How the test comes to use a fixture: who asks for whom."""
    by = {u.fixture: u for u in test.closure}
    chain: list[Link] = []
    at: FixtureUse | None = use
    while at is not None and len(chain) < 12:
        fixture = at.fixture
        how = "used automatically:" if fixture.autouse and at.requested_by is None else "uses the fixture"
        chain.append(Link(fixture.definition or test.place, f"{how} `{fixture.name.strip()}`"))
        at = by.get(at.requested_by) if at.requested_by is not None else None
    return tuple(reversed(chain))


def _first_line(module: Module) -> Place:
    return place_of(module, 0, 0)


def _place(cls: Class) -> Place:
    return place_of(cls.module, cls.name_start, cls.name_end)
