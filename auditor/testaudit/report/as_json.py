"""The JSON contract: both documents as JSON that `schemas/` describes, in ASCII so that no terminal or pipe can spoil it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from testaudit.errors import Problem
from testaudit.findings import Finding
from testaudit.report.changes import changes
from testaudit.report.documents import (
    SCHEMA,
    Base,
    CheckDocument,
    ChecklistEntry,
    Evidence,
    FixtureEntry,
    PullEntry,
    Pyramid,
    ReportDocument,
    SessionEntry,
    TestEntry,
)

Json = Mapping[str, object]


def check(document: CheckDocument) -> str:
    """`check --format json`."""
    return written(
        {
            **_head(document.version, document.root),
            "summary": {
                "files": document.files,
                "tests": document.tests,
                "findings": len(document.findings),
                "by_code": document.by_code,
                "by_severity": document.by_severity,
                "followed": dict(zip(("files", "lines"), document.followed, strict=True)),
            },
            "findings": [_finding(finding) for finding in document.findings],
            "not_judged": list(document.not_judged),
            "errors": [_error(error) for error in document.errors],
        }
    )


def report(document: ReportDocument) -> str:
    """`report --format json`."""
    return written(
        {
            **_head(document.version, document.root),
            "sessions": [_session(session) for session in document.sessions],
            "pyramid": _pyramid(document.pyramid),
            "thresholds": [{"of": t.of, "bound": t.bound, "percent": t.percent, "passed": t.passed} for t in document.thresholds],
            "unknown": [{"name": one.name, "tests": one.tests} for one in document.unknown],
            "not_audited": dict(sorted(document.not_audited.items())),
            "by": document.by,
            "groups": [{"name": group.name, "pyramid": _pyramid(group.pyramid)} for group in document.groups],
            "pulls": [_pull(pull) for pull in document.pulls],
            "base": None if document.base is None else _base(document, document.base),
            "tests": _Lines(_tests(document.tests)),
            "checklist": [_point(point) for point in document.checklist],
        }
    )


def written(document: Json) -> str:
    """The document as text.

    A line for each entry of a list, and for each other value: indented JSON takes 10 times as long and needs twice the memory.
    """
    return "{\n" + ",\n".join(f"  {json.dumps(key)}: {_written(value)}" for key, value in document.items()) + "\n}\n"


class _Lines(tuple[str, ...]):
    """The entries of a list that are written already."""

    __slots__ = ()


def _written(value: object) -> str:
    if not isinstance(value, Iterable) or isinstance(value, str | Mapping):
        return json.dumps(value)
    lines = ",\n".join(f"    {entry}" for entry in (value if isinstance(value, _Lines) else map(json.dumps, value)))
    return f"[\n{lines}\n  ]" if lines else "[]"


def _head(version: str, root: str) -> Json:
    return {"schema": SCHEMA, "tool": {"name": "testaudit", "version": version}, "root": root}


def _finding(finding: Finding) -> Json:
    place = finding.place
    return {
        "code": finding.code,
        "rule": finding.rule,
        "checklist": finding.checklist,
        "severity": finding.severity.name.lower(),
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "message": finding.message,
        "test": finding.test,
        "fixture": finding.fixture,
        "affects": finding.affects,
        "evidence": [{"path": note.place.path, "line": note.place.line, "message": note.message} for note in finding.evidence],
        "fixable": finding.fix.safety if finding.fix is not None else None,
        "fingerprint": finding.fingerprint,
    }


def _error(error: Problem) -> Json:
    return {"path": error.path, "line": max(1, error.line), "message": error.message}


def _session(session: SessionEntry) -> Json:
    return {"id": session.id, "runner": session.runner, "version": session.version, "root": session.root, "config": session.config}


def _base(document: ReportDocument, base: Base) -> Json:
    found = changes(document, base.document)
    return {
        "revision": base.revision,
        "commit": base.commit,
        "pyramid": _pyramid(base.document.pyramid),
        "new": [test.id for test in found.new],
        "gone": [test.id for test in found.gone],
        "moved": [{"id": test.id, "from": before, "to": test.layer} for test, before in found.moved],
        "checklist": [{"id": point.id, "from": before, "to": point.status} for point, before in found.points],
    }


def _pyramid(pyramid: Pyramid) -> Json:
    return {"unit": pyramid.unit, "integration": pyramid.integration, "e2e": pyramid.e2e, "uncertain": pyramid.uncertain}


def _pull(pull: PullEntry) -> Json:
    return {
        "name": pull.name,
        "scope": pull.scope,
        "autouse": pull.autouse,
        "origin": pull.origin,
        "path": pull.path,
        "line": pull.line,
        "alone": pull.alone,
        "ways": pull.ways,
        "effects": list(pull.effects),
    }


def _tests(tests: Iterable[TestEntry]) -> Iterator[str]:
    """Each test as a line. Tests have dozens of fixtures, and many the very same ones: these are written once."""
    written: dict[int, str] = {}
    for test in tests:
        if id(test.fixtures) not in written:
            written[id(test.fixtures)] = json.dumps([_fixture(fixture) for fixture in test.fixtures])
        yield f'{json.dumps(_test(test))[:-1]}, "fixtures": {written[id(test.fixtures)]}}}'


def _test(test: TestEntry) -> Json:
    """What is a test's own: all but its fixtures."""
    return {
        "id": test.id,
        "path": test.path,
        "line": test.line,
        "session": test.session,
        "runner": test.runner,
        "variants": test.variants,
        "layer": test.layer,
        "certain": test.certain,
        "declared_layer": test.declared_layer,
        "effects": list(test.effects),
        "evidence": [_evidence(link) for link in test.evidence],
    }


def _fixture(fixture: FixtureEntry) -> Json:
    return {
        "name": fixture.name,
        "scope": fixture.scope,
        "autouse": fixture.autouse,
        "dynamic": fixture.dynamic,
        "origin": fixture.origin,
        "path": fixture.path,
        "line": fixture.line,
        "overrides": [{"path": path, "line": line} for path, line in fixture.overrides],
    }


def _point(point: ChecklistEntry) -> Json:
    return {
        "id": point.id,
        "group": point.group,
        "item": point.item,
        "status": point.status,
        "evidence": [_evidence(link) for link in point.evidence],
        "rules": list(point.rules),
    }


def _evidence(link: Evidence) -> Json:
    return {"path": link.path, "line": link.line, "message": link.message}
