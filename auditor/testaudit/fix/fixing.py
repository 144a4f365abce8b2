"""The way from findings to new bytes, file by file: what fits together is done, the rest is refused with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from testaudit.findings import AddImport, Edit, Finding, Fix, Share
from testaudit.fix.diff import unified
from testaudit.fix.draft import Draft
from testaudit.fix.drafting import draft
from testaudit.fix.realise import realised
from testaudit.fix.tree import Refusal, Tree, parse


@dataclass(slots=True, frozen=True)
class Change:
    """One file's bytes as they were read and as they shall be."""

    path: str
    before: bytes
    after: bytes

    @property
    def diff(self) -> str:
        """The unified diff with `a/` and `b/` before the path."""
        return unified(self.path, self.before, self.after)


@dataclass(slots=True, frozen=True)
class Refused:
    """A finding whose fix was not made; `reason` is a clause for the user."""

    finding: Finding
    reason: str


@dataclass(slots=True, frozen=True)
class Fixed:
    """What became of the fixes, each part sorted by place: the files that change, the findings that this mends, and those whose fix was refused."""

    changes: tuple[Change, ...] = ()
    applied: tuple[Finding, ...] = ()
    refused: tuple[Refused, ...] = ()

    def __or__(self, other: Fixed) -> Fixed:
        return Fixed((*self.changes, *other.changes), (*self.applied, *other.applied), (*self.refused, *other.refused))


def fix(sources: Mapping[str, bytes], findings: Sequence[Finding], *, unsafe: bool) -> Fixed:
    """Make the fixes of `findings` in `sources` (bytes by path, as the findings were made from them); unsafe ones only where `unsafe` says so.

    Where two fixes overlap the first one by place wins. The other is refused, and can be made in a further round: check what came out, and fix that.
    """
    fixable = sorted((finding for finding in findings if finding.fix is not None), key=lambda finding: (finding.place, finding.code))
    outcome = Fixed()
    for path, group in groupby(fixable, key=lambda finding: finding.place.path):
        ...
    return outcome
