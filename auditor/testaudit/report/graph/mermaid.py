"""The graph for Mermaid, which GitHub and GitLab draw in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from testaudit.report.graph.documents import GraphDocument
from testaudit.report.graph.looks import LOOKS
from testaudit.report.graph.picture import Arrow, Box, picture
from testaudit.report.words import counted

MAX_ARROWS, MAX_TEXT = 500, 50_000
"""What Mermaid draws unless its host allows more (`maxEdges` and `maxTextSize`, which a diagram cannot set itself)."""


def render(document: GraphDocument) -> str:
    """A flowchart with one subgraph a file; where Mermaid's limits are exceeded, a comment in it says so."""
    lines = [*_lines(document)]
    text = "\n".join(lines) + "\n"
    arrows = sum(line.startswith("  b") for line in lines)
    if arrows > MAX_ARROWS or len(text) > MAX_TEXT:
        limits = f"Mermaid draws up to {MAX_ARROWS} arrows and {MAX_TEXT:,} characters unless maxEdges and maxTextSize allow more"
        said = (
            f"%% {counted(arrows, 'arrow')}, {counted(len(text), 'character')}: {limits}. Smaller: --around NAME, a folder, --format dot.\n"
        )
        return said + text
    return text


def _lines(document: GraphDocument) -> Iterator[str]:
    drawn = picture(document)
    ids: dict[str, str] = {}
    for frame in drawn.frames:
        for box in frame.boxes:
            ids[box.id] = f"b{len(ids)}"
    yield f"%% {drawn.title}"
    yield "flowchart LR"
    for number, frame in enumerate(drawn.frames):
        yield f'  subgraph f{number}["{_text(frame.title)}"]'
        yield from (f"    {_box(box, ids)}" for box in frame.boxes)
        yield "  end"
    yield from (f"  {_arrow(arrow, ids)}" for arrow in drawn.arrows)
    for look in sorted({box.look for frame in drawn.frames for box in frame.boxes}):
        fill, border = LOOKS[look]
        left = ",text-align:left" if look == "list" else ""
        yield f"  classDef {_class(look)} fill:{fill},stroke:{border},color:#1f2328{left}"
    if drawn.frames:
        yield "  classDef frame fill:none,stroke:#8c959f"
        yield f"  class {','.join(f'f{number}' for number in range(len(drawn.frames)))} frame"
    strong = [ids[box.id] for frame in drawn.frames for box in frame.boxes if box.strong]
    if strong:
        yield "  classDef chosen stroke-width:3px"
        yield f"  class {','.join(strong)} chosen"


def _box(box: Box, ids: Mapping[str, str]) -> str:
    return f'{ids[box.id]}["{"<br/>".join(map(_text, box.lines))}"]:::{_class(box.look)}'


def _arrow(arrow: Arrow, ids: Mapping[str, str]) -> str:
    line = "-.->" if arrow.dashed else "-->"
    words = f"|{arrow.words}|" if arrow.words else ""
    return f"{ids[arrow.source]} {line}{words} {ids[arrow.target]}"


def _class(look: str) -> str:
    return f"look_{look}"  # `class` alone is a word of the language


def _text(text: str) -> str:
    """Text between quotes, with what Mermaid would read as markup written as its entity codes."""
    return "".join(f"#{ord(char)};" if char in '"#<>&`\\|[]{}' else char for char in text)
