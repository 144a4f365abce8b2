"""What a rule says: severities, notes, declarative edits and findings."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal

from testaudit.model import Place
from testaudit.records import dataclass, field


class Severity(IntEnum):
    """How bad a finding is; ordered, so that thresholds compare."""

    INFO = 1
    WARNING = 2
    ERROR = 3


@dataclass(slots=True, frozen=True)
class Note:
    """One link of the evidence: a place and what is to be seen there."""

    place: Place
    message: str


# Edits are data: rules cannot reach LibCST, and `fix/` decides how to write them so that formatting and comments survive. A place is that
# of a whole expression or statement. A text is one expression or one statement on one line; it may use the names which other edits of the
# same fix bring in (`ExtractLocal`, `Share`, `AddImport`): where such a name is taken, `fix/` chooses another one and renames it in all
# texts.


@dataclass(slots=True, frozen=True)
class Replace:
    """Put the expression `new` where the expression at `place` stands."""

    place: Place
    new: str


@dataclass(slots=True, frozen=True)
class Share:
    """The expressions at `places` (at least one, all in one function) become one value: `new`, made once per call of that function. A lone
    place that is evaluated once per call takes `new` itself; otherwise the local variable `name` gets it, before the first statement that
    needs it and outside of loops."""

    places: tuple[Place, ...]
    name: str
    new: str


@dataclass(slots=True, frozen=True)
class ExtractLocal:
    """The expression at `place`, the first thing that its statement evaluates, gets the name `name` in a line before."""

    place: Place
    name: str


@dataclass(slots=True, frozen=True)
class InsertBefore:
    """Put the statement `new` on a line before the statement at or around `place`, unless its block has it."""

    place: Place
    new: str


@dataclass(slots=True, frozen=True)
class InsertAfter:
    """Put the statement `new` on a line after the statement at or around `place`, unless its block has it."""

    place: Place
    new: str


@dataclass(slots=True, frozen=True)
class AddParameter:
    """Give the function defined at `place` (its start, with or without decorators, or its name's) the parameter `name` unless it has it."""

    place: Place
    name: str


@dataclass(slots=True, frozen=True)
class AddImport:
    """Have `from module import name` in the file at `path`; no second one where it is there in this or another form."""

    path: str
    module: str
    name: str


Edit = Replace | Share | ExtractLocal | InsertBefore | InsertAfter | AddParameter | AddImport


@dataclass(slots=True, frozen=True)
class Fix:
    """A way out that can be written down: its edits, all in one file, applied together or not at all. A `safe` one keeps behaviour, an
    unsafe one wants a look."""

    title: str
    edits: tuple[Edit, ...]
    safety: Literal["safe", "unsafe"] = "safe"


@dataclass(slots=True, frozen=True)
class Finding:
    """One breach of one rule at one place. `cause` identifies what is wrong beyond the place (a cell's or a fixture's name), for the
    fingerprint and so that one cause is one finding."""

    code: str
    rule: str
    checklist: str | None
    severity: Severity
    place: Place
    message: str
    test: str | None = None
    fixture: str | None = None
    affects: int = 1
    evidence: tuple[Note, ...] = ()
    fix: Fix | None = None
    cause: str = ""
    way_out: str = ""
    """What to do instead, in the words of the test's runner; empty where the rule has nothing better to say than its message."""
    fingerprint: str = field(default="", compare=False)
