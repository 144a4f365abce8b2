"""The graph for Graphviz: `dot -Tsvg`."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.report.graph.documents import GraphDocument
from testaudit.report.graph.looks import LOOKS
from testaudit.report.graph.picture import Arrow, Box, picture

HEAD = (
    "digraph fixtures {",
    '  graph [rankdir=LR, fontname="Helvetica", fontsize=12, labelloc=t, labeljust=l, ranksep=0.6, nodesep=0.15]',
    '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=10, margin="0.12,0.06"]',
    '  edge [fontname="Helvetica", fontsize=9, color="#57606a", fontcolor="#57606a", arrowsize=0.7]',
)


def render(document: GraphDocument) -> str:
    """The graph in the DOT language, one cluster a file."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: GraphDocument) -> Iterator[str]:
    drawn = picture(document)
    yield from HEAD
    yield f"  label={_quoted(drawn.title)}"
    for number, frame in enumerate(drawn.frames):
        yield f"  subgraph cluster_{number} {{"
        yield f'    graph [label={_quoted(frame.title)}, style="rounded", color="#d0d7de", fontcolor="#57606a"]'
        yield from (f"    {_box(box)}" for box in frame.boxes)
        yield "  }"
    yield from (f"  {_arrow(arrow)}" for arrow in drawn.arrows)
    yield "}"


def _box(box: Box) -> str:
    fill, border = LOOKS[box.look]
    end = "\\l" if box.look == "list" else "\\n"
    text = "".join(f"{_escaped(line)}{end}" for line in box.lines)
    width = ", penwidth=3" if box.strong else ""
    return f'{_quoted(box.id)} [label="{text}", fillcolor="{fill}", color="{border}"{width}]'


def _arrow(arrow: Arrow) -> str:
    said = [
        *(["style=dashed"] if arrow.dashed else []),
        *([f"label={_quoted(arrow.words)}"] if arrow.words else []),
        *(["arrowhead=empty"] if arrow.hollow else []),
    ]
    options = f" [{', '.join(said)}]" if said else ""
    return f"{_quoted(arrow.source)} -> {_quoted(arrow.target)}{options}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'
