"""The terminal's report."""

from dataclasses import replace

from testaudit.report.documents import FixtureEntry, Pyramid
from testaudit.report.pyramid import render
from testaudit.report.screen import Screen
from tests.report.samples import CLOCK, EMPTY_REPORT, REPORT, TESTS, entry

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
  2 tests with a declared layer; for 1 it is another than what was inferred.
  Not audited: 14 doctest.

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

Fixtures that most tests use
  frozen_clock  function  8  88.9 %  tests/conftest.py:70
  db_session    function  2  22.2 %  tests/api/conftest.py:31
  engine        session   2  22.2 %  tests/conftest.py:12
"""


def test_the_report_fits_into_80_columns() -> None:
    assert render(REPORT, Screen(80)) == AT_80


def test_no_line_is_longer_than_the_screen() -> None:
    assert [line for width in (80, 100, 120) for line in render(REPORT, Screen(width)).splitlines() if len(line) > width] == []


def test_a_suite_of_nothing_is_said_to_be_one() -> None:
    assert render(EMPTY_REPORT) == "0 tests in 0 files\n\nNo tests were found.\n"


def drawing(unit: int, integration: int, e2e: int) -> list[str]:
    """The six rows of blocks."""
    document = replace(REPORT, pyramid=Pyramid(unit, integration, e2e), tests=(), checklist=(), not_audited={}, sessions=())
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


def test_only_the_repositorys_fixtures_are_ranked() -> None:
    plugin = FixtureEntry("client", "function", False, False, "plugin", None, None)
    test = entry("tests/test_a.py", 1, "unit", fixtures=(plugin, CLOCK))
    document = replace(EMPTY_REPORT, tests=(test,), pyramid=Pyramid.of([test]))

    assert render(document).splitlines()[-2:] == [
        "Fixtures that most tests use",
        "  frozen_clock  function  1  100.0 %  tests/conftest.py:70",
    ]


def test_names_cannot_move_the_cursor() -> None:
    hostile = FixtureEntry("\x1b[2J", "function", False, False, "repository", "a\n.py", 1)
    test = entry("tests/test_a.py", 1, "unit", fixtures=(hostile,))

    assert (
        render(replace(EMPTY_REPORT, tests=(test,), pyramid=Pyramid.of([test]))).splitlines()[-1]
        == r"  \x1b[2J  function  1  100.0 %  a\n.py:1"
    )
