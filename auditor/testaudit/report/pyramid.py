"""The terminal's report: the pyramid drawn as one, its parts, what pulls tests out of the unit layer, and the checklist."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.report.causes import group_lines, pull_lines
from testaudit.report.changes import changes
from testaudit.report.checklist import checklist_lines
from testaudit.report.documents import LAYERS, ReportDocument
from testaudit.report.draw import draw
from testaudit.report.figures import Figures, disagreements, figures_of
from testaudit.report.lines import EMPTY, Line, Span, columns, wrap
from testaudit.report.screen import PLAIN, Screen, clean
from testaudit.report.words import counted, listed, packed, share

UNWRAPPED = 100
"""The width of the drawing where the screen's is not known."""
BASE = 44
"""The cells of the drawing's base on a wide screen."""
SHOWN_MOVED = 10
SHOWN_UNKNOWN = 5


def render(document: ReportDocument, screen: Screen = PLAIN) -> str:
    """The whole document as text for `screen`."""
    return draw(lines(document, screen.width), screen)


def lines(document: ReportDocument, width: int | None) -> Iterator[Line]:
    """The document line by line, wrapped at `width` cells (None: never)."""
    figures = figures_of(document.tests)
    yield from _head(document, figures, width)
    yield EMPTY
    if document.pyramid.total:
        yield from _drawing(document, figures, width or UNWRAPPED)
        yield EMPTY
        yield from _below(document, width)
    else:
        yield (Span("No tests were found.", "partly"),)
    for kind, number in sorted(document.not_audited.items()):
        yield from wrap([Span("Not audited: ", "partly"), Span(f"{number:,} {clean(kind)}.")], 2, 2, width)
    yield from group_lines(document)
    yield from pull_lines(document, width)
    if document.checklist:
        yield EMPTY
        yield from checklist_lines(document.checklist, width)


def _head(document: ReportDocument, figures: Figures, width: int | None) -> Iterator[Line]:
    audited = f"{counted(document.pyramid.total, 'test')} in {counted(figures.files, 'file')}"
    variants = f", {figures.variants:,} with their variants" if figures.variants > document.pyramid.total else ""
    yield from wrap([Span(f"{audited}{variants}", "title")], 0, 0, width)
    for session in document.sessions:
        runner = f"{session.runner} {session.version}" if session.version else session.runner
        name = clean(session.id)
        tests = counted(figures.by_session.get(session.id, 0), "test")
        where = f" in {clean(session.root)}" if session.root != "." else ""
        configured = f", configured in {clean(session.config)}" if session.config else ""
        yield from wrap([Span(f"session {name}: ", "place"), Span(f"{runner}{where}{configured}, {tests}", "dim")], 2, 4, width)


def _drawing(document: ReportDocument, figures: Figures, width: int) -> Iterator[Line]:
    """Each layer as two rows of blocks, the heaviest layer on top, as wide as it has tests; what is uncertain is lighter, at the edges."""
    base = max(10, min(BASE, width - 46)) // 2 * 2
    pyramid = document.pyramid
    labels = columns(
        [
            (Span(layer, layer), Span(f"{pyramid.count(layer):,}", "title"), Span(share(pyramid.count(layer), pyramid.total)))
            for layer in reversed(LAYERS)
        ],
        right=frozenset({1, 2}),
    )
    for layer, label in zip(reversed(LAYERS), labels, strict=True):
        blocks = _blocks(pyramid.count(layer), figures.uncertain.get(layer, 0), max(map(pyramid.count, LAYERS)), base)
        bar = (Span("  "), Span(blocks, layer), Span("   "))
        yield (*bar, *label)
        effects = packed([f"{name} {number:,}" for name, number in figures.effects.get(layer, ())], max(20, width - base - 7))
        yield (*bar, Span("  "), Span(effects[0], "dim"))
        for more in effects[1:]:
            yield (Span(" " * (base + 7)), Span(more, "dim"))


def _blocks(count: int, uncertain: int, most: int, base: int) -> str:
    """A bar in the middle of `base` cells, which the largest layer fills; a layer with any test at all has two cells."""
    half = max(1, round(base / 2 * count / most)) if count else 0
    light = min(half, round(half * uncertain / count)) if count else 0
    return f"{'▒' * light}{'█' * (half - light) * 2}{'▒' * light}".center(base)


def _below(document: ReportDocument, width: int | None) -> Iterator[Line]:
    pyramid = document.pyramid
    if pyramid.uncertain:
        uncertain = f"{counted(pyramid.uncertain, 'test')} ({share(pyramid.uncertain, pyramid.total)})"
        certain = f"{uncertain} with an uncertain layer (▒): something that matters could not be resolved."
    else:
        certain = "Every layer is certain."
    yield from wrap([Span(certain)], 2, 2, width)
    if document.unknown:
        shown = [f"{clean(one.name)} ({one.tests:,})" for one in document.unknown[:SHOWN_UNKNOWN]]
        more = len(document.unknown) - len(shown)
        said = f"Nothing is known of {listed([*shown, counted(more, 'more name')] if more else shown)}"
        yield from wrap([Span(f"{said}: `[tool.testaudit.knowledge]` can say what they touch.")], 4, 6, width)
    yield from _base(document, width)
    yield from _thresholds(document)
    yield from _declared(document, width)


def _base(document: ReportDocument, width: int | None) -> Iterator[Line]:
    if document.base is None:
        return
    before = document.base.document.pyramid
    counts = ", ".join(f"{layer} {document.pyramid.count(layer) - before.count(layer):+,}" for layer in LAYERS)
    moved = changes(document, document.base.document).moved
    said = (
        f"Against {clean(document.base.revision)} ({document.base.commit[:9]}): {counts}; {counted(len(moved), 'test')} of another layer."
    )
    yield from wrap([Span(said)], 2, 2, width)
    for test, layer in moved[:SHOWN_MOVED]:
        yield from wrap([Span(f"{clean(test.id)}: "), Span(layer, layer), Span(" → "), Span(test.layer, test.layer)], 4, 6, width)


def _thresholds(document: ReportDocument) -> Iterator[Line]:
    for threshold in document.thresholds:
        mark, style, word = ("✓", "met", "passes") if threshold.passed else ("✗", "unmet", "fails")
        said = f" threshold {threshold.of} {threshold.bound} {word}: {threshold.percent:.1f} %"
        yield (Span("  "), Span(mark, style), Span(said))


def _declared(document: ReportDocument, width: int | None) -> Iterator[Line]:
    differing = disagreements(document.tests)
    declared = sum(test.declared_layer is not None for test in document.tests)
    if not declared:
        return
    number = sum(len(tests) for tests in differing.values())
    said = f"{counted(declared, 'test')} with a declared layer; for {number:,} it is another than what was inferred{':' if number else '.'}"
    yield from wrap([Span(said)], 2, 2, width)
    for (declared_layer, layer), tests in differing.items():
        first = min(tests, key=lambda test: (not test.certain, test.path, test.line))
        head = [Span("declared "), Span(declared_layer, declared_layer), Span(", inferred "), Span(layer, layer), Span(f": {len(tests):,}")]
        yield from wrap([*head, Span(f", as {clean(first.id)}", "dim")], 4, 6, width)
