"""Lines as text: plain, or in the colours of a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from testaudit.report.lines import Line
from testaudit.report.screen import Screen


def draw(lines: Iterable[Line], screen: Screen) -> str:
    """The lines as one text that ends with a line end; rich is imported for colours only."""
    if screen.colour:
        from testaudit.report.paint import painted

        return painted(lines)
    return "".join("".join(span.text for span in line).rstrip() + "\n" for line in lines)
