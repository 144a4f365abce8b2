"""A whole suite is mended: it runs as before, and now a second time, too."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from testaudit.fix import fix, write
from tests.fix.rules_by_hand import found

SUITE = Path(__file__).resolve().parents[2] / "fixtures" / "fixable_suite"
RUN = """
import sys, pytest
from unittest import mock
status = pytest.main(["-q"])
print("patchers left:", len(mock._patch._active_patches))
sys.exit(status)
"""
STARTED = 7


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SUITE / "before", tmp_path / "suite"))


def run(suite: Path) -> tuple[int, str]:
    """The exit status of pytest in the suite, and how many patchers are left then."""
    done = subprocess.run([sys.executable, "-B", "-c", RUN], cwd=suite, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()[-1]


def mend(suite: Path, *, unsafe: bool = True) -> int:
    """Check and fix once; the number of files that change. Nothing may be refused."""
    sources = {path.name: path.read_bytes() for path in sorted(suite.glob("test_*.py"))}
    outcome = fix(sources, [finding for path, source in sources.items() for finding in found(path, source)], unsafe=unsafe)
    for change in outcome.changes:
        write(suite / change.path, change.before, change.after)
    assert {refused.reason for refused in outcome.refused} <= (set() if unsafe else {"the fix is unsafe"})
    return len(outcome.changes)


def sources_of(suite: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in suite.glob("test_*.py")}


def test_the_suite_passes_again_and_again_once_it_is_mended(suite: Path) -> None:
    assert run(suite) == (0, f"patchers left: {STARTED}")
    assert run(suite) == (1, f"patchers left: {STARTED}")
    assert mend(suite) == len(sources_of(suite))
    assert run(suite) == (0, "patchers left: 0")
    assert run(suite) == (0, "patchers left: 0")


def test_every_byte_is_as_it_should_be(suite: Path) -> None:
    mend(suite)
    assert sources_of(suite) == sources_of(SUITE / "after")


def test_a_mended_suite_stays_as_it_is(suite: Path) -> None:
    mend(suite)
    assert mend(suite) == 0


def test_safe_fixes_leave_the_addresses_alone(suite: Path) -> None:
    mend(suite, unsafe=False)
    changed = {name for name, source in sources_of(suite).items() if source != (SUITE / "before" / name).read_bytes()}
    assert changed == {"test_clock_pytest.py", "test_clock_unittest.py"}


def test_the_diffs_lead_from_before_to_after(suite: Path) -> None:
    sources = sources_of(suite)
    outcome = fix(sources, [finding for path, source in sources.items() for finding in found(path, source)], unsafe=True)
    utf8 = [change for change in outcome.changes if change.path != "test_accounts_latin.py"]
    diff = "".join(change.diff for change in utf8)
    subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], cwd=suite, input=diff.encode(), check=True, capture_output=True)
    assert {change.path: (suite / change.path).read_bytes() for change in utf8} == {change.path: change.after for change in utf8}
