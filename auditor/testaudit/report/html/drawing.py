"""The page's pictures as SVG: the pyramid, and the graph of the fixtures that pull tests out of the unit layer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from testaudit.report.documents import LAYERS, ReportDocument
from testaudit.report.figures import figures_of
from testaudit.report.screen import clean
from testaudit.report.words import share

WIDTH, HEIGHT = 340, 64
MOST_NODES = 24
"""More fixtures than this make a graph that nobody reads."""
NODE, ROW, GAP = 190, 44, 60
LONGEST = 24


def pyramid(document: ReportDocument) -> str:
    """Each layer as a bar in the middle, the heaviest on top, as wide as it has tests; what is uncertain is hatched, at both edges."""
    counts, uncertain = document.pyramid, figures_of(document.tests).uncertain
    most = max(1, *map(counts.count, LAYERS))
    said = ", ".join(f"{layer} {counts.count(layer):,} ({share(counts.count(layer), counts.total)})" for layer in LAYERS)
    parts = []
    for index, layer in enumerate(reversed(LAYERS)):
        count, y = counts.count(layer), index * (HEIGHT + 4)
        width = max(4.0, WIDTH * count / most) if count else 0
        light = width * uncertain.get(layer, 0) / count / 2 if count else 0
        left = (WIDTH - width) / 2
        parts.append(f'<rect class="{layer}" x="{left:.1f}" y="{y}" width="{width:.1f}" height="{HEIGHT}" rx="3"/>')
        if light:
            edges = (left, left + width - light)
            parts += [f'<rect class="unsure" x="{x:.1f}" y="{y}" width="{light:.1f}" height="{HEIGHT}"/>' for x in edges]
        label = f"{layer} {share(count, counts.total)}"
        parts.append(f'<text x="{WIDTH / 2}" y="{y + HEIGHT / 2 + 5}" class="{"on" if width > 150 else "beside"}">{label}</text>')
    hatch = '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    hatch += '<rect class="stripe" width="3" height="6"/></pattern></defs>'
    box = f"0 0 {WIDTH} {3 * HEIGHT + 8}"
    return f'<svg class="pyramid" viewBox="{box}" role="img" aria-label="The pyramid: {escape(said)}">{hatch}{"".join(parts)}</svg>'


def fixture_graph(document: ReportDocument) -> str:
    """The fixtures in columns, who asks left of what it asks for; nothing where no fixture asks for another one."""
    shown = range(min(MOST_NODES, len(document.pulls)))
    edges = reduced({(a, b) for a, b in document.asks if a in shown and b in shown})
    if not edges:
        return ""
    nodes = sorted({node for edge in edges for node in edge})
    column = _columns(nodes, edges)
    rows: dict[int, int] = {}
    place: dict[int, tuple[int, int]] = {}
    for node in nodes:
        row = rows.setdefault(column[node], 0)
        rows[column[node]] += 1
        place[node] = (column[node] * (NODE + GAP), row * (ROW + 14))
    width, height = (max(column.values()) + 1) * (NODE + GAP) - GAP, max(rows.values()) * (ROW + 14)
    drawn = [_edge(place[a], place[b]) for a, b in sorted(edges)] + [_node(document, node, place[node]) for node in nodes]
    box = f'viewBox="-2 -2 {width + 4} {height}" width="{width + 4}" height="{height}"'
    label = "The graph of these fixtures; each is a link to its tests"
    return f'<div class="wide" tabindex="0" role="region" aria-label="{label}"><svg class="graph" {box}>{"".join(drawn)}</svg></div>'


def reduced(edges: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """The edges without those that a longer way says already, and without those that would close a circle."""
    kept: dict[int, set[int]] = {}
    for a, b in sorted(edges):
        if a != b and a not in _reached(b, kept):
            kept.setdefault(a, set()).add(b)
    return {(a, b) for a, targets in kept.items() for b in targets if not any(b in _reached(c, kept) for c in targets - {b})}


def _reached(start: int, edges: dict[int, set[int]]) -> set[int]:
    found, pending = set[int](), [start]
    while pending:
        node = pending.pop()
        if node not in found:
            found.add(node)
            pending += edges.get(node, ())
    return found


def _columns(nodes: Iterable[int], edges: set[tuple[int, int]]) -> dict[int, int]:
    """How many stand before each node on the longest way to it; there are no circles."""
    column = dict.fromkeys(nodes, 0)
    for _ in column:
        for a, b in edges:
            column[b] = max(column[b], column[a] + 1)
    return column


def _edge(start: tuple[int, int], end: tuple[int, int]) -> str:
    x1, y1, x2, y2 = start[0] + NODE, start[1] + ROW / 2, end[0], end[1] + ROW / 2
    bend = max(30, (x2 - x1) / 2)
    return f'<path d="M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"/>'


def _node(document: ReportDocument, index: int, at: tuple[int, int]) -> str:
    pull = document.pulls[index]
    name, (x, y) = clean(pull.name), at
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    said = "".join(_words(pull.alone, pull.ways, pull.autouse))
    return (
        f'<a href="#tests" data-fixture="{escape(name)}"><title>{escape(name)}: {escape(said)}</title>'
        f'<rect x="{x}" y="{y}" width="{NODE}" height="{ROW}" rx="6" class="{"strong" if pull.alone else ""}"/>'
        f'<text x="{x + 10}" y="{y + 18}">{escape(short)}</text><text class="dim" x="{x + 10}" y="{y + 35}">{escape(said)}</text></a>'
    )


def _words(alone: int, ways: int, autouse: bool) -> Iterator[str]:
    yield f"alone {alone:,}, way {ways:,}"
    if autouse:
        yield ", autouse"
