"""The graph of what calls what, and which effects can be reached in it although some ways are cut."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from testaudit.analyses.doubles.cuts import Cut, Way
from testaudit.analyses.doubles.ways import Ways
from testaudit.analyses.effects.heirs import Heirs, is_abstract
from testaudit.analyses.effects.readings import Readings
from testaudit.analyses.effects.search import Found, Search
from testaudit.analyses.effects.touches import HEAVY, MAX_DOUBT, Edge, Node
from testaudit.knowledge.naming import is_capitalised
from testaudit.link.linked import Linked
from testaudit.read.facts import Attr, Call, Class, Function, Name
from testaudit.records import dataclass, field

HANDLED = frozenset({"browser", "database", "database-server", "cache", "queue", "container"})
"""Effects of objects that may be made around a handle: `ActionChains(driver)`, `Session(engine)`."""


@dataclass(slots=True, eq=False)
class Reach:
    """The graph; grows with every `add`."""

    context: Linked
    readings: Readings
    ways: Ways
    _callers: dict[Node, list[tuple[Node, Edge]]] = field(default_factory=dict)
    _bits: dict[Class | str, int] = field(default_factory=dict)
    _waiting: list[tuple[Node, Edge]] = field(default_factory=list)
    _dispatched: set[tuple[Edge, Class, bool]] = field(default_factory=set)
    _made_of_base: dict[Class, list[Class]] = field(default_factory=dict)
    _needed: dict[Class | str, None] = field(default_factory=dict)
    _bases: dict[Class, None] = field(default_factory=dict)
    _mattering: int = 0
    _heirs: Heirs = field(init=False)

    def __post_init__(self) -> None:
        self._heirs = Heirs(self.context)

    _ways: dict[Edge, tuple[Way, ...]] = field(default_factory=dict)
    _extents: dict[Node, tuple[tuple[int, int, Cut, bool], ...]] = field(default_factory=dict)
    _kept: dict[tuple[Node, frozenset[Cut], int], tuple[Found, ...]] = field(default_factory=dict)

    # ------------------------------------------------------------------------------------------------------------- growth

    def add(self, roots: Iterable[Node]) -> None:
        """Read these nodes and all that they reach, objects of derived classes included that somebody makes."""
        changed = self._read([node for node in roots if not node.read])
        while fresh := self._dispatch():
            changed += [*self._read(fresh), *fresh]
        self._solve(changed)
        kinds = {*self._needed, *(kind for base in self._bases for kind in self._made_of_base.get(base, ()))}
        self._mattering = sum(self._bits.get(kind, 0) for kind in kinds)

    @property
    def depends_on_objects(self) -> bool:
        """Whether somewhere an overriding method would run if only somebody made an object of its class."""
        return bool(self._waiting)

    def _read(self, pending: list[Node]) -> list[Node]:
        changed: list[Node] = []
        while pending:
            node = pending.pop()
            if node.read:
                continue
            self.readings.read(node)
            changed.append(node)
            for kind in node.makes:
                node.made |= self._bits.setdefault(kind, 1 << len(self._bits))
            for edge in node.edges:
                self._enter(node, edge)
                if edge.target is not None and not edge.target.read:
                    pending.append(edge.target)
        return changed

    def _enter(self, node: Node, edge: Edge) -> None:
        if edge.needs is not None:
            self._needed.setdefault(edge.needs)
        if edge.target is not None:
            self._callers.setdefault(edge.target, []).append((node, edge))
            if edge.base is not None and edge.target.is_function:
                self._waiting.append((node, edge))
        elif edge.bits and edge.doubt <= MAX_DOUBT:
            node.masks[edge.doubt] |= edge.bits

    def _dispatch(self) -> list[Node]:
        """Adds, for calls through an annotated base class, the overriding methods of derived classes that are made anywhere; the nodes to
        read."""
        names = self.context.names
        derived: dict[Class, list[Class]] = {}
        for kind in self._bits:
            if isinstance(kind, Class):
                for base in names.mro(kind):
                    if isinstance(base, Class) and base is not kind:
                        derived.setdefault(base, []).append(kind)
        self._made_of_base = derived
        fresh: list[Node] = []
        for node, edge in self._waiting:
            assert edge.base is not None
            assert edge.target is not None
            method = edge.target.frame.scope
            assert isinstance(method, Function)
            for kind in derived.get(edge.base, ()):
                fresh += self._add(node, edge, method, kind, needs=True)
            if node.is_test and is_abstract(method):
                for kind in self._heirs.of(edge.base):
                    fresh += self._add(node, edge, method, kind, needs=False)
        return fresh

    def _add(self, node: Node, edge: Edge, method: Function, kind: Class, *, needs: bool) -> Iterator[Node]:
        """Adds a derived class's method to a call of its base's: where such an object is made, or (of an abstract method that the tests
        call, for somebody must have it) where no object of any derived class is known to be made."""
        if (edge, kind, needs) in self._dispatched:
            return
        self._dispatched.add((edge, kind, needs))
        found = self.context.names.attribute(kind, method.name, instance=True)
        if isinstance(found, Function) and found is not method:
            target = self.readings.function(found, kind)
            other = Edge(edge.start, edge.end, edge.expr, edge.frame, target=target, doubt=edge.doubt + (not needs))
            other.needs, other.instead_of = (kind, None) if needs else (None, edge.base)
            if needs:
                self._needed.setdefault(kind)
            elif edge.base is not None:
                self._bases.setdefault(edge.base)
            node.edges.append(other)
            self._callers.setdefault(target, []).append((node, other))
            yield from (node, target)

    def _solve(self, changed: list[Node]) -> None:
        """Brings masks and what is made up to date, for the new nodes and all that call them."""
        for node in changed:
            for level in range(1, MAX_DOUBT + 1):
                node.masks[level] |= node.masks[level - 1]
        touched = dict.fromkeys(changed)
        for node in changed:
            touched.update((edge.target, None) for edge in node.edges if edge.target is not None)
        work = deque(touched)
        queued = set(touched)
        while work:
            node = work.popleft()
            queued.discard(node)
            for caller, edge in self._callers.get(node, ()):
                if _merge(node, caller, edge) and caller not in queued:
                    queued.add(caller)
                    work.append(caller)

    # -------------------------------------------------------------------------------------------------------------- made

    def allows(self, needs: Class | str | None, made: int) -> bool:
        """Whether an object of exactly this class, or of this library, is made by code whose `made` bits these are."""
        return needs is None or bool(self._bits.get(needs, 0) & made)

    def makes_some(self, base: Class, made: int) -> bool:
        """Whether an object of a class that derives from `base` is made by code whose `made` bits these are."""
        return any(self.allows(kind, made) for kind in self._made_of_base.get(base, ()))

    def made_of(self, kind: str) -> int:
        """The bit of a library of which objects come from elsewhere (a plugin's fixture)."""
        bit = self._bits.setdefault(kind, 1 << len(self._bits))
        if kind in self._needed:
            self._mattering |= bit
        return bit

    def that_matters(self, made: int) -> int:
        """Those of these `made` bits on which it depends whether something happens."""
        return made & self._mattering

    # -------------------------------------------------------------------------------------------------------------- cuts

    def lasting(self, node: Node) -> frozenset[Cut]:
        """What is cut for whoever ran a node's code."""
        return frozenset(cut for _, _, cut, lasting in self.extents(node) if lasting)

    def extents(self, node: Node, active: tuple[Node, ...] = ()) -> tuple[tuple[int, int, Cut, bool], ...]:
        """The extents of a node's own cuts and of those that the test support which it calls leaves in force."""
        held = self._extents.get(node)
        if held is not None:
            return held
        if node in active or len(active) > 12:
            return ()
        found = [(e.start, e.end, e.cut, e.lasting) for e in node.extents]
        if node.is_test:
            for edge in node.edges:
                if edge.target is not None and edge.target.is_function and edge.target.is_test:
                    inner = self.extents(edge.target, (*active, node))
                    found += [(edge.start, len(node.module.source), cut, True) for _, _, cut, lasting in inner if lasting]
        self._extents[node] = tuple(dict.fromkeys(found))
        return self._extents[node]

    def replaces_a_sibling(self, edge: Edge, cuts: Iterable[Cut]) -> bool:
        """Whether another function of the library's module that an effect comes from is doubled (`requests.post`, and not `requests.get`):
        who doubles one of them knows which one runs, so that conditions hardly lead to the others."""
        name = self.context.knowledge.canonical(edge.symbol)
        others = (cut.owner for cut in cuts if cut.kind == "way" and isinstance(cut.owner, str) and cut.owner != name)
        return any(module and name.startswith(f"{module}.") for other in others if (module := other.rpartition(".")[0]))

    def replaces_another_arm(self, node: Node, edge: Edge, cuts: frozenset[Cut]) -> bool:
        """Whether what reaches out in another arm of the `if` that an edge stands in is doubled: who doubles that knows which arm runs."""
        for arms in node.arms:
            if any(edge in arm for arm in arms):
                others = (other for arm in arms if edge not in arm for other in arm)
                return any(_reaches_out(other) and self.is_cut(other, cuts) for other in others)
        return False

    def is_cut(self, edge: Edge, cuts: Iterable[Cut]) -> bool:
        return any(self._cuts(cut, edge) for cut in cuts)

    def _cuts(self, cut: Cut, edge: Edge) -> bool:
        if cut.kind == "effect":
            return edge.effect == cut.owner
        if cut.kind == "function":
            return edge.target is not None and edge.target.frame.scope is cut.owner
        if cut.kind == "type":
            if isinstance(edge.typed, str):
                return isinstance(cut.owner, str) and (edge.typed == cut.owner or edge.typed.startswith(f"{cut.owner}."))
            return edge.typed is not None and edge.typed is cut.owner
        if cut.kind == "library":
            assert isinstance(cut.owner, str)
            if not edge.symbol:
                return False
            name = self.context.knowledge.canonical(edge.symbol)
            return name == cut.owner or name.startswith(cut.owner + ".")
        if edge not in self._ways:
            self._ways[edge] = tuple(dict.fromkeys(self._ways_of(edge)))
        return any(self.ways.cuts_way(cut, way) for way in self._ways[edge])

    def _ways_of(self, edge: Edge) -> Iterator[Way]:
        """The ways to what is called; and to the handle around which an object of a library is made (`ActionChains(driver)`): it does
        nothing else than what that does."""
        yield from self.ways.of(edge.expr, edge.frame)
        if edge.effect in HANDLED and isinstance(edge.expr, Call) and is_capitalised(edge.symbol.rpartition(".")[2]):
            handle = edge.expr.positional(0)
            if isinstance(handle, Name | Attr):
                yield from self.ways.of(handle, edge.frame)

    # ------------------------------------------------------------------------------------------------------------ search

    def search(self, node: Node, cuts: frozenset[Cut], made: int, *, keep: bool, importing: bool = False) -> tuple[Found, ...]:
        """Every effect that can be reached from a node, each by the way with the fewest conditions, then the fewest calls; and what does
        not resolve on the way. `keep` remembers the answer, for nodes that several tests start from; `importing`: it is a module's."""
        if not node.masks[MAX_DOUBT]:
            return ()
        key = (node, cuts, made)
        if keep and key in self._kept:
            return self._kept[key]
        found = tuple(Search(self, made, importing=importing).run(node, cuts))
        if keep:
            self._kept[key] = found
        return found


def _reaches_out(edge: Edge) -> bool:
    return bool((edge.target.masks[MAX_DOUBT] if edge.target is not None else edge.bits) & HEAVY)


def _merge(node: Node, caller: Node, edge: Edge) -> bool:
    """Adds what can be reached from a node to its caller; whether that was anything new."""
    changed = False
    for level in range(edge.doubt, MAX_DOUBT + 1):
        if node.masks[level - edge.doubt] & ~caller.masks[level]:
            caller.masks[level] |= node.masks[level - edge.doubt]
            changed = True
    if edge.doubt == 0 and edge.needs is None and node.made & ~caller.made:
        caller.made |= node.made
        changed = True
    return changed
