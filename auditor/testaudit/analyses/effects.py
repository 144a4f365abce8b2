"""What every test touches, directly or through fixtures, helpers and the code under test, and the chain that leads there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from testaudit.analyses.cuts import Cut
from testaudit.analyses.doubles import Doubles
from testaudit.analyses.own_code import Needs, parts
from testaudit.analyses.reach import Reach
from testaudit.analyses.readings import Readings
from testaudit.analyses.roots import Link, Root, Roots
from testaudit.analyses.search import Found
from testaudit.analyses.touches import BITS, Edge, Node
from testaudit.analyses.ways import Ways
from testaudit.knowledge.schema import EFFECTS
from testaudit.link.linked import linked
from testaudit.model import Fixture, Suite, Test, place_of
from testaudit.records import dataclass


@dataclass(slots=True, frozen=True)
class Effect:
    """One effect of a test; `symbol` is the library's name that has it, `chain` how the test gets there, the test's own place first;
    `doubt` how many conditions of the code under test stand before it; `ambient`: it belongs to a session-wide setup that neither the test
    nor a narrower fixture asks for."""

    name: str
    symbol: str
    chain: tuple[Link, ...]
    doubt: int = 0
    ambient: bool = False
    host: str | None = None
    """The other machine where it happens, when the source fixes one."""


@dataclass(slots=True, frozen=True)
class Touched:
    """What a test touches, in the order of EFFECTS (one effect twice: at a fixed host, and elsewhere), and the relevant names that did not
    resolve."""

    effects: tuple[Effect, ...]
    unknown: tuple[Link, ...]
    doubtful: tuple[Effect, ...] = ()
    """Effects behind more conditions of the code under test than are believed: they may happen."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(effect.name for effect in self.effects))


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
        context = linked(suite)
        doubles = Doubles(context)
        readings = Readings(context, doubles)
        self._reach = Reach(context, readings, Ways(context))
        self._ways_in = Roots(context, readings, doubles)
        self._answers: dict[Test, Touched] = {}
        self._parted: dict[Node, Sequence[tuple[Needs, Node]]] = {}
        self._roots = {test: tuple(self._ways_in.of(test)) for test in (suite.tests if tests is None else tests)}
        self._reach.add(root.node for roots in self._roots.values() for root in roots if root.node is not None)

    def of(self, test: Test) -> Touched:
        """What the test touches."""
        if test not in self._answers:
            self._answers[test] = self._judge(test)
        return self._answers[test]

    def could_bring(self, used: Iterable[tuple[Fixture, Test]]) -> frozenset[str]:
        """Every effect that the code of these fixtures could have, each in a test that uses it, whatever is doubled; all that there are
        where it depends on objects that the tests make."""
        nodes = [self._ways_in.fixture(fixture, test) for fixture, test in used if fixture.function is not None]
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

    def _parts(self, root: Root, test: Test) -> Sequence[tuple[Needs, Node]]:
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
        found: _Best = {}
        unknown: dict[Link, None] = {}
        doubtful: _Best = {}
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
            tuple(found[key] for key in _KEYS if key in found),
            tuple(unknown),
            tuple(doubtful[key] for key in _KEYS if key in doubtful and key not in found),
        )

    def _entered(self, test: Test) -> Iterator[tuple[Root, frozenset[Cut], int]]:
        """The test's ways in as they are run, each with what is cut by then and what is made for the test."""
        roots = self._roots[test]
        cuts = frozenset(self._ways_in.cuts(test))
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


_Best = dict[tuple[str, bool], Effect]
_KEYS = tuple((name, elsewhere) for name in EFFECTS for elsewhere in (False, True))


def _better(found: _Best, effect: Effect) -> None:
    key = (effect.name, effect.host is not None)
    held = found.get(key)
    if held is None or (effect.ambient, effect.doubt, len(effect.chain)) < (held.ambient, held.doubt, len(held.chain)):
        found[key] = effect


def _effects(found: Iterable[Found], root: Root) -> Iterator[Effect]:
    """The effects of one way in, the doubtful ones among them."""
    return (_effect(one, root) for one in found if isinstance(one.what, Edge) and _counts(one.what, one.doubt, root))


def _touched(found: Iterable[Found], root: Root) -> tuple[tuple[str, str], ...]:
    edges = (one.what for one in found if isinstance(one.what, Edge) and one.doubt <= root.limit and _counts(one.what, one.doubt, root))
    return tuple((edge.effect or "", edge.symbol) for edge in edges)


def _counts(edge: Edge, doubt: int, root: Root) -> bool:
    """What importing runs happens once, whoever is tested: only what surely runs counts, and a socket is a probe of the machine."""
    return not root.importing or (doubt <= root.limit and edge.effect != "socket")


def _effect(one: Found, root: Root) -> Effect:
    edge = one.what
    assert isinstance(edge, Edge)
    assert edge.effect is not None
    calls = [Link(call.place, f"calls `{call.target.name}`") for call in one.calls if call.target is not None]
    name = edge.symbol.removeprefix("builtins.")
    where = f" at {edge.host}" if edge.host is not None else ""
    end = Link(edge.place, f"`{name}` touches: {edge.effect}{where}")
    return Effect(edge.effect, edge.symbol, (*root.head, *calls, end), one.doubt, root.ambient, edge.host)
