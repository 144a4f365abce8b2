"""The checklist for the terminal: each point with its mark and the first of its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from testaudit.report.documents import ChecklistEntry, Status
from testaudit.report.lines import EMPTY, Line, Span, wrap
from testaudit.report.screen import clean

MARKS: dict[Status, str] = {"met": "✓", "partly": "◐", "unmet": "✗", "unknown": "?", "not-applicable": "–"}


def checklist_lines(points: Sequence[ChecklistEntry], width: int | None) -> Iterator[Line]:
    """The points group by group, in their own order."""
    counts = Counter(point.status for point in points)
    said = [f"{counts[status]} {status.replace('-', ' ')}" for status in MARKS if counts[status]]
    yield from wrap([Span("Checklist", "heading"), Span(f": {', '.join(said)}", "dim")], 0, 0, width)
    for group, members in groupby(points, key=lambda point: point.group):
        yield EMPTY
        yield (Span("  "), Span(clean(group), "title"))
        for point in members:
            yield from _point(point, width)


def _point(point: ChecklistEntry, width: int | None) -> Iterator[Line]:
    faint = "dim" if point.status == "not-applicable" else ""
    rules = f" ({', '.join(point.rules)})" if point.rules and point.status in {"partly", "unmet"} else ""
    yield from wrap([Span(MARKS[point.status], point.status), Span(f" {clean(point.item)}", faint), Span(rules, "dim")], 4, 6, width)
    for link in point.evidence[:1]:
        place = Span(f"{clean(link.path)}:{link.line}: ", "place")
        more = f" (and {len(point.evidence) - 1:,} more)" if len(point.evidence) > 1 else ""
        yield from wrap([place, Span(f"{clean(link.message)}{more}", "dim")], 6, 8, width)
