"""What tests touch through objects that are made, named or annotated somewhere else."""

from pathlib import Path

import pytest

from tests.reporting import only_test, reported

LAZY = """\
import sqlite3

_connection = None


def connection():
    global _connection
    if _connection is None:
        _connection = {made}
    return _connection
"""


@pytest.mark.parametrize(("made", "expected"), [("sqlite3.connect('a.db')", ("database",)), ("[]", ())])
def test_what_a_function_makes_for_the_whole_module_is_what_it_hands_out(made: str, expected: tuple[str, ...], tmp_path: Path) -> None:
    tests = "from store import connection\n\n\ndef test_a():\n    connection().execute('select 1')\n"

    assert only_test(tmp_path, {"store.py": LAZY.format(made=made), "tests/test_a.py": tests}).effects == expected


@pytest.mark.parametrize(("named", "expected"), [("'shop.shell'", ("subprocess",)), ("'shop.' + NAME", ())])
def test_a_module_that_is_imported_by_a_written_name_is_known(named: str, expected: tuple[str, ...], tmp_path: Path) -> None:
    shell = "import subprocess\n\n\ndef run():\n    subprocess.run(['ls'])\n"
    tests = f"import importlib\nNAME = input()\n\n\ndef test_a():\n    importlib.import_module({named}).run()\n"

    assert only_test(tmp_path, {"shop/__init__.py": "", "shop/shell.py": shell, "tests/test_a.py": tests}).effects == expected


SHOP = """\
import subprocess


class Shop:
    def open(self):
        subprocess.run(['ls'])
"""


@pytest.mark.parametrize(
    ("head", "used"),
    [
        ("def test_a(made: 'Shop'):", "made.open()"),
        ("def test_a(made: 'Shop | None'):", "made.open()"),
        ("def test_a(made: 'shop.Shop'):", "made.open()"),
        ("def test_a(made):", "cast(Shop, made).open()"),
        ("def test_a(made):", "cast('Shop', made).open()"),
    ],
)
def test_quoted_annotations_and_casts_say_what_an_object_is(head: str, used: str, tmp_path: Path) -> None:
    tests = (
        "from typing import cast\nimport pytest\nimport shop\nfrom shop import Shop\nfrom elsewhere import factory\n\n\n"
        f"@pytest.fixture\ndef made():\n    return factory().attribute\n\n\n{head}\n    {used}\n"
    )

    assert only_test(tmp_path, {"shop.py": SHOP, "tests/test_a.py": tests}).effects == ("subprocess",)


@pytest.mark.parametrize("annotation", ["'list[int]'", "'not a name'", "'Missing'"])
def test_a_quoted_annotation_that_cannot_be_read_says_nothing(annotation: str, tmp_path: Path) -> None:
    tests = f"import pytest\n\n\n@pytest.fixture\ndef made():\n    return eval('x')\n\n\ndef test_a(made: {annotation}):\n    made.open()\n"

    assert only_test(tmp_path, {"tests/test_a.py": tests}).effects == ()


@pytest.mark.parametrize(("rows", "expected"), [("[Plain, pytest.param(Shell, id='b')]", ("subprocess",)), ("[Plain]", ())])
def test_a_fixtures_parameter_is_any_of_its_rows(rows: str, expected: tuple[str, ...], tmp_path: Path) -> None:
    tests = (
        "import subprocess\nimport pytest\n\n\nclass Plain:\n    def run(self):\n        return 1\n\n\n"
        "class Shell:\n    def run(self):\n        return subprocess.run(['ls'])\n\n\n"
        f"@pytest.fixture(params={rows})\ndef runner(request):\n    return request.param()\n\n\ndef test_a(runner):\n    runner.run()\n"
    )

    assert only_test(tmp_path, {"tests/test_a.py": tests}).effects == expected


