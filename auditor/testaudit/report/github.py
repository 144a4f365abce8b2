"""GitHub's workflow commands, one line a finding, which show as annotations on a pull request.

The format and its escaping: docs.github.com, "Workflow commands for GitHub Actions"; actions/toolkit, `core/src/command.ts`.
"""

from __future__ import annotations

from testaudit.errors import Problem
from testaudit.findings import Finding, Severity
from testaudit.report.documents import CheckDocument
from testaudit.report.screen import clean

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(document: CheckDocument) -> str:
    """The findings line by line, then the run's errors; nothing at all where there is none."""
    return "".join([*map(_annotation, document.findings), *map(_error, document.errors)])


def _annotation(finding: Finding) -> str:
    place = finding.place
    where = {"file": place.path, "line": place.line, "endLine": place.end_line}
    if place.end_line == place.line:  # GitHub takes columns within one line only
        where |= {"col": place.column, "endColumn": max(place.column, place.end_column - 1)}
    where["title"] = f"{finding.code} {finding.rule}"
    links = [clean(f"{note.place.path}:{note.place.line}: {note.message}") for note in finding.evidence]
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in where.items())
    return f"::{COMMANDS[finding.severity]} {properties}::{_data(chr(10).join([clean(finding.message), *links]))}\n"


def _error(error: Problem) -> str:
    return f"::error file={_property(error.path)},line={max(1, error.line)},title=testaudit::{_data(clean(error.message))}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
