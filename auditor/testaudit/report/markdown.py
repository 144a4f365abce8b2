"""Markdown for a job's summary or a comment on a pull request: both documents as tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from testaudit.findings import Finding
from testaudit.report.changes import Changes, changes
from testaudit.report.checklist import MARKS
from testaudit.report.documents import LAYERS, CheckDocument, ChecklistEntry, ReportDocument, TestEntry, UnknownEntry
from testaudit.report.figures import figures_of
from testaudit.report.screen import clean
from testaudit.report.words import counted, listed, share

MOST_MOVED = 25
MOST_PULLS = 5
MOST_UNKNOWN = 5
"""A comment on a pull request is read as a whole, or not at all (and GitHub takes 65,536 characters)."""


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
    """`report --format markdown`; with a base the change against it, and the whole checklist folded."""
    lines = [*_pyramid(document), *_thresholds(document), *_groups(document)]
    if document.base is not None:
        found = changes(document, document.base.document)
        lines += [*_moved(found), *_points(found)]
    lines += _pulls(document)
    whole = list(_checklist(document.checklist))
    if document.base is not None and whole:
        whole = ["", "<details><summary>The checklist</summary>", *whole, "", "</details>"]
    return "\n".join([*lines, *whole]) + "\n"


def _finding_row(finding: Finding) -> tuple[str, ...]:
    place = f"{_code(finding.place.path)}:{finding.place.line}"
    links = "".join(f"<br>{_code(note.place.path)}:{note.place.line}: {_prose(note.message)}" for note in finding.evidence)
    return place, finding.severity.name.lower(), f"{finding.code} {finding.rule}", _prose(finding.message) + links


def _pyramid(document: ReportDocument) -> Iterator[str]:
    figures, pyramid, base = figures_of(document.tests), document.pyramid, document.base
    said = f"**testaudit**: {counted(pyramid.total, 'test')} in {counted(figures.files, 'file')}"
    if base is None:
        yield f"{said}."
    else:
        before = base.document.pyramid
        yield f"{said}, {pyramid.total - before.total:+,} against {_code(base.revision)} ({base.commit[:9]})."
    yield ""
    rows = []
    for layer in reversed(LAYERS):
        effects = ", ".join(f"{name} {number:,}" for name, number in figures.effects.get(layer, ()))
        count, part = pyramid.count(layer), share(pyramid.count(layer), pyramid.total)
        uncertain = f"{figures.uncertain.get(layer, 0):,}"
        if base is None:
            rows.append((layer, f"{count:,}", part, uncertain, effects))
        else:
            before = base.document.pyramid
            moved = _percent(count, pyramid.total) - _percent(before.count(layer), before.total)
            tests = f"{count:,} ({count - before.count(layer):+,})" if count != before.count(layer) else f"{count:,}"
            rows.append((layer, tests, f"{part} ({moved:+.1f})" if abs(moved) >= 0.05 else part, uncertain, effects))
    yield from _table(("Layer", "Tests", "Share", "Uncertain", "Effects"), rows)
    if document.unknown:
        yield from ("", f"Uncertain because nothing is known of: {', '.join(_unknown(one) for one in document.unknown[:MOST_UNKNOWN])}.")


def _unknown(one: UnknownEntry) -> str:
    return f"{_code(one.name)} ({one.tests:,})"


def _percent(count: int, total: int) -> float:
    return 100 * count / total if total else 0.0


def _thresholds(document: ReportDocument) -> Iterator[str]:
    for index, threshold in enumerate(document.thresholds):
        mark, word = ("✓", "passes") if threshold.passed else ("✗", "fails")
        yield from ("",) if index == 0 else ()
        yield f"- {mark} threshold {threshold.of} {_escape(threshold.bound)} {word}: {threshold.percent:.1f} %"


def _groups(document: ReportDocument) -> Iterator[str]:
    if not document.groups:
        return
    yield ""
    rows = []
    for group in document.groups:
        counts = (group.pyramid.total, *(group.pyramid.count(layer) for layer in LAYERS), group.pyramid.uncertain)
        rows.append((_code(group.name), *(f"{count:,}" for count in counts)))
    yield from _table(((document.by or "").capitalize(), "Tests", *LAYERS, "Uncertain"), rows)


def _moved(found: Changes) -> Iterator[str]:
    """The tests whose layer changed, the new ones above the unit layer, and how many are gone."""
    heavier = [(test, "new") for test in found.new if test.layer != "unit"]
    rows = [(test, f"was {before}") for test, before in found.moved] + heavier
    if rows:
        shown = [(_code(test.id), f"{test.layer} ({said})", _chain(test)) for test, said in rows[:MOST_MOVED]]
        yield ""
        yield from _table(("Test", "Layer", "Evidence"), shown)
    if len(rows) > MOST_MOVED:
        yield ""
        yield f"And {counted(len(rows) - MOST_MOVED, 'more test')} of another layer, or new above the unit layer."
    light = len(found.new) - len(heavier)
    told = [f"{counted(light, 'new unit test')}" if light else "", f"{counted(len(found.gone), 'test')} gone" if found.gone else ""]
    if any(told):
        yield ""
        yield f"{listed([part for part in told if part])}."


def _chain(test: TestEntry) -> str:
    return "<br>".join(f"{_code(link.path)}:{link.line}: {_prose(link.message)}" for link in test.evidence)


def _points(found: Changes) -> Iterator[str]:
    for index, (point, before) in enumerate(found.points):
        yield from ("",) if index == 0 else ()
        yield f"- {_prose(point.item)}: {before.replace('-', ' ')} → {MARKS[point.status]} {point.status.replace('-', ' ')}"


def _pulls(document: ReportDocument) -> Iterator[str]:
    if not document.pulls:
        return
    yield ""
    rows = []
    for pull in document.pulls[:MOST_PULLS]:
        where = f"{_code(pull.path)}:{pull.line}" if pull.path is not None else pull.origin
        rows.append((_code(pull.name), f"{pull.alone:,}", f"{pull.ways:,}", ", ".join(pull.effects), where))
    yield from _table(("Pulls tests out of the unit layer", "Alone", "Way", "Brings", "Defined in"), rows)


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
