"""What each style looks like; the only module that needs rich to print lines."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import COLOR_SYSTEMS, Console
from rich.style import Style
from rich.text import Text

from testaudit.report.lines import Line

STYLES = {
    name: Style.parse(look)
    for name, look in {
        "path": "bold",
        "place": "cyan",
        "error": "bold red",
        "warning": "bold yellow",
        "info": "bold blue",
        "code": "bold",
        "dim": "dim",
        "fix": "green",
        "good": "bold green",
        "title": "bold",
        "heading": "bold underline",
        "unit": "green",
        "integration": "yellow",
        "e2e": "red",
        "met": "bold green",
        "partly": "bold yellow",
        "unmet": "bold red",
        "not-applicable": "dim",
        "unknown": "bold blue",
    }.items()
}


def painted(lines: Iterable[Line]) -> str:
    """The lines with the escape sequences of this terminal; plain where it knows none."""
    console = Console(force_terminal=True)
    # Not `console.print`: it costs twenty times as much for the same bytes, and ours are laid out already.
    system = COLOR_SYSTEMS[console.color_system] if console.color_system and not console.legacy_windows else None
    text = []
    for line in lines:
        text += [STYLES[span.style].render(span.text, color_system=system) if span.style else span.text for span in line]
        text.append("\n")
    return "".join(text)


def as_text(lines: Iterable[Line]) -> Text:
    """The lines as rich's own text, for pictures."""
    text = Text()
    for line in lines:
        for span in line:
            text.append(span.text, STYLES[span.style] if span.style else None)
        text.append("\n")
    return text
