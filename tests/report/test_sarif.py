"""SARIF: one run with rules, results and notifications."""

import json
from dataclasses import replace
from typing import Any

from testaudit.errors import Problem
from testaudit.findings import Severity
from testaudit.report.documents import RuleText
from testaudit.report.sarif import render
from tests.report.samples import CHECK, CLEAN, EMAIL, one


def run_of(text: str) -> Any:
    document = json.loads(text)
    assert document["version"] == "2.1.0"
    assert len(document["runs"]) == 1
    return document["runs"][0]


def test_a_finding_is_a_result_with_its_evidence_linked() -> None:
    assert run_of(render(replace(CLEAN, findings=(EMAIL,))))["results"] == [
        {
            "ruleId": "TA230",
            "ruleIndex": 0,
            "level": "error",
            "message": {
                "text": "`test_register` writes the literal address `alice@example.com` into `users`, and nothing rolls it back.\n"
                "[tests/conftest.py:12](1): `db_session` commits at its end"
            },
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "tests/users/test_register.py", "uriBaseId": "%SRCROOT%"},
                        "region": {"startLine": 21, "startColumn": 33, "endLine": 21, "endColumn": 52},
                    }
                }
            ],
            "relatedLocations": [
                {
                    "id": 1,
                    "physicalLocation": {
                        "artifactLocation": {"uri": "tests/conftest.py", "uriBaseId": "%SRCROOT%"},
                        "region": {"startLine": 12, "startColumn": 1, "endLine": 12, "endColumn": 5},
                    },
                    "message": {"text": "`db_session` commits at its end"},
                }
            ],
            "partialFingerprints": {"testaudit/v1": "0c0d"},
        }
    ]


def test_results_point_at_their_rules() -> None:
    run = run_of(render(CHECK))

    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["TA220", "TA140", "TA230", "TA213", "TA134"]
    assert [result["level"] for result in run["results"]] == ["error", "warning", "error", "error", "note"]
    assert rules[0] == {"id": "TA134", "name": "BroadRaises"}


def test_a_rule_is_explained_where_its_text_is_there() -> None:
    text = RuleText(
        "TA140", "assertion-free-test", "A test that verifies nothing.", Severity.WARNING, "# TA140\n", "https://example.org/TA140"
    )

    assert run_of(render(replace(CHECK, rules=(text,))))["tool"]["driver"]["rules"][1] == {
        "id": "TA140",
        "name": "AssertionFreeTest",
        "shortDescription": {"text": "A test that verifies nothing."},
        "help": {"text": "# TA140\n", "markdown": "# TA140\n"},
        "helpUri": "https://example.org/TA140",
        "defaultConfiguration": {"level": "warning"},
    }


def test_paths_are_uris_and_brackets_no_links() -> None:
    result = run_of(render(one("`x[0](1)` and [y](2)", path="tests/a b/té%#.py")))["results"][0]

    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "tests/a%20b/t%C3%A9%25%23.py"
    assert result["message"]["text"] == "`x[0\\](1)` and [y\\](2)"


def test_a_run_with_errors_was_not_successful() -> None:
    assert run_of(render(CLEAN))["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    assert run_of(render(replace(CLEAN, errors=(Problem("tests/test_a.py", 0, "TA220 raised"),))))["invocations"] == [
        {
            "executionSuccessful": False,
            "toolExecutionNotifications": [
                {
                    "level": "error",
                    "message": {"text": "TA220 raised"},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": "tests/test_a.py", "uriBaseId": "%SRCROOT%"},
                                "region": {"startLine": 1},
                            }
                        }
                    ],
                }
            ],
        }
    ]


def test_a_clean_suite_has_no_results() -> None:
    run = run_of(render(CLEAN))

    assert run["results"] == []
    assert run["tool"]["driver"] == {"name": "testaudit", "semanticVersion": "1.2.3", "rules": []}
