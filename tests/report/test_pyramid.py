"""The terminal's report."""

from dataclasses import replace

from testaudit.report.documents import PullEntry, Pyramid
from testaudit.report.pyramid import render
from testaudit.report.screen import Screen
from tests.report.samples import EMPTY_REPORT, REPORT, TESTS, entry

AT_80 = """\
9 tests in 3 files, 19 with their variants
  session unit: pytest 9.2, configured in pyproject.toml, 8 tests
  session e2e: pytest in e2e, 1 test

                ██████                 e2e          1  11.1 %
                ██████                   browser 1, http 1
             ▒▒▒██████▒▒▒              integration  2  22.2 %
             ▒▒▒██████▒▒▒                database 2, web-app 1
  ██████████████████████████████████   unit         6  66.7 %
  ██████████████████████████████████     temporary-files 1

  1 test (11.1 %) with an uncertain layer (▒): something that matters could not
  be resolved.
  ✓ threshold unit >=60% passes: 66.7 %
  ✗ threshold e2e <10% fails: 11.1 %
  2 tests with a declared layer; for 1 it is another than what was inferred:
    declared unit, inferred integration: 1, as tests/api/test_orders.py::test_8
  Not audited: 14 doctest.

By directory
         tests  unit  integration  e2e  uncertain
  e2e        1     ·            ·    1          ·
  tests      8     6            2    ·     12.5 %

Fixtures that pull tests out of the unit layer
  alone: how many of the 3 tests above the unit layer would be unit tests
  without it; way: how many it brings an effect to.
  alone  way  fixture  scope              brings    defined in
      2    2  engine   session            database  tests/conftest.py:12
      0    1  client   function, autouse  web-app   a plugin

Checklist: 1 met, 1 partly, 1 unmet, 1 unknown, 1 not applicable

  Test Design
    ✓ Test component interactions, not just individual components
      tests/api/test_orders.py:20: `client` and `db_session` meet (and 1 more)
    ◐ Use real dependencies when practical (databases, caches) (TA110)

  Test Isolation
    ✗ Use database transactions with rollback (TA201, TA202)
      tests/conftest.py:31: `db_session` commits
    – Reset caches and queues between tests

  Test Environment
    ? Match production configuration closely
"""


def test_the_report_fits_into_80_columns() -> None:
    assert render(REPORT, Screen(80)) == AT_80


def test_no_line_is_longer_than_the_screen() -> None:
    assert [line for width in (80, 100, 120) for line in render(REPORT, Screen(width)).splitlines() if len(line) > width] == []


def test_a_suite_of_nothing_is_said_to_be_one() -> None:
    assert render(EMPTY_REPORT) == "0 tests in 0 files\n\nNo tests were found.\n"


def drawing(unit: int, integration: int, e2e: int) -> list[str]:
    """The six rows of blocks."""
    document = replace(
        REPORT,
        pyramid=Pyramid(unit, integration, e2e),
        tests=(),
        checklist=(),
        not_audited={},
        sessions=(),
        groups=(),
        pulls=(),
        thresholds=(),
    )
    return [line[:36].strip() for line in render(document, Screen(80)).splitlines()[2:8]]


def test_the_largest_layer_fills_the_base_and_a_single_test_is_still_seen() -> None:
    assert drawing(1000, 500, 1) == [
        "██",
        "██",
        "████████████████",
        "████████████████",
        "██████████████████████████████████",
        "██████████████████████████████████",
    ]


def test_a_layer_without_tests_is_not_drawn() -> None:
    assert drawing(3, 0, 0) == ["", "", "", "", "██████████████████████████████████", "██████████████████████████████████"]


def test_a_suite_that_stands_on_its_head_is_drawn_so() -> None:
    assert drawing(10, 20, 40) == [
        "██████████████████████████████████",
        "██████████████████████████████████",
        "████████████████",
        "████████████████",
        "████████",
        "████████",
    ]


def test_a_suite_of_certain_layers_says_so() -> None:
    tests = tuple(test for test in TESTS if test.certain)

    assert "  Every layer is certain." in render(replace(REPORT, tests=tests, pyramid=Pyramid.of(tests))).splitlines()


def test_many_effects_are_wrapped_beside_the_drawing() -> None:
    effects = ("browser", "cache", "cloud", "container", "database", "database-server", "http", "queue", "web-app")
    test = entry("e2e/test_a.py", 1, "e2e", effects)

    assert render(replace(EMPTY_REPORT, tests=(test,), pyramid=Pyramid.of([test])), Screen(80)).splitlines()[2:6] == [
        "  ██████████████████████████████████   e2e          1  100.0 %",
        "  ██████████████████████████████████     browser 1, cache 1, cloud 1,",
        "                                         container 1, database 1,",
        "                                         database-server 1, http 1, queue 1,",
    ]


def test_names_cannot_move_the_cursor() -> None:
    hostile = PullEntry("\x1b[2J", "function", False, "repository", "a\n.py", 1, 1, 1, ("database",))
    test = entry("tests/test_a.py", 1, "integration", ("database",))
    document = replace(EMPTY_REPORT, tests=(test,), pyramid=Pyramid.of([test]), pulls=(hostile,))

    assert render(document).splitlines()[-1] == r"      1    1  \x1b[2J  function  database  a\n.py:1"


def test_what_pulls_few_tests_is_only_counted() -> None:
    pulls = tuple(PullEntry(f"f{i}", "function", False, "repository", "a.py", i, 20 - i, 1) for i in range(1, 13))

    assert render(replace(REPORT, pulls=pulls, checklist=())).splitlines()[-1] == "  and 2 more fixtures"
