"""A whole suite is mended: it runs as before, and now a second time, too."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from testaudit.fix import Refused, fix, write
from tests.fix.rules_by_hand import found

SUITE = Path(__file__).resolve().parents[2] / "fixtures" / "fixable_suite"
MOST_ROUNDS = 10
RUN = """
import sys, pytest
from unittest import mock
status = pytest.main(["-q"])
print("patchers left:", len(mock._patch._active_patches))
sys.exit(status)
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SUITE / "before", tmp_path / "suite"))


def run(suite: Path) -> tuple[int, str]:
    """The exit status of pytest in the suite, and how many patchers are left then."""
    done = subprocess.run([sys.executable, "-B", "-c", RUN], cwd=suite, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()[-1]


def mend(suite: Path, *, unsafe: bool = True) -> list[Refused]:
    """Check and fix until nothing changes; what is refused in the last round."""
    for _ in range(MOST_ROUNDS):
        sources = {path.name: path.read_bytes() for path in sorted(suite.glob("test_*.py"))}
        outcome = fix(sources, [finding for path, source in sources.items() for finding in found(path, source)], unsafe=unsafe)
        for change in outcome.changes:
            write(suite / change.path, change.before, change.after)
        if not outcome.changes:
            return list(outcome.refused)
    raise AssertionError("it does not come to an end")


def test_the_suite_passes_once_before() -> None: ...


def test_the_suite_passes_again_and_again_once_it_is_mended(suite: Path) -> None:
    assert run(suite) == (0, "patchers left: 7")
    assert run(suite) == (1, "patchers left: 7")
    mend(suite)
    assert run(suite) == (0, "patchers left: 0")
    assert run(suite) == (0, "patchers left: 0")
