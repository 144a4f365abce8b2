"""The page's parts in order; what is long (the tests) travels as data, which the page's script lays out as far as it is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.resources import files
from itertools import groupby

from testaudit.report.checklist import MARKS
from testaudit.report.documents import LAYERS, ReportDocument
from testaudit.report.figures import disagreements, figures_of
from testaudit.report.html.data import data_of
from testaudit.report.html.drawing import fixture_graph, pyramid
from testaudit.report.screen import clean
from testaudit.report.words import counted, share

MOST_PULLS = 30
GROUPINGS = {"dir": "Directory", "session": "Session", "owner": "Owner"}


def render(document: ReportDocument) -> str:
    """`report --format html`."""
    assets = files("testaudit.report.html")
    template, style, script = (assets.joinpath(name).read_text(encoding="utf-8") for name in ("page.html", "page.css", "page.js"))
    parts = {
        "style": style,
        "script": script,
        "body": "\n".join(_body(document)),
        "data": data_of(document),
        "version": text(document.version),
    }
    for name, part in parts.items():
        head, _, tail = template.partition(f"<!--{name}-->")
        template = f"{head}{part}{tail}" if tail else head
    return template


def text(value: str) -> str:
    """Text that is shown as it is."""
    return escape(clean(value))


def prose(value: str) -> str:
    """A message, whose `code` is set as code."""
    pieces = clean(value).split("`")
    if len(pieces) % 2 == 0:
        return escape(clean(value))
    return "".join(f"<code>{escape(piece)}</code>" if index % 2 else escape(piece) for index, piece in enumerate(pieces))


def _body(document: ReportDocument) -> Iterator[str]:
    yield from _summary(document)
    yield from _groups(document)
    yield from _pulls(document)
    yield from _checklist(document)


def _summary(document: ReportDocument) -> Iterator[str]:
    figures, counts = figures_of(document.tests), document.pyramid
    variants = f", {figures.variants:,} with their variants" if figures.variants > counts.total else ""
    yield '<section aria-labelledby="pyramid"><h2 id="pyramid">Pyramid</h2>'
    yield f"<p>{counted(counts.total, 'test')} in {counted(figures.files, 'file')}{variants}.</p>"
    yield '<div class="side">'
    yield pyramid(document)
    yield _head("Tests by layer", "Layer", "#Tests", "#Share", "#Uncertain", "Effects")
    for layer in reversed(LAYERS):
        effects = ", ".join(f"{name} {number:,}" for name, number in figures.effects.get(layer, ()))
        number = counts.count(layer)
        cells = (f"{number:,}", share(number, counts.total), f"{figures.uncertain.get(layer, 0):,}")
        yield _row(f'<th scope="row"><span class="tag {layer}">{layer}</span></th>', *cells, f"<td>{text(effects)}</td>")
    yield "</tbody></table></div></div>"
    if document.unknown:
        named = ", ".join(f"<code>{text(one.name)}</code> ({one.tests:,})" for one in document.unknown)
        yield f"<p>Uncertain because nothing is known of: {named}.</p>"
    for threshold in document.thresholds:
        mark, word = ("✓", "passes") if threshold.passed else ("✗", "fails")
        css = "met" if threshold.passed else "unmet"
        said = f"threshold {threshold.of} {threshold.bound} {word}: {threshold.percent:.1f} %"
        yield f'<p class="{css}"><span aria-hidden="true">{mark}</span> {text(said)}</p>'
    differing = disagreements(document.tests)
    if differing:
        yield f"<p>{sum(map(len, differing.values())):,} tests declare another layer than what was inferred:</p><ul>"
        for (declared, layer), tests in differing.items():
            yield f"<li>declared {declared}, inferred {layer}: {len(tests):,}, as <code>{text(tests[0].id)}</code></li>"
        yield "</ul>"
    for kind, number in sorted(document.not_audited.items()):
        yield f"<p>Not audited: {number:,} {text(kind)}.</p>"
    yield "</section>"


def _groups(document: ReportDocument) -> Iterator[str]:
    if document.by is None or not document.groups:
        return
    yield '<section aria-labelledby="parts"><h2 id="parts">Parts</h2>'
    yield _head("The pyramid of each part", GROUPINGS[document.by], "#Tests", *(f"#{layer}" for layer in LAYERS), "#Uncertain")
    for group in document.groups:
        counts = (group.pyramid.total, *(group.pyramid.count(layer) for layer in LAYERS), group.pyramid.uncertain)
        yield _row(f'<th scope="row">{text(group.name)}</th>', *(f"{count:,}" for count in counts))
    yield "</tbody></table></div></section>"


def _pulls(document: ReportDocument) -> Iterator[str]:
    if not document.pulls:
        return
    yield '<section aria-labelledby="pulls"><h2 id="pulls">Fixtures that pull tests out of the unit layer</h2>'
    yield f"<p>Of {counted(document.pyramid.total - document.pyramid.unit, 'test')} above the unit layer: <i>alone</i> is how many would"
    yield "be unit tests without the fixture, <i>way</i> how many it brings an effect to. In the graph, who asks stands left of what it"
    yield "asks for; choosing a fixture shows its tests.</p>"
    yield fixture_graph(document)
    yield _head("Fixtures that pull tests out of the unit layer", "Fixture", "#Alone", "#Way", "Scope", "Brings", "Defined in")
    for pull in document.pulls[:MOST_PULLS]:
        scope = f"{pull.scope}, autouse" if pull.autouse else pull.scope
        where = f"{pull.path}:{pull.line}" if pull.path is not None else pull.origin
        name = f'<th scope="row"><button type="button" class="link" data-fixture="{text(pull.name)}">{text(pull.name)}</button></th>'
        rest = (f"<td>{text(value)}</td>" for value in (scope, ", ".join(pull.effects), where))
        yield _row(name, f"{pull.alone:,}", f"{pull.ways:,}", *rest)
    yield "</tbody></table></div></section>"


def _checklist(document: ReportDocument) -> Iterator[str]:
    if not document.checklist:
        return
    yield '<section aria-labelledby="checklist"><h2 id="checklist">Checklist</h2><div class="points">'
    for group, points in groupby(document.checklist, key=lambda point: point.group):
        yield f"<div><h3>{text(group)}</h3><ul class='checks'>"
        for point in points:
            rules = (
                f' <span class="dim">({text(", ".join(point.rules))})</span>' if point.status in {"partly", "unmet"} and point.rules else ""
            )
            said = (
                f'<span class="mark {point.status}">{MARKS[point.status]} {point.status.replace("-", " ")}</span> {text(point.item)}{rules}'
            )
            links = "".join(f"<li><code>{text(link.path)}:{link.line}</code> {prose(link.message)}</li>" for link in point.evidence)
            yield f"<li><details><summary>{said}</summary><ul>{links}</ul></details></li>" if links else f'<li class="bare">{said}</li>'
        yield "</ul></div>"
    yield "</div></section>"


def _head(caption: str, *names: str) -> str:
    """The beginning of a table; a `#` marks the columns of numbers."""
    cells = "".join(f'<th scope="col"{" class=number" if name[0] == "#" else ""}>{text(name.lstrip("#"))}</th>' for name in names)
    return f'<div class="wide" tabindex="0" role="region" aria-label="{text(caption)}"><table><thead><tr>{cells}</tr></thead><tbody>'


def _row(*cells: str) -> str:
    """A table's row; what is no cell yet is a number."""
    return f"<tr>{''.join(cell if cell[0] == '<' else f'<td class=number>{cell}</td>' for cell in cells)}</tr>"
