"""The format of `check` for people: findings by file, with the source line, the evidence and the way out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from testaudit.findings import Finding, Severity
from testaudit.report.documents import CheckDocument, shown_lines
from testaudit.report.draw import draw
from testaudit.report.lines import EMPTY, Line, Span, wrap
from testaudit.report.screen import PLAIN, Screen, cells, clean, source_line
from testaudit.report.words import counted, listed

INDENT = 2
LONGEST_LINE = 160
"""Where the width is not known, longer source lines are cut around the place."""


def render(document: CheckDocument, screen: Screen = PLAIN) -> str:
    """The whole document as text for `screen`."""
    return draw(lines(document, screen.width), screen)


def lines(document: CheckDocument, width: int | None) -> Iterator[Line]:
    """The document line by line, wrapped at `width` cells (None: never)."""
    for path, findings in groupby(document.findings, key=lambda finding: finding.place.path):
        yield (Span(clean(path), "path"),)
        for finding in findings:
            yield from finding_lines(finding, document.source_lines.get(path, {}), width)
            yield EMPTY
    yield from _summary(document, width)


def finding_lines(finding: Finding, source: Mapping[int, str], width: int | None) -> Iterator[Line]:
    """One finding; `source` has the known lines of its file by number, `width` is in cells."""
    severity = finding.severity.name.lower()
    place = f"{finding.place.line}:{finding.place.column}"
    head = [Span(f"{place} ", "dim"), Span(severity, severity), Span(f" {finding.code}", "code"), Span(f" {finding.rule}: ", "dim")]
    hang = INDENT * 2
    yield from wrap([*head, Span(clean(finding.message))], INDENT, hang, width)
    yield from _snippet(finding, source, hang, width)
    for note in finding.evidence:
        link = Span(f"{clean(note.place.path)}:{note.place.line}: ", "place")
        yield from wrap([link, Span(clean(note.message))], hang, hang + INDENT, width)
    if finding.affects > 1:
        yield (Span(" " * hang), Span(f"concerns {counted(finding.affects, 'test')}", "dim"))
    yield from wrap(_way_out(finding), hang, hang + INDENT, width) if finding.fix is not None or finding.way_out else ()


def _way_out(finding: Finding) -> list[Span]:
    fix = finding.fix
    if fix is None:
        return [Span("way out: ", "fix"), Span(clean(finding.way_out))]
    option = "--fix" if fix.safety == "safe" else "--fix --unsafe"
    return [Span("way out: ", "fix"), Span(clean(fix.title)), Span(f" ({option})", "dim")]


def _snippet(finding: Finding, source: Mapping[int, str], indent: int, width: int | None) -> Iterator[Line]:
    """The lines of the place that are known, the place underlined in the first one and marked at the edge in the others."""
    place, severity = finding.place, finding.severity.name.lower()
    numbers = [number for number in shown_lines(place) if number in source]
    if not numbers or numbers[0] != place.line:
        return
    gutter = len(str(numbers[-1]))
    room = (width or LONGEST_LINE) - indent - gutter - 3
    for number in numbers:
        text = source[number].rstrip()
        end = place.end_column if place.end_line == place.line else len(text) + 1
        shown, start, stop = source_line(text, place.column, end) if number == place.line else source_line(text, 1, 1)
        edge = Span(f"{number:>{gutter}} ", "dim"), Span("│ ", "dim") if number == place.line else Span("┃ ", severity)
        shown, start, stop = _window(shown, start, max(stop, start + 1), room)
        yield (Span(" " * indent), *edge, Span(shown))
        if number == place.line:
            yield (Span(" " * (indent + gutter + 1)), Span("│ ", "dim"), Span(" " * start), Span("^" * (stop - start), severity))
    hidden = place.end_line - numbers[-1]
    if hidden > 0 and len(numbers) == len(shown_lines(place)) and len(numbers) > 1 and place.end_column > 1:
        yield (Span(" " * (indent + gutter + 1)), Span("┃ ", severity), Span(f"… {counted(hidden, 'more line')}", "dim"))


def _window(shown: str, start: int, stop: int, room: int) -> tuple[str, int, int]:
    """The part of a long line that fits into `room` cells and holds the place, with the place's cells in it."""
    width, room = cells(shown), max(room, 10)
    if width <= room:
        return shown, start, stop
    first = 0 if stop < room else max(0, min(start - room // 3, width - room))
    last = min(width, first + room)
    lead, tail = "…" * (first > 0), "…" * (last < width)
    cut = _cut(shown, first + len(lead), last - len(tail))
    return f"{lead}{cut}{tail}", max(start - first, len(lead)), min(stop, last) - first


def _cut(text: str, first: int, last: int) -> str:
    """The characters of `text` that lie between two cells; half of a wide one becomes a space."""
    kept, at = [], 0
    for char in text:
        size = cells(char)
        if first <= at and at + size <= last:
            kept.append(char)
        elif at < first < at + size or at < last < at + size:
            kept.append(" ")
        at += size
    return "".join(kept)


def _summary(document: CheckDocument, width: int | None) -> Iterator[Line]:
    audited = f"{counted(document.tests, 'test')} ({counted(document.files, 'file')})"
    if document.findings:
        counts = [counted(number, name) if name != "info" else f"{number} info" for name, number in document.by_severity.items()]
        worst = max(finding.severity for finding in document.findings).name.lower()
        said = [Span(f"{listed(counts)}", worst), Span(f" in {audited}.{_fixable(document.findings)}")]
    elif document.tests:
        said = [Span("No findings", "good"), Span(f" in {audited}.")]
    else:
        said = [Span("No findings, for there are no tests", "warning"), Span(f" in {counted(document.files, 'file')}.")]
    yield from wrap(said, 0, 0, width)
    if document.not_judged:
        codes = ", ".join(document.not_judged)
        yield from wrap([Span(f"Not judged, for that would need the whole suite: {codes}.", "dim")], 0, 0, width)
    if document.findings:
        yield from wrap([Span(f"`testaudit rule {_example(document)}` explains a rule.", "dim")], 0, 0, width)


def _fixable(findings: Iterable[Finding]) -> str:
    kinds = [finding.fix.safety for finding in findings if finding.fix is not None]
    safe, unsafe = kinds.count("safe"), kinds.count("unsafe")
    if safe and unsafe:
        return f" {safe} can be mended with --fix, {unsafe} more with --fix --unsafe."
    if safe or unsafe:
        return f" {safe or unsafe} can be mended with --fix{' --unsafe' if unsafe else ''}."
    return ""


def _example(document: CheckDocument) -> str:
    """The code of the worst finding, the first of its kind."""
    worst: Severity = max(finding.severity for finding in document.findings)
    return next(finding.code for finding in document.findings if finding.severity is worst)
