"""The registry of formats."""

import subprocess
import sys
from dataclasses import replace

import pytest

from testaudit.errors import Problem
from testaudit.report.formats import CHECK_FORMATS, REPORT_FORMATS, check_format, report_format
from testaudit.report.screen import Screen
from tests.report.samples import CHECK, CLEAN, EMPTY_REPORT, REPORT, one

AWKWARD = replace(
    one("a\nb \x1b[2J \u202e \udc80 日本 ` | <b>", "\tx = '日\x00'", 5, 9, "tests/te\udc80st\n.py"), errors=(Problem(".", 0, "x\ny"),)
)


@pytest.mark.parametrize("name", CHECK_FORMATS)
def test_every_format_of_check_renders_every_document(name: str) -> None:
    render = check_format(name)

    for document in (CHECK, CLEAN, AWKWARD):
        text = render(document)
        assert text == render(document)
        assert text == "" or text.endswith("\n")


@pytest.mark.parametrize("name", REPORT_FORMATS)
def test_every_format_of_report_renders_every_document(name: str) -> None:
    for document in (REPORT, EMPTY_REPORT):
        text = report_format(name)(document)
        assert text == "" or text.endswith("\n")


@pytest.mark.parametrize("name", CHECK_FORMATS)
def test_no_format_lets_source_reach_the_terminal_raw(name: str) -> None:
    text = check_format(name)(AWKWARD)

    assert [char for char in "\x1b\u202e\x00" if char in text] == []


def test_an_unknown_format_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        check_format("yaml")
    with pytest.raises(KeyError):
        report_format("text")


def test_only_formats_for_people_look_at_the_screen() -> None:
    narrow, wide = Screen(60), Screen(120)

    assert [name for name in CHECK_FORMATS if check_format(name, narrow)(CHECK) != check_format(name, wide)(CHECK)] == ["text"]
    assert [name for name in REPORT_FORMATS if report_format(name, narrow)(REPORT) != report_format(name, wide)(REPORT)] == ["terminal"]


LOADED = """\
import sys
from testaudit.report.formats import CHECK_FORMATS, REPORT_FORMATS, check_format, report_format
from testaudit.report.screen import PLAIN
from tests.report.samples import CHECK, REPORT
for name in CHECK_FORMATS:
    check_format(name, PLAIN)(CHECK)
for name in REPORT_FORMATS:
    report_format(name, PLAIN)(REPORT)
print(sorted({name.split(".")[0] for name in sys.modules} & {"rich", "networkx", "libcst", "tree_sitter"}))
"""


def test_nothing_heavy_is_imported_without_a_terminal() -> None:
    run = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, cwd=".")

    assert run.stdout == "[]\n"
