"""GitLab's code quality report."""

import json
from dataclasses import replace

from testaudit.report.gitlab import render
from tests.report.samples import BROAD, CHECK, CLEAN, IDLE, PATCHER


def test_a_finding_is_an_issue_with_the_fields_that_gitlab_asks_for() -> None:
    assert json.loads(render(replace(CLEAN, findings=(PATCHER,)))) == [
        {
            "description": "TA213: `self.mailer` is started in `setUp` and never stopped: every later test of the process sees the double.",
            "check_name": "TA213 patch-not-stopped",
            "fingerprint": "83cc8cc9c524e9d9fdedd71111ee9050",
            "severity": "critical",
            "location": {"path": "tests/users/test_register.py", "lines": {"begin": 58, "end": 61}},
        }
    ]


def test_severities_are_gitlabs() -> None:
    assert [issue["severity"] for issue in json.loads(render(CHECK))] == ["critical", "major", "critical", "critical", "info"]


def test_no_two_issues_have_one_fingerprint() -> None:
    twice = json.loads(render(replace(CLEAN, findings=(IDLE, IDLE, replace(IDLE, fingerprint=""), replace(BROAD, fingerprint="")))))

    assert [issue["fingerprint"] for issue in twice] == [
        "fd425f99fead853cefefc7206aca23cc",
        "07af1c13295d242011c90062d0e9ab97",
        "d644b24c68d1934276869c5f1133581d",
        "dbe3afa3c6120c96216346a0f96d8932",
    ]


def test_a_clean_suite_is_an_empty_list() -> None:
    assert render(CLEAN) == "[]\n"
