"""What a report says against the one of a base revision: tests that are new, gone or of another layer, points that are judged otherwise."""

from __future__ import annotations

from testaudit.model import Layer
from testaudit.records import dataclass
from testaudit.report.documents import ChecklistEntry, ReportDocument, Status, TestEntry


@dataclass(slots=True, frozen=True)
class Changes:
    """Each list in the order of the newer report (`gone`: of the older one); what moved with the layer, or status, that it had."""

    new: tuple[TestEntry, ...]
    gone: tuple[TestEntry, ...]
    moved: tuple[tuple[TestEntry, Layer], ...]
    points: tuple[tuple[ChecklistEntry, Status], ...]


def changes(document: ReportDocument, base: ReportDocument) -> Changes:
    """The changes from `base` to `document`; a test is the same where its id and its session are."""
    before = {(test.id, test.session): test for test in base.tests}
    now = {(test.id, test.session) for test in document.tests}
    held = [(test, before.get((test.id, test.session))) for test in document.tests]
    judged = {point.id: point.status for point in base.checklist}
    return Changes(
        new=tuple(test for test, old in held if old is None),
        gone=tuple(test for key, test in before.items() if key not in now),
        moved=tuple((test, old.layer) for test, old in held if old is not None and old.layer != test.layer),
        points=tuple((point, judged[point.id]) for point in document.checklist if judged.get(point.id, point.status) != point.status),
    )
