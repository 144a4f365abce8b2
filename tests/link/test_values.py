"""Values are followed on the crooked ways that test suites send them."""

from pathlib import Path

from testaudit.model import Cell, Fixture
from testaudit.read.facts import Function
from tests.link.linking import argument, asserted, calls_of, constants, first, linked_values, only_test, suite_of


def test_a_literal_travels_through_a_dict_and_keywords_into_an_argument(tmp_path: Path) -> None:
    source = """
import requests

BASE = {"role": "admin"}

def send(path, **fields):
    return requests.post("http://api" + path, json=fields)

def create(**fields):
    return send("/users", **fields)

def test_it():
    user = {"email": "ada@example.com", **BASE}
    create(**user, name="Ada")
"""
    suite = suite_of(tmp_path, {"test_a.py": source})

    (post,) = calls_of(suite, "requests.post")

    assert set(constants(suite, argument(suite, post, "json"))) == {"ada@example.com", "admin", "Ada"}


def test_a_packed_tuple_is_spread_into_positions(tmp_path: Path) -> None:
    source = """
import requests

def send(*args):
    requests.get(*args)

def fetch(url, timeout):
    requests.put(url, timeout=timeout)

def test_it():
    given = ("http://a", 3)
    fetch(*given)
"""
    suite = suite_of(tmp_path, {"test_a.py": source})

    (put,) = calls_of(suite, "requests.put")

    assert (constants(suite, first(suite, put)), constants(suite, argument(suite, put, "timeout"))) == (["http://a"], [3])


def test_partial_keeps_what_it_was_given(tmp_path: Path) -> None:
    source = """
from functools import partial

import requests

def send(method, path, *, token):
    requests.post(path, data=method, headers={"token": token})

create = partial(send, "create", token="secret")

def test_it():
    create("/users")
"""
    suite = suite_of(tmp_path, {"test_a.py": source})

    (post,) = calls_of(suite, "requests.post")

    assert constants(suite, first(suite, post)) == ["/users"]
    assert constants(suite, argument(suite, post, "data")) == ["create"]
    assert constants(suite, argument(suite, post, "headers")) == ["secret"]


def test_partial_of_a_librarys_function_is_that_function(tmp_path: Path) -> None:
    source = """
from functools import partial

import requests

def test_it():
    get = partial(requests.get, timeout=3)
    get("http://a")
"""
    suite = suite_of(tmp_path, {"test_a.py": source})

    assert [constants(suite, first(suite, event)) for event in calls_of(suite, "requests.get")] == [["http://a"]]


def test_super_goes_up_to_a_base_in_another_file(tmp_path: Path) -> None:
    files = {
        "base.py": """
import unittest

class Base(unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.url = "http://base"
""",
        "test_a.py": """
from base import Base

class TestA(Base):
    def setUp(self):
        super().setUp()
        self.other = self.url

    def test_it(self):
        assert self.other == 1
""",
    }

    assert asserted(suite_of(tmp_path, files)) == ["http://base"]


def test_super_in_a_mixin_goes_to_the_next_class_of_the_test(tmp_path: Path) -> None:
    source = """
import requests

class Base:
    def address(self):
        return "http://base"

class Mixin:
    def address(self):
        return super().address()

class TestA(Mixin, Base):
    def test_it(self):
        requests.get(self.address())
"""
    suite = suite_of(tmp_path, {"test_a.py": source})

    assert [constants(suite, first(suite, event)) for event in calls_of(suite, "requests.get")] == [["http://base"]]


def test_reading_a_property_runs_it(tmp_path: Path) -> None:
    source = """
class Server:
    def __init__(self, host):
        self.host = host

    @property
    def address(self):
        return self.host

def test_it():
    server = Server("localhost")
    assert server.address == 1
"""
    assert asserted(suite_of(tmp_path, {"test_a.py": source})) == ["localhost"]


def test_a_fixture_that_overrides_its_own_name_gets_the_outer_one(tmp_path: Path) -> None:
    files = {
        "conftest.py": """
import pytest

@pytest.fixture
def user():
    return {"email": "outer@example.com"}
""",
        "test_a.py": """
import pytest
import requests

@pytest.fixture
def user(user):
    return {**user, "name": "inner"}

def test_it(user):
    requests.post("http://a", json=user)
""",
    }
    suite = suite_of(tmp_path, files)

    (post,) = calls_of(suite, "requests.post")

    assert set(constants(suite, argument(suite, post, "json"))) == {"outer@example.com", "inner"}


def test_a_value_comes_back_from_a_helper_in_another_file(tmp_path: Path) -> None:
    files = {
        "tests/__init__.py": "",
        "tests/helpers/__init__.py": "from .addresses import *\n",
        "tests/helpers/addresses.py": "def address(name):\n    return {'to': name}\n",
        "tests/test_a.py": """
import requests

from . import helpers

def test_it():
    requests.post("http://a", json=helpers.address("ada"))
""",
    }
    suite = suite_of(tmp_path, files)

    (post,) = calls_of(suite, "requests.post")

    assert constants(suite, argument(suite, post, "json")) == ["ada"]


