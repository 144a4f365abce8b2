"""What every test touches, directly or through fixtures, helpers and the code under test, and the chain that leads there."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from testaudit.analyses.doubles import Cut, Doubles, Way
from testaudit.analyses.touches import Edge, Node, Touches
from testaudit.knowledge.schema import EFFECTS
from testaudit.link.linked import linked
from testaudit.model import External, Fixture, FixtureUse, Place, Suite, Test, place_of
from testaudit.read.facts import Class, Function, Module

BITS = {effect: 1 << index for index, effect in enumerate(EFFECTS)}


@dataclass(slots=True, frozen=True)
class Link:
    """One link of a chain of evidence: where, and what is to be seen there."""

    place: Place
    message: str


@dataclass(slots=True, frozen=True)
class Effect:
    """One effect of a test; `symbol` is the library's name that has it, `chain` how the test gets there, the test's own place first."""

    name: str
    symbol: str
    chain: tuple[Link, ...]
    doubt: int = 0


@dataclass(slots=True, frozen=True)
class Touched:
    """What a test touches, in the order of EFFECTS, and the relevant names that did not resolve."""

    effects: tuple[Effect, ...]
    unknown: tuple[Link, ...]

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
    fixture: bool = False


@dataclass(slots=True, eq=False)
class _Graph:
    """All nodes that the suite's tests reach, with the effects that can be reached from each."""

    touches: Touches
    callers: dict[Node, list[Node]] = field(default_factory=dict)

    def add(self, roots: Iterable[Node]) -> None:
        """Read the nodes and all that they reach, and bring the masks up to date."""
        pending = [node for node in roots if not node.read]
        changed: list[Node] = []
        while pending:
            node = pending.pop()
            if node.read:
                continue
            self.touches.read(node)
            for edge in node.edges:
                if edge.target is not None:
                    self.callers.setdefault(edge.target, []).append(node)
                    if not edge.target.read:
                        pending.append(edge.target)
                elif edge.effect is not None:
                    node.mask |= BITS[edge.effect]
            changed.append(node)
        for node in changed:
            for edge in node.edges:
                if edge.target is not None:
                    node.mask |= edge.target.mask
        work = deque(node for node in changed if node.mask)
        while work:
            node = work.popleft()
            for caller in self.callers.get(node, ()):
                if node.mask & ~caller.mask:
                    caller.mask |= node.mask
                    work.append(caller)


