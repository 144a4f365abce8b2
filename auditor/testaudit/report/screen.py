"""Where text goes: how wide it may be, whether it may have colours, and which characters a screen can be trusted with."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Mapping
from typing import TextIO

from testaudit.records import dataclass

WIDEST = 120
"""Longer lines are hard to read, however wide the terminal is."""

TAB = 4


@dataclass(slots=True, frozen=True)
class Screen:
    """What is known of the place where text goes. `width` is in cells; None is a file or a pipe, where nothing is wrapped."""

    width: int | None = None
    colour: bool = False


PLAIN = Screen()


def screen_of(stream: TextIO, environ: Mapping[str, str]) -> Screen:
    """The screen behind `stream`; `NO_COLOR` (no-color.org), `FORCE_COLOR` (force-color.org) and `TERM=dumb` decide before it does."""
    terminal = stream.isatty()
    forced = environ.get("FORCE_COLOR", "") not in {"", "0", "false"}
    plain = bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"
    width = min(shutil.get_terminal_size().columns, WIDEST) if terminal or (forced and environ.get("COLUMNS")) else None
    return Screen(width, colour=(terminal or forced) and not plain)


def clean(text: str) -> str:
    """`text` on one line, with what could move the cursor, reorder the line or hide in it (control, format and bidirectional characters,
    lone surrogates) written as Python escapes."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(char: str) -> str:
    if char.isprintable() or unicodedata.category(char) == "Zs":
        return char
    return char.encode("unicode_escape").decode("ascii")


def cells(text: str) -> int:
    """How many cells of a terminal a cleaned text takes: East Asian wide characters take two, combining ones none."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def source_line(text: str, start: int, end: int) -> tuple[str, int, int]:
    """A line of source as it can be shown, and the cells (from 0) that the columns `start` and `end` (from 1) have become."""
    shown: list[str] = []
    edges = [0]
    for char in text:
        piece = " " * (TAB - edges[-1] % TAB) if char == "\t" else _shown(char)
        shown.append(piece)
        edges.append(edges[-1] + cells(piece))
    last = len(edges) - 1
    return "".join(shown), edges[min(start - 1, last)], edges[min(max(end - 1, 0), last)]
