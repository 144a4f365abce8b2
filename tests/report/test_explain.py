"""One test's page."""

from testaudit.report.explain import render
from testaudit.report.screen import Screen
from tests.report.samples import CLEAN, ORDER, PAY, one

EXPECTED = """\
tests/api/test_orders.py::test_20
  session unit, pytest

Layer integration
  effects: database, web-app
  tests/conftest.py:12: `engine` -> `create_engine`

Fixtures in setup order
  frozen_clock  function  tests/conftest.py:70      autouse
  engine        session   tests/conftest.py:12
  db_session    function  tests/api/conftest.py:31  overrides tests/conftest.py:20
  late          function  unresolved                requested at run time

Findings
  1:1 warning TA140 assertion-free-test: Nothing is verified.
    1 │ def test_20(): pay()
      │ ^^^

"""


def test_a_test_is_shown_with_its_layer_fixtures_and_findings() -> None:
    assert render([PAY], one("Nothing is verified.", "def test_20(): pay()", 1, 4), Screen(80)) == EXPECTED


def test_doubts_and_another_declared_layer_are_said() -> None:
    assert (
        render([ORDER], CLEAN).splitlines()[3]
        == "Layer integration (declared: unit), uncertain: something that matters could not be resolved"
    )


def test_a_test_without_findings_says_so() -> None:
    assert render([ORDER], CLEAN).splitlines()[-1] == "No findings"


def test_a_test_of_two_sessions_is_shown_twice() -> None:
    lines = render([ORDER, PAY], CLEAN).splitlines()

    assert [line for line in lines if "::" in line] == ["tests/api/test_orders.py::test_8", "tests/api/test_orders.py::test_20"]
