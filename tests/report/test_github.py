"""GitHub's annotations."""

from dataclasses import replace

from testaudit.errors import Problem
from testaudit.report.github import render
from tests.report.samples import BROAD, CLEAN, EMAIL, IDLE, PATCHER, one


def test_a_severity_is_a_command_and_evidence_further_lines() -> None:
    assert render(replace(CLEAN, findings=(IDLE, EMAIL, BROAD))) == (
        "::warning file=tests/checkout/test_cart.py,line=40,endLine=40,col=5,endColumn=23,title=TA140 assertion-free-test::"
        "`test_empty_checkout` verifies nothing: it passes whatever `checkout` does, short of raising.\n"
        "::error file=tests/users/test_register.py,line=21,endLine=21,col=33,endColumn=51,title=TA230 hard-coded-email::"
        "`test_register` writes the literal address `alice@example.com` into `users`, and nothing rolls it back."
        "%0Atests/conftest.py:12: `db_session` commits at its end\n"
        "::notice file=tests/users/test_register.py,line=80,endLine=80,col=24,endColumn=32,title=TA134 broad-raises::"
        "`Exception` is expected here, so that a typo in the test passes as well.\n"
    )


def test_a_place_over_several_lines_has_no_columns() -> None:
    assert render(replace(CLEAN, findings=(PATCHER,))).startswith(
        "::error file=tests/users/test_register.py,line=58,endLine=61,title=TA213 patch-not-stopped::"
    )


def test_nothing_in_a_message_or_a_path_can_end_the_command() -> None:
    assert render(one("100 %: a,b\n::error::x\r", path="a,b:c%\n.py")) == (
        "::warning file=a%2Cb%3Ac%25%0A.py,line=1,endLine=1,col=1,endColumn=1,title=TA140 assertion-free-test::"
        "100 %25: a,b\\n::error::x\\r\n"
    )


def test_errors_of_the_run_are_annotations_too() -> None:
    assert render(replace(CLEAN, errors=(Problem("tests/test_a.py", 0, "TA220 raised\nValueError"),))) == (
        "::error file=tests/test_a.py,line=1,title=testaudit::TA220 raised\\nValueError\n"
    )


def test_a_clean_suite_is_silent() -> None:
    assert render(CLEAN) == ""
