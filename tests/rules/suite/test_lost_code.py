"""What never runs: tests out of the runner's sight, tests that nobody awaits, attributes that nobody sees, fixtures that nobody uses."""

import pytest

from tests.conftest import AuditFiles

COROUTINE = "import pytest\n\n\nasync def test_price():\n    assert 1\n"
TEST = "tests/test_prices.py"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"requirements.txt": "pytest\n"}, [("TA013", TEST, 4)]),
        ({"requirements.txt": "pytest\npytest-asyncio\n"}, [("TA013", TEST, 4)]),
        ({"requirements.txt": "pytest\npytest-asyncio\n", "pytest.ini": "[pytest]\nasyncio_mode = auto\n"}, []),
        ({"requirements.txt": "pytest\npytest-asyncio\n", "Makefile": "test:\n\tpytest --asyncio-mode=auto\n"}, []),
        ({"requirements.txt": "pytest\npytest-trio\n"}, []),
        ({"requirements.txt": "pytest\npytest-unheard-of\n"}, []),
        ({"requirements.txt": "pytest\n", "tests/conftest.py": "def pytest_pyfunc_call(pyfuncitem):\n    return True\n"}, []),
        ({"requirements.txt": "pytest\n", ".github/workflows/ci.yml": "- run: pip install anyio\n"}, []),
        ({}, []),
    ],
    ids=[
        "no plugin",
        "no mark",
        "mode",
        "mode in a command",
        "another plugin",
        "an unread plugin",
        "a hook",
        "a plugin in CI",
        "nothing known",
    ],
)
def test_a_coroutine_needs_somebody_who_awaits_it(
    settings: dict[str, str], expected: list[tuple[str, str, int]], audit_files: AuditFiles
) -> None:
    assert audit_files({TEST: COROUTINE, **settings}, ["TA013"]) == expected


def test_a_script_awaits_its_own(audit_files: AuditFiles) -> None:
    script = "import asyncio\n\n\nasync def test():\n    assert 1\n\n\nasyncio.run(test())\n"

    assert audit_files({TEST: script, "requirements.txt": "pytest\n"}, ["TA013"]) == []


@pytest.mark.parametrize("base", ["unittest.IsolatedAsyncioTestCase", "django.test.TestCase", "AwaitingCase", "company.TestCase"])
def test_a_test_case_may_await(base: str, audit_files: AuditFiles) -> None:
    source = f"""
import unittest

import company
import django.test


class AwaitingCase(unittest.TestCase):
    def run(self, result=None):
        return super().run(result)


class TestPrices({base}):
    async def test_price(self):
        self.assertEqual(1, 1)
"""

    assert audit_files({TEST: source}, ["TA013"]) == []


@pytest.mark.parametrize(
    "source",
    [
        "import company\n\n\nclass PriceTests(company.Base):\n    def test_price(self):\n        assert 1\n",
        "@company.register\nclass PriceTests:\n    def test_price(self):\n        assert 1\n",
        "class PriceMixin:\n    def test_price(self):\n        assert 1\n",
        "class Prices:\n    def test_price(self):\n        return 1\n",
        "class _TestPrices:\n    def test_price(self):\n        assert 1\n",
        "def test_all():\n    def test_price():\n        assert 1\n    test_price()\n",
        "def test_all():\n    def test_price():\n        assert 1\n    assert locals()\n",
        "def test_all():\n    @company.task\n    def test_price():\n        assert 1\n    assert 1\n",
        "from contextlib import contextmanager\n\n\n@contextmanager\ndef test_price():\n    yield 1\n    assert 1\n",
    ],
    ids=["foreign base", "registered", "mixin", "no assertion", "switched off", "called", "locals", "decorated", "context manager"],
)
def test_what_may_be_used_is_no_lost_test(source: str, audit_files: AuditFiles) -> None:
    assert audit_files({TEST: f"import pytest\n{source}"}, ["TA004"]) == []


def test_a_class_that_another_file_derives_from_is_no_lost_test(audit_files: AuditFiles) -> None:
    files = {
        TEST: "class Prices:\n    def test_price(self):\n        assert self.price\n\n\ndef test_one():\n    assert 1\n",
        "tests/test_tea.py": "from tests.test_prices import Prices\n\n\nclass TestTea(Prices):\n    price = 1\n",
    }

    assert audit_files(files, ["TA004"]) == []
    assert audit_files(files, ["TA004"], [TEST]) == []


def test_a_part_of_a_suite_does_not_know_whether_others_have_a_plugin(audit_files: AuditFiles) -> None:
    marked = "import pytest\n\n\n@pytest.mark.asyncio\nasync def test_tea():\n    assert 1\n"
    files = {TEST: COROUTINE, "tests/test_tea.py": marked, "requirements.txt": "pytest\n"}

    assert audit_files(files, ["TA013"]) == []
    assert audit_files(files, ["TA013"], [TEST]) == []


