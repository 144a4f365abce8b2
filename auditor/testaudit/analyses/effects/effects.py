"""What every test touches, directly or through fixtures, helpers and the code under test, and the chain that leads there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from testaudit.analyses.addresses.django_settings import DjangoSettings
from testaudit.analyses.doubles.cuts import Cut
from testaudit.analyses.doubles.doubles import Doubles
from testaudit.analyses.doubles.ways import Ways
from testaudit.analyses.effects.own_code import Needs, parts
from testaudit.analyses.effects.reach import Reach
from testaudit.analyses.effects.readings import Readings
from testaudit.analyses.effects.roots import Link, Root, Roots, Shared
from testaudit.analyses.effects.search import Found
from testaudit.analyses.effects.touches import BITS, PROBED, Edge, Node
from testaudit.knowledge.schema import EFFECTS
from testaudit.link.linked import linked
from testaudit.model import Fixture, Suite, Test
from testaudit.records import dataclass, field, replace

_DJANGO = frozenset({"django_db", "db", "transactional_db", "_django_db_helper"})
"""What pytest-django's marker and fixtures are called."""

SHOWN = 2
"""So many of the symbols that may have an effect at one place are named."""

Rank = tuple[bool, int, bool, int]
"""Of several ways the lowest convinces most: whether it is ambient, how many conditions it stands under, whether importing runs it, its
length."""


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
    importing: bool = False
    """It happens when the test's file, or what that imports, is imported."""
    host: str | None = None
    """The other machine where it happens, when the source fixes one."""

    @property
    def rank(self) -> Rank:
        """How much the chain convinces, less being better."""
        return self.ambient, self.doubt, self.importing, len(self.chain)


@dataclass(slots=True, frozen=True)
class Missing:
    """A name that the test comes to and of which nothing is known: a library's, or one of the project's own that is not there."""

    name: str
    link: Link


@dataclass(slots=True, frozen=True)
class Touched:
    """What a test touches, in the order of EFFECTS (one effect twice: at a fixed host, and elsewhere), and the relevant names that did not
    resolve."""

    effects: tuple[Effect, ...]
    unknown: tuple[Missing, ...]
    doubtful: tuple[Effect, ...] = ()
    """Effects behind more conditions of the code under test than are believed: they may happen."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(effect.name for effect in self.effects))


_NOTHING = Touched((), ())


@dataclass(slots=True, frozen=True)
class Source:
    """One way in by which a test comes to effects (each with the library's symbol that has it): a fixture (None: the test's own code, its
    imports and markers). The calls may need other fixtures: they are made on the value of one (`on_value`) or are given them."""

    fixture: Fixture | None
    effects: tuple[tuple[str, str], ...]
    ambient: bool = False
    needs: tuple[Fixture, ...] = ()
    on_value: bool = False


Key = tuple[str, bool]
"""An effect's name, and whether it happens at a fixed host that is not this machine."""
_KEYS: tuple[Key, ...] = tuple((name, elsewhere) for name in EFFECTS for elsewhere in (False, True))


@dataclass(slots=True, eq=False)
class _Best:
    """The best way to one effect so far: what is found there (nothing: the way in itself has it), and how good it is (less is better)."""

    root: Root
    found: Found | None
    rank: Rank
    _links: tuple[Link, ...] | None = None

    @property
    def links(self) -> tuple[Link, ...]:
        """The links from the way in to the effect."""
        if self._links is None:
            self._links = tuple(_links(self.found)) if self.found is not None else ()
        return self._links


@dataclass(slots=True, eq=False)
class _Said:
    """What some ways in say, effect by effect; `cuts` are in force after them."""

    found: dict[Key, _Best] = field(default_factory=dict)
    doubtful: dict[Key, _Best] = field(default_factory=dict)
    unknown: dict[str, Link] = field(default_factory=dict)
    cuts: frozenset[Cut] = frozenset()

    def copy(self) -> _Said:
        return _Said(dict(self.found), dict(self.doubtful), dict(self.unknown), self.cuts)


