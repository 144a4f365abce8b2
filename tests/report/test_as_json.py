"""The JSON contract: the documents, and the schemas that others can hold them to."""

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from testaudit.config import EFFECTS
from testaudit.errors import Problem
from testaudit.report import as_json
from testaudit.report.documents import CheckDocument
from tests.report.samples import CHECK, CLEAN, EMAIL, EMPTY_REPORT, ORDER, PAY, REPORT, one


def schema(name: str) -> Any:
    return json.loads(files("testaudit.report").joinpath("schemas").joinpath(f"{name}.schema.json").read_text(encoding="utf-8"))


def faults(name: str, document: object) -> list[str]:
    Draft202012Validator.check_schema(schema(name))
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema(name)).iter_errors(document)]


AWKWARD = one("a\nb \u202e \udc80 日本 \x00", path="tests/te\udc80st_\n.py")
BROKEN = replace(CLEAN, errors=(Problem(".", 0, "TA999 cannot be loaded"), Problem("tests/test_a.py", 3, "TA220 raised")))


@pytest.mark.parametrize("document", [CHECK, CLEAN, AWKWARD, BROKEN])
def test_every_check_document_keeps_to_its_schema(document: CheckDocument) -> None:
    assert faults("check", json.loads(as_json.check(document))) == []


def test_every_report_document_keeps_to_its_schema() -> None:
    assert faults("report", json.loads(as_json.report(REPORT))) == []
    assert faults("report", json.loads(as_json.report(EMPTY_REPORT))) == []


