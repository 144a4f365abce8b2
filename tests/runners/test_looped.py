"""Loops that give tests to classes: what can be unfolded is modelled, the rest is counted."""

from pathlib import Path

import pytest

from tests.runners.collecting import by_id, collect_files

CLASS = """
import unittest

class TestIt(unittest.TestCase):
    def test_own(self): ...

def make(x):
    def test(self): ...
    return test

"""


@pytest.mark.parametrize(
    "loop",
    [
        "for name in open('names.txt'):\n    setattr(TestIt, f'test_{name}', make(name))\n",
        "for name in 'ab':\n    if len(dir()) > 3:\n        continue\n    setattr(TestIt, f'test_{name}', make(name))\n",
        "for name in 'ab':\n    if flag():\n        setattr(TestIt, f'test_{name}', make(name))\n",
        "for name in 'ab':\n    setattr(TestIt, f'test_{hash(name)}', make(name))\n",
        "for name in 'ab':\n    setattr(TestIt, f'test_{name}', unknown(name))\n",
    ],
)
def test_what_cannot_be_unfolded_is_counted(tmp_path: Path, loop: str) -> None:
    (module,) = collect_files(tmp_path, {"test_it.py": CLASS + loop})

    assert ([test.id for test in module.tests], module.not_audited) == (["test_it.py::TestIt::test_own"], {"generated tests": 1})


def test_what_is_unfolded_is_not_counted_twice(tmp_path: Path) -> None:
    (module,) = collect_files(tmp_path, {"test_it.py": f"{CLASS}for name in 'ab':\n    setattr(TestIt, f'test_{{name}}', make(name))\n"})

    assert (len(module.tests), module.not_audited) == (3, {})


def test_unittest_runs_what_loops_make(tmp_path: Path) -> None:
    files = {
        "pytest.ini": "",
        "testaudit.toml": '[[sessions]]\nrunner = "unittest"\nargs = ["discover"]\n',
        "test_it.py": f"{CLASS}for name in 'ab':\n    setattr(TestIt, f'test_{{name}}', make(name))\n",
    }

    found = by_id(collect_files(tmp_path, files))

    assert {name: test.runner for name, test in found.items()} == {
        "test_it.py::TestIt::test_a": "unittest",
        "test_it.py::TestIt::test_b": "unittest",
        "test_it.py::TestIt::test_own": "unittest",
    }