class Effects:
    """Effects of a suite's tests, or of some of them; all are prepared at the beginning, each is answered once.

    Tests that share their ways in, and what is doubled and made for them, share what these say.
    """

    def __init__(self, suite: Suite, tests: Iterable[Test] | None = None) -> None:
        context = linked(suite)
        doubles = Doubles(context)
        readings = Readings(context, doubles)
        self._reach = Reach(context, readings, Ways(context))
        self._roots = Roots(context, readings, doubles)
        self._django = DjangoSettings(context)
        self._answers: dict[Test, Touched] = {}
        self._parted: dict[Node, Sequence[tuple[Needs, Node]]] = {}
        self._said: dict[object, _Said] = {}
        self._sources: dict[object, tuple[tuple[Source, ...], frozenset[Cut]]] = {}
        self._made_by: dict[Shared, int] = {}
        self._own = {test: self._roots.own(test) for test in (suite.tests if tests is None else tests)}
        self._shared = {test: self._roots.shared(test) for test in self._own}
        self._asked = {test: self._roots.asked(test) for test in self._own}
        roots = (root for test, own in self._own.items() for root in (*self._shared[test].roots, *self._asked[test], own))
        self._reach.add(dict.fromkeys(node for root in roots for node in root.nodes))

    def of(self, test: Test) -> Touched:
        """What the test touches."""
        if test not in self._answers:
            self._answers[test] = self._judge(test)
        return self._answers[test]

    def could_bring(self, used: Iterable[tuple[Fixture, Test]]) -> frozenset[str]:
        """Every effect that the code of these fixtures could have, each in a test that uses it, whatever is doubled; all that there are
        where it depends on objects that the tests make."""
        nodes = [self._roots.fixture(fixture, test) for fixture, test in used if fixture.function is not None]
        self._reach.add(nodes)
        if self._reach.depends_on_objects:
            return frozenset(EFFECTS)
        return frozenset(effect for effect in EFFECTS if any(node.masks[-1] & BITS[effect] for node in nodes))

    # ------------------------------------------------------------------------------------------------------------- judging

    def sources(self, test: Test) -> Iterator[Source]:
        """What the test touches, way in by way in, its own code last: what would be left if one of them were not there."""
        cuts = self._roots.cuts(test)
        made = self._made(test)
        for root in (*self._roots.declared(test), *self._asked[test]):
            yield from self._sources_of(root, test, cuts, made)
        shared = self._shared[test]
        key = (shared, cuts, made)
        if key not in self._sources:
            found: list[Source] = []
            for root in shared.roots:
                found += self._sources_of(root, test, cuts, made)
                cuts |= self._reach.lasting(root.node) if root.node is not None else frozenset()
            self._sources[key] = tuple(found), cuts
        sources, cuts = self._sources[key]
        yield from sources
        yield from self._sources_of(self._own[test], test, cuts, made)

    def _sources_of(self, root: Root, test: Test, cuts: frozenset[Cut], made: int) -> Iterator[Source]:
        if root.effect is not None:
            if Cut("effect", root.effect) not in cuts:
                yield Source(root.fixture, ((root.effect, root.symbol),), root.ambient)
        elif root.node is not None:
            for (needs, on_value), part in self._parts(root, test):
                found = self._reach.search(part, cuts, made, keep=root is not self._own[test], importing=root.importing)
                yield Source(root.fixture, _touched(found, root), root.ambient, needs, on_value)

    def _parts(self, root: Root, test: Test) -> Sequence[tuple[Needs, Node]]:
        """A way in, parted by the fixtures that its calls need; those of a fixture are kept, for many tests use it."""
        assert root.node is not None
        if root is self._own[test]:
            return tuple(parts(root.node, test.function, test))
        if root.fixture is None or root.fixture.function is None:
            return ((((), False), root.node),)
        if root.node not in self._parted:
            self._parted[root.node] = tuple(parts(root.node, root.fixture.function, test, root.fixture))
        return self._parted[root.node]

    def _judge(self, test: Test) -> Touched:
        cuts = self._roots.cuts(test)
        made = self._made(test)
        own = self._own[test]
        said = self._said_of(self._shared[test], cuts, made)
        declared = [*self._roots.declared(test), *self._asked[test]]
        if declared:
            first = _Said(cuts=cuts)
            for root in declared:
                self._enter(root, first, made)
            said = _joined(first, said)
        if own.node is not None and own.node.masks[-1]:
            said = said.copy()
            self._enter(own, said, made, keep=False)
        if not said.found and not said.unknown and not said.doubtful:
            return _NOTHING
        return Touched(
            self._effects(said.found, test),
            tuple(Missing(name, link) for name, link in said.unknown.items()),
            self._effects({key: best for key, best in said.doubtful.items() if key not in said.found}, test),
        )

    def _effects(self, found: dict[Key, _Best], test: Test) -> tuple[Effect, ...]:
        """The effects with their chains, in the order of EFFECTS; what Django's ORM touches named by the settings."""
        effects = [_effect(found[key], test) for key in _KEYS if key in found]
        if any(_asks_django(effect) for effect in effects) and self._django.is_server(test):
            served = [_served(effect) if _asks_django(effect) else effect for effect in effects]
            best: dict[tuple[str, bool], Effect] = {}
            for effect in sorted(served, key=lambda one: one.rank):
                best.setdefault((effect.name, effect.host is not None), effect)
            effects = sorted(best.values(), key=lambda one: EFFECTS.index(one.name))
        return tuple(effects)

    def _said_of(self, shared: Shared, cuts: frozenset[Cut], made: int) -> _Said:
        key = (shared, cuts, made)
        if key not in self._said:
            said = self._said[key] = _Said(cuts=cuts)
            for root in shared.roots:
                self._enter(root, said, made)
                if root.node is not None:
                    said.cuts |= self._reach.lasting(root.node)
        return self._said[key]

    def _enter(self, root: Root, said: _Said, made: int, *, keep: bool = True) -> None:
        """Adds what one way in says, with what is cut by then."""
        length = len(root.steps)
        if root.effect is not None and Cut("effect", root.effect) not in said.cuts:
            _better(said.found, (root.effect, False), _Best(root, None, (root.ambient, 0, root.importing, length + 1)))
        for one in self._reach.search(root.node, said.cuts, made, keep=keep, importing=root.importing) if root.node is not None else ():
            what = one.what
            if what.unknown:
                if one.doubt <= root.limit and not root.importing:
                    said.unknown.setdefault(what.symbol.partition(".")[0], Link(what.place, what.unknown))
            elif what.effect is not None and _counts(what, one.doubt, root):
                best = _Best(root, one, (root.ambient, one.doubt, root.importing, length + len(one.calls) + 1))
                at_host = what.host is not None and not root.importing  # what importing fetches is no test's own journey
                _better(said.found if one.doubt <= root.limit else said.doubtful, (what.effect, at_host), best)

    def _made(self, test: Test) -> int:
        """What is made for a test, as far as it matters: by its ways in, and by the plugins whose fixtures hand out objects."""
        shared = self._shared[test]
        if shared not in self._made_by:
            made = 0
            for use in test.closure:
                if use.fixture.function is None and use.fixture.returns is not None:
                    made |= self._reach.made_of(use.fixture.returns.partition(".")[0])
            for node in shared.nodes:
                made |= node.made
            self._made_by[shared] = made
        own = self._own[test].node
        return self._reach.that_matters(self._made_by[shared] | (own.made if own is not None else 0))


