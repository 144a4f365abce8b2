"""The layer that a test's effects make, and the one that its names declare."""

from pathlib import Path

import pytest

from tests.reporting import only_test, reported

DATABASE = "import sqlite3\n\n\ndef test_a():\n    assert sqlite3.connect(':memory:')\n"


@pytest.mark.parametrize(
    ("text", "layer"),
    [
        ("def test_a():\n    assert 1\n", "unit"),
        ("def test_a(tmp_path):\n    (tmp_path / 'a').write_text('b')\n    assert 1\n", "unit"),
        (DATABASE, "integration"),
        ("from selenium import webdriver\n\n\ndef test_a():\n    assert webdriver.Firefox()\n", "e2e"),
        ("import time\n\n\ndef test_a():\n    assert time.time()\n", "unit"),
        (
            "from fastapi.testclient import TestClient\nfrom fastapi import FastAPI\n\n\ndef test_a():\n    assert TestClient(FastAPI()).get('/')\n",  # noqa: E501  # a file as one literal
            "integration",
        ),
    ],
)
def test_the_heaviest_effect_decides(text: str, layer: str, tmp_path: Path) -> None:
    assert only_test(tmp_path, {"tests/test_a.py": text}).layer == layer


@pytest.mark.parametrize(
    ("settings", "layer"),
    [
        ('[tool.testaudit.layers.effects]\ndatabase = "unit"\n', "unit"),
        ('[tool.testaudit.layers.libraries]\nsqlite3 = "e2e"\n', "e2e"),
        ('[tool.testaudit.layers.paths]\n"tests/**" = "unit"\n', "unit"),
    ],
)
def test_a_team_changes_the_table(settings: str, layer: str, tmp_path: Path) -> None:
    assert only_test(tmp_path, {"pyproject.toml": settings, "tests/test_a.py": DATABASE}).layer == layer


@pytest.mark.parametrize(
    ("path", "text", "declared"),
    [
        ("tests/unit/test_a.py", "def test_a():\n    assert 1\n", "unit"),
        ("tests/integration/test_a.py", "def test_a():\n    assert 1\n", "integration"),
        ("tests/e2e/deep/test_a.py", "def test_a():\n    assert 1\n", "e2e"),
        ("tests/unit/test_a.py", "import pytest\n\n\n@pytest.mark.integration\ndef test_a():\n    assert 1\n", "integration"),
        ("tests/test_a.py", "class TestIntegration:\n    def test_a(self):\n        assert 1\n", "integration"),
        ("tests/test_a.py", "def test_a():\n    assert 1\n", None),
    ],
)
def test_names_declare_a_layer_and_decide_nothing(path: str, text: str, declared: str | None, tmp_path: Path) -> None:
    test = only_test(tmp_path, {path: text})

    assert (test.declared_layer, test.layer) == (declared, "unit")


def test_a_team_says_how_layers_are_declared(tmp_path: Path) -> None:
    settings = '[tool.testaudit.layers.declared.paths]\n"slow/**" = "e2e"\n'

    assert only_test(tmp_path, {"pyproject.toml": settings, "slow/test_a.py": "def test_a():\n    assert 1\n"}).declared_layer == "e2e"


def test_a_fixture_that_does_not_resolve_makes_a_unit_test_uncertain(tmp_path: Path) -> None:
    test = only_test(tmp_path, {"tests/test_a.py": "def test_a(mystery):\n    assert mystery\n"})

    assert (test.layer, test.certain) == ("unit", False)
    assert [link.message for link in test.evidence] == ["the fixture `mystery` does not resolve"]


def test_a_session_wide_setup_that_nobody_asks_for_does_not_make_every_test_an_integration_test(tmp_path: Path) -> None:
    conftest = (
        "import subprocess\nimport pytest\n\n\n@pytest.fixture(scope='session', autouse=True)\ndef compose():\n"
        "    subprocess.run(['docker', 'compose', 'up'])\n"
    )
    tests = "def test_pure():\n    assert 1\n\n\ndef test_asking(compose):\n    assert 1\n"
    document = reported(tmp_path, {"tests/conftest.py": conftest, "tests/test_a.py": tests})

    assert [(test.layer, test.effects) for test in document.tests] == [("unit", ("subprocess",)), ("integration", ("subprocess",))]


@pytest.mark.parametrize(
    "setup",
    [
        "class TestA(unittest.TestCase):\n    def setUp(self):\n        os.system('service')\n\n    def test_a(self):\n        assert 1\n",
        "def setup_function():\n    subprocess.run(['service', 'start'])\n\n\ndef test_a():\n    assert 1\n",
        "@pytest.fixture(autouse=True)\ndef service():\n    subprocess.run(['service', 'start'])\n\n\ndef test_a():\n    assert 1\n",
    ],
)
def test_what_a_class_or_the_tests_own_file_sets_up_is_no_session_wide_setup(setup: str, tmp_path: Path) -> None:
    head = "import os\nimport subprocess\nimport unittest\nimport pytest\n\n\n"

    assert only_test(tmp_path, {"tests/test_a.py": f"{head}{setup}"}).layer == "integration"


