"""What makes a large graph readable: twins share a box, and what everybody asks for is named in the boxes instead of with arrows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from testaudit.records import dataclass, field, replace
from testaudit.report.graph.documents import Edge, FixtureNode, GraphDocument

HUBS = (16, 8, 4)
"""More arrows than these to one box are words in the boxes that they come from: the first number, or while there are more than
`MANY_ARROWS` the next one."""
MANY_ARROWS = 400
ROUNDS = 8


@dataclass(slots=True, frozen=True)
class Folded:
    """`groups` are the fixtures of each box by the box's id, `uses` what each box names instead of an arrow, `edges` what is left to draw,
    between boxes, and `hubs` how many fixtures ask for one that has no arrows."""

    groups: Mapping[str, tuple[FixtureNode, ...]]
    uses: Mapping[str, tuple[str, ...]]
    edges: tuple[Edge, ...]
    hubs: Mapping[str, int] = field(default_factory=dict)


def plain(document: GraphDocument) -> Folded:
    """Every fixture in its own box, with all arrows but the implied ones."""
    return Folded({node.id: (node,) for node in document.fixtures}, {}, tuple(edge for edge in document.edges if not edge.implied))


def folded(document: GraphDocument) -> Folded:
    """The repository's fixtures in few boxes. Twins stand in one file, ask for the same fixtures and are asked for by the same ones."""
    for most in HUBS:
        found = _folded(document, most)
        if len(found.edges) <= MANY_ARROWS:
            break
    return found


def _folded(document: GraphDocument, most: int) -> Folded:
    known = document.by_id
    nodes = {node.id: node for node in document.fixtures if node.origin not in ("builtin", "plugin")}
    uses: dict[str, set[str]] = {}
    edges = []
    for edge in document.edges:
        if edge.source in nodes and edge.target in nodes:
            edges += [] if edge.implied else [edge]
        elif edge.source in nodes:
            uses.setdefault(edge.source, set()).add(f"{known[edge.target].name}{' (overridden)' if edge.how == 'overrides' else ''}")
    arrows = Counter(target for _, target, _ in _between(edges, _twins(nodes, edges, uses)))
    hubs = {target for target, count in arrows.items() if count > most}
    in_words = [edge for edge in edges if edge.target in hubs and edge.how in ("requests", "dynamic")]
    for edge in in_words:
        uses.setdefault(edge.source, set()).add(nodes[edge.target].name)
    edges = [edge for edge in edges if edge.target not in hubs or edge.how not in ("requests", "dynamic")]
    twin_of = _twins(nodes, edges, uses, hubs)
    groups: dict[str, list[FixtureNode]] = {}
    for key, node in nodes.items():
        groups.setdefault(twin_of[key], []).append(node)
    return Folded(
        {key: tuple(group) for key, group in groups.items()},
        {key: tuple(sorted(uses.get(key, ()))) for key in groups},
        tuple(_between(edges, twin_of).values()),
        Counter(edge.target for edge in in_words),
    )


def _twins(
    nodes: Mapping[str, FixtureNode], edges: Iterable[Edge], uses: Mapping[str, set[str]], alone: Iterable[str] = ()
) -> Mapping[str, str]:
    """The first of its twins for every fixture; in rounds, for those who ask for twins may be twins for that. Those in `alone` have none,
    and those that nothing connects are all twins in their file."""
    twin_of = {key: key for key in nodes}
    single = frozenset(alone)
    for _ in range(ROUNDS):
        given: dict[str, set[tuple[str, str]]] = {}
        asked: dict[str, set[tuple[str, str]]] = {}
        for source, target, how in _between(edges, twin_of):
            given.setdefault(source, set()).add((target, how))
            asked.setdefault(target, set()).add((source, how))
        first: dict[object, str] = {}
        found = {}
        for key, node in nodes.items():
            out, into = given.get(twin_of[key]), asked.get(twin_of[key])
            names = frozenset(uses.get(key, ())) if out or into else frozenset()
            like = (key,) if key in single else (node.path, frozenset(out or ()), frozenset(into or ()), names)
            found[key] = first.setdefault(like, key)
        if found == twin_of:
            break
        twin_of = found
    return twin_of


def _between(edges: Iterable[Edge], twin_of: Mapping[str, str]) -> dict[tuple[str, str, str], Edge]:
    """The edges between boxes, each once."""
    found: dict[tuple[str, str, str], Edge] = {}
    for edge in edges:
        source, target = twin_of[edge.source], twin_of[edge.target]
        if source != target or edge.source == edge.target:
            found.setdefault((source, target, edge.how), replace(edge, source=source, target=target))
    return found
