"""Tables for job summaries and pull requests."""

from dataclasses import replace

from testaudit.report import markdown
from tests.report.samples import CHECK, CLEAN, EMAIL, EMPTY_REPORT, REPORT, one


def test_findings_are_a_table() -> None:
    assert markdown.check(replace(CLEAN, findings=(EMAIL,))) == (
        "**testaudit**: 1 error in 214 tests (12 files).\n"
        "\n"
        "| Place | Severity | Rule | Finding |\n"
        "| --- | --- | --- | --- |\n"
        "| `tests/users/test_register.py`:21 | error | TA230 hard-coded-email "
        "| `test_register` writes the literal address `alice@example.com` into `users`, and nothing rolls it back."
        "<br>`tests/conftest.py`:12: `db_session` commits at its end |\n"
    )


def test_the_first_line_counts() -> None:
    assert markdown.check(CHECK).splitlines()[0] == "**testaudit**: 3 errors, 1 warning and 1 info in 214 tests (12 files)."
    assert markdown.check(CLEAN) == "**testaudit**: no findings in 214 tests (12 files).\n"


def row(message: str, path: str = "a.py") -> str:
    return markdown.check(one(message, path=path)).splitlines()[-1]


def test_no_text_can_break_the_table_or_mention_anybody() -> None:
    head = "| `a.py`:1 | warning | TA140 assertion-free-test |"

    assert row("a | b\nc") == rf"{head} a \| b\\nc |"
    assert row("<script> *x* [y](z) #12 @me `a|b`") == rf"{head} \<script\> \*x\* \[y\]\(z\) \#12 @<!-- -->me `a\|b` |"
    assert row("an odd ` here") == rf"{head} an odd \` here |"
    assert row("x", "a`b|.py") == r"| `` a`b\|.py ``:1 | warning | TA140 assertion-free-test | x |"


REPORTED = """\
**testaudit**: 9 tests in 3 files.

| Layer | Tests | Share | Uncertain | Effects |
| --- | --- | --- | --- | --- |
| e2e | 1 | 11.1 % | 0 | browser 1, http 1 |
| integration | 2 | 22.2 % | 1 | database 2, web-app 1 |
| unit | 6 | 66.7 % | 0 | temporary-files 1 |

- ✓ threshold unit \\>=60% passes: 66.7 %
- ✗ threshold e2e \\<10% fails: 11.1 %

| Dir | Tests | unit | integration | e2e | Uncertain |
| --- | --- | --- | --- | --- | --- |
| `e2e` | 1 | 0 | 0 | 1 | 0 |
| `tests` | 8 | 6 | 2 | 0 | 1 |

| Pulls tests out of the unit layer | Alone | Way | Brings | Defined in |
| --- | --- | --- | --- | --- |
| `engine` | 2 | 2 | database | `tests/conftest.py`:12 |
| `client` | 0 | 1 | web-app | plugin |

| Group | Point | Status | Evidence |
| --- | --- | --- | --- |
| Test Design | Test component interactions, not just individual components | ✓ met \
| `tests/api/test_orders.py`:20: `client` and `db_session` meet |
| Test Design | Use real dependencies when practical \\(databases, caches\\) | ◐ partly |  |
| Test Isolation | Use database transactions with rollback | ✗ unmet | `tests/conftest.py`:31: `db_session` commits |
| Test Isolation | Reset caches and queues between tests | – not applicable |  |
| Test Environment | Match production configuration closely | ? unknown |  |
"""


def test_a_report_is_the_pyramid_and_the_checklist() -> None:
    assert markdown.report(REPORT) == REPORTED


def test_a_report_on_nothing_is_zeros() -> None:
    assert markdown.report(EMPTY_REPORT) == (
        "**testaudit**: 0 tests in 0 files.\n"
        "\n"
        "| Layer | Tests | Share | Uncertain | Effects |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| e2e | 0 | 0.0 % | 0 |  |\n"
        "| integration | 0 | 0.0 % | 0 |  |\n"
        "| unit | 0 | 0.0 % | 0 |  |\n"
    )
