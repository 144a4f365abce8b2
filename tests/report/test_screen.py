"""What a screen is, and what it can be trusted with."""

import io

import pytest

from testaudit.report.screen import PLAIN, Screen, cells, clean, screen_of, source_line


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def width_of_80(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.usefixtures("width_of_80")
@pytest.mark.parametrize(
    ("environ", "screen"),
    [
        ({}, Screen(80, colour=True)),
        ({"NO_COLOR": ""}, Screen(80, colour=True)),
        ({"NO_COLOR": "1"}, Screen(80)),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, Screen(80)),
        ({"TERM": "dumb"}, Screen(80)),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, Screen(80)),
        ({"FORCE_COLOR": "0"}, Screen(80, colour=True)),
    ],
)
def test_a_terminal_is_coloured_unless_the_environment_says_otherwise(environ: dict[str, str], screen: Screen) -> None:
    assert screen_of(Terminal(), environ) == screen


@pytest.mark.usefixtures("width_of_80")
@pytest.mark.parametrize(
    ("environ", "screen"),
    [
        ({}, PLAIN),
        ({"COLUMNS": "80"}, PLAIN),
        ({"FORCE_COLOR": "0"}, PLAIN),
        ({"FORCE_COLOR": "1"}, Screen(None, colour=True)),
        ({"FORCE_COLOR": "1", "COLUMNS": "80"}, Screen(80, colour=True)),
    ],
)
def test_a_pipe_is_plain_and_unlimited_unless_colours_are_forced(environ: dict[str, str], screen: Screen) -> None:
    assert screen_of(io.StringIO(), environ) == screen


def test_a_very_wide_terminal_is_not_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")

    assert screen_of(Terminal(), {}).width == 120


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, [bold]", "plain, [bold]"),
        ("日本 é ü ✓", "日本 é ü ✓"),
        ("non\u00a0breaking and ideographic\u3000space", "non\u00a0breaking and ideographic\u3000space"),
        ("\x1b[2J", r"\x1b[2J"),
        ("a\nb\rc\td", r"a\nb\rc\td"),
        ("\x9b31m \x7f", r"\x9b31m \x7f"),
        ("\u202eabc\u2066", r"\u202eabc\u2066"),
        ("zero\u200bwidth", r"zero\u200bwidth"),
        ("\U000e0041", r"\U000e0041"),
        ("\u2028", r"\u2028"),
        ("\udc80", r"\udc80"),
    ],
)
def test_what_could_hide_or_move_text_is_shown_as_escapes(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(("text", "width"), [("", 0), ("abc", 3), ("日本", 4), ("e\u0301", 1), ("ｆ", 2), ("✓", 1), ("😀", 2)])
def test_a_texts_width_is_counted_in_cells(text: str, width: int) -> None:
    assert cells(text) == width


def test_the_columns_of_a_source_line_become_cells() -> None:
    assert source_line("\tx\ty", 1, 2) == ("    x   y", 0, 4)
    assert source_line("\tx\ty", 4, 5) == ("    x   y", 8, 9)
    assert source_line("", 1, 1) == ("", 0, 0)
