"""What doubles cut, for how long, and what can still be reached."""

from pathlib import Path

import pytest

from tests.reporting import only_test, reported

MAIL = """\
import smtplib


def send(text):
    return smtplib.SMTP('localhost').sendmail('a', 'b', text)


def greet():
    return send('hello')
"""
HEAD = "import smtplib\nfrom unittest import mock\nfrom unittest.mock import patch\n\nimport pytest\n\nimport mail\nfrom mail import greet\n\n\n"  # noqa: E501  # a file as one literal


@pytest.mark.parametrize(
    "test",
    [
        "@patch('mail.send')\ndef test_a(send):\n    greet()\n",
        "@patch('mail.smtplib.SMTP')\ndef test_a(smtp):\n    greet()\n",
        "@patch('smtplib.SMTP')\ndef test_a(smtp):\n    greet()\n",
        "@patch('mail.smtplib')\ndef test_a(smtp):\n    greet()\n",
        "@patch.object(mail, 'send')\ndef test_a(send):\n    greet()\n",
        "def test_a():\n    with patch('mail.send'):\n        greet()\n",
        "def test_a():\n    with patch.object(smtplib, 'SMTP'):\n        greet()\n",
        "def test_a(mocker):\n    mocker.patch('mail.send')\n    greet()\n",
        "def test_a(mocker):\n    mocker.patch.object(mail, 'send')\n    greet()\n",
        "def test_a(monkeypatch):\n    monkeypatch.setattr('mail.send', lambda text: None)\n    greet()\n",
        "def test_a(monkeypatch):\n    monkeypatch.setattr(mail, 'send', lambda text: None)\n    greet()\n",
        "def test_a(monkeypatch):\n    monkeypatch.setattr(smtplib, 'SMTP', mock.Mock())\n    greet()\n",
        "def test_a():\n    patcher = patch('mail.send')\n    patcher.start()\n    greet()\n    patcher.stop()\n",
        "def test_a():\n    mail.send = mock.Mock()\n    greet()\n",
        "@pytest.fixture(autouse=True)\ndef quiet(monkeypatch):\n    monkeypatch.setattr(mail, 'send', print)\n\n\ndef test_a():\n    greet()\n",  # noqa: E501  # a file as one literal
        "@pytest.fixture\ndef quiet():\n    with patch('mail.send'):\n        yield\n\n\ndef test_a(quiet):\n    greet()\n",
        "def silence(monkeypatch):\n    monkeypatch.setattr(mail, 'send', print)\n\n\ndef test_a(monkeypatch):\n    silence(monkeypatch)\n    greet()\n",  # noqa: E501  # a file as one literal
        "@patch('mail.send')\nclass TestMail:\n    def test_a(self, send):\n        greet()\n",
    ],
)
def test_a_double_cuts_the_way(test: str, tmp_path: Path) -> None:
    assert "mail" not in only_test(tmp_path, {"mail.py": MAIL, "tests/test_a.py": HEAD + test}).effects


@pytest.mark.parametrize(
    "test",
    [
        "def test_a():\n    greet()\n",
        "def test_a():\n    with patch('mail.send'):\n        pass\n    greet()\n",
        "def test_a():\n    with patch('mail.other', create=True):\n        greet()\n",
        "def test_a(mocker):\n    mocker.spy(mail, 'send')\n    greet()\n",
        "def test_a():\n    with patch('mail.send', wraps=mail.send):\n        greet()\n",
        "@pytest.fixture\ndef quiet():\n    with patch('mail.send'):\n        pass\n    yield\n\n\ndef test_a(quiet):\n    greet()\n",
    ],
)
def test_what_is_still_reachable_counts(test: str, tmp_path: Path) -> None:
    assert "mail" in only_test(tmp_path, {"mail.py": MAIL, "tests/test_a.py": HEAD + test}).effects


