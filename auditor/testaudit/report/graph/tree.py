"""The terminal's trees of a fixture graph: what a test or fixture asks for, who asks for a fixture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from testaudit.report.draw import draw
from testaudit.report.graph.documents import Edge, FixtureNode, GraphDocument
from testaudit.report.lines import EMPTY, Line, Span, columns, wrap
from testaudit.report.screen import PLAIN, Screen, clean
from testaudit.report.words import counted

Row = tuple[Span, ...]


def render(document: GraphDocument, screen: Screen = PLAIN) -> str:
    """The page on the fixtures that a document is around, as text for `screen`."""
    return draw(_pages(document, screen.width), screen)


def tree(document: GraphDocument, start: str) -> list[Line]:
    """What the node `start` gets, each fixture below who asks for it; what was shown above is not taken apart again."""
    return [(Span("  "), *row) for row in columns(list(_rows(document, start, 0, set())))]


def _pages(document: GraphDocument, width: int | None) -> Iterator[Line]:
    for number, node in enumerate(node for node in document.fixtures if node.around):
        yield from [EMPTY] if number else []
        yield (Span(clean(node.name), "title"), Span("  "), Span(_place(node), "place"))
        said = [
            f"fixture of scope {node.scope}",
            *_words(node),
            counted(node.tests, "test"),
            f"{node.asking:,} of them ask for it themselves",
        ]
        yield from wrap([Span(", ".join(said), "dim")], 2, 2, width)
        below = tree(document, node.id)
        if below:
            yield from (EMPTY, (Span("Asks for", "heading"),), *below)
        above = [_asker(document, edge) for edge in document.edges if edge.target == node.id]
        if above:
            yield from (EMPTY, (Span("Asked for by", "heading"),))
            yield from ((Span("  "), *row) for row in columns(above))


def _rows(document: GraphDocument, source: str, depth: int, shown: set[str]) -> Iterator[Row]:
    nodes = document.by_id
    for edge in sorted((e for e in document.edges if e.source == source), key=lambda e: _order(e, nodes[e.target])):
        node = nodes[edge.target]
        again = node.id in shown and any(e.source == node.id for e in document.edges)
        how = [] if edge.how == "autouse" and node.autouse else [_how(edge)]
        said = [*_words(node), *how, *(["as above"] if again else [])]
        style = "unmet" if node.origin == "unresolved" else "place"
        yield Span(f"{'  ' * depth}{clean(node.name)}", "code"), Span(node.scope), Span(_place(node), style), Span(", ".join(said), "dim")
        if node.id not in shown:
            shown.add(node.id)
            yield from () if edge.silent else _rows(document, node.id, depth + 1, shown)


def _order(edge: Edge, node: FixtureNode) -> tuple[bool, str, int, str]:
    """What nobody asks for comes first, as it is set up first; the rest as it is written."""
    return edge.how != "autouse", edge.path or "", edge.line or 0, node.id


def _asker(document: GraphDocument, edge: Edge) -> Row:
    node = document.by_id.get(edge.source)
    if node is not None:
        return Span(clean(node.name), "code"), Span(_place(node), "place"), Span(_how(edge), "dim")
    tests = next(tests for tests in document.tests if tests.id == edge.source)
    number = counted(edge.tests, "test")
    place = clean(tests.id) if tests.tests == 1 else clean(tests.path)
    return Span(number), Span(place, "place"), Span(_how(edge) if tests.tests == 1 else "", "dim")


def _words(node: FixtureNode) -> Sequence[str]:
    return [word for word, holds in (("autouse", node.autouse), ("parametrized", node.parametrized)) if holds]


def _how(edge: Edge) -> str:
    place = f" in {clean(edge.path)}:{edge.line}" if edge.path is not None else ""
    match edge.how:
        case "autouse":
            return "used automatically, for it overrides one that is"
        case "dynamic":
            return f"asked for at run time{place}"
        case "overrides":
            return f"overridden{place}, and not used" if edge.silent else f"overridden, asked for{place}"
        case "requests":
            return f"asked for{place}"


def _place(node: FixtureNode) -> str:
    return f"{clean(node.path)}:{node.line}" if node.path is not None else node.origin
