"""What `pytest @file` takes."""

from dataclasses import replace

from testaudit.report.nodeids import render
from tests.report.samples import BROWSE, EMPTY_REPORT, ORDER, PAY, REPORT


def test_each_test_is_one_line() -> None:
    assert render(replace(REPORT, tests=(BROWSE, ORDER, PAY))) == (
        "e2e/test_browse.py::test_3\ntests/api/test_orders.py::test_8\ntests/api/test_orders.py::test_20\n"
    )


def test_a_test_of_several_sessions_is_named_once() -> None:
    assert render(replace(REPORT, tests=(PAY, replace(PAY, session="e2e")))) == "tests/api/test_orders.py::test_20\n"


def test_no_tests_are_no_lines() -> None:
    assert render(EMPTY_REPORT) == ""