def _better(held: dict[Key, _Best], key: Key, best: _Best) -> None:
    if key not in held or best.rank < held[key].rank:
        held[key] = best


def _joined(first: _Said, then: _Said) -> _Said:
    """What ways in say, and others after them."""
    for key, best in then.found.items():
        _better(first.found, key, best)
    for key, best in then.doubtful.items():
        _better(first.doubtful, key, best)
    first.unknown.update(then.unknown)
    first.cuts = then.cuts
    return first


def _touched(found: Iterable[Found], root: Root) -> tuple[tuple[str, str], ...]:
    edges = (one.what for one in found if one.what.effect is not None and one.doubt <= root.limit and _counts(one.what, one.doubt, root))
    return tuple((edge.effect or "", edge.symbol) for edge in edges)


def _counts(edge: Edge, doubt: int, root: Root) -> bool:
    """What importing runs happens once, whoever is tested: only what surely runs counts, and what is asked of the machine is no test's, but
    those' that are skipped by the answer."""
    if root.asking:
        return doubt <= root.limit and edge.effect in PROBED
    return not root.importing or (doubt <= root.limit and edge.effect not in PROBED)


def _effect(best: _Best, test: Test) -> Effect:
    """An effect of a test with the chain that leads there."""
    ambient, doubt, importing, _ = best.rank
    chain = (*best.root.head(test), *best.links)
    if best.found is None:
        end = Link(chain[-1].place, f"`{best.root.symbol}` touches: {best.root.effect}")
        return Effect(best.root.effect or "", best.root.symbol, (*chain, end), ambient=ambient)
    edge = best.found.what
    return Effect(edge.effect or "", edge.symbol, chain, doubt, ambient, importing, None if importing else edge.host)


def _asks_django(effect: Effect) -> bool:
    return effect.name == "database" and (
        effect.symbol in _DJANGO or effect.symbol.startswith(("django.", "rest_framework.", "factory.django."))
    )


def _served(effect: Effect) -> Effect:
    """The same effect on a database server."""
    end = effect.chain[-1]
    link = Link(end.place, end.message.replace("touches: database", "touches: database-server"))
    return replace(effect, name="database-server", chain=(*effect.chain[:-1], link))


def _links(found: Found) -> Iterator[Link]:
    for call in found.calls:
        if call.target is not None:
            yield Link(call.place, f"calls `{call.target.name}`{_on(call)}")
    edge = found.what
    names = " or ".join(f"`{name.removeprefix('builtins.')}`" for name in (edge.symbol, *edge.also)[:SHOWN])
    where = f" at {edge.host}" if edge.host is not None else ""
    yield Link(edge.place, f"{names} touches: {edge.effect}{where}{_on(edge)}")


def _on(edge: Edge) -> str:
    return ", on a condition" if edge.doubt else ""