def test_settings_may_collect_classes_by_other_names(audit_files: AuditFiles) -> None:
    source = "import pytest\n\n\nclass Prices:\n    def test_price(self):\n        assert 1\n"

    assert audit_files({TEST: source}, ["TA004"]) == [("TA004", TEST, 4)]
    assert audit_files({TEST: source, "pytest.ini": "[pytest]\npython_classes = Test Check\n"}, ["TA004"]) == []


FIXTURE = "import pytest\n\n\n@pytest.fixture\ndef door():\n    return 1\n\n\ndef test_house():\n    assert 1\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tests/helpers.py", "def open_all(door):\n    return door\n"),
        ("tests/test_other.py", "from tests.test_prices import door\n"),
        ("tests/test_other.py", "import pytest\n\npytestmark = pytest.mark.usefixtures('gate', 'door')\n"),
        ("tests/test_doors.tavern.yaml", "- usefixtures: [door]\n"),
        ("tests/conftest.py", "def make(request, name):\n    return request.getfixturevalue(name)\n"),
        ("requirements.txt", "pytest-unheard-of\n"),
    ],
    ids=["parameter", "import", "mark", "data", "made-up names", "unread plugin"],
)
def test_whatever_may_ask_for_a_fixture_uses_it(path: str, text: str, audit_files: AuditFiles) -> None:
    assert audit_files({TEST: FIXTURE, path: text}, ["TA006"]) == []


def test_a_fixture_that_nothing_asks_for_is_unused(audit_files: AuditFiles) -> None:
    assert audit_files({TEST: FIXTURE, "tests/helpers.py": "door = 1\n"}, ["TA006"]) == [("TA006", TEST, 4)]


def test_an_example_has_what_its_reader_may_want(audit_files: AuditFiles) -> None:
    assert audit_files({"docs/tutorial/tests/test_prices.py": FIXTURE}, ["TA006"]) == []


def test_a_suite_that_a_tool_is_tried_on_may_have_anything(audit_files: AuditFiles) -> None:
    assert audit_files({"tests/fixtures/small_suite/test_prices.py": FIXTURE}, ["TA006"]) == []
    assert audit_files({"fixtures/tests/test_prices.py": FIXTURE}, ["TA006"]) == [("TA006", "fixtures/tests/test_prices.py", 4)]


def test_a_part_of_a_suite_says_nothing_of_unused_fixtures(audit_files: AuditFiles) -> None:
    files = {TEST: FIXTURE, "tests/test_other.py": "def test_other():\n    assert 1\n"}

    assert audit_files(files, ["TA006"], [TEST]) == []


def test_a_test_that_returns_what_it_should_assert_is_one_finding(audit_files: AuditFiles) -> None:
    source = "import pytest\n\n\ndef test_price():\n    price = sum([1, 2])\n    return price == 3\n"

    assert audit_files({TEST: source}, ["TA016", "TA140"]) == [("TA016", TEST, 6)]


def test_functions_inside_one_function_are_lost_together(audit_files: AuditFiles) -> None:
    source = (
        "import pytest\n\n\ndef Test_prices():\n    def test_one(self):\n        assert 1\n\n    def test_two(self):\n        assert 2\n"
    )

    assert audit_files({TEST: source}, ["TA004"]) == [("TA004", TEST, 5)]


def test_a_patched_generator_is_lost_as_well(audit_files: AuditFiles) -> None:
    source = "from unittest.mock import patch\n\n\n@patch('os.getcwd')\ndef test_price(getcwd):\n    yield 1\n    assert getcwd\n"

    assert audit_files({TEST: source, "requirements.txt": "pytest\n"}, ["TA004"]) == [("TA004", TEST, 5)]


@pytest.mark.parametrize("method", ["run", "helper"])
def test_a_test_case_may_step_through_what_its_tests_yield(method: str, audit_files: AuditFiles) -> None:
    source = f"""
import unittest


class Steps(unittest.TestCase):
    def {method}(self, result=None):
        return 1


class TestPrices(Steps):
    def test_price(self):
        yield 1
        self.assertEqual(1, 1)
"""

    assert audit_files({TEST: source}, ["TA004"]) == ([] if method == "run" else [("TA004", TEST, 11)])


@pytest.mark.parametrize("runner", ["nose", "pytest"])
def test_another_runner_may_step_through_tests_that_yield(runner: str, audit_files: AuditFiles) -> None:
    source = f"import {runner}\n\n\ndef check(price):\n    assert price\n\n\ndef test_prices():\n    yield check, 1\n"

    assert audit_files({TEST: source}, ["TA004"]) == ([] if runner == "nose" else [("TA004", TEST, 8)])