def test_unpacking_gives_each_name_its_part(tmp_path: Path) -> None:
    source = """
def pair():
    return "left", ["middle", "right"]

def test_it():
    one, (two, *rest) = pair()
    assert two == one
"""
    assert asserted(suite_of(tmp_path, {"test_a.py": source})) == ["middle"]


def test_a_walrus_binds(tmp_path: Path) -> None:
    source = """
def find():
    return "found"

def test_it():
    if (name := find()) is not None:
        assert name == 1
"""
    assert asserted(suite_of(tmp_path, {"test_a.py": source})) == ["found"]


def test_the_last_binding_before_the_use_counts(tmp_path: Path) -> None:
    source = """
def test_it():
    name = "first"
    name = "second"
    assert name == 1
    name = "third"
"""
    assert asserted(suite_of(tmp_path, {"test_a.py": source})) == ["second"]


def test_both_arms_of_a_branch_count(tmp_path: Path) -> None:
    source = """
import os

def test_it():
    if os.path.exists("there"):
        name = "there"
    else:
        name = "other"
    assert name == 1
"""
    assert sorted(map(str, asserted(suite_of(tmp_path, {"test_a.py": source})))) == ["other", "there"]


def test_a_nonlocal_assignment_is_seen_outside(tmp_path: Path) -> None:
    source = """
def test_it():
    seen = "nothing"

    def handler():
        nonlocal seen
        seen = "something"

    def look():
        return seen

    handler()
    assert look() == 1
"""
    assert "something" in asserted(suite_of(tmp_path, {"test_a.py": source}))


def test_a_comprehension_calls_with_each_element(tmp_path: Path) -> None:
    source = """
import requests

URLS = ["http://a", "http://b"]

def test_it():
    assert [requests.get(url) for url in URLS]
"""
    suite = suite_of(tmp_path, {"test_a.py": source})

    assert [constants(suite, first(suite, event)) for event in calls_of(suite, "requests.get")] == [["http://a", "http://b"]]


def test_a_lambda_in_an_override_hands_out_the_fixture_that_it_captured(tmp_path: Path) -> None:
    source = """
import pytest
from fastapi import FastAPI

app = FastAPI()

def get_db():
    raise NotImplementedError

@pytest.fixture
def session():
    return object()

@pytest.fixture
def client(session):
    app.dependency_overrides[get_db] = lambda: session
    return app

def test_it(client):
    assert client
"""
    suite = suite_of(tmp_path, {"test_a.py": source})
    values = linked_values(suite)
    test = only_test(suite)
    client = test.fixture("client")
    assert client is not None
    frame = values.fixture_frame(client, test)
    assert frame is not None
    assert client.function is not None
    override = next(step.value for step in client.function.body.steps if step.kind == "bind" and step.value is not None)

    (captured,) = values.evaluate(override, frame).definitions
    assert isinstance(captured.target, Function)
    assert captured.frame is not None
    given = values.result(captured.frame.inner(captured.target))

    session = test.fixture("session")
    assert isinstance(session, Fixture)
    assert [path.cell for path in given.paths] == [Cell(session, "")]


def test_a_class_as_context_manager_gives_what_it_enters(tmp_path: Path) -> None:
    source = """
class Client:
    address = "http://client"

class Server:
    def __enter__(self):
        return Client()

    def __exit__(self, *error):
        pass

def test_it():
    with Server() as client:
        assert client.address == 1
"""
    assert asserted(suite_of(tmp_path, {"test_a.py": source})) == ["http://client"]


def test_a_class_method_makes_an_instance_of_the_class_that_it_is_called_on(tmp_path: Path) -> None:
    source = """
class Base:
    def __init__(self, name):
        self.name = name

    @classmethod
    def build(cls, name):
        return cls(name)

class Special(Base):
    pass

def test_it():
    made = Special.build("ada")
    assert made.name == 1
"""
    suite = suite_of(tmp_path, {"test_a.py": source})

    assert asserted(suite) == ["ada"]


def test_a_fields_value_is_what_the_dataclass_was_given(tmp_path: Path) -> None:
    source = """
from dataclasses import dataclass

@dataclass
class User:
    name: str
    email: str = "nobody@example.com"

def test_it():
    user = User("ada", email="ada@example.com")
    assert user.email == 1
"""
    assert asserted(suite_of(tmp_path, {"test_a.py": source})) == ["ada@example.com"]


def test_an_argument_that_cannot_be_followed_is_unknown_and_not_absent(tmp_path: Path) -> None:
    source = """
import requests
from somewhere import payload

def test_it():
    requests.post("http://a", json=payload())
"""
    suite = suite_of(tmp_path, {"test_a.py": source})

    (post,) = calls_of(suite, "requests.post")

    value = argument(suite, post, "json")
    assert value.constants == ()
    assert value.why is not None


def test_what_a_parametrized_test_gets_is_any_of_its_sets(tmp_path: Path) -> None:
    source = """
import pytest

@pytest.mark.parametrize(("name", "size"), [("a", 1), pytest.param("b", 2, id="second")])
def test_it(name, size):
    assert name == size
"""
    assert asserted(suite_of(tmp_path, {"test_a.py": source})) == ["a", "b"]
