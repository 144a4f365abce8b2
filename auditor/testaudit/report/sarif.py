"""SARIF 2.1.0 (OASIS): findings, their rules' pages and the run's errors, as code scanning services read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import quote

from testaudit.errors import Problem
from testaudit.findings import Finding, Note, Severity
from testaudit.model import Place
from testaudit.report.documents import CheckDocument, RuleText

SCHEMA_URI = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
Json = dict[str, object]


def render(document: CheckDocument) -> str:
    """One run, columns in code points, paths relative to `%SRCROOT%`."""
    codes = sorted({rule.code for rule in document.rules} | set(document.by_code))
    index = {code: number for number, code in enumerate(codes)}
    run: Json = {
        "tool": {"driver": {"name": "testaudit", "semanticVersion": document.version, "rules": _rules(document, codes)}},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {"executionSuccessful": not document.errors, "toolExecutionNotifications": list(map(_notification, document.errors))}
        ],
        "results": [_result(finding, index[finding.code]) for finding in document.findings],
    }
    return json.dumps({"$schema": SCHEMA_URI, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rules(document: CheckDocument, codes: list[str]) -> list[Json]:
    texts = {rule.code: rule for rule in document.rules}
    names = {finding.code: finding.rule for finding in document.findings}
    return [_rule(texts[code]) if code in texts else {"id": code, "name": _pascal(names[code])} for code in codes]


def _rule(rule: RuleText) -> Json:
    said: Json = {"id": rule.code, "name": _pascal(rule.name), "shortDescription": {"text": rule.summary}}
    if rule.page:
        said["help"] = {"text": rule.page, "markdown": rule.page}
    if rule.url:
        said["helpUri"] = rule.url
    return {**said, "defaultConfiguration": {"level": LEVELS[rule.severity]}}


def _pascal(name: str) -> str:
    """`shared-mutable-state` as `SharedMutableState`, the form that the standard recommends (3.49.7)."""
    return "".join(word.capitalize() for word in name.split("-"))


def _result(finding: Finding, index: int) -> Json:
    said: Json = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": "\n".join([_message(finding.message), *_links(finding)])},
        "locations": [_location(finding.place)],
    }
    if finding.evidence:
        said["relatedLocations"] = [_related(number, note) for number, note in enumerate(finding.evidence, 1)]
    if finding.fingerprint:
        said["partialFingerprints"] = {"testaudit/v1": finding.fingerprint}
    return said


def _links(finding: Finding) -> list[str]:
    """The evidence as links to the related locations: GitHub shows those only that the message mentions."""
    return [f"[{note.place.path}:{note.place.line}]({number}): {_message(note.message)}" for number, note in enumerate(finding.evidence, 1)]


def _related(number: int, note: Note) -> Json:
    return {"id": number, **_location(note.place), "message": {"text": _message(note.message)}}


def _message(text: str) -> str:
    """`a[0](1)` would be read as a link (3.11.6)."""
    return text.replace("](", "\\](")


def _location(place: Place) -> Json:
    region: Mapping[str, int] = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    return {"physicalLocation": {"artifactLocation": _artifact(place.path), "region": region}}


def _artifact(path: str) -> Json:
    return {"uri": quote(path, errors="surrogateescape"), "uriBaseId": "%SRCROOT%"}


def _notification(error: Problem) -> Json:
    where: Json = {"physicalLocation": {"artifactLocation": _artifact(error.path), "region": {"startLine": max(1, error.line)}}}
    return {"level": "error", "message": {"text": _message(error.message)}, "locations": [where]}