class Effects:
    """Effects of a suite's tests; each test is answered once."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        self._names = self._context.names
        self._knowledge = self._context.knowledge
        self._doubles = Doubles(self._context)
        self._touches = Touches(self._context, self._doubles)
        self._graph = _Graph(self._touches)
        self._answers: dict[Test, Touched] = {}
        self._fixtures: dict[object, Node] = {}
        self._ways: dict[Edge, tuple[Way, ...]] = {}
        self._extents: dict[Node, tuple[tuple[int, int, Cut, bool], ...]] = {}
        self._imports: dict[Module, tuple[Module, ...]] = {}

    def of(self, test: Test) -> Touched:
        """What the test touches."""
        if test not in self._answers:
            self._answers[test] = self._judge(test)
        return self._answers[test]

    # ------------------------------------------------------------------------------------------------------------- roots

    def _judge(self, test: Test) -> Touched:
        roots = list(self._roots(test))
        self._graph.add(root.node for root in roots if root.node is not None)
        cuts = frozenset(self._outer_cuts(test))
        found: dict[str, Effect] = {}
        unknown: dict[Link, None] = {}
        for root in roots:
            if root.effect is not None:
                if Cut("effect", root.effect) not in cuts:
                    found.setdefault(root.effect, Effect(root.effect, root.symbol, root.head))
            elif root.node is not None:
                missing = root.node.mask & ~sum(BITS[name] for name in found if not found[name].doubt)
                if missing or root.node.unknown:
                    for effect in self._reach(root, cuts, missing, unknown):
                        held = found.get(effect.name)
                        if held is None or (effect.doubt, len(effect.chain)) < (held.doubt, len(held.chain)):
                            found[effect.name] = effect
                if root.fixture:
                    cuts |= self._lasting(root.node)
        return Touched(tuple(found[name] for name in EFFECTS if name in found), tuple(unknown))

    def _roots(self, test: Test) -> Iterator[_Root]:
        head = Link(test.place, f"`{test.name}`")
        yield from self._declared_effects(test, head)
        module = self._touches.module(test.function.module)
        yield _Root((head, Link(_first_line(test.function.module), "importing this file runs its code")), module)
        for imported in self._imported(test.function.module):
            yield _Root((head, Link(_first_line(imported), "importing this file runs its code")), self._touches.module(imported))
        for use in test.closure:
            chain = (head, *self._requests(use, test))
            if use.fixture.function is not None:
                yield _Root(chain, self._fixture(use.fixture, test), fixture=True)
            elif use.fixture.effect is not None:
                yield _Root(chain, effect=use.fixture.effect, symbol=use.fixture.name)
        yield _Root((head,), Node(self._context.values.test_frame(test), test.name))

    def _declared_effects(self, test: Test, head: Link) -> Iterator[_Root]:
        """Effects of markers and of the library classes that the test's class derives from."""
        for name, expr in test.marks:
            marker = self._knowledge.marker(name)
            if marker is None:
                continue
            if marker.effect is not None:
                yield _Root((head, Link(test.place, f"is marked `{name}`")), effect=marker.effect, symbol=name)
            for wanted in marker.fixtures:
                fixture = self._knowledge.fixture(wanted, [marker.plugin])
                if fixture is not None and fixture.effect is not None:
                    yield _Root((head, Link(test.place, f"is marked `{name}`")), effect=fixture.effect, symbol=name)
            del expr
        if test.owner is not None:
            for base in self._names.mro(test.owner):
                symbol = self._knowledge.symbol(base.name) if isinstance(base, External) else None
                if symbol is not None and symbol.effect is not None and isinstance(base, External):
                    yield _Root((head, Link(_place(test.owner), f"its class derives from `{base.name}`")), effect=symbol.effect, symbol=base.name)

    def _requests(self, use: FixtureUse, test: Test) -> tuple[Link, ...]:
        """How the test comes to use a fixture: who asks for whom."""
        by = {u.fixture: u for u in test.closure}
        chain: list[Link] = []
        at: FixtureUse | None = use
        while at is not None and len(chain) < 12:
            place = at.fixture.definition or test.place
            how = "used automatically" if at.fixture.autouse and at.requested_by is None else "fixture"
            chain.append(Link(place, f"{how} `{at.name}`"))
            at = by.get(at.requested_by) if at.requested_by is not None else None
        return tuple(reversed(chain))

    def _fixture(self, fixture: Fixture, test: Test) -> Node:
        chosen = tuple(test.fixture(name) for name in fixture.requests)
        key = (fixture, chosen, test.owner if fixture.owner is not None else None)
        if key not in self._fixtures:
            frame = self._context.values.fixture_frame(fixture, test)
            assert frame is not None
            self._fixtures[key] = Node(frame, fixture.name)
        return self._fixtures[key]

    def _imported(self, module: Module) -> tuple[Module, ...]:
        """The first-party modules whose code runs when a test file is imported: test support with all that it imports, and what those import directly."""
        if module not in self._imports:
            found: dict[Module, None] = {}
            pending = [module]
            while pending:
                at = pending.pop()
                for imported in at.imports:
                    path = self._context.workspace.find(imported.module, at.path) if not imported.level else None
                    other = self._context.workspace.module(path) if path is not None else None
                    if other is not None and other not in found and other is not module:
                        found[other] = None
                        if self._context.is_test_code(other.path):
                            pending.append(other)
            self._imports[module] = tuple(found)
        return self._imports[module]

    # -------------------------------------------------------------------------------------------------------------- cuts

    def _outer_cuts(self, test: Test) -> Iterator[Cut]:
        """Cuts that are in force for the whole test: library fixtures, markers, and decorators of its class."""
        for use in test.closure:
            if use.fixture.function is None and use.fixture.origin != "unresolved":
                known = self._knowledge.fixture(use.name, self._knowledge.plugins())
                if known is not None and known.cuts:
                    yield from self._doubles.interceptor(known.cuts)
        for name, _ in test.marks:
            marker = self._knowledge.marker(name)
            if marker is not None and marker.cuts:
                yield from self._doubles.interceptor(marker.cuts)
        classes = [base for base in self._names.mro(test.owner) if isinstance(base, Class)] if test.owner is not None else []
        for cls in classes:
            for decorator in cls.decorators:
                frame = self._context.values.module_frame(cls.module)
                value = self._context.values.evaluate(decorator.func, frame)
                yield from self._doubles.made_by(decorator.expr, value, frame)

    def _lasting(self, node: Node) -> frozenset[Cut]:
        """What is cut for whoever ran a node's code."""
        return frozenset(cut for _, _, cut, lasting in self._extents_of(node) if lasting)

    def _extents_of(self, node: Node, active: tuple[Node, ...] = ()) -> tuple[tuple[int, int, Cut, bool], ...]:
        """The extents of a node's own cuts and of those that the test support which it calls leaves in force."""
        held = self._extents.get(node)
        if held is not None:
            return held
        if node in active or len(active) > 12:
            return ()
        found = [(e.start, e.end, e.cut, e.lasting) for e in node.extents]
        if node.frame.test is not None or self._context.is_test_code(node.module.path):
            for edge in node.edges:
                if edge.target is not None and self._context.is_test_code(edge.target.module.path) and isinstance(edge.target.frame.scope, Function):
                    for _, _, cut, lasting in self._extents_of(edge.target, (*active, node)):
                        if lasting:
                            found.append((edge.start, len(node.module.source), cut, True))
        self._extents[node] = tuple(dict.fromkeys(found))
        return self._extents[node]

    def _is_cut(self, edge: Edge, cuts: Iterable[Cut]) -> bool:
        for cut in cuts:
            match cut.kind:
                case "effect":
                    if edge.effect == cut.owner:
                        return True
                case "function":
                    if edge.target is not None and edge.target.frame.scope is cut.owner:
                        return True
                case "library":
                    assert isinstance(cut.owner, str)
                    name = self._knowledge.canonical(edge.symbol) if edge.effect is not None else ""
                    if name == cut.owner or name.startswith(cut.owner + "."):
                        return True
                case _:
                    if edge not in self._ways:
                        self._ways[edge] = tuple(dict.fromkeys(self._doubles.ways(edge.expr, edge.frame)))
                    if any(self._doubles.cuts_way(cut, way) for way in self._ways[edge]):
                        return True
        return False

    # ------------------------------------------------------------------------------------------------------------- reach

    def _reach(self, root: _Root, cuts: frozenset[Cut], wanted: int, unknown: dict[Link, None]) -> Iterator[Effect]:
        """The effects among `wanted` that can be reached from a root although some ways are cut, each by its shortest chain."""
        assert root.node is not None
        start = (root.node, cuts)
        came: dict[tuple[Node, frozenset[Cut]], tuple[tuple[Node, frozenset[Cut]], Edge] | None] = {start: None}
        cost = {start: 0}
        levels: list[deque[tuple[Node, frozenset[Cut]]]] = [deque([start])]
        level = 0
        while level < len(levels):
          queue = levels[level]
          if not queue:
            level += 1
            continue
          if True:
            state = queue.popleft()
            if cost[state] < level: continue
            node, active = state
            mine = self._context.is_test_code(node.module.path)
            for missing in node.unknown:
                unknown.setdefault(Link(place_of(missing.module, missing.start, missing.start), missing.why))
            extents = self._extents_of(node)
            for edge in node.edges:
                bits = BITS[edge.effect] if edge.effect is not None else edge.target.mask if edge.target is not None else 0
                if not bits & wanted and not (edge.target is not None and edge.target.unknown):
                    continue
                inside = active.union(cut for first, last, cut, _ in extents if first <= edge.start < last) if extents else active
                if inside and self._is_cut(edge, inside):
                    continue
                doubt = level + (0 if mine else edge.doubt)
                if edge.effect is not None:
                    if doubt > level:
                        pend = levels
                        while len(pend) <= doubt: pend.append(deque())
                    wanted &= ~bits
                    yield Effect(edge.effect, edge.symbol, (*root.head, *self._chain(came, state), _touch(edge)), doubt)
                elif edge.target is not None:
                    following = (edge.target, inside)
                    if following not in came or doubt < cost[following]:
                        came[following] = (state, edge)
                        cost[following] = doubt
                        while len(levels) <= doubt: levels.append(deque())
                        levels[doubt].append(following)
            if not wanted:
                return

    @staticmethod
    def _chain(came: dict[tuple[Node, frozenset[Cut]], tuple[tuple[Node, frozenset[Cut]], Edge] | None], state: tuple[Node, frozenset[Cut]]) -> list[Link]:
        chain: list[Link] = []
        step = came[state]
        while step is not None:
            state, edge = step
            assert edge.target is not None
            chain.append(Link(edge.place, f"calls `{edge.target.name}`"))
            step = came[state]
        return chain[::-1]


def _touch(edge: Edge) -> Link:
    name = edge.symbol.removeprefix("builtins.")
    return Link(edge.place, f"`{name}` touches: {edge.effect}")


def _first_line(module: Module) -> Place:
    return place_of(module, 0, 0)


def _place(cls: Class) -> Place:
    return place_of(cls.module, cls.name_start, cls.name_end)


