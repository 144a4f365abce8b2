"""A rule's page: its sections, and its examples, which are also its tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from testaudit.check.catalogue import RuleCard
from testaudit.records import dataclass

SECTIONS = ("Why it matters", "Bad", "Good", "Not covered", "Options", "Precision")
PLAIN_FILE = "tests/test_example.py"
"""The name of an example's file where the page gives none."""

_HEADING = re.compile(r"##(?P<deeper>#*) +(?P<title>.*?)\s*")
_FENCE = re.compile(r"(?P<fence>`{3,}|~{3,})(?P<language>[\w+-]*)[ \t]*(?P<file>\S*)\s*")
_MARKER = re.compile(r"(?:#|//) finding: (?P<names>[\w-]+(?:, *[\w-]+)*)\s*$")


@dataclass(slots=True, frozen=True)
class Marker:
    """A line of an example on which the rule `name` must report."""

    path: str
    line: int
    name: str


@dataclass(slots=True, frozen=True)
class Example:
    """One little suite of a page: files by path. `line` is where it begins in the page."""

    section: str
    line: int
    files: Mapping[str, str]

    @property
    def markers(self) -> tuple[Marker, ...]:
        """What must be found, sorted by place."""
        return tuple(marker for path in sorted(self.files) for marker in _markers(path, self.files[path]))


@dataclass(slots=True, frozen=True)
class Page:
    """A rule's page: its title, what stands between that and the first section, each section's text, and the examples in order."""

    title: str
    preface: str
    sections: Mapping[str, str]
    examples: tuple[Example, ...]


def parse_page(text: str) -> Page:
    """Read a page.

    An example is a fenced Python block, or fenced blocks with file names in their info strings (`python tests/test_a.py`) that follow each
    other: a name that comes again, a heading or a block without a name begins the next one. Blocks of other languages without a name only
    illustrate.
    """
    title, _, rest = text.partition("\n")
    blocks = list(_blocks(rest.split("\n"), first=2))
    preface, sections = "", dict[str, str]()
    for block in blocks:
        if block.section:
            sections[block.section] = f"{sections.get(block.section, '')}{block.text}"
        else:
            preface += block.text
    return Page(
        title=title.removeprefix("# ").strip(),
        preface=preface.strip(),
        sections={name: content.strip() for name, content in sections.items()},
        examples=tuple(_examples(blocks)),
    )


def page_text(card: RuleCard) -> str:
    """The page of a rule for readers: its code and the facts of its header above what the file says; its summary where there is no file."""
    try:
        _, _, text = card.page.read_text(encoding="utf-8").partition("\n")
    except OSError:
        text = f"\n{card.summary}\n"
    return f"# {card.code} {card.name}\n\n{_facts(card)}\n{text}"


def _facts(card: RuleCard) -> str:
    point = f" · checklist `{card.checklist}`" if card.checklist else ""
    return f"Severity `{card.severity.name.lower()}` · tier `{card.tier.value}` · horizon `{card.horizon.value}`{point}"


@dataclass(slots=True)
class _Block:
    """A stretch of a page: prose, a heading below the sections', or a fence with its content."""

    section: str
    line: int
    text: str
    content: str = ""
    language: str = ""
    file: str = ""
    is_heading: bool = False


def _blocks(lines: list[str], first: int) -> Iterator[_Block]:
    section, at = "", 0
    while at < len(lines):
        line = lines[at]
        heading, fence = _HEADING.fullmatch(line), _FENCE.fullmatch(line)
        if fence:
            end = next((i for i in range(at + 1, len(lines)) if lines[i].rstrip() == fence["fence"]), len(lines))
            content = "".join(f"{inner}\n" for inner in lines[at + 1 : end])
            yield _Block(section, at + first, "\n".join([*lines[at : end + 1], ""]), content, fence["language"], fence["file"])
            at = end
        elif heading and not heading["deeper"]:
            section = heading["title"]
            yield _Block(section, at + first, "", is_heading=True)
        else:
            yield _Block(section, at + first, f"{line}\n", is_heading=heading is not None)
        at += 1


def _examples(blocks: Iterable[_Block]) -> Iterator[Example]:
    files: dict[str, str] = {}
    line, section = 0, ""
    for block in blocks:
        ends = block.is_heading or (block.language and (not block.file or block.file in files))
        if ends and files:
            yield Example(section, line, files)
            files = {}
        if block.file:
            line, section = (line if files else block.line), block.section
            files[block.file] = block.content
        elif block.language == "python":
            yield Example(block.section, block.line, {PLAIN_FILE: block.content})
    if files:
        yield Example(section, line, files)


def _markers(path: str, text: str) -> Iterator[Marker]:
    for number, line in enumerate(text.split("\n"), start=1):
        found = _MARKER.search(line)
        for name in found["names"].split(",") if found else ():
            yield Marker(path, number, name.strip())
