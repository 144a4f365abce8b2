"""For the terminal: the pyramids of a suite's parts, and the fixtures that pull tests out of the unit layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from testaudit.report.documents import LAYERS, PullEntry, ReportDocument
from testaudit.report.lines import EMPTY, Line, Span, columns, wrap
from testaudit.report.screen import cells, clean
from testaudit.report.words import counted, share

TOP_PULLS = 10
HEADS = {"dir": "By directory", "session": "By session", "owner": "By owner"}


def group_lines(document: ReportDocument) -> Iterator[Line]:
    """A row for each directory, session or owner; nothing where none was asked for."""
    if document.by is None or not document.groups:
        return
    yield EMPTY
    yield (Span(HEADS[document.by], "heading"),)
    rows = [[Span(""), *(Span(word, "dim") for word in ("tests", *LAYERS, "uncertain"))]]
    for group in document.groups:
        pyramid = group.pyramid
        counts = [Span(f"{pyramid.count(layer):,}" if pyramid.count(layer) else "·", layer) for layer in LAYERS]
        uncertain = share(pyramid.uncertain, pyramid.total) if pyramid.uncertain else "·"
        rows.append([Span(clean(group.name), "place"), Span(f"{pyramid.total:,}", "title"), *counts, Span(uncertain, "dim")])
    for line in columns(rows, right=frozenset({1, 2, 3, 4, 5})):
        yield (Span("  "), *line)


def pull_lines(document: ReportDocument, width: int | None) -> Iterator[Line]:
    """The fixtures through which most tests are more than unit tests; nothing where there are none."""
    if not document.pulls:
        return
    heavier = document.pyramid.total - document.pyramid.unit
    yield EMPTY
    yield (Span("Fixtures that pull tests out of the unit layer", "heading"),)
    said = (
        f"alone: how many of the {counted(heavier, 'test')} above the unit layer would be unit tests without it; "
        "way: how many it brings an effect to."
    )
    yield from wrap([Span(said, "dim")], 2, 2, width)
    rows: list[Sequence[Span]] = [[Span(word, "dim") for word in ("alone", "way", "fixture", "scope", "brings", "defined in")]]
    rows += [_row(pull) for pull in document.pulls[:TOP_PULLS]]
    for line in columns(rows, right=frozenset({0, 1})):
        yield _cut((Span("  "), *line), width)
    if len(document.pulls) > TOP_PULLS:
        yield (Span(f"  and {counted(len(document.pulls) - TOP_PULLS, 'more fixture')}", "dim"),)


def _cut(line: Line, width: int | None) -> Line:
    """A line whose last word, a path, loses its beginning where there is no room for it."""
    over = 0 if width is None else sum(cells(span.text) for span in line) - width
    last = line[-1]
    return line if over <= 0 else (*line[:-1], Span(f"…{last.text[over + 1 :]}", last.style))


def _row(pull: PullEntry) -> Sequence[Span]:
    scope = f"{pull.scope}, autouse" if pull.autouse else pull.scope
    where = f"{clean(pull.path)}:{pull.line}" if pull.path is not None else "a plugin" if pull.origin == "plugin" else pull.origin
    return (
        Span(f"{pull.alone:,}", "title" if pull.alone else "dim"),
        Span(f"{pull.ways:,}"),
        Span(clean(pull.name), "code"),
        Span(scope),
        Span(", ".join(pull.effects) or "·", "dim"),
        Span(where, "place"),
    )