def test_a_name_that_the_user_imported_is_not_cut_where_it_is_defined(tmp_path: Path) -> None:
    user = "from mail import send\n\n\ndef greet():\n    return send('hello')\n"
    tests = "from unittest.mock import patch\nfrom user import greet\n\n\ndef test_a():\n    with patch('{}'):\n        greet()\n"
    files = {
        "mail.py": MAIL,
        "user.py": user,
        "tests/test_a.py": tests.format("mail.send"),
        "tests/test_b.py": tests.format("user.send"),
    }

    assert [("mail" in test.effects) for test in reported(tmp_path, files).tests] == [True, False]


def test_a_double_given_to_a_constructor_is_what_the_object_talks_to(tmp_path: Path) -> None:
    code = (
        "import redis\n\n\nclass Cache:\n    def __init__(self, client=None):\n        self.client = client or redis.Redis()\n\n"
        "    def get(self):\n        return self.client.get('a')\n"
    )
    tests = (
        "from unittest.mock import Mock\nfrom cache import Cache\n\n\ndef test_a():\n    assert Cache(Mock()).get()\n\n\n"
        "def test_b():\n    assert Cache().get()\n"
    )

    assert [("cache" in test.effects) for test in reported(tmp_path, {"cache.py": code, "tests/test_a.py": tests}).tests] == [False, True]


def test_an_overridden_dependency_is_cut(tmp_path: Path) -> None:
    code = (
        "import sqlite3\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\ndef get_db():\n    return sqlite3.connect('x')\n\n\n"
        "def rows():\n    return get_db()\n"
    )
    tests = "from app import app, get_db, rows\n\n\ndef test_a():\n    app.dependency_overrides[get_db] = lambda: None\n    assert rows()\n"

    assert "database" not in only_test(tmp_path, {"app.py": code, "tests/test_a.py": tests}).effects


def test_a_library_replaced_in_sys_modules_is_cut(tmp_path: Path) -> None:
    code = "def load():\n    import pymongo\n\n    return pymongo.MongoClient().db.items.find()\n"
    tests = (
        "import sys\nfrom unittest.mock import Mock\nfrom code_ import load\n\n\ndef test_a(monkeypatch):\n"
        "    monkeypatch.setitem(sys.modules, 'pymongo', Mock())\n    assert load()\n"
    )

    assert "database-server" not in only_test(tmp_path, {"code_.py": code, "tests/test_a.py": tests}).effects


@pytest.mark.parametrize(
    ("decorator", "call", "effect"),
    [
        ("import responses", "@responses.activate", "http"),
        ("from moto import mock_aws", "@mock_aws", "cloud"),
    ],
)
def test_an_interceptor_cuts_its_library(decorator: str, call: str, effect: str, tmp_path: Path) -> None:
    body = "requests.get('http://x')" if effect == "http" else "boto3.client('s3').list_buckets()"
    tests = f"import boto3\nimport requests\n{decorator}\n\n\n{call}\ndef test_a():\n    assert {body}\n"

    assert effect not in only_test(tmp_path, {"tests/test_a.py": tests}).effects


@pytest.mark.parametrize("target", ["f'{MODULE}subprocess.run'", "MODULE + 'subprocess.run'", "f'{MODULE}{NAME}'"])
def test_a_target_that_is_put_together_from_constants_is_replaced(target: str, tmp_path: Path) -> None:
    files = {
        "app/__init__.py": "",
        "app/git.py": "import subprocess\n\n\ndef status():\n    return subprocess.run(['git', 'status'])\n",
        "tests/test_a.py": (
            "from app.git import status\n\nMODULE = 'app.git.'\nNAME = 'subprocess.run'\n\n\n"
            f"def test_a(mocker):\n    mocker.patch({target})\n    assert status()\n"
        ),
    }

    assert only_test(tmp_path, files).effects == ()


