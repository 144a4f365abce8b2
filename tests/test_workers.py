"""Several processes say what one says."""

from pathlib import Path

import pytest

from testaudit import audit
from testaudit.config import load_config
from testaudit.outcome import Least
from tests.auditing import write

MODULE = """
STORE = {}


def test_writes():
    STORE["a"] = 1
    assert STORE["a"] == 1


def test_reads():
    assert not STORE
"""


@pytest.fixture
def many_files(tmp_path: Path) -> Path:
    write(tmp_path, {"pytest.ini": "[pytest]\n", **{f"tests/test_{number}.py": MODULE for number in range(6)}})
    return tmp_path


@pytest.mark.parametrize("jobs", [2, 3, 16])
def test_a_shared_out_run_says_the_same(many_files: Path, jobs: int) -> None:
    config = load_config(many_files, {"strict": True})

    alone = audit.check([str(many_files)], config, jobs=1)
    shared = audit.check([str(many_files)], config, jobs=jobs, least=Least(1, 1))

    assert [finding.place.path for finding in alone.findings if finding.code == "TA220"] == [f"tests/test_{n}.py" for n in range(6)]
    assert shared == alone


STOCK = """
class NoStock(Exception):
    pass


def take(count):
    if count < 1:
        raise NoStock("nothing is taken")
    return count
"""
TAKING = """
from stock import take


def test_takes_one():
    assert take(1) == 1


def test_takes_two():
    assert take(2) == 2
"""


@pytest.mark.parametrize("jobs", [2, 3])
def test_what_stands_in_the_code_under_test_is_judged_by_one_of_several(tmp_path: Path, jobs: int) -> None:
    write(tmp_path, {"pytest.ini": "[pytest]\n", "stock.py": STOCK, **{f"tests/test_{n}.py": TAKING for n in range(4)}})
    config = load_config(tmp_path, {})

    shared = audit.check([str(tmp_path)], config, jobs=jobs, least=Least(1, 1))

    assert [(finding.code, finding.place.path, finding.affects) for finding in shared.findings] == [("TA130", "tests/test_0.py", 1)]
    assert shared == audit.check([str(tmp_path)], config, jobs=1)
