"""Progress: for people who wait, and for nobody else."""

import io
import time

import pytest

from testaudit.report import progress as module
from testaudit.report.progress import progress, quiet


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_pipe_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DELAY", 0.0)
    stream = io.StringIO()

    with progress(stream, {}) as advance:
        assert advance is quiet
        advance("reading", 1, 2)

    assert stream.getvalue() == ""


def test_short_work_shows_nothing() -> None:
    stream = Terminal()

    with progress(stream, {}) as advance:
        advance("reading", 1, 2)
        advance("reading", 2, 2)

    assert stream.getvalue() == ""


def test_a_dumb_terminal_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DELAY", 0.0)
    stream = Terminal()

    with progress(stream, {"TERM": "dumb"}) as advance:
        advance("reading", 1, 2)

    assert stream.getvalue() == ""


def test_long_work_says_what_is_done_and_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(module, "DELAY", 0.0)
    stream = Terminal()

    with progress(stream, {"TERM": "xterm"}) as advance:
        advance("reading", 40, 120)
        time.sleep(0.2)  # the bar is drawn ten times a second

    assert "reading" in stream.getvalue()
    assert "40/120" in stream.getvalue()
    assert stream.getvalue().endswith("\x1b[2K")
