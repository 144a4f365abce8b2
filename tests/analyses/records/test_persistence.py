"""Which literal addresses surely stay in a store, judged through the rule about them."""

from pathlib import Path

import pytest

from tests.auditing import audited, places

SHOP = """
from sqlalchemy import Column, Integer, String, create_engine
from sqlalchemy.orm import declarative_base, sessionmaker

Base = declarative_base()
engine = create_engine("postgresql://shop@db.internal/shop")
Session = sessionmaker(bind=engine)


class Account(Base):
    __tablename__ = "accounts"
    email = Column(String, unique=True)


class Invoice(Base):
    __tablename__ = "invoices"
    email = Column(String)


class Accounts:
    def __init__(self, session):
        self.session = session

    def add(self, account):
        self.session.add(account)
        self.session.commit()


def sign_up(email, **more):
    session = Session()
    session.add(Account(email=email, **more))
    session.commit()
"""
HEAD = """import sqlite3
import subprocess
from unittest.mock import patch
from uuid import uuid4

import asyncpg
import psycopg2
import pytest
import requests
import shop
from shop import Account, Accounts, Invoice, Session, engine, sign_up
from sqlalchemy import insert, text

URL = "http://shop.internal:8000"


"""


def lines(root: Path, text: str) -> list[int]:
    """The lines of `tests/test_a.py`, counted after the head, on which an address is found."""
    found = places(audited(root, {"shop.py": SHOP, "tests/test_a.py": HEAD + text}, select=["TA230"]))
    return [line - HEAD.count("\n") for _, _, line in found]


def body(*statements: str, parameters: str = "") -> str:
    """A test of these statements."""
    return f"def test_it({parameters}):\n" + "".join(f"    {statement}\n" for statement in statements)


FILE = "db = sqlite3.connect('shop.db')"
POST = "requests.post(f'{URL}/accounts', json={'email': 'a@example.com'})"
INSERT = "db.execute('INSERT INTO accounts VALUES (?)', ('a@example.com',))"


@pytest.mark.parametrize(
    "statements",
    [
        (FILE, INSERT, "db.commit()"),
        (FILE, "db.execute(\"INSERT INTO accounts VALUES ('a@example.com')\")", "db.commit()"),
        ("db = psycopg2.connect('dbname=shop')", "db.cursor().execute('INSERT INTO a VALUES (%s)', ['a@example.com'])", "db.commit()"),
        ("db = Session()", "db.add(Account(email='a@example.com'))", "db.commit()"),
        ("db = Session()", "db.add_all([Account(), Account(email='a@example.com')])", "db.commit()"),
        ("with Session.begin() as db:", "    db.add(Account(email='a@example.com'))"),
        ("with engine.begin() as db:", "    db.execute(insert(Account).values(email='a@example.com'))"),
        ("with sqlite3.connect('shop.db') as db:", f"    {INSERT}"),
        (POST,),
        ("requests.post(URL + '/accounts', data={'user': {'email': 'a@example.com'}})",),
        ("sign_up('a@example.com')",),
        ("sign_up(**{'email': 'a@example.com'})",),
    ],
)
def test_an_address_that_stays_is_found(statements: tuple[str, ...], tmp_path: Path) -> None:
    written = next(number for number, statement in enumerate(statements, start=2) if "a@example.com" in statement)

    assert lines(tmp_path, body(*statements)) == [written]


def test_a_repository_keeps_the_session_that_it_was_given(tmp_path: Path) -> None:
    assert lines(tmp_path, body("account = Account(email='a@example.com')", "Accounts(Session()).add(account)")) == [2]


def test_a_helper_spreads_a_dict_into_a_request(tmp_path: Path) -> None:
    helper = "def post(path, **options):\n    return requests.post(f'{URL}{path}', **options)\n\n\n"

    assert lines(
        tmp_path, helper + body("payload = {'email': 'a@example.com'}", "options = {'json': payload}", "post('/accounts', **options)")
    ) == [6]


def test_a_parameter_table_is_one_finding(tmp_path: Path) -> None:
    table = "@pytest.mark.parametrize('email', [\n    'a@example.com',\n    'b@example.com',\n])\n"

    assert lines(tmp_path, table + body("sign_up(email)", parameters="email")) == [2]


