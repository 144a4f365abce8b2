"""A page of Markdown for people: drawn on a terminal, as it was written elsewhere."""

from __future__ import annotations

from io import StringIO

from testaudit.report.screen import Screen


def page_text(page: str, screen: Screen) -> str:
    """The page as text for `screen`, with one line end behind it."""
    if not screen.colour:
        return page.rstrip() + "\n"
    from rich.console import Console
    from rich.markdown import Markdown

    drawn = StringIO()
    Console(file=drawn, force_terminal=True, width=screen.width).print(Markdown(page, hyperlinks=False))
    return drawn.getvalue()