def test_a_fixture_that_is_asked_for_while_another_runs_is_no_session_wide_setup(tmp_path: Path) -> None:
    conftest = (
        "import subprocess\nimport pytest\n\n\n@pytest.fixture(autouse=True)\ndef quiet():\n    yield\n\n\n"
        "@pytest.fixture\ndef service():\n    subprocess.run(['service', 'start'])\n\n\n"
        "@pytest.fixture\ndef engine(request):\n    return request.getfixturevalue('service')\n"
    )
    tests = "def test_pure():\n    assert 1\n\n\ndef test_asking(engine):\n    assert 1\n"
    document = reported(tmp_path, {"tests/conftest.py": conftest, "tests/test_a.py": tests})

    assert [(test.layer, test.effects) for test in document.tests] == [("unit", ()), ("integration", ("subprocess",))]


@pytest.mark.parametrize(
    ("statement", "layer"),
    [
        ("from . import base", "integration"),
        ("from .base import READY", "integration"),
        ("from tests import base", "integration"),
        ("import re", "unit"),
    ],
)
def test_what_importing_test_support_runs_belongs_to_its_tests(statement: str, layer: str, tmp_path: Path) -> None:
    files = {
        "tests/__init__.py": "",
        "tests/base.py": "import sqlite3\n\nREADY = sqlite3.connect('shop.db')\n",
        "tests/test_a.py": f"{statement}\n\n\ndef test_a():\n    assert 1\n",
    }

    assert only_test(tmp_path, files).layer == layer


@pytest.mark.parametrize(
    ("line", "layer"),
    [
        ("sqlite3.connect('shop.db')", "integration"),
        ("socket.socket().bind(('', 0))", "unit"),
        ("docker.from_env().ping()", "unit"),
        ("subprocess.run(['git', '--version'])", "unit"),
    ],
)
def test_what_importing_asks_of_the_machine_belongs_to_no_test(line: str, layer: str, tmp_path: Path) -> None:
    head = "import docker\nimport socket\nimport sqlite3\nimport subprocess\n\n"
    files = {"tests/test_a.py": f"{head}READY = {line}\n\n\ndef test_a():\n    assert READY\n"}

    assert only_test(tmp_path, files).layer == layer


@pytest.mark.parametrize(
    ("call", "layer", "certain"),
    [
        ("always()", "integration", True),
        ("sometimes(options)", "integration", False),
        ("seldom(options)", "unit", False),
        ("below(options)", "unit", False),
        ("far_below(options)", "unit", True),
        ("never(options)", "unit", True),
        ("sometimes(options), always()", "integration", True),
    ],
)
def test_what_conditions_decide_makes_a_test_uncertain(call: str, layer: str, certain: bool, tmp_path: Path) -> None:
    code = (
        "import subprocess\n\n\ndef always():\n    subprocess.run(['ls'])\n\n\n"
        "def sometimes(options):\n    if options.volume != 0:\n        always()\n\n\n"
        "def seldom(options):\n    if options.loud:\n        always()\n\n\n"
        "def below(options):\n    sometimes(options)\n\n\n"
        "def far_below(options):\n    if options.more:\n        below(options)\n\n\n"
        "def never(options):\n    if options.loud:\n        print(options)\n"
    )
    names = "always, below, far_below, never, seldom, sometimes"
    tests = f"from code_ import {names}\n\n\ndef test_a(options):\n    {call}\n"
    conftest = "import pytest\n\n\n@pytest.fixture\ndef options():\n    return object()\n"
    test = only_test(tmp_path, {"code_.py": code, "tests/conftest.py": conftest, "tests/test_a.py": tests})

    assert (test.layer, test.certain) == (layer, certain)


CLIENT = """\
import httpx
from app.transport import Transport


class Client(httpx.Client):
    def __init__(self, app):
        super().__init__(transport=%s)
"""
TRANSPORT = "import httpx\n\n\nclass Transport(httpx.%s):\n    def __init__(self, app):\n        self.app = app\n"


@pytest.mark.parametrize(
    ("base", "handed", "effects"),
    [
        ("BaseTransport", "Transport(app)", ("web-app",)),
        ("BaseTransport", "None", ("http",)),
        ("HTTPTransport", "Transport(app)", ("http",)),
        ("BaseTransport", "httpx.HTTPTransport(retries=3)", ("http",)),
        ("BaseTransport", "httpx.MockTransport(app)", ()),
    ],
)
def test_a_client_of_ones_own_touches_what_its_transport_does(base: str, handed: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    files = {
        "app/__init__.py": "",
        "app/transport.py": TRANSPORT % base,
        "app/client.py": CLIENT % handed,
        "tests/test_a.py": "from app.client import Client\n\n\ndef test_a():\n    assert Client(object()).get('/')\n",
    }

    assert only_test(tmp_path, files).effects == effects


def test_a_transport_that_the_tests_define_is_a_double(tmp_path: Path) -> None:
    text = """\
import httpx


class Canned(httpx.BaseTransport):
    def handle_request(self, request):
        return httpx.Response(200)


def test_a():
    assert httpx.Client(transport=Canned()).get("http://shop.test")
"""

    assert only_test(tmp_path, {"tests/test_a.py": text}).layer == "unit"


@pytest.mark.parametrize(("call", "layer"), [("", "unit"), (".list_namespaced_pod('shop')", "integration")])
def test_what_only_prepares_to_talk_to_a_cluster_is_a_unit_test(call: str, layer: str, tmp_path: Path) -> None:
    files = {"tests/test_a.py": f"from kubernetes import client\n\n\ndef test_a():\n    assert client.CoreV1Api(){call}\n"}

    assert only_test(tmp_path, files).layer == layer
