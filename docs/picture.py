"""Draws the README's picture: `python docs/picture.py PATH` audits a path and writes what the terminal shows to `docs/report.svg`."""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path

from rich.console import Console

from testaudit import audit
from testaudit.config import load_config
from testaudit.discover import find_root
from testaudit.report.documents import ReportDocument
from testaudit.report.paint import as_text
from testaudit.report.pyramid import lines

WIDTH = 96
TARGET = Path(__file__).with_name("report.svg")


def picture(document: ReportDocument, width: int = WIDTH) -> str:
    """The report as it looks on a terminal of `width` cells, as SVG; the same document gives the same bytes."""
    console = Console(record=True, width=width, file=StringIO(), force_terminal=True, color_system="truecolor")
    console.print(as_text(lines(document, width)), soft_wrap=True, end="")
    return console.export_svg(title="testaudit report", unique_id="testaudit")


def main(paths: list[str]) -> None:
    """Audit `paths` and write the picture."""
    document = audit.report(paths, load_config(find_root(paths)))
    TARGET.write_text(picture(document), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
