"""Whether a test's own code need not be read to know that it touches nothing."""

from pathlib import Path

import pytest

from testaudit.analyses.effects.inert import Inert
from testaudit.config import load_config
from testaudit.link.linked import linked
from testaudit.suites import load
from tests.auditing import write

HEAD = """\
import datetime
import os
import random as chance
import shop

import pytest

LIMIT = 3
NAMES = ["a", "b"]


def helper():
    pass


@pytest.fixture
def price():
    return 3


@pytest.fixture
def store():
    return shop.Store()


"""
OWN = "class Store:\n    pass\n"


def is_inert(root: Path, test: str, library: str = "import numpy as np\n", project: str = "") -> bool:
    """What is said of the last test of a file."""
    write(root, {"pyproject.toml": project, "shop.py": OWN, "space/inner.py": OWN, "tests/test_a.py": library + HEAD + test})
    suite = load([str(root)], load_config(root, {})).suite
    context = linked(suite)
    return Inert(context).is_inert(context.values.test_frame(list(suite.tests)[-1]))


@pytest.mark.parametrize(
    "test",
    [
        "def test_a():\n    assert np.zeros(LIMIT).sum() == 0\n",
        "def test_a():\n    numbers = [np.int64(n) for n in NAMES]\n    assert numbers[0].shape\n",
        "def test_a(price):\n    assert np.full(price, 1)\n",
        "@pytest.mark.parametrize('kind', [np.int64, 'f8'])\ndef test_a(kind):\n    with pytest.raises(TypeError):\n        kind(1)\n",
        "class TestA:\n    def test_a(self):\n        assert np.zeros(1)\n",
        "import unittest\n\n\nclass TestA(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(np.zeros(1), 0)\n",
        "def test_a():\n    def inner(value):\n        return value + 1\n\n    assert inner(1) == 2\n",
    ],
)
def test_what_uses_library_objects_without_effects_only_is_inert(tmp_path: Path, test: str) -> None:
    assert is_inert(tmp_path, test)


@pytest.mark.parametrize(
    "test",
    [
        "def test_a():\n    assert np.load('a.npy')\n",  # has an effect itself
        "def test_a():\n    assert datetime.datetime.now()\n",
        "def test_a():\n    assert open('a').name\n",
        "def test_a():\n    assert os.environ['A']\n",  # what a subscript does
        "def test_a():\n    assert chance.choice([1])\n",  # by a wildcard, under another name
        "def test_a():\n    assert shop\n",  # of the repository
        "def test_a():\n    helper()\n",
        "def test_a(store):\n    assert store\n",  # a fixture's value is
        "def test_a(tmp_path):\n    (tmp_path / 'a').write_text('')\n",  # a library fixture's is
        "def test_a(monkeypatch):\n    monkeypatch.setattr(np, 'zeros', None)\n",
        "@pytest.mark.parametrize('kind', [np.load, shop.Store])\ndef test_a(kind):\n    kind(1)\n",
        "@pytest.mark.parametrize('helper', [(helper, 1)])\ndef test_a(helper):\n    helper[0]()\n",
        "class TestA:\n    def ask(self):\n        return 1\n\n    def test_a(self):\n        assert self.ask()\n",
        "class TestA:\n    def test_a(self):\n        me = self\n        assert me.ask()\n\n    def ask(self):\n        return 1\n",
        "def test_a():\n    import shop as other\n\n    assert other\n",
        "def test_a():\n    return test_a()\n",
        "import space\n\n\ndef test_a():\n    assert space.inner\n",  # a namespace package
    ],
)
def test_what_could_touch_something_or_run_own_code_is_not(tmp_path: Path, test: str) -> None:
    assert not is_inert(tmp_path, test)


def test_nothing_is_inert_where_a_star_could_bring_anything(tmp_path: Path) -> None:
    assert not is_inert(tmp_path, "def test_a():\n    assert np.zeros(1)\n", "import numpy as np\nfrom somewhere import *\n")


def test_the_name_of_an_entry_point_of_the_project_is_not_inert(tmp_path: Path) -> None:
    test = "def test_a():\n    assert np.zeros('red-shelf')\n"
    project = '[project]\nname = "shop"\n[project.entry-points."shop.stores"]\nred-shelf = "shop:Store"\n'

    assert not is_inert(tmp_path / "with", test, project=project)
    assert is_inert(tmp_path / "without", test)