def objects(value: Any, path: str = "$") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object schema that names its properties, with its place."""
    if isinstance(value, dict):
        if "properties" in value and value.get("type") == "object":
            yield path, value
        for key, item in value.items():
            yield from objects(item, f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from objects(item, f"{path}[{index}]")


@pytest.mark.parametrize("name", ["check", "report"])
def test_the_schemas_allow_nothing_more_and_nothing_less(name: str) -> None:
    found = dict(objects(schema(name)))

    assert [path for path, value in found.items() if value.get("additionalProperties") is not False] == []
    assert [path for path, value in found.items() if sorted(value["required"]) != sorted(value["properties"])] == []


def test_the_schema_knows_every_effect() -> None:
    assert schema("report")["$defs"]["effect"]["enum"] == list(EFFECTS)


def test_the_schemas_refuse_what_the_contract_does_not_have() -> None:
    document = json.loads(as_json.check(CHECK))
    document["findings"][0] |= {"severity": "fatal", "line": 0, "extra": 1}

    assert sorted(faults("check", document)) == [
        "$.findings[0].line: 0 is less than the minimum of 1",
        "$.findings[0].severity: 'fatal' is not one of ['error', 'warning', 'info']",
        "$.findings[0]: Additional properties are not allowed ('extra' was unexpected)",
    ]


def test_a_finding_is_written_in_full() -> None:
    assert json.loads(as_json.check(replace(CLEAN, findings=(EMAIL,)))) == {
        "schema": 1,
        "tool": {"name": "testaudit", "version": "1.2.3"},
        "root": ".",
        "summary": {
            "files": 12,
            "tests": 214,
            "findings": 1,
            "by_code": {"TA230": 1},
            "by_severity": {"error": 1},
            "followed": {"files": 0, "lines": 0},
        },
        "findings": [
            {
                "code": "TA230",
                "rule": "hard-coded-email",
                "checklist": "isolation.4",
                "severity": "error",
                "path": "tests/users/test_register.py",
                "line": 21,
                "column": 33,
                "end_line": 21,
                "end_column": 52,
                "message": "`test_register` writes the literal address `alice@example.com` into `users`, and nothing rolls it back.",
                "test": None,
                "fixture": "db_session",
                "affects": 1,
                "evidence": [{"path": "tests/conftest.py", "line": 12, "message": "`db_session` commits at its end"}],
                "fixable": "unsafe",
                "fingerprint": "0c0d",
            }
        ],
        "not_judged": [],
        "errors": [],
    }


def test_the_summary_counts_in_order() -> None:
    text = as_json.check(CHECK)

    assert json.loads(text)["summary"]["by_severity"] == {"error": 3, "warning": 1, "info": 1}
    assert list(json.loads(text)["summary"]["by_severity"]) == ["error", "warning", "info"]
    assert list(json.loads(text)["summary"]["by_code"]) == ["TA134", "TA140", "TA213", "TA220", "TA230"]


def test_what_was_not_judged_or_not_done_is_listed() -> None:
    assert json.loads(as_json.check(CHECK))["not_judged"] == ["TA006", "TA130"]
    assert json.loads(as_json.check(BROKEN))["errors"] == [
        {"path": ".", "line": 1, "message": "TA999 cannot be loaded"},
        {"path": "tests/test_a.py", "line": 3, "message": "TA220 raised"},
    ]


def test_the_text_is_ascii_whatever_it_says() -> None:
    text = as_json.check(AWKWARD)

    assert text.isascii()
    assert json.loads(text)["findings"][0]["message"] == "a\nb \u202e \udc80 日本 \x00"
    assert json.loads(text)["findings"][0]["path"] == "tests/te\udc80st_\n.py"


def test_a_test_is_written_in_full() -> None:
    assert json.loads(as_json.report(replace(REPORT, tests=(PAY,))))["tests"] == [
        {
            "id": "tests/api/test_orders.py::test_20",
            "path": "tests/api/test_orders.py",
            "line": 20,
            "session": "unit",
            "runner": "pytest",
            "variants": 1,
            "layer": "integration",
            "certain": True,
            "declared_layer": "integration",
            "effects": ["database", "web-app"],
            "evidence": [{"path": "tests/conftest.py", "line": 12, "message": "`engine` -> `create_engine`"}],
            "fixtures": [
                {
                    "name": "frozen_clock",
                    "scope": "function",
                    "autouse": True,
                    "dynamic": False,
                    "origin": "repository",
                    "path": "tests/conftest.py",
                    "line": 70,
                    "overrides": [],
                },
                {
                    "name": "engine",
                    "scope": "session",
                    "autouse": False,
                    "dynamic": False,
                    "origin": "repository",
                    "path": "tests/conftest.py",
                    "line": 12,
                    "overrides": [],
                },
                {
                    "name": "db_session",
                    "scope": "function",
                    "autouse": False,
                    "dynamic": False,
                    "origin": "repository",
                    "path": "tests/api/conftest.py",
                    "line": 31,
                    "overrides": [{"path": "tests/conftest.py", "line": 20}],
                },
                {
                    "name": "late",
                    "scope": "function",
                    "autouse": False,
                    "dynamic": True,
                    "origin": "unresolved",
                    "path": None,
                    "line": None,
                    "overrides": [],
                },
            ],
        }
    ]


def test_the_pyramid_stays_the_whole_suites_when_the_tests_are_a_selection() -> None:
    document = json.loads(as_json.report(replace(REPORT, tests=(ORDER,))))

    assert document["pyramid"] == {"unit": 6, "integration": 2, "e2e": 1, "uncertain": 1}
    assert [test["certain"] for test in document["tests"]] == [False]


def test_sessions_and_the_checklist_are_written_in_full() -> None:
    document = json.loads(as_json.report(REPORT))

    assert document["sessions"] == [
        {"id": "unit", "runner": "pytest", "version": "9.2", "root": ".", "config": "pyproject.toml"},
        {"id": "e2e", "runner": "pytest", "version": None, "root": "e2e", "config": None},
    ]
    assert document["checklist"][2] == {
        "id": "isolation.1",
        "group": "Test Isolation",
        "item": "Use database transactions with rollback",
        "status": "unmet",
        "evidence": [{"path": "tests/conftest.py", "line": 31, "message": "`db_session` commits"}],
        "rules": ["TA201", "TA202"],
    }
