"""The tests' node ids, one a line: what `pytest @file` takes."""

from __future__ import annotations

from testaudit.report.documents import ReportDocument


def render(document: ReportDocument) -> str:
    """The ids in the document's order, each once (several sessions may run one test)."""
    return "".join(f"{test_id}\n" for test_id in dict.fromkeys(test.id for test in document.tests))
