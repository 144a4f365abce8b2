"""What tests touch through objects that are loaded by name: entry points of the repository itself."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.reporting import chain, only_test

PROJECT = """\
[project.entry-points."shop.stores"]
rows = "shop.rows:Rows"
memory = "shop.memory:Memory"
"""
ROWS = """\
import sqlite3


class Rows:
    @classmethod
    def prepare(cls):
        return cls()

    def __init__(self):
        self.db = sqlite3.connect('x')
"""
MEMORY = "class Memory:\n    @classmethod\n    def prepare(cls):\n        return cls()\n"
LOADING = """\
from importlib.metadata import entry_points


def loaded(group, name):
    for point in entry_points(group=group):
        if point.name == name:
            return point.load()


def store(name):
    return loaded("shop.stores", name)
"""
SHOP = """\
from shop.loading import loaded, store


class Shop:
    def __init__(self, kind):
        self.kind = kind

    def open(self):
        return store(self.kind).prepare()
"""


def files(test: str, **more: str) -> Mapping[str, str]:
    own = {"pyproject.toml": PROJECT, "shop/__init__.py": SHOP, "shop/rows.py": ROWS, "shop/memory.py": MEMORY, "shop/loading.py": LOADING}
    return {**own, "tests/test_a.py": test, **more}


@pytest.mark.parametrize(
    ("body", "effects"),
    [
        ("from shop import store\n\n\ndef test_a():\n    store('rows')()\n", ("database",)),
        ("from shop import store\n\n\ndef test_a():\n    store('memory')()\n", ()),
        ("from shop import loaded\n\n\ndef test_a():\n    loaded('shop.stores', 'rows').prepare()\n", ("database",)),
        ("from shop import loaded\n\n\ndef test_a():\n    loaded('shop.stores', 'memory').prepare()\n", ()),
        ("from shop import loaded\n\n\ndef test_a():\n    loaded('others.stores', 'rows').prepare()\n", ()),
        ("from shop import Shop\n\n\ndef test_a():\n    Shop('rows').open()\n", ("database",)),
        ("from shop import Shop\n\n\ndef test_a():\n    Shop('memory').open()\n", ()),
        ("from shop import Shop\n\n\ndef test_a(kind):\n    if kind == 'rows':\n        Shop(kind).open()\n", ()),
    ],
)
def test_the_name_picks_what_is_loaded(body: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    assert only_test(tmp_path, files(body)).effects == effects


def test_the_chain_leads_through_what_was_loaded(tmp_path: Path) -> None:
    test = only_test(tmp_path, files("from shop import Shop\n\n\ndef test_a():\n    Shop('rows').open()\n"))

    assert chain(test) == [
        "tests/test_a.py:4 `test_a`",
        "tests/test_a.py:5 calls `Shop.open`",
        "shop/__init__.py:9 calls `Rows.prepare`",
        "shop/rows.py:7 calls `Rows.__init__`",
        "shop/rows.py:10 `sqlite3.connect` touches: database",
    ]


@pytest.mark.parametrize(
    ("load", "effects"),
    [
        ("next(iter(entry_points(group='shop.stores', name='rows'))).load()()", ("database",)),
        ("next(iter(entry_points(group='shop.stores', name='memory'))).load()()", ()),
        ("[point.load()() for point in entry_points(group='shop.stores')]", ("database",)),
        ("[point.load()() for point in entry_points(group='others')]", ()),
        ("pkg_resources.load_entry_point('shop', 'shop.stores', 'rows')()", ("database",)),
        ("pkg_resources.load_entry_point('shop', 'shop.stores', 'memory')()", ()),
        ("DriverManager('shop.stores', 'rows').driver()", ("database",)),
        ("DriverManager(namespace='shop.stores', name='memory').driver()", ()),
    ],
)
def test_libraries_load_by_group_and_name(load: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    head = "import pkg_resources\nfrom importlib.metadata import entry_points\nfrom stevedore import DriverManager\n"

    assert only_test(tmp_path, files(f"{head}\n\ndef test_a():\n    {load}\n")).effects == effects


def test_a_group_that_nobody_declares_loads_nothing(tmp_path: Path) -> None:
    test = "from shop import Shop\n\n\ndef test_a():\n    Shop('rows').open()\n"

    assert only_test(tmp_path, {**files(test), "pyproject.toml": ""}).effects == ()


CONFTEST = """\
import pytest
from shop import Shop


def pytest_addoption(parser):
    parser.addoption("--store", default="{default}")


@pytest.fixture
def shop(pytestconfig):
    if pytestconfig.getoption("--store") == "rows":
        kind = "rows"
    else:
        kind = "memory"
    return Shop(kind).open()
"""


@pytest.mark.parametrize(("default", "effects"), [("rows", ("database",)), ("memory", ())])
def test_the_default_of_an_option_picks(default: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    test = files("def test_a(shop):\n    assert shop\n", **{"tests/conftest.py": CONFTEST.format(default=default)})

    assert only_test(tmp_path, test).effects == effects
