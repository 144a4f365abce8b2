"""What the pages on fixtures that pytest refuses show as bad, pytest refuses; what they show as good, it does not."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from testaudit.check import catalogue
from testaudit.check.pages import parse_page
from tests.auditing import write

PAGES = {card.code: card.page for card in catalogue()}


@pytest.mark.parametrize(
    ("code", "words", "refused"),
    [
        ("TA001", "' not found", ["test_basket", "test_front_page", "test_sees_none", "test_starts_empty"]),
        ("TA002", "ScopeMismatch", ["test_application", "test_folder", "test_schema"]),
        ("TA003", "recursive dependency involving fixture", ["test_clock", "test_user"]),
    ],
)
def test_pytest_ends_the_bad_examples_in_that_error_and_no_good_one(code: str, words: str, refused: list[str], tmp_path: Path) -> None:
    for example in parse_page(PAGES[code].read_text(encoding="utf-8")).examples:
        write(tmp_path / f"{example.section}_{example.line}", example.files)
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")

    assert ended_in_errors(tmp_path, words) == [("Bad", name) for name in refused]


@pytest.mark.parametrize(
    ("code", "words", "refused"),
    [
        ("TA004", "'yield' keyword is allowed in fixtures, but not in tests", ["tests.test_orders"]),
        ("TA012", "object has no attribute", ["test_full", "test_orders"]),
        ("TA013", "async def functions are not natively supported", ["test_forgotten", "test_price"]),
        ("TA014", "called directly", ["test_account", "test_room", "test_user"]),
        ("TA015", "function uses no argument", ["tests.test_sums"]),
        ("TA016", "PytestReturnNotNoneWarning", ["test_status", "test_total"]),
    ],
)
def test_pytest_refuses_what_the_page_shows_as_bad(code: str, words: str, refused: list[str], tmp_path: Path) -> None:
    bad = [example for example in parse_page(PAGES[code].read_text(encoding="utf-8")).examples if example.section == "Bad"]
    assert len(bad) == 1
    write(tmp_path, {**bad[0].files, "pytest.ini": "[pytest]\npythonpath = .\n"})

    found = ended_in_errors(tmp_path, words, "-W", "error::pytest.PytestReturnNotNoneWarning")

    assert sorted(name for _, name in found) == refused


def ended_in_errors(folder: Path, words: str, *options: str) -> list[tuple[str, str]]:
    """The tests below a folder that pytest ends in an error with these words, each with its section, sorted."""
    report = folder / "report.xml"
    plain = ("--import-mode=importlib", "-p", "no:cacheprovider", "-p", "no:xdist", "--continue-on-collection-errors")
    command = (sys.executable, "-m", "pytest", "-q", *plain, f"--junitxml={report}", *options, ".")
    subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120)
    cases = [
        case
        for case in ET.parse(report).iter("testcase")
        if any(words in _said(end) for kind in ("error", "failure") for end in case.iter(kind))
    ]
    return sorted((case.get("classname", "").partition("_")[0], case.get("name", "")) for case in cases)


def _said(end: ET.Element) -> str:
    return f"{end.get('message', '')} {end.text or ''}"
