"""Which sessions several tests write through, judged through the rule about them."""

from pathlib import Path

import pytest

from tests.auditing import audited, places

HEAD = """import sqlite3
import unittest

import pytest
from sqlalchemy import create_engine, delete, insert, text
from sqlalchemy.orm import Session, sessionmaker

import shop

engine = create_engine("sqlite://")
SessionLocal = sessionmaker(bind=engine)


"""
READS = "\n\ndef test_reads({0}):\n    {0}.execute('SELECT 1')\n"


def lines(root: Path, text: str) -> list[int]:
    """The lines of `tests/test_a.py`, counted after the head, on which a fixture is found."""
    found = places(audited(root, {"tests/test_a.py": HEAD + text}, select=["TA410"]))
    return [line - HEAD.count("\n") for _, _, line in found]


def wide(opens: str, write: str, scope: str = "module") -> str:
    """A wide fixture `db`, a test that writes through it and one that reads."""
    fixture = f"@pytest.fixture(scope='{scope}')\ndef db():\n    {opens}\n\n\n"
    return f"{fixture}def test_writes(db):\n    {write}\n" + READS.format("db")


@pytest.mark.parametrize("scope", ["class", "module", "package", "session"])
def test_every_scope_wider_than_a_test_is_found(scope: str, tmp_path: Path) -> None:
    writes = "    def test_writes(self, db):\n        db.add(shop.Order())\n\n"
    method = f"class TestIt:\n{writes}    def test_reads(self, db):\n        db.query(shop.Order)\n"

    assert lines(tmp_path, f"@pytest.fixture(scope='{scope}')\ndef db():\n    return SessionLocal()\n\n\n{method}") == [1]


@pytest.mark.parametrize(
    ("opens", "write"),
    [
        ("return SessionLocal()", "db.add(shop.Order())"),
        ("return Session(engine)", "db.add_all([shop.Order()])"),
        ("with Session(engine) as db:\n        yield db", "db.execute(insert(shop.Order))"),
        ("with engine.connect() as db:\n        yield db", "db.execute(text('INSERT INTO orders VALUES (1)'))"),
        ("with engine.begin() as db:\n        yield db", "db.execute(text('UPDATE orders SET number = 1'))"),
        ("return sqlite3.connect('shop.db')", "db.execute('INSERT INTO orders VALUES (1)')"),
        ("return sqlite3.connect('shop.db').cursor()", "db.execute('INSERT INTO orders VALUES (1)')"),
        ("return sqlite3.connect('shop.db')", "cursor = db.cursor()\n    cursor.executemany('INSERT INTO orders VALUES (?)', [(1,)])"),
        ("db = Session(engine)\n    yield db\n    db.rollback()", "db.add(shop.Order())"),
    ],
)
def test_a_session_that_tests_share_and_write_through_is_found(opens: str, write: str, tmp_path: Path) -> None:
    assert lines(tmp_path, wide(opens, write)) == [1]


def test_a_connection_of_the_class_is_found_at_its_set_up(tmp_path: Path) -> None:
    text = (
        "class TestIt(unittest.TestCase):\n    @classmethod\n    def setUpClass(cls):\n        cls.db = sqlite3.connect('shop.db')\n\n"
        "    def test_writes(self):\n        self.db.execute('INSERT INTO orders VALUES (1)')\n\n"
        "    def test_reads(self):\n        self.db.execute('SELECT 1')\n"
    )

    assert lines(tmp_path, text) == [2]


@pytest.mark.parametrize(
    ("opens", "write"),
    [
        pytest.param("return engine", "with db.begin() as c:\n        c.execute(text('INSERT INTO orders VALUES (1)'))", id="an engine"),
        pytest.param("return sqlite3.connect('shop.db')", "db.execute('SELECT 2')", id="reading only"),
        pytest.param("return sqlite3.connect('shop.db')", "db.execute(shop.STATEMENT)", id="an unknown statement"),
        pytest.param(
            "return sqlite3.connect('shop.db')", "db.execute('INSERT INTO orders VALUES (1)')\n    db.rollback()", id="rolled back"
        ),
        pytest.param("return SessionLocal()", "db.add(shop.Order())\n    db.execute(delete(shop.Order))", id="deleted by the test"),
        pytest.param("return shop.connect()", "db.execute('INSERT INTO orders VALUES (1)')", id="an unknown handle"),
        pytest.param("return sqlite3.connect('shop.db')", "shop.fill(db)", id="unknown code writes"),
    ],
)
def test_other_wide_fixtures_are_not_found(opens: str, write: str, tmp_path: Path) -> None:
    assert lines(tmp_path, wide(opens, write)) == []


@pytest.mark.parametrize(
    "narrow",
    [
        "@pytest.fixture(autouse=True)\ndef back(db):\n    yield\n    db.rollback()\n\n\n",
        "@pytest.fixture(autouse=True)\ndef clean(db):\n    db.execute(text('DELETE FROM orders'))\n\n\n",
        "@pytest.fixture(autouse=True)\ndef inside(db):\n    with db.begin_nested():\n        yield\n\n\n",
        "@pytest.fixture(autouse=True)\ndef clean(db):\n    yield\n    shop.empty(db)\n\n\n",
    ],
    ids=["rollback", "deletion", "savepoint", "an unknown clean-up"],
)
def test_a_reset_for_each_test_keeps_it_silent(narrow: str, tmp_path: Path) -> None:
    assert lines(tmp_path, narrow + wide("return SessionLocal()", "db.add(shop.Order())")) == []


def test_a_session_for_each_test_on_a_wide_connection_is_silent(tmp_path: Path) -> None:
    text = (
        "@pytest.fixture(scope='session')\ndef connection():\n    with engine.connect() as connection:\n        yield connection\n\n\n"
        "@pytest.fixture\ndef db(connection):\n    transaction = connection.begin()\n    yield SessionLocal(bind=connection)\n"
        "    transaction.rollback()\n\n\n"
        "def test_writes(db):\n    db.add(shop.Order())\n    db.commit()\n"
    ) + READS.format("db")

    assert lines(tmp_path, text) == []


def test_a_wide_session_of_one_test_only_is_silent(tmp_path: Path) -> None:
    text = "@pytest.fixture(scope='module')\ndef db():\n    return SessionLocal()\n\n\ndef test_writes(db):\n    db.add(shop.Order())\n"

    assert lines(tmp_path, text) == []
