"""A rule's page for people."""

import pytest

from testaudit.report.page import page_text
from testaudit.report.screen import PLAIN, Screen

PAGE = "# TA220 shared-mutable-state\n\n## Bad\n\n```python\nCART = []\n```\n\n"


def test_a_page_is_left_as_it_was_written_in_a_pipe() -> None:
    assert page_text(PAGE, PLAIN) == "# TA220 shared-mutable-state\n\n## Bad\n\n```python\nCART = []\n```\n"


def test_a_page_is_drawn_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")

    drawn = page_text(PAGE, Screen(60, colour=True))

    assert "TA220 shared-mutable-state" in drawn
    assert "\x1b[" in drawn
    assert "```" not in drawn