@pytest.mark.parametrize(("target", "effects"), [("app.shell.run", ()), ("app.shell.other", ("subprocess",))])
def test_a_function_that_is_handed_on_as_a_partial_is_what_stands_there_then(target: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    files = {
        "app/__init__.py": "",
        "app/shell.py": "import subprocess\n\n\ndef run(args):\n    return subprocess.run(args)\n\n\ndef other():\n    return 1\n",
        "app/git.py": (
            "from functools import partial\n\nfrom app import shell\n\n\ndef apply(function):\n    return function()\n\n\n"
            "def status():\n    return apply(partial(shell.run, ['git', 'status']))\n"
        ),
        "tests/test_a.py": (
            "from unittest.mock import patch\nfrom app.git import status\n\n\n"
            f"@patch('{target}')\ndef test_a(double):\n    assert status()\n"
        ),
    }

    assert only_test(tmp_path, files).effects == effects


CLIENT = """\
import httpx


def fetch(client: httpx.Client | None = None):
    if client is None:
        client = httpx.Client()
    return client.get('http://localhost/')


def read(connection: httpx.Client):
    return ask(connection)


def ask(by: httpx.Client):
    return by.get('http://localhost/')


class Api:
    def __init__(self, *, http: httpx.Client | None = None):
        self._http = http

    @classmethod
    def of(cls, http=None):
        return cls(http=http)

    def _client(self):
        if self._http is None:
            self._http = httpx.Client()
        return self._http

    def fetch(self):
        return self._client().get('http://localhost/')
"""
FAKES = (
    "from types import SimpleNamespace\nfrom typing import Any, cast\nfrom unittest.mock import Mock\n\nimport httpx\n\n"
    "from client import Api, fetch, read\n\n\nclass FakeClient:\n    def get(self, url):\n        return url\n\n\n"
    "def api(fake=None):\n    return Api.of(http=cast(Any, fake))\n\n\n"
)


@pytest.mark.parametrize(
    "test",
    [
        "def test_a():\n    fetch(FakeClient())\n",
        "def test_a():\n    fetch(client=Mock())\n",
        "def test_a():\n    read(SimpleNamespace(get=print))\n",
        "def test_a():\n    Api(http=FakeClient()).fetch()\n",
        "def test_a():\n    Api.of(FakeClient()).fetch()\n",
        "def test_a():\n    api(FakeClient()).fetch()\n",
        "def test_a():\n    api(fake=Mock()).fetch()\n",
        "def test_a():\n    subject = Api()\n    subject._http = SimpleNamespace(get=print)\n    subject.fetch()\n",
    ],
)
def test_a_double_that_is_handed_over_stands_for_what_is_expected_there(test: str, tmp_path: Path) -> None:
    assert "http" not in only_test(tmp_path, {"client.py": CLIENT, "tests/test_a.py": FAKES + test}).effects


@pytest.mark.parametrize(
    "test",
    [
        "def test_a():\n    fetch()\n",
        "def test_a():\n    fetch(httpx.Client())\n",
        "def test_a():\n    read(httpx.Client())\n",
        "def test_a():\n    Api().fetch()\n",
        "def test_a():\n    api().fetch()\n",
        "def test_a():\n    Api.of(httpx.Client()).fetch()\n",
    ],
)
def test_the_real_thing_that_is_handed_over_is_used(test: str, tmp_path: Path) -> None:
    assert "http" in only_test(tmp_path, {"client.py": CLIENT, "tests/test_a.py": FAKES + test}).effects


@pytest.mark.parametrize(
    ("base", "double", "effects"),
    [
        ("object", "Fake", ()),
        ("object", "make()", ()),
        ("smtplib.SMTP", "Fake", ("mail",)),
    ],
)
def test_a_class_of_the_tests_own_is_a_double_of_what_it_is_put_in_place_of(
    base: str, double: str, effects: tuple[str, ...], tmp_path: Path
) -> None:
    support = (
        f"class Fake({base}):\n    pass\n\n\ndef make():\n    class Local({base}):\n        pass\n\n    return Local\n\n\n"
        "class Case(unittest.TestCase):\n    def replace(self, module, cls):\n        module.SMTP = cls\n\n\n"
        f"class TestA(Case):\n    def setUp(self):\n        self.replace(smtplib, {double})\n\n    def test_a(self):\n        greet()\n"
    )
    files = {"mail.py": MAIL, "tests/test_a.py": f"import smtplib\nimport unittest\n\nfrom mail import greet\n\n\n{support}"}

    assert only_test(tmp_path, files).effects == effects


@pytest.mark.parametrize(
    ("driver", "effects"),
    [
        ("Mock()", ()),
        ("webdriver.Firefox()", ("browser",)),
    ],
)
def test_what_is_made_around_a_double_is_none_of_the_real_thing(driver: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    code = (
        "from selenium.webdriver import ActionChains\n\n\nclass Page:\n    def __init__(self, driver):\n        self.driver = driver\n\n"
        "    def press(self):\n        return ActionChains(self.driver)\n\n\n"
        "def press(driver):\n    return ActionChains(driver)\n"
    )
    test = (
        "from unittest.mock import Mock\n\nfrom selenium import webdriver\n\nfrom page import Page, press\n\n\n"
        f"def test_a():\n    press({driver})\n    Page({driver}).press()\n"
    )

    assert only_test(tmp_path, {"page.py": code, "tests/test_a.py": test}).effects == effects


@pytest.mark.parametrize(
    ("target", "effects"), [("uvicorn.run", ()), ("app.serve.announce", ("socket", "subprocess")), ("subprocess.run", ())]
)
def test_who_doubles_what_one_arm_of_an_if_does_knows_which_arm_runs(target: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    files = {
        "app/__init__.py": "",
        "app/serve.py": (
            "import subprocess\nimport uvicorn\n\n\ndef announce():\n    print('server')\n\n\ndef serve(app, workers):\n"
            "    if workers != 1:\n        subprocess.run(['uvicorn', str(workers)])\n"
            "    else:\n        announce()\n        uvicorn.run(app)\n"
        ),
        "tests/test_a.py": (
            f"from app.serve import serve\n\n\ndef test_a(mocker):\n    mocker.patch('{target}')\n    serve('app', count())\n"
        ),
    }

    assert only_test(tmp_path, files).effects == effects


LAZY = """\
import docker


class Box:
    def __init__(self, client=None):
        self._given = client
        self._kept = None

    @property
    def client(self):
        if self._kept is None:
            self._kept = self._given or docker.from_env()
        return self._kept

    def start(self):
        return self.client.containers.create('image')
"""


@pytest.mark.parametrize(("given", "effects"), [("client=Mock()", ()), ("", ("container",))])
def test_a_double_that_a_property_hands_out_when_it_is_first_needed_is_what_the_object_talks_to(
    given: str, effects: tuple[str, ...], tmp_path: Path
) -> None:
    tests = f"from unittest.mock import Mock\nfrom box import Box\n\n\ndef test_a():\n    assert Box({given}).start()\n"

    assert only_test(tmp_path, {"box.py": LAZY, "tests/test_a.py": tests}).effects == effects


@pytest.mark.parametrize(("transport", "effects"), [("httpx.MockTransport(answer)", ()), ("httpx.HTTPTransport(retries=3)", ("http",))])
def test_a_client_around_a_transport_that_reaches_nothing_is_a_double(transport: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    code = (
        "import httpx\n\n\nclass Shop:\n    def __init__(self):\n        self._client = httpx.Client()\n\n"
        "    def items(self):\n        return self._client.get('/items')\n"
    )
    tests = (
        "import httpx\nfrom shop import Shop\n\n\ndef answer(request):\n    return httpx.Response(200)\n\n\n"
        f"def test_a():\n    shop = Shop()\n    shop._client = httpx.Client(transport={transport})\n    assert shop.items()\n"
    )

    assert only_test(tmp_path, {"shop.py": code, "tests/test_a.py": tests}).effects == effects
