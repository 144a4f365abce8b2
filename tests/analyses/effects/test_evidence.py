"""Which chain is shown of several that lead to what decides, and what its links say."""

from pathlib import Path

import pytest

from tests.reporting import chain, only_test

HEAD = "import sqlite3\nimport subprocess\n\nimport pytest\n\n\n"


def test_what_a_handler_of_the_tests_does_is_shown_only_where_nothing_else_is(tmp_path: Path) -> None:
    support = (
        "def start():\n    try:\n        connect()\n    except OSError:\n        subprocess.run(['kill', 'all'])\n        raise\n\n\n"
        "def connect():\n    return sqlite3.connect('x')\n\n\n"
    )
    shown = only_test(tmp_path / "a", {"tests/test_a.py": f"{HEAD}{support}def test_a():\n    assert start()\n"})
    alone = only_test(
        tmp_path / "b",
        {"tests/test_a.py": f"{HEAD}{support.replace('sqlite3.connect', 'print')}def test_a():\n    assert start()\n"},
    )

    assert shown.certain
    assert chain(shown) == [
        "tests/test_a.py:19 `test_a`",
        "tests/test_a.py:20 calls `start`",
        "tests/test_a.py:9 calls `connect`",
        "tests/test_a.py:16 `sqlite3.connect` touches: database",
    ]
    assert not alone.certain
    assert chain(alone)[-1] == "tests/test_a.py:11 `subprocess.run` touches: subprocess, on a condition"


def test_what_the_test_does_itself_convinces_more_than_what_importing_runs(tmp_path: Path) -> None:
    support = "import subprocess\n\nsubprocess.run(['probe'])\n"
    test = (
        f"{HEAD}from tests import support\n\n\ndef deep():\n    return deeper()\n\n\ndef deeper():\n    return sqlite3.connect('x')\n\n\n"
    )
    files = {"tests/__init__.py": "", "tests/support.py": support, "tests/test_a.py": f"{test}def test_a():\n    assert deep()\n"}

    assert chain(only_test(tmp_path, files))[-1] == "tests/test_a.py:15 `sqlite3.connect` touches: database"


def test_where_every_arm_has_the_effect_each_is_named(tmp_path: Path) -> None:
    code = (
        "import os\nimport subprocess\n\n\ndef run(mode):\n    if mode == 'shell':\n        return os.system('x')\n    else:\n"
        "        return subprocess.run(['x'])\n"
    )
    files = {"code_.py": code, "tests/test_a.py": "from code_ import run\n\n\ndef test_a(mode):\n    assert run(mode)\n"}

    assert chain(only_test(tmp_path, files))[-1] == "code_.py:7 `os.system` or `subprocess.run` touches: subprocess"


def test_where_an_object_is_one_of_several_each_is_named(tmp_path: Path) -> None:
    support = (
        "from http.client import HTTPConnection, HTTPSConnection\n\n\ndef connect(safe):\n    if safe:\n"
        "        return HTTPSConnection('localhost')\n"
        "    return HTTPConnection('localhost')\n\n\n"
    )
    files = {"tests/test_a.py": f"{support}def test_a(safe):\n    connect(safe).request('GET', '/')\n"}

    assert chain(only_test(tmp_path, files))[-1] == (
        "tests/test_a.py:11 `http.client.HTTPSConnection.request` or `http.client.HTTPConnection.request` touches: http"
    )


def test_a_plugins_fixture_stands_where_it_is_asked_for(tmp_path: Path) -> None:
    conftest = "import pytest\n\n\n@pytest.fixture\ndef shop(live_server):\n    return live_server\n"
    files = {"tests/conftest.py": conftest, "tests/test_a.py": "def test_a(shop):\n    assert shop\n"}

    assert chain(only_test(tmp_path, files)) == [
        "tests/test_a.py:1 `test_a`",
        "tests/conftest.py:4 uses the fixture `shop`",
        "tests/conftest.py:4 uses the fixture `live_server`",
        "tests/conftest.py:4 `live_server` touches: subprocess",
    ]


def test_a_factory_that_a_plugin_hands_out_touches_something_when_it_is_called(tmp_path: Path) -> None:
    asked = only_test(tmp_path / "a", {"tests/test_a.py": "def test_a(aiohttp_client):\n    assert 1\n"})
    called = only_test(tmp_path / "b", {"tests/test_a.py": "async def test_a(aiohttp_client):\n    assert await aiohttp_client(app)\n"})

    assert (asked.layer, called.layer) == ("unit", "integration")


@pytest.mark.parametrize(
    ("made", "effect"),
    [
        ("sa.inspect(sa.create_engine('trino://localhost/x')).get_columns('x')", "database-server"),
        ("Session(sa.create_engine('postgresql://localhost/x')).commit()", "database-server"),
        ("sessionmaker(bind=sa.create_engine('postgresql://localhost/x'))().commit()", "database-server"),
        ("Session(sa.create_engine('sqlite://')).commit()", "database"),
    ],
)
def test_the_address_of_what_a_handle_was_given_says_which_kind_of_database_it_is(made: str, effect: str, tmp_path: Path) -> None:
    head = "import sqlalchemy as sa\nfrom sqlalchemy.orm import Session, sessionmaker\n\n\n"

    assert only_test(tmp_path, {"tests/test_a.py": f"{head}def test_a():\n    {made}\n"}).effects == (effect,)
