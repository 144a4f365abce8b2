"""The fixture graph of a suite, whole or around a name, as a document; redundant edges are known by networkx."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from testaudit.analyses.fixtures.requests import Request, own_requests, requests_of
from testaudit.errors import UsageError, nearest
from testaudit.model import Fixture, Place, Suite, Test
from testaudit.records import dataclass, field, replace
from testaudit.report.graph.documents import Edge, FixtureNode, GraphDocument, How, TestsNode

FEW_TESTS = 12
"""So many tests are drawn one by one; more are counted by their files, and those of more files than `FEW_FILES` by their folders."""
FEW_FILES = 16


def whole(suite: Suite, tests: Sequence[Test]) -> GraphDocument:
    """All fixtures that the modules of `suite` define or `tests` use, with the tests counted."""
    drawn = _Map()
    for fixture in suite.fixtures:
        drawn.node(fixture)
    _fill(drawn, tests)
    return _document(drawn, (), total=len({test.id for test in tests}))


def around(suite: Suite, tests: Sequence[Test], name: str, depth: int | None) -> GraphDocument:
    """The neighbourhood of a test (a node id), of the tests of a class or file, or of all fixtures called `name`: up to `depth` edges away
    in the direction of requests, and against it. `path:line:name`, the id of a node, is one fixture alone.

    Raises `UsageError` for a name that neither a test nor a fixture has.
    """
    wanted = name.partition("[")[0] if "::" in name else name
    meant = [test for test in tests if test.id == wanted or test.id.startswith(f"{wanted}::")]
    if meant:
        return _around_tests(meant, name, depth)
    drawn = _Map()
    for fixture in suite.fixtures:
        drawn.node(fixture)
    _fill(drawn, tests)
    chosen = [key for key, node in drawn.fixtures.items() if name in (node.name, key, f"{node.path}::{node.name}")]
    if not chosen:
        known = {test.name: test.id for test in tests} | {test.id: test.id for test in tests}
        known |= {node.name: node.name for node in drawn.fixtures.values()}
        close = nearest(wanted, sorted(known))
        what = f"{name}: no runner collects such a test" if "::" in name else f"`{name}` is neither a test nor a fixture"
        raise UsageError(f"{what}{f'; did you mean `{known[close]}`?' if close else ''}")
    return _around_fixtures(drawn, tests, chosen, name, depth)


@dataclass(slots=True)
class _Gathered:
    """What is known of an edge so far."""

    place: Place | None
    tests: set[str] = field(default_factory=set)
    silent: bool = False


@dataclass(slots=True)
class _Map:
    """Nodes and edges while they are gathered, by their ids."""

    fixtures: dict[str, FixtureNode] = field(default_factory=dict)
    users: dict[str, set[str]] = field(default_factory=dict)
    askers: dict[str, set[str]] = field(default_factory=dict)
    edges: dict[tuple[str, str, How], _Gathered] = field(default_factory=dict)

    def node(self, fixture: Fixture) -> str:
        key = _key(fixture)
        if key not in self.fixtures:
            place = fixture.definition if fixture.origin == "repository" else None
            self.fixtures[key] = FixtureNode(
                id=key,
                name=fixture.name,
                scope=fixture.scope,
                autouse=fixture.autouse,
                parametrized=fixture.parametrized,
                kind=fixture.kind,
                origin=fixture.origin,
                path=place.path if place else None,
                line=place.line if place else None,
                group=fixture.owner.name if fixture.owner is not None else "",
            )
        return key

    def unresolved(self, name: str) -> str:
        key = f"unresolved:{name}"
        self.fixtures.setdefault(key, FixtureNode(key, name, "unknown", False, False, "value", "unresolved", None, None))
        return key

    def target(self, request: Request) -> str:
        return self.unresolved(request.name) if request.given is None else self.node(request.given)

    def edge(self, source: str, target: str, how: How, place: Place | None, tests: Iterable[str], *, silent: bool = False) -> None:
        self.edges.setdefault((source, target, how), _Gathered(place, silent=silent)).tests.update(tests)


def _key(fixture: Fixture) -> str:
    place = fixture.definition
    if fixture.origin == "repository" and place is not None:
        return f"{place.path}:{place.line}:{fixture.name}"
    return f"{fixture.origin}:{fixture.name}"


def _fill(drawn: _Map, tests: Sequence[Test]) -> None:
    """Add what the tests' fixtures ask for, and count who uses them; tests that get the same fixtures are looked at once."""
    alike: dict[tuple[int, frozenset[str]], list[Test]] = {}
    for test in tests:
        alike.setdefault((id(test.closure), frozenset(test.direct)), []).append(test)
        for request in own_requests(test):
            if request.how != "autouse":
                drawn.askers.setdefault(drawn.target(request), set()).add(test.id)
    for group in alike.values():
        ids = [test.id for test in group]
        for use in group[0].closure:
            drawn.users.setdefault(drawn.node(use.fixture), set()).update(ids)
            _override(drawn, group[0], use.fixture, ids)
        for name in group[0].unresolved:
            drawn.users.setdefault(drawn.unresolved(name), set()).update(ids)
        for request in requests_of(group[0]):
            if request.asker is not None:
                drawn.edge(drawn.node(request.asker), drawn.target(request), request.how, request.place(group[0]), ids)


def _override(drawn: _Map, test: Test, fixture: Fixture, tests: Iterable[str]) -> None:
    """An override that does not ask for what it hides is an edge all the same, along which nothing is got. Where it is not certain which
    plugins there are, none of theirs is said to be hidden."""
    if fixture.kind == "value" and fixture.overrides and fixture.name not in fixture.requests:
        hidden = fixture.overrides[0]
        if hidden.origin != "plugin" or test.session.environment.exact:
            drawn.edge(drawn.node(fixture), drawn.node(hidden), "overrides", fixture.definition, tests, silent=True)


