"""What the pages on fixtures that pytest refuses show as bad, pytest refuses; what they show as good, it does not."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from testaudit.check import catalogue
from testaudit.check.pages import parse_page
from tests.auditing import write

PAGES = {card.code: card.page for card in catalogue()}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("TA001", "' not found"),
        ("TA002", "ScopeMismatch"),
        ("TA003", "recursive dependency involving fixture"),
    ],
)
def test_pytest_ends_the_bad_examples_in_that_error_and_no_good_one(code: str, words: str, tmp_path: Path) -> None:
    examples = parse_page(PAGES[code].read_text(encoding="utf-8")).examples
    for example in examples:
        write(tmp_path / f"{example.section}_{example.line}", example.files)
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")

    refused = refused_examples(tmp_path, words)

    assert refused == {f"{example.section}_{example.line}" for example in examples if example.section == "Bad"}


def refused_examples(folder: Path, words: str) -> set[str]:
    """The folders below one in which pytest ends a test in an error that has these words."""
    report = folder / "report.xml"
    plain = ("--import-mode=importlib", "-p", "no:cacheprovider", "-p", "no:xdist", "--continue-on-collection-errors")
    command = (sys.executable, "-m", "pytest", "-q", *plain, f"--junitxml={report}", ".")
    subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120)
    cases = ElementTree.parse(report).iter("testcase")
    return {case.get("classname", "").partition(".")[0] for case in cases if any(words in (e.text or "") for e in case.iter("error"))}