def test_a_fixture_is_found_once_for_all_its_tests(tmp_path: Path) -> None:
    fixture = "@pytest.fixture\ndef account():\n    sign_up('a@example.com')\n\n\n"

    assert lines(tmp_path, fixture + "def test_a(account):\n    pass\n\n\ndef test_b(account):\n    pass\n") == [3]


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param((FILE, INSERT), id="not committed"),
        pytest.param(("db = sqlite3.connect(':memory:')", INSERT, "db.commit()"), id="in memory"),
        pytest.param((FILE, "db.execute('SELECT ?', ('a@example.com',))", "db.commit()"), id="a query"),
        pytest.param((FILE, INSERT, "db.commit()", "db.execute('DELETE FROM accounts')"), id="deleted by the test"),
        pytest.param(("db = Session()", "db.add(Account(email=f'{uuid4()}@example.com'))", "db.commit()"), id="a varying part"),
        pytest.param(("db = Session()", "db.add(Invoice(email='a@example.com'))", "db.commit()"), id="a column that is not unique"),
        pytest.param(("db = Session()", "db.query(Account).filter_by(email='a@example.com').one()"), id="looked up"),
        pytest.param(("sign_up('a@example.com')", "with pytest.raises(ValueError):", "    sign_up('a@example.com')"), id="wanted twice"),
        pytest.param(("with pytest.raises(ValueError):", "    sign_up('a@example.com')"), id="refused"),
        pytest.param(("with patch('shop.Session'):", "    sign_up('a@example.com')"), id="the session is doubled"),
        pytest.param(("with patch.object(shop.Session, 'begin'):", "    shop.store('a@example.com')"), id="unknown code"),
        pytest.param(("with patch('requests.post'):", f"    {POST}"), id="HTTP is doubled"),
        pytest.param(("requests.post(f'{URL}/login', json={'email': 'a@example.com'})",), id="a login"),
        pytest.param(("requests.get(f'{URL}/accounts', params={'email': 'a@example.com'})",), id="a look-up over HTTP"),
        pytest.param(("subprocess.Popen(['shop'])", POST), id="an own server"),
        pytest.param((f"r = {POST}", "assert r.status_code == 422"), id="an error is expected"),
        pytest.param((POST, "requests.delete(f'{URL}/accounts/1')"), id="deleted over HTTP"),
        pytest.param(("if shop.engine:", "    sign_up('a@example.com')"), id="under a condition"),
    ],
)
def test_an_address_that_does_not_surely_stay_is_not_found(statements: tuple[str, ...], tmp_path: Path) -> None:
    assert lines(tmp_path, body(*statements)) == []


@pytest.mark.parametrize(
    "fixture",
    [
        "@pytest.fixture(autouse=True)\ndef clean():\n    yield\n    Session().execute(text('TRUNCATE accounts'))\n\n\n",
        "@pytest.fixture(autouse=True)\ndef clean(request):\n    request.addfinalizer(lambda: shop.Base.metadata.drop_all(engine))\n",
        "@pytest.fixture(autouse=True, scope='session')\ndef tables():\n    shop.Base.metadata.drop_all(engine)\n\n\n",
        "@pytest.fixture(autouse=True)\ndef clean():\n    yield\n    shop.forget_everything()\n\n\n",
        "@pytest.fixture(autouse=True)\ndef clean(unheard_of):\n    pass\n\n\n",
    ],
    ids=["truncated", "a finalizer drops", "made anew", "an unknown clean-up", "an unresolved fixture"],
)
def test_a_store_that_may_be_clean_after_the_test_is_not_found(fixture: str, tmp_path: Path) -> None:
    assert lines(tmp_path, fixture + body("sign_up('a@example.com')")) == []


@pytest.mark.parametrize(
    ("base", "found"), [("django.test.TestCase", []), ("django.test.TransactionTestCase", []), ("unittest.TestCase", [7])]
)
def test_django_takes_back_what_its_test_cases_write(base: str, found: list[int], tmp_path: Path) -> None:
    head = "import unittest\n\nimport django.test\nfrom django.contrib.auth.models import User\n\n"
    module = f"{head}class TestIt({base}):\n    def test_it(self): User.objects.create_user('a', email='a@example.com')\n"

    assert [line for _, _, line in places(audited(tmp_path, {"tests/test_a.py": module}, select=["TA230"]))] == found


def test_the_fix_covers_every_place_of_the_address_in_the_test(tmp_path: Path) -> None:
    text = body("sign_up('a@example.com')", "assert Session().query(Account).get('a@example.com')")
    document = audited(tmp_path, {"shop.py": SHOP, "tests/test_a.py": HEAD + text}, select=["TA230"])

    (finding,) = document.findings
    assert finding.fix is not None
    assert finding.fix.safety == "unsafe"
