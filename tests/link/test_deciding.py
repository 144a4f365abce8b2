"""What decides which arm of a condition runs: arguments, defaults, enumerations, options of the runner, the platform."""

from pathlib import Path

import pytest

from tests.link.linking import asserted, suite_of

MODE = "import enum\n\n\nclass Mode(enum.Enum):\n    FAST = 'fast'\n    SLOW = 'slow'\n\n\n"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("chosen(True)", ["first"]),
        ("chosen(False)", ["second"]),
        ("chosen()", ["second"]),
        ("chosen(first=not False)", ["first", "second"]),
        ("chosen(first=len('a'))", ["first", "second"]),
        ("chosen(**options)", ["first", "second"]),
    ],
)
def test_an_argument_decides(given: str, expected: list[str], tmp_path: Path) -> None:
    source = f"""
def chosen(first=False):
    if first:
        return "first"
    return "second"

def test_it(options):
    assert {given} == 1
"""
    assert sorted(map(str, asserted(suite_of(tmp_path, {"test_a.py": source})))) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("sys.platform == 'win32'", ["other"]),
        ("sys.platform.startswith('linux')", ["this"]),
        ("os.name != 'nt'", ["this"]),
        ("platform.system() == 'Windows'", ["other"]),
        ("sys.platform == 'win32' and unknown", ["other"]),
        ("sys.platform == 'linux' and unknown", ["other", "this"]),
        ("sys.platform in ('linux', 'darwin')", ["this"]),
        ("mode is Mode.FAST", ["this"]),
        ("mode is Mode.SLOW", ["other"]),
        ("mode is None", ["other"]),
        ("callback is not None", ["this"]),
        ("unknown", ["other", "this"]),
    ],
)
def test_what_can_be_told_decides_and_nothing_else(condition: str, expected: list[str], tmp_path: Path) -> None:
    source = f"""{MODE}import os, platform, sys

def test_it(unknown):
    mode = Mode.FAST
    callback = lambda: 1
    if {condition}:
        name = "this"
    else:
        name = "other"
    assert name == 1
"""
    assert sorted(map(str, asserted(suite_of(tmp_path, {"test_a.py": source})))) == expected


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("'--db', default=Mode.SLOW", ["slow"]),
        ("'--db', default=Mode.FAST", ["fast"]),
        ("'--other', default=Mode.FAST", ["fast", "slow"]),
    ],
)
def test_an_option_is_what_it_is_by_default(option: str, expected: list[str], tmp_path: Path) -> None:
    conftest = f"""{MODE}import pytest

def pytest_addoption(parser):
    parser.addoption({option})

@pytest.fixture
def backend(pytestconfig):
    if pytestconfig.getoption('--db') is Mode.FAST:
        name = "fast"
    else:
        name = "slow"
    return name
"""
    files = {"conftest.py": conftest, "test_a.py": "def test_it(backend):\n    assert backend == 1\n"}
    assert sorted(map(str, asserted(suite_of(tmp_path, files)))) == expected


def test_a_variable_that_its_own_loop_changes_decides_nothing(tmp_path: Path) -> None:
    source = """
def test_it(items):
    name, first = "none", True
    for item in items:
        if first:
            name = "first"
            first = False
        else:
            name = "later"
    assert name == 1
"""
    assert sorted(map(str, asserted(suite_of(tmp_path, {"test_a.py": source})))) == ["first", "later", "none"]


@pytest.mark.parametrize(("times", "expected"), [(2, ["this"]), (8, ["other", "this"])])
def test_a_variable_that_is_assigned_in_many_branches_is_not_gone_after(times: int, expected: list[str], tmp_path: Path) -> None:
    """Each assignment hangs on the one before it: eight of them, followed to the end, would be looked at some million times."""
    steps = "".join(f"    if mode is None and other is None:\n        mode = other = {number}\n" for number in range(1, times))
    end = "    name = 'other'\n    if mode is not None:\n        name = 'this'\n    assert name\n"
    source = f"def test_it(unknown):\n    mode = other = 0\n{steps}{end}"

    assert sorted(map(str, asserted(suite_of(tmp_path, {"test_a.py": source})))) == expected
