"""One search of the graph of effects: what can be reached from a node although some ways are cut, and the calls that lead there."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from testaudit.analyses.doubles.cuts import Cut
from testaudit.analyses.effects.argument_types import left_out
from testaudit.analyses.effects.touches import BITS, DEEP, HEAVY, MAX_DOUBT, SAID, Edge, Node
from testaudit.read.facts import Call, Class, Const, Expr, Function
from testaudit.records import dataclass

if TYPE_CHECKING:
    from testaudit.analyses.effects.reach import Reach

_OF_ARGUMENTS = frozenset(
    f"builtins.{name}"
    for name in (
        "AssertionError",
        "AttributeError",
        "ImportError",
        "KeyError",
        "ModuleNotFoundError",
        "NotImplementedError",
        "TypeError",
        "ValueError",
    )
)
"""Errors about what a call is given, or needs: they come before it reaches out."""

_NO_EDGES = frozenset[Edge]()

State = tuple[Node, frozenset[Cut], bool, frozenset[str] | None, tuple[Class | str, ...], frozenset[Edge]]
"""A node, what is cut on the way to it, whether test code calls it directly, the parameters that this call gives where that is known
and matters, the errors of which the test expects one from it, and the edges that are for other types of arguments."""


@dataclass(slots=True, frozen=True, eq=False)
class Found:
    """An effect, or a name of which nothing is known, with the calls that lead there and under how many conditions."""

    what: Edge
    calls: tuple[Edge, ...]
    doubt: int


class Search:
    """One breadth-first search, level of doubt by level of doubt."""

    def __init__(self, reach: Reach, made: int, *, importing: bool = False) -> None:
        self.reach = reach
        self.made = made
        self.importing = importing
        self.came: dict[State, tuple[State, Edge] | None] = {}
        self.doubts: dict[State, int] = {}
        self.levels: list[deque[State]] = [deque() for _ in range(MAX_DOUBT + 1)]
        self.wanted = 0
        self.heavy = False
        self.pending: list[list[tuple[Edge, State]]] = [[] for _ in range(MAX_DOUBT + 1)]

    def run(self, node: Node, cuts: frozenset[Cut]) -> Iterator[Found]:
        start: State = (node, cuts, True, None, (), _NO_EDGES)
        self.came[start] = None
        self.doubts[start] = 0
        self.levels[0].append(start)
        self.wanted = node.masks[MAX_DOUBT]
        for level, queue in enumerate(self.levels):
            if level > SAID:
                self.wanted &= 0 if self.heavy else HEAVY  # what may happen besides is asked where it would change what is said
            for edge, state in self.pending[level]:
                yield from self._effect(edge, state, level)
            while queue:
                state = queue.popleft()
                if self.doubts[state] == level:
                    yield from self._visit(state, level)
                if not self.wanted:
                    return

    def _visit(self, state: State, level: int) -> Iterator[Found]:
        node, active, direct, given, fails, others = state
        extents = self.reach.extents(node)
        for edge in node.edges:
            doubt = level + (edge.doubt if direct else edge.doubt * DEEP)
            doubt += edge.aside if self.importing else 0
            if doubt > MAX_DOUBT:
                continue
            bits = edge.target.masks[MAX_DOUBT - doubt] if edge.target is not None else edge.bits
            if given is not None and any((name in given) is not wanted for name, wanted in edge.when):
                continue
            if not bits & self.wanted or not self.reach.allows(edge.needs, self.made):
                continue
            if edge in others or self._is_barred(edge, node, fails):
                continue
            inside = active.union(cut for first, last, cut, _ in extents if first <= edge.start < last) if extents else active
            if inside and (edge.undoubled or self.reach.is_cut(edge, inside)):
                continue
            if edge.target is None and (doubt or edge.also) and inside and self.reach.replaces_a_sibling(edge, inside):
                continue
            if edge.doubt and inside and node.arms and self.reach.replaces_another_arm(node, edge, inside):
                continue
            if edge.target is None:
                if doubt == level:
                    yield from self._effect(edge, state, level)
                else:
                    self.pending[doubt].append((edge, state))
                continue
            following = self._following(edge, edge.target, state, inside)
            if doubt < self.doubts.get(following, MAX_DOUBT + 1):
                self.came[following] = (state, edge)
                self.doubts[following] = doubt
                self.levels[doubt].append(following)

    def _following(self, edge: Edge, target: Node, state: State, inside: frozenset[Cut]) -> State:
        """Where a call leads, with what is known of it there."""
        node, _, direct, _, fails, _ = state
        decided = node.is_test and target.decided
        given = given_by(edge.expr, target) if decided else None
        others = left_out(edge.expr, target, edge.frame, self.reach.context.values) if decided and not target.is_test else _NO_EDGES
        by_test = node.is_test or target.is_test or (direct and _enters(node))
        errors = edge.fails or (self.reach.readings.failing.passed_on(edge, node, fails) if fails else ())
        return target, inside, by_test, given, errors, others

    def _is_barred(self, edge: Edge, node: Node, fails: tuple[Class | str, ...]) -> bool:
        """Whether an expected error comes before an edge (before what a library's public API does, one that is about arguments), or an
        object of another class is known to take its place."""
        if edge.undoubled and edge.fails and _OF_ARGUMENTS.issuperset(edge.fails):
            return True
        if fails and self.reach.readings.failing.never_comes_to(edge, node, fails):
            return True
        return edge.instead_of is not None and self.reach.makes_some(edge.instead_of, self.made)

    def _effect(self, edge: Edge, state: State, doubt: int) -> Iterator[Found]:
        if edge.bits & self.wanted:
            if edge.effect is not None:
                self.wanted &= ~edge.bits
                self.heavy = self.heavy or bool(BITS[edge.effect] & HEAVY)
            yield Found(edge, self._calls(state), doubt)

    def _calls(self, state: State) -> tuple[Edge, ...]:
        chain: list[Edge] = []
        step = self.came[state]
        while step is not None:
            state, edge = step
            chain.append(edge)
            step = self.came[state]
        return tuple(reversed(chain))


def _enters(node: Node) -> bool:
    """Whether a node's method is what a `with` runs, so that what it calls is called by whoever writes the `with`."""
    return node.name.rpartition(".")[2] in ("__enter__", "__aenter__")


def given_by(expr: Expr, node: Node) -> frozenset[str] | None:
    """The parameters of a node's function that a call gives it, those that are given None or nothing left out.

    None where that cannot be told.
    """
    function = node.frame.scope
    if not isinstance(expr, Call) or not isinstance(function, Function) or any(argument.spread for argument in expr.args):
        return None
    bound = 1 if isinstance(function.parent, Class) else 0
    names = [param.name for param in function.params if param.kind in ("positional-only", "positional")][bound:]
    positional = [argument for argument in expr.args if argument.name is None]
    pairs = [*zip(names, positional, strict=False), *((a.name, a) for a in expr.args if a.name is not None)]
    return frozenset(name for name, argument in pairs if not (isinstance(argument.value, Const) and not argument.value.value))
