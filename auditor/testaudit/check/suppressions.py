"""Findings that the source itself accepts: `# testaudit: ignore[TA230] reason`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from testaudit.check.definitions import Definition, header_lines, last_line, statement_lines
from testaudit.findings import Finding
from testaudit.model import Place
from testaudit.read.facts import Comment, Module
from testaudit.records import dataclass

_COMMENT = re.compile(r"(?:^|#)\s*testaudit:\s*ignore(?P<file>-file)?(?!-?\w)(?:\s*\[(?P<keys>[^\]]*)\])?")
_KEY = re.compile(r"[^\s,][^,]*[^\s,]|[^\s,]")
_NO_CODE = re.compile(r"\s*(?:#.*)?")


@dataclass(slots=True, frozen=True, order=True)
class Suppression:
    """One code or rule's name (`key`, empty where there is none) in a suppressing comment; `line` is what it is about, 0 for the file."""

    place: Place
    key: str
    line: int


def suppressions_in(module: Module) -> tuple[Suppression, ...]:
    """The suppressions of a file, in order."""
    return tuple(made for comment in module.comments for made in _of_comment(module, comment))


def _of_comment(module: Module, comment: Comment) -> Iterator[Suppression]:
    text = module.line_text(comment.line)
    begin = text.rfind(comment.text)
    for found in _COMMENT.finditer(comment.text):
        line = 0 if found["file"] else comment.line if comment.trailing else _next_code_line(module, comment.line)
        for start, end, key in _keys(comment.text, found):
            yield Suppression(Place(module.path, comment.line, begin + start + 1, comment.line, begin + end + 1), key, line)


def _keys(text: str, found: re.Match[str]) -> list[tuple[int, int, str]]:
    """The codes and names between the brackets, each with where it stands in `text`; one empty key where there are none."""
    keys = [(key.start(), key.end(), key[0]) for key in _KEY.finditer(text, *found.span("keys"))] if found["keys"] else []
    return keys or [(found.start(), found.end(), "")]


def _next_code_line(module: Module, line: int) -> int:
    """The next line that is neither empty nor a comment; a comment that stands alone speaks of what follows it."""
    last = module.position(len(module.source))[0]
    while line < last:
        line += 1
        if not _NO_CODE.fullmatch(module.line_text(line)):
            break
    return line


def covering(finding: Finding, known: Collection[Suppression], module: Module, around: list[Definition]) -> tuple[Suppression, ...]:
    """The suppressions of the finding's file (`known`) that accept it: on the first or last line of its place or statement, on a definition
    around it, or for the whole file."""
    meant = [suppression for suppression in known if suppression.key in (finding.code, finding.rule)]
    if not meant:
        return ()
    lines = {0, finding.place.line, last_line(finding.place), *statement_lines(module, around, finding.place)}
    lines.update(line for definition in around for line in header_lines(definition))
    return tuple(suppression for suppression in meant if suppression.line in lines)