def test_a_module_of_a_namespace_package_is_first_party_by_its_full_name(tmp_path: Path) -> None:
    code = "import subprocess\n\n\ndef run():\n    subprocess.run(['ls'])\n\n\ndef quiet():\n    return 1\n"
    tests = (
        "import space.shop.shell\n\n\ndef test_loud():\n    space.shop.shell.run()\n\n\ndef test_quiet():\n    space.shop.shell.quiet()\n"
    )
    document = reported(tmp_path, {"space/shop/__init__.py": "", "space/shop/shell.py": code, "tests/test_a.py": tests})

    assert [(test.id.rpartition("::")[2], test.effects) for test in document.tests] == [("test_loud", ("subprocess",)), ("test_quiet", ())]


RETRY = """\
import functools
import subprocess


def retried(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)
    return wrapper


class Task:
    def __init__(self, function):
        self.function = function


def at_once(function):
    return function()


class Client:
    def __init__(self):
        self.send = {how}(self._send)

    def _send(self):
        subprocess.run(['ls'])
"""


@pytest.mark.parametrize(("how", "expected"), [("retried", ()), ("Task", ()), ("at_once", ("subprocess",)), ("unknown", ("subprocess",))])
def test_what_is_only_wrapped_or_kept_does_not_run(how: str, expected: tuple[str, ...], tmp_path: Path) -> None:
    code = RETRY.replace("{how}", how).replace("import subprocess\n", "import subprocess\nfrom elsewhere import unknown\n", 1)

    assert (
        only_test(tmp_path, {"client.py": code, "tests/test_a.py": "from client import Client\n\n\ndef test_a():\n    Client()\n"}).effects
        == expected
    )


@pytest.mark.parametrize(("doubled", "expected"), [("_create", ()), ("_other", ("database",))])
def test_what_a_doubled_factory_would_have_made_is_not_touched(doubled: str, expected: tuple[str, ...], tmp_path: Path) -> None:
    code = (
        "import sqlite3\n\n\nclass Store:\n    def __init__(self):\n        self.connection = self._create()\n\n"
        "    def _create(self):\n        return sqlite3.Connection('a.db')\n\n    def _other(self):\n        return 1\n\n"
        "    def read(self):\n        return self.connection.execute('select 1')\n"
    )
    tests = (
        "from unittest.mock import patch\nfrom store import Store\n\n\n"
        f"def test_a():\n    with patch.object(Store, '{doubled}'):\n        Store().read()\n"
    )

    assert only_test(tmp_path, {"store.py": code, "tests/test_a.py": tests}).effects == expected


@pytest.mark.parametrize(("asked", "expected"), [("get.assert_called_once_with()", ()), ("get.reset_mock()", ()), ("get()", ("http",))])
def test_asking_a_double_what_was_called_is_no_call_of_the_library(asked: str, expected: tuple[str, ...], tmp_path: Path) -> None:
    tests = (
        "from cohere import Client\n\n\nclass Shop:\n    def __init__(self):\n        self.client = Client()\n\n\n"
        f"def test_a():\n    Shop().client.{asked}\n"
    )

    assert only_test(tmp_path, {"tests/test_a.py": tests}).effects == expected


CALLER = """\
import requests


def ask(method):
    if method == other:
        return requests.get("http://localhost")
    else:
        return requests.post("http://localhost")
"""


@pytest.mark.parametrize(("doubled", "expected"), [("requests.post", ()), ("json.dumps", ("http",))])
def test_who_doubles_one_function_of_a_library_does_not_get_to_another_by_a_condition(
    doubled: str, expected: tuple[str, ...], tmp_path: Path
) -> None:
    tests = f"from unittest.mock import patch\nfrom caller import ask\n\n\n@patch('{doubled}')\ndef test_a(double):\n    ask('post')\n"

    assert only_test(tmp_path, {"caller.py": CALLER, "tests/test_a.py": tests}).effects == expected


def test_a_function_that_is_doubled_where_it_is_not_looked_up_runs(tmp_path: Path) -> None:
    files = {
        "caller.py": (
            "from mcp import stdio_client\n\n\ndef ask(params):\n    if params is not None:\n        return stdio_client(params)\n"
        ),
        "tests/test_a.py": (
            "from unittest.mock import patch\nfrom caller import ask\n\n\n"
            "@patch('mcp.client.stdio.stdio_client')\ndef test_a(double):\n    ask(unknown)\n"
        ),
    }

    assert only_test(tmp_path, files).effects == ("subprocess",)
