"""`pytest --layer`: real runs of pytest over a small suite, with and without xdist."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import tomli

from tests.auditing import write

FILES = {
    "pytest.ini": "[pytest]\n",
    "store.py": "import sqlite3\n\n\ndef count():\n    return len(sqlite3.connect(':memory:').execute('select 1').fetchall())\n",
    "test_store.py": (
        "import pytest\nfrom store import count\n\n\nclass TestStore:\n    @pytest.mark.parametrize('n', [1, 2])\n"
        "    def test_count(self, n):\n        assert count() == 1\n"
    ),
    "test_price.py": (
        "import unittest\n\n\ndef test_price():\n    assert 1 + 1 == 2\n\n\nclass PriceTest(unittest.TestCase):\n"
        "    def test_sum(self):\n        self.assertEqual(sum([1]), 1)\n"
    ),
    "notes.txt": ">>> 1 + 1\n2\n",
}
HEAVY = ["test_store.py::TestStore::test_count[1]", "test_store.py::TestStore::test_count[2]"]
LIGHT = ["test_price.py::PriceTest::test_sum", "test_price.py::test_price"]
ALONE = ("-p", "no:testaudit", "-p", "testaudit.pytest_plugin", "-p", "no:cacheprovider")
"""The plugin as it stands here, whatever is installed under its name."""


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", *ALONE, *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=120)


def passed(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The ids of the tests that passed."""
    return sorted({word for line in done.stdout.splitlines() if "PASSED" in line for word in line.split() if "::" in word})


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    write(tmp_path, FILES)
    return tmp_path


@pytest.mark.parametrize("more", [(), ("-p", "xdist", "-n", "2")], ids=["alone", "xdist"])
@pytest.mark.parametrize(("layer", "expected"), [("unit", LIGHT), ("integration", HEAVY), ("unit,integration", [*LIGHT, *HEAVY])])
def test_the_tests_of_a_layer_run_and_no_others(layer: str, expected: Sequence[str], more: Sequence[str], suite: Path) -> None:
    done = run(suite, "-v", "--layer", layer, *more)

    assert (done.returncode, passed(done)) == (0, sorted(expected))


def test_what_testaudit_does_not_know_runs_with_the_unit_tests_and_is_counted(suite: Path) -> None:
    done = run(suite, "--layer", "unit", "--doctest-glob", "*.txt")

    assert "testaudit: 1 that it does not know is taken for unit" in done.stdout
    assert "3 passed, 2 deselected" in done.stdout


def test_a_layer_without_tests_is_pytests_own_no_tests(suite: Path) -> None:
    assert run(suite, "--layer", "e2e").returncode == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_layer_that_is_none_is_said_to_be_none(suite: Path) -> None:
    done = run(suite, "--layer", "unti")

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--layer: `unti` is no layer; there are unit, integration, e2e" in done.stderr


def test_a_configuration_that_cannot_be_read_is_said(suite: Path) -> None:
    write(suite, {"testaudit.toml": "strct = true\n"})

    done = run(suite, "--layer", "unit")

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "strct" in done.stderr


def test_without_the_option_nothing_runs_and_nothing_is_imported(suite: Path) -> None:
    write(
        suite,
        {
            "test_imported.py": (
                "import sys\n\n\ndef test_imported():\n    names = {name for name in sys.modules if name.startswith('testaudit')}\n"
                "    assert names == {'testaudit', 'testaudit.pytest_plugin'}\n"
            )
        },
    )
    assert "5 passed" in run(suite).stdout


def test_with_the_option_the_engine_stays_out_of_the_process_that_runs_the_tests(suite: Path) -> None:
    names = "import sys\n\n\ndef test_imported():\n    assert 'testaudit.audit' not in sys.modules\n"
    write(suite, {"test_imported.py": names})

    assert "3 passed, 2 deselected" in run(suite, "--layer", "unit").stdout


def test_the_ids_of_a_layer_are_what_pytest_takes_from_a_file(suite: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "testaudit", "report", "--select-layer", "integration", "--format", "nodeids", "--output", "ids.txt"],
        cwd=suite,
        check=False,
        timeout=120,
    )

    assert told.returncode == 0
    assert passed(run(suite, "-v", "@ids.txt")) == HEAVY


def test_the_plugin_is_offered_to_pytest() -> None:
    project = tomli.loads((Path(__file__).resolve().parent.parent / "pyproject.toml").read_text(encoding="utf-8"))

    assert project["project"]["entry-points"]["pytest11"] == {"testaudit": "testaudit.pytest_plugin"}
