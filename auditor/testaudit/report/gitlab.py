"""GitLab's code quality report: docs.gitlab.com, "Code Quality report format" (fingerprints must be unique in it)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from testaudit.findings import Finding, Severity
from testaudit.report.documents import CheckDocument

SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}


def render(document: CheckDocument) -> str:
    """The findings as one JSON list."""
    seen: dict[str, int] = {}
    return json.dumps([dict(_issue(finding, _unique(finding, seen))) for finding in document.findings], indent=2) + "\n"


def _issue(finding: Finding, fingerprint: str) -> Iterator[tuple[str, object]]:
    place = finding.place
    yield "description", f"{finding.code}: {finding.message}"
    yield "check_name", f"{finding.code} {finding.rule}"
    yield "fingerprint", fingerprint
    yield "severity", SEVERITIES[finding.severity]
    yield "location", {"path": place.path, "lines": {"begin": place.line, "end": place.end_line}}


def _unique(finding: Finding, seen: dict[str, int]) -> str:
    """The finding's fingerprint as 32 hexadecimal digits; a repeated one is told apart by its number."""
    key = finding.fingerprint or f"{finding.code} {finding.place.path} {finding.place.line} {finding.place.column} {finding.cause}"
    seen[key] = seen.get(key, 0) + 1
    return hashlib.sha256(f"{key} {seen[key]}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