def _around_tests(tests: Sequence[Test], name: str, depth: int | None) -> GraphDocument:
    drawn = _Map()
    _fill(drawn, tests)
    groups = _grouped(tests)
    for test in tests:
        for request in own_requests(test):
            drawn.edge(groups[test.id].id, drawn.target(request), request.how, request.place(test), [test.id])
    nodes = [replace(node, around=True) for node in dict.fromkeys(groups.values())]
    kept = _near(drawn, [node.id for node in nodes], depth)
    return _document(_cut(drawn, kept), (), nodes, around=name, depth=depth, total=len({test.id for test in tests}))


def _around_fixtures(drawn: _Map, tests: Sequence[Test], chosen: Sequence[str], name: str, depth: int | None) -> GraphDocument:
    below = _near(drawn, chosen, depth)
    above = _near(drawn, chosen, depth, against=True)
    asking = {key for key in above if depth is None or above[key] < depth}
    requests: list[tuple[Test, Request, str]] = [
        (test, request, target) for test in tests for request in own_requests(test) if (target := _target(request)) in asking
    ]
    groups = _grouped([test for test, _, _ in requests])
    cut = _cut(drawn, {**below, **above})
    for test, request, target in requests:
        cut.edge(groups[test.id].id, target, request.how, request.place(test), [test.id])
    total = len({test.id for test in tests})
    return _document(cut, chosen, list(dict.fromkeys(groups.values())), around=name, depth=depth, total=total)


def _target(request: Request) -> str:
    return f"unresolved:{request.name}" if request.given is None else _key(request.given)


def _grouped(tests: Sequence[Test]) -> Mapping[str, TestsNode]:
    """The node that each test is drawn as, by its id: itself where they are few, else its file or folder with their number."""
    by_id = {test.id: test for test in tests}
    if len(by_id) <= FEW_TESTS:
        return {test.id: TestsNode(test.id, test.path, test.place.line, 1) for test in by_id.values()}
    places = {test.path: test.path for test in by_id.values()}
    while len(set(places.values())) > FEW_FILES and any("/" in place for place in places.values()):
        deepest = max(place.count("/") for place in places.values())
        places = {path: place.rpartition("/")[0] if place.count("/") == deepest else place for path, place in places.items()}
    held: dict[str, list[str]] = {}
    for test in by_id.values():
        held.setdefault(places[test.path], []).append(test.id)
    return {one: TestsNode(place, place, None, len(ids)) for place, ids in held.items() for one in ids}


def _near(drawn: _Map, start: Sequence[str], depth: int | None, *, against: bool = False) -> Mapping[str, int]:
    """The nodes that can be reached along the edges (or against them) in `depth` steps, each with its distance."""
    import networkx as nx  # its import costs 40 bare starts of Python: for this command only

    graph = nx.DiGraph()
    graph.add_nodes_from(start)
    graph.add_edges_from((target, source) if against else (source, target) for source, target, _ in drawn.edges)
    distances: dict[str, int] = {}
    for node in start:
        for other, distance in nx.single_source_shortest_path_length(graph, node, cutoff=depth).items():
            distances[other] = min(distance, distances.get(other, distance))
    return distances


def _cut(drawn: _Map, kept: Mapping[str, int]) -> _Map:
    """The part of a map that has only these nodes."""
    return _Map(
        {key: node for key, node in drawn.fixtures.items() if key in kept},
        drawn.users,
        drawn.askers,
        {edge: gathered for edge, gathered in drawn.edges.items() if edge[0] in kept and edge[1] in kept},
    )


def _document(
    drawn: _Map,
    chosen: Sequence[str],
    tests: Sequence[TestsNode] = (),
    *,
    around: str | None = None,
    depth: int | None = None,
    total: int,
) -> GraphDocument:
    drawn_as_one = {node.id for node in tests if node.tests > 1}
    implied = _implied(drawn, drawn_as_one)
    fixtures = [
        replace(node, tests=len(drawn.users.get(key, ())), asking=len(drawn.askers.get(key, ())), around=key in chosen)
        for key, node in drawn.fixtures.items()
    ]
    edges = [
        Edge(
            source=source,
            target=target,
            how=how,
            path=gathered.place.path if gathered.place else None,
            line=gathered.place.line if gathered.place else None,
            tests=len(gathered.tests),
            implied=(source, target) in implied and how != "overrides",
            silent=gathered.silent,
        )
        for (source, target, how), gathered in drawn.edges.items()
    ]
    return GraphDocument(
        fixtures=tuple(sorted(fixtures, key=lambda node: (node.path is None, node.path or "", node.line or 0, node.name, node.id))),
        edges=tuple(sorted(edges, key=lambda edge: (edge.source, edge.target, edge.how))),
        tests=tuple(sorted(tests, key=lambda node: (node.path, node.line or 0, node.id))),
        around=around,
        depth=depth,
        total=total,
    )


def _implied(drawn: _Map, grouped: set[str]) -> set[tuple[str, str]]:
    """The edges that longer ways imply (the transitive reduction does without them). Fixtures that ask for each other in a circle keep all
    edges among them, and so do nodes that stand for several tests: what one of them gets says nothing of another one."""
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_edges_from((s, t) for (s, t, _), gathered in drawn.edges.items() if not gathered.silent and s not in grouped and s != t)
    circles = nx.condensation(graph)
    reduced = nx.transitive_reduction(circles)
    of = circles.graph["mapping"]
    return {(s, t) for s, t in graph.edges if of[s] != of[t] and not reduced.has_edge(of[s], of[t])}
