"""Layout: wrapping, columns, and the same lines in colours."""

import pytest

from testaudit.report.draw import draw
from testaudit.report.lines import EMPTY, Line, Span, columns, wrap
from testaudit.report.screen import PLAIN, Screen


def texts(lines: list[Line]) -> list[str]:
    return ["".join(span.text for span in line) for line in lines]


def test_words_are_wrapped_with_a_hanging_indent() -> None:
    lines = list(wrap([Span("one two", "code"), Span(" three four five")], 1, 4, 12))

    assert texts(lines) == [" one two", "    three", "    four", "    five"]
    assert lines[0] == (Span(" "), Span("one", "code"), Span(" "), Span("two", "code"))


def test_spans_without_a_space_between_them_stay_together() -> None:
    assert texts(list(wrap([Span("see "), Span("`name`", "code"), Span(", then go")], 0, 2, 9))) == ["see", "  `name`,", "  then go"]


def test_a_word_longer_than_the_width_is_not_broken() -> None:
    assert texts(list(wrap([Span("a tests/test_with_a_long_name.py b")], 0, 2, 10))) == ["a", "  tests/test_with_a_long_name.py", "  b"]


def test_without_a_width_nothing_is_wrapped() -> None:
    assert texts(list(wrap([Span("word " * 100)], 0, 2, None))) == [("word " * 100).rstrip()]


def test_nothing_is_one_empty_line() -> None:
    assert texts(list(wrap([], 0, 0, 10))) == [""]


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    rows = [(Span("日本"), Span("1"), Span("x")), (Span("a"), Span("100"), Span("longer"))]

    assert texts(columns(rows, right=frozenset({1}))) == ["日本    1  x", "a     100  longer"]


def test_no_rows_are_no_lines() -> None:
    assert columns([]) == []


LINES: list[Line] = [(Span("[bold]"), Span("error", "error"), Span(" ")), EMPTY]


def test_plain_lines_end_where_their_text_ends() -> None:
    assert draw(LINES, PLAIN) == "[bold]error\n\n"
    assert draw([], PLAIN) == ""


def test_a_picture_gets_the_same_text() -> None:
    from testaudit.report.paint import as_text

    text = as_text(LINES)

    assert text.plain == "[bold]error \n\n"
    assert [(span.start, span.end, str(span.style)) for span in text.spans] == [(6, 11, "bold red")]


def test_colours_are_escape_sequences_around_the_same_text(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"TERM": "xterm", "COLORTERM": "", "NO_COLOR": "", "FORCE_COLOR": ""}.items():
        monkeypatch.setenv(name, value)

    assert draw(LINES, Screen(80, colour=True)) == "[bold]\x1b[1;31merror\x1b[0m \n\n"
