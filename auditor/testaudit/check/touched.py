"""Which findings are new: those in what was changed, and those that a change elsewhere brought about."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterator, Mapping

from testaudit.check.definitions import definitions_around, last_line
from testaudit.findings import Finding
from testaudit.model import Place
from testaudit.read.facts import Function, Module
from testaudit.records import dataclass


@dataclass(slots=True, frozen=True)
class Edited:
    """What was changed in one file: `lines` are the changed and added ones; of what was deleted, the line before it and how far its text
    was indented."""

    lines: frozenset[int]
    deleted: tuple[tuple[int, int], ...] = ()


def edited(before: bytes, after: bytes) -> Edited:
    """The difference between two contents of a file, in lines of the later one."""
    old, new = before.splitlines(), after.splitlines()
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    lines: set[int] = set()
    deleted = []
    matcher = difflib.SequenceMatcher(None, old[first : len(old) - last], new[first : len(new) - last], autojunk=False)
    for tag, a, b, start, end in matcher.get_opcodes():
        if tag == "delete":
            text = [line for line in old[first + a : first + b] if line.strip()]
            if text:
                deleted.append((first + start, min(len(line) - len(line.lstrip()) for line in text)))
        elif tag != "equal":
            lines.update(range(first + start + 1, first + end + 1))
    return Edited(frozenset(lines), tuple(deleted))


@dataclass(slots=True)
class Touched:
    """Tells whether a finding lies in what was changed. `before` are the old bytes of the files that changed, `module_at` finds what they
    are now."""

    before: Mapping[str, bytes]
    module_at: Callable[[str], Module | None]

    def new(self, findings: Collection[Finding], moved: Collection[str], known: Callable[[], Collection[str]]) -> Iterator[Finding]:
        """The findings that are new: their place lies in what was changed, or a link of their evidence does, or their fingerprint is not
        among the `known` ones of the old code (not asked for where every finding is new; a file that moved has other ones)."""
        edits: dict[str, Edited] = {}
        rest: Collection[str] | None = None
        for finding in findings:
            if self._is_touched(finding, edits):
                yield finding
            elif finding.place.path not in moved:
                rest = known() if rest is None else rest
                if finding.fingerprint not in rest:
                    yield finding

    def _is_touched(self, finding: Finding, edits: dict[str, Edited]) -> bool:
        places = (finding.place, *(note.place for note in finding.evidence))
        return any(self._holds(place, edits, whole=place is finding.place) for place in places)

    def _holds(self, place: Place, edits: dict[str, Edited], *, whole: bool) -> bool:
        """Whether a place was changed; with `whole`, whether anything in the function around it was, for that is what it speaks of."""
        module = self.module_at(place.path) if place.path in self.before else None
        if module is None:
            return False
        if place.path not in edits:
            edits[place.path] = edited(self.before[place.path], module.source)
        edit = edits[place.path]
        if any(line in edit.lines for line in range(place.line, max(place.line, last_line(place)) + 1)):
            return True
        functions = [one for one in definitions_around(module, place) if isinstance(one, Function)] if whole else []
        return bool(functions) and _in_function(functions[-1], edit)


def _in_function(function: Function, edit: Edited) -> bool:
    first, column = function.module.position(function.start)
    last = function.module.position(function.end)[0]
    if any(first <= line <= last for line in edit.lines):
        return True
    return any(first <= line <= last and indent >= column for line, indent in edit.deleted)
