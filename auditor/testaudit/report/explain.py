"""The terminal's page on one test: its layer and why, its fixtures in setup order and as a tree, its findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from testaudit.report.documents import CheckDocument, FixtureEntry, TestEntry
from testaudit.report.draw import draw
from testaudit.report.graph.documents import GraphDocument
from testaudit.report.graph.tree import tree
from testaudit.report.lines import EMPTY, Line, Span, columns, wrap
from testaudit.report.screen import PLAIN, Screen, clean
from testaudit.report.text import finding_lines
from testaudit.report.words import counted


def render(tests: Sequence[TestEntry], document: CheckDocument, screen: Screen = PLAIN, graph: GraphDocument | None = None) -> str:
    """The tests (one test may run in several sessions), what they get as a tree of `graph`, and the findings about them, as text for
    `screen`."""
    return draw(lines(tests, document, screen.width, graph), screen)


def lines(tests: Sequence[TestEntry], document: CheckDocument, width: int | None, graph: GraphDocument | None = None) -> Iterator[Line]:
    """The page line by line, wrapped at `width` cells (None: never)."""
    for test in tests:
        yield from _test(test, width)
        yield from _requests(test, graph) if graph is not None else ()
        yield EMPTY
    if not document.findings:
        yield (Span("No findings", "good"),)
        return
    yield (Span("Findings", "heading"),)
    for finding in document.findings:
        yield from finding_lines(finding, document.source_lines.get(finding.place.path, {}), width)
        yield EMPTY


def _test(test: TestEntry, width: int | None) -> Iterator[Line]:
    yield (Span(clean(test.id), "path"),)
    variants = f", {counted(test.variants, 'variant')}" if test.variants != 1 else ""
    yield from wrap([Span(f"session {clean(test.session)}, {test.runner}{variants}", "dim")], 2, 2, width)
    yield EMPTY
    certainty = "" if test.certain else ", uncertain: something that matters could not be resolved"
    declared = f" (declared: {test.declared_layer})" if test.declared_layer not in {None, test.layer} else ""
    yield from wrap([Span("Layer", "heading"), Span("  "), Span(test.layer, test.layer), Span(f"{declared}{certainty}")], 0, 2, width)
    effects = ", ".join(test.effects) if test.effects else "none"
    yield from wrap([Span("effects: ", "dim"), Span(effects)], 2, 4, width)
    for link in test.evidence:
        yield from wrap([Span(f"{clean(link.path)}:{link.line}: ", "place"), Span(clean(link.message))], 2, 4, width)
    if test.fixtures:
        yield EMPTY
        yield from wrap([Span("Fixtures", "heading"), Span("  in setup order", "dim")], 0, 0, width)
        for line in columns([_fixture(fixture) for fixture in test.fixtures]):
            yield (Span("  "), *line)


def _requests(test: TestEntry, graph: GraphDocument) -> Iterator[Line]:
    rows = tree(graph, test.id)
    if rows:
        yield EMPTY
        yield (Span("Requests", "heading"), Span("  who asks for whom, and where", "dim"))
        yield from rows


def _fixture(fixture: FixtureEntry) -> tuple[Span, ...]:
    where = f"{clean(fixture.path)}:{fixture.line}" if fixture.path is not None else fixture.origin
    said = [word for word, holds in (("autouse", fixture.autouse), ("requested at run time", fixture.dynamic)) if holds]
    said += [f"overrides {clean(path)}:{line}" for path, line in fixture.overrides]
    style = "unmet" if fixture.origin == "unresolved" else "place"
    return Span(clean(fixture.name), "code"), Span(fixture.scope), Span(where, style), Span(", ".join(said), "dim")
