"""Markdown for a job's summary or a comment on a pull request: both documents as tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from testaudit.findings import Finding
from testaudit.report.checklist import MARKS
from testaudit.report.documents import LAYERS, CheckDocument, ChecklistEntry, ReportDocument
from testaudit.report.figures import figures_of
from testaudit.report.screen import clean
from testaudit.report.words import counted, listed, share


def check(document: CheckDocument) -> str:
    """`check --format markdown`."""
    audited = f"{counted(document.tests, 'test')} ({counted(document.files, 'file')})"
    counts = [counted(number, name) if name != "info" else f"{number} info" for name, number in document.by_severity.items()]
    said = [f"**testaudit**: {listed(counts) if counts else 'no findings'} in {audited}."]
    if document.findings:
        rows = [_finding_row(finding) for finding in document.findings]
        said += ["", *_table(("Place", "Severity", "Rule", "Finding"), rows)]
    return "\n".join(said) + "\n"


def report(document: ReportDocument) -> str:
    """`report --format markdown`."""
    return "\n".join([*_pyramid(document), *_checklist(document.checklist)]) + "\n"


def _finding_row(finding: Finding) -> tuple[str, ...]:
    place = f"{_code(finding.place.path)}:{finding.place.line}"
    links = "".join(f"<br>{_code(note.place.path)}:{note.place.line}: {_prose(note.message)}" for note in finding.evidence)
    return place, finding.severity.name.lower(), f"{finding.code} {finding.rule}", _prose(finding.message) + links


def _pyramid(document: ReportDocument) -> Iterator[str]:
    figures, pyramid = figures_of(document.tests), document.pyramid
    yield f"**testaudit**: {counted(pyramid.total, 'test')} in {counted(figures.files, 'file')}."
    yield ""
    rows = []
    for layer in reversed(LAYERS):
        effects = ", ".join(f"{name} {number:,}" for name, number in figures.effects.get(layer, ()))
        uncertain = f"{figures.uncertain.get(layer, 0):,}"
        rows.append((layer, f"{pyramid.count(layer):,}", share(pyramid.count(layer), pyramid.total), uncertain, effects))
    yield from _table(("Layer", "Tests", "Share", "Uncertain", "Effects"), rows)


def _checklist(points: Sequence[ChecklistEntry]) -> Iterator[str]:
    if not points:
        return
    yield ""
    rows = []
    for point in points:
        first = "".join(f"{_code(link.path)}:{link.line}: {_prose(link.message)}" for link in point.evidence[:1])
        rows.append((_prose(point.group), _prose(point.item), f"{MARKS[point.status]} {point.status.replace('-', ' ')}", first))
    yield from _table(("Group", "Point", "Status", "Evidence"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for row in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(row)} |"


def _code(text: str) -> str:
    """A code span that survives backticks (a longer fence) and pipes (GitHub's tables split before they read code)."""
    shown = clean(text)
    runs = [len(run) for run in re.findall(r"`+", shown)]
    fence = "`" * next(size for size in range(1, len(runs) + 2) if size not in runs)
    padding = " " if runs else ""
    return f"{fence}{padding}{shown}{padding}{fence}".replace("|", "\\|")


def _prose(text: str) -> str:
    """Text in which only `code` keeps its meaning; a message's own code spans are well formed or are escaped."""
    pieces = clean(text).split("`")
    if len(pieces) % 2 == 0:
        return _escape(clean(text)).replace("`", "\\`")
    return "".join(_code(piece) if index % 2 and piece else _escape(piece) for index, piece in enumerate(pieces))


def _escape(text: str) -> str:
    # An empty comment keeps an `@` from mentioning somebody: a backslash does not.
    return re.sub(r"([\\*_{}\[\]()<>#|~!&])", r"\\\1", text).replace("@", "@<!-- -->")
