"""What is drawn of a fixture graph, before it is written for a drawing program: boxes in one frame a file, arrows, words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from testaudit.records import dataclass
from testaudit.report.graph.documents import Edge, FixtureNode, GraphDocument, TestsNode
from testaudit.report.graph.folding import folded, plain
from testaudit.report.screen import clean
from testaudit.report.words import counted, packed

LISTED = 12
"""A box of several fixtures names so many of them."""
LONE_LINES = 40
"""A box of files whose fixtures nothing connects has so many lines."""
WIDTH = 60
LIBRARY = "pytest and plugins"
LONE = "no test connects these with other fixtures of the repository"


@dataclass(slots=True, frozen=True)
class Box:
    """One node: its lines of text, the first being its name; `look` is its scope, `tests`, `library`, `unresolved` or `list`."""

    id: str
    lines: tuple[str, ...]
    look: str
    strong: bool = False


@dataclass(slots=True, frozen=True)
class Frame:
    """The boxes of one file, or those without a file."""

    title: str
    boxes: tuple[Box, ...]


@dataclass(slots=True, frozen=True)
class Arrow:
    """From who asks to what is got; `words` stand beside it."""

    source: str
    target: str
    dashed: bool = False
    words: str = ""
    hollow: bool = False


@dataclass(slots=True, frozen=True)
class Picture:
    """Frames in order of their paths, arrows in order of their ends, and a sentence that says what is drawn."""

    title: str
    frames: tuple[Frame, ...]
    arrows: tuple[Arrow, ...]


def picture(document: GraphDocument) -> Picture:
    """The drawing of a document. The whole graph is folded: a library's fixtures are named in the boxes that ask for them, and what
    nothing connects is listed."""
    whole = document.around is None
    drawn = folded(document) if whole else plain(document)
    one_test = document.total == 1 or (len(document.tests) == 1 and document.tests[0].around)
    ends = {end for edge in drawn.edges for end in (edge.source, edge.target)}
    frames: dict[str, list[Box]] = {}
    lone: dict[str, list[FixtureNode]] = {}
    for node in document.tests:
        frames.setdefault(node.path, []).append(_tests_box(node))
    for key, nodes in drawn.groups.items():
        title = nodes[0].path or LIBRARY
        if whole and key not in ends and key not in drawn.hubs and not (len(nodes) == 1 and nodes[0].origin == "unresolved"):
            lone.setdefault(title, []).extend(node for node in nodes if node.kind == "value")
        elif len(nodes) > 1:
            frames.setdefault(title, []).append(_list_box(key, nodes, drawn.uses.get(key, ())))
        else:
            users = () if one_test else (_users(nodes[0]),)
            frames.setdefault(title, []).append(_box(nodes[0], users, drawn.uses.get(key, ()), drawn.hubs.get(key, 0)))
    for title in sorted(lone.keys() & frames.keys()):
        frames[title] += [_list_box(f"{title}::", lone[title])] if lone[title] else []
    alone = {title: nodes for title, nodes in sorted(lone.items()) if nodes and title not in frames}
    return Picture(
        title=_title(document),
        frames=(
            *(Frame(title, tuple(frames[title])) for title in sorted(frames, key=lambda title: (title == LIBRARY, title))),
            *_lone_frame([line for title, nodes in alone.items() for line in _lone_lines(title, nodes)]),
        ),
        arrows=tuple(_arrow(edge) for edge in drawn.edges),
    )


def _title(document: GraphDocument) -> str:
    if document.around is None:
        own = sum(node.origin == "repository" and node.kind == "value" for node in document.fixtures)
        return f"{counted(own, 'fixture')} of {counted(document.total, 'test')}; an arrow leads to what is asked for"
    reach = f", up to {counted(document.depth, 'step')} away" if document.depth is not None else ""
    return f"Around {clean(document.around)}{reach}"


def _box(node: FixtureNode, users: Sequence[str], uses: Sequence[str], hub: int) -> Box:
    said = [] if node.origin == "unresolved" else [node.scope]
    look = node.origin if node.origin == "unresolved" else "library" if node.origin in ("builtin", "plugin") else node.scope
    named = [f"named in {counted(hub, 'fixture')}, without arrows"] if hub else []
    return Box(node.id, (_name(node), ", ".join([*said, *_words(node)]), *users, *named, *_uses(uses)), look, node.around)


def _words(node: FixtureNode) -> Iterator[str]:
    if node.origin == "unresolved":
        yield "nothing is seen to define it"
    if node.autouse:
        yield "autouse"
    if node.parametrized:
        yield "parametrized"


def _uses(names: Sequence[str]) -> list[str]:
    return packed([f"uses {names[0]}", *names[1:]], WIDTH) if names else []


def _name(node: FixtureNode) -> str:
    return clean(f"{node.group}.{node.name}" if node.group else node.name)


def _users(node: FixtureNode) -> str:
    direct = f", {node.asking:,} of them directly" if 0 < node.asking < node.tests else ""
    return f"{counted(node.tests, 'test')}{direct}" if node.tests else "no test"


def _tests_box(node: TestsNode) -> Box:
    one = node.tests == 1 and "::" in node.id
    return Box(node.id, (clean(node.id.partition("::")[2]) if one else counted(node.tests, "test"),), "tests", node.around)


def _list_box(key: str, nodes: Sequence[FixtureNode], uses: Sequence[str] = ()) -> Box:
    return Box(key, (*_listed(nodes, LISTED), *_uses(uses)), "list")


def _lone_lines(title: str, nodes: Sequence[FixtureNode]) -> list[str]:
    first, *more = packed([f"{title}: {_listed(nodes, 1)[0]}", *_listed(nodes)[1:]], WIDTH)
    return [first, *(f"    {line}" for line in more)]


def _lone_frame(lines: Sequence[str]) -> Iterator[Frame]:
    boxes = [Box(f"::{start}", tuple(lines[start : start + LONE_LINES]), "list") for start in range(0, len(lines), LONE_LINES)]
    if boxes:
        yield Frame(LONE, tuple(boxes))


def _listed(nodes: Sequence[FixtureNode], most: int | None = None) -> list[str]:
    """The fixtures in words, those first that most tests use."""
    same = Counter(_name(node) for node in nodes)
    first = {_name(node): node for node in reversed(nodes)}
    order = sorted(same, key=lambda name: (-first[name].tests, name))
    said = [_in_words(first[name], same[name]) for name in order[:most]]
    more = len(order) - len(said)
    return [*said, f"and {more:,} more"] if more > 0 and most != 1 else said


def _in_words(node: FixtureNode, times: int) -> str:
    words = [
        *([] if node.scope in ("function", "unknown") else [node.scope]),
        *_words(node),
        counted(node.tests, "test") if node.tests else "no test",
    ]
    return f"{_name(node)}{f' ×{times}' if times > 1 else ''} ({', '.join(words)})"


def _arrow(edge: Edge) -> Arrow:
    if edge.how == "overrides":
        return Arrow(edge.source, edge.target, dashed=edge.silent, words="overrides", hollow=True)
    words = {"autouse": "autouse", "dynamic": "at run time"}.get(edge.how, "")
    return Arrow(edge.source, edge.target, dashed=edge.how != "requests", words=words)
