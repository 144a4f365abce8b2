"""The way from findings to new bytes, file by file: what fits together is done, the rest is refused with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_

from testaudit.findings import AddImport, Edit, Finding, Fix, Share
from testaudit.fix.diff import unified
from testaudit.fix.draft import Draft
from testaudit.fix.drafting import draft
from testaudit.fix.realise import realised
from testaudit.fix.tree import RefusalError, Tree, parse
from testaudit.model import Place
from testaudit.records import dataclass

Wanted = tuple[Finding, Fix]
Drafts = dict[Finding, Draft]


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
    """What became of the fixes, each part sorted by place: the files that change, the findings that this mends, those that it does not."""

    changes: tuple[Change, ...] = ()
    applied: tuple[Finding, ...] = ()
    refused: tuple[Refused, ...] = ()

    def __or__(self, other: Fixed) -> Fixed:
        return Fixed((*self.changes, *other.changes), (*self.applied, *other.applied), (*self.refused, *other.refused))


def fix(sources: Mapping[str, bytes], findings: Sequence[Finding], *, unsafe: bool) -> Fixed:
    """Make the fixes of `findings` in `sources` (bytes by path, as the findings were made from them); the unsafe ones only with `unsafe`.

    Where two fixes overlap the first one by place wins. The other is refused, and can be made in a further round: check what came out, and
    fix that. A file that cannot be parsed, or would not be Python afterwards, costs only its own fixes.
    """
    outcome, wanted = Fixed(), dict[str, list[Wanted]]()
    for finding in sorted(findings, key=_order):
        if finding.fix is None:
            continue
        paths = {path for edit in finding.fix.edits for path in _paths(edit)}
        reason = _objection(sources, finding.fix, paths, unsafe)
        if reason is None:
            wanted.setdefault(paths.pop(), []).append((finding, finding.fix))
        else:
            outcome |= Fixed(refused=(Refused(finding, reason),))
    for path in sorted(wanted):
        outcome |= _fixed_file(path, sources[path], wanted[path])
    applied = sorted(outcome.applied, key=_order)
    return Fixed(outcome.changes, tuple(applied), tuple(sorted(outcome.refused, key=lambda refused: _order(refused.finding))))


def _objection(sources: Mapping[str, bytes], fix: Fix, paths: set[str], unsafe: bool) -> str | None:
    if fix.safety == "unsafe" and not unsafe:
        return "the fix is unsafe"
    if len(paths) != 1:
        return "the edits of the fix are not in one file"
    return None if paths <= sources.keys() else "the file was not read"


def _fixed_file(path: str, source: bytes, wanted: Sequence[Wanted]) -> Fixed:
    try:
        return _fixed_tree(parse(path, source), source, wanted)
    except RefusalError as refusal:
        reason = str(refusal)
    except RecursionError:
        reason = "the file is nested too deeply"
    return Fixed(refused=tuple(Refused(finding, reason) for finding, _ in wanted))


def _fixed_tree(tree: Tree, source: bytes, wanted: Sequence[Wanted]) -> Fixed:
    """Draft all, then write all at once; only where the whole fails, one after the other to find out which one is at fault."""
    drafts, refused = _drafts(tree, wanted)
    try:
        after = realised(tree, reduce(or_, drafts.values(), Draft()))
    except RefusalError:
        drafts, broken = _realisable(tree, drafts)
        refused = (*refused, *broken)
        after = realised(tree, reduce(or_, drafts.values(), Draft()))
    changes = () if after == source else (Change(tree.path, source, after),)
    return Fixed(changes, tuple(drafts), refused)


def _drafts(tree: Tree, wanted: Sequence[Wanted]) -> tuple[Drafts, tuple[Refused, ...]]:
    drafts, refused, so_far = Drafts(), list[Refused](), Draft()
    for finding, fix in wanted:
        try:
            own = draft(tree, fix, so_far)
        except RefusalError as refusal:
            refused.append(Refused(finding, str(refusal)))
            continue
        rival = next((other for other, theirs in drafts.items() if own.overlaps(theirs)), None)
        if rival is None:
            drafts[finding] = own
            so_far |= own
        else:
            refused.append(Refused(finding, f"the fix overlaps with that of {rival.code} on line {rival.place.line}"))
    return drafts, tuple(refused)


def _realisable(tree: Tree, drafts: Drafts) -> tuple[Drafts, tuple[Refused, ...]]:
    kept, refused, so_far = Drafts(), list[Refused](), Draft()
    for finding, own in drafts.items():
        try:
            realised(tree, so_far | own)
        except RefusalError as refusal:
            refused.append(Refused(finding, str(refusal)))
        else:
            kept[finding] = own
            so_far |= own
    return kept, tuple(refused)


def _paths(edit: Edit) -> set[str]:
    if isinstance(edit, AddImport):
        return {edit.path}
    return {place.path for place in edit.places} if isinstance(edit, Share) else {edit.place.path}


def _order(finding: Finding) -> tuple[Place, str]:
    return finding.place, finding.code
