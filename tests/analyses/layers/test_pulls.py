"""Which fixtures pull tests out of the unit layer: those without which a test would be a unit test."""

from pathlib import Path

import pytest

from testaudit.analyses.layers.pulls import Pulls
from testaudit.config import load_config
from testaudit.report.documents import PullEntry
from testaudit.suites import load
from tests.auditing import write
from tests.reporting import reported

CONFTEST = """\
import sqlite3
import pytest

@pytest.fixture(scope="session")
def engine():
    return sqlite3.connect("shop.db")

@pytest.fixture
def session(engine):
    return engine.cursor()

@pytest.fixture
def price():
    return 3
"""


def pulls(root: Path, tests: str, conftest: str = CONFTEST) -> list[tuple[str, int, int]]:
    """Name, tests that would be unit tests without it, tests that it brings an effect to."""
    return [(pull.name, pull.alone, pull.ways) for pull in entries(root, tests, conftest)]


def entries(root: Path, tests: str, conftest: str = CONFTEST) -> tuple[PullEntry, ...]:
    return reported(root, {"tests/conftest.py": conftest, "tests/shop/test_a.py": tests}).pulls


def test_a_fixture_pulls_the_tests_that_would_be_unit_tests_without_it_and_so_does_who_leads_there(tmp_path: Path) -> None:
    tests = "def test_a(session):\n    assert session\n\ndef test_b(engine):\n    assert engine\n"

    assert pulls(tmp_path, tests) == [("engine", 2, 2), ("session", 1, 1)]


def test_of_two_ways_none_is_alone(tmp_path: Path) -> None:
    conftest = CONFTEST + '\n@pytest.fixture\ndef other():\n    return sqlite3.connect("other.db")\n'

    assert pulls(tmp_path, "def test_a(engine, other):\n    assert engine\n", conftest) == [("engine", 0, 1), ("other", 0, 1)]


def test_a_call_on_the_value_of_a_fixture_is_the_fixtures_doing(tmp_path: Path) -> None:
    tests = "def test_a(session):\n    rows = session.execute('select 1')\n    assert rows.fetchall()\n"

    assert pulls(tmp_path, tests) == [("engine", 1, 1), ("session", 1, 1)]


def test_a_call_that_the_test_makes_by_itself_is_nobodys(tmp_path: Path) -> None:
    tests = "import sqlite3\n\ndef test_a(engine, price):\n    assert sqlite3.connect(price)\n"

    assert pulls(tmp_path, tests) == [("engine", 0, 1)]


def test_a_fixture_that_works_on_another_ones_value_is_nothing_without_it(tmp_path: Path) -> None:
    conftest = CONFTEST.replace("return engine.cursor()", "return sqlite3.connect(engine)")

    assert pulls(tmp_path / "on", "def test_a(session):\n    assert session\n") == [("engine", 1, 1), ("session", 1, 1)]
    assert pulls(
        tmp_path / "beside", "def test_a(session, price):\n    assert session\n", conftest.replace("connect(engine)", "connect(3)")
    ) == [
        ("session", 1, 1),
        ("engine", 0, 1),
    ]


def test_a_helper_that_is_given_the_fixture_needs_it(tmp_path: Path) -> None:
    tests = "def rows(cursor):\n    return cursor.execute('select 1')\n\ndef test_a(session, price):\n    assert rows(session)\n"

    assert pulls(tmp_path, tests) == [("engine", 1, 1), ("session", 1, 1)]


def test_an_attribute_that_setup_assigns_is_the_setups_doing(tmp_path: Path) -> None:
    tests = """\
import sqlite3
import unittest

class TestA(unittest.TestCase):
    def setUp(self):
        self.db = sqlite3.connect("shop.db")

    def test_a(self):
        self.assertTrue(self.db.execute("select 1"))
"""
    assert pulls(tmp_path, tests, "") == [("setUp", 1, 1)]


def test_a_setup_that_classes_inherit_is_one_entry(tmp_path: Path) -> None:
    tests = """\
import sqlite3
import unittest

class Base(unittest.TestCase):
    def setUp(self):
        self.db = sqlite3.connect("shop.db")

class TestA(Base):
    def test_a(self):
        self.assertTrue(self.db)

class TestB(Base):
    def test_b(self):
        self.assertTrue(self.db)
"""
    (pull,) = entries(tmp_path, tests, "")

    assert (pull.path, pull.line, pull.alone, pull.effects) == ("tests/shop/test_a.py", 5, 2, ("database",))


def test_a_suite_of_unit_tests_has_none(tmp_path: Path) -> None:
    assert pulls(tmp_path, "def test_a(price):\n    assert price\n") == []


AUTOMATIC = """\
import sqlite3
import pytest

@pytest.fixture(autouse=True)
def store():
    {body}
"""
PLAIN = "def test_{number}(price):\n    assert price\n\n"


@pytest.mark.parametrize(
    ("body", "test", "brought"),
    [
        ("return sqlite3.connect('shop.db')", PLAIN.format(number="z"), ["store"]),
        ("return sqlite3.connect", "def test_z(store):\n    assert store('shop.db')\n", ["store"]),
        ("return open('shop.txt')", "def test_z(store):\n    assert store.read()\n", []),
        ("return 3", PLAIN.format(number="z"), []),
    ],
)
def test_of_automatic_fixtures_those_are_told_that_bring_an_effect_or_hand_it_out(
    body: str, test: str, brought: list[str], tmp_path: Path
) -> None:
    tests = "".join(PLAIN.format(number=number) for number in range(8)) + test
    conftest = AUTOMATIC.format(body=body) + "\n@pytest.fixture\ndef price():\n    return 3\n"
    write(tmp_path, {"pyproject.toml": "", "tests/conftest.py": conftest, "tests/test_a.py": tests})
    suite = load([str(tmp_path)], load_config(tmp_path, {})).suite

    assert [pull.fixture.name for pull in suite.ask(Pulls).automatic(frozenset({"database"}))] == brought
