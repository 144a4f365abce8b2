"""Reports on files given as text."""

from collections.abc import Mapping
from pathlib import Path

from testaudit import audit
from testaudit.config import load_config
from testaudit.report.documents import ReportDocument, TestEntry
from tests.auditing import write


def reported(root: Path, files: Mapping[str, str]) -> ReportDocument:
    """What `report` says of these files below `root` (an empty folder)."""
    write(root, {"pyproject.toml": "", **files})
    return audit.report([str(root)], load_config(root, {}), jobs=1)


def only_test(root: Path, files: Mapping[str, str]) -> TestEntry:
    """The entry of the one test in these files; a run that failed somewhere is no answer."""
    document = reported(root, files)
    assert document.errors == ()
    (test,) = document.tests
    return test


def chain(test: TestEntry) -> list[str]:
    """The evidence as `path:line message`."""
    return [f"{link.path}:{link.line} {link.message}" for link in test.evidence]
