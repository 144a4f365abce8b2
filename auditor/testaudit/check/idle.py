"""Suppressions that accept nothing: they would hide the next real finding."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from testaudit.check.bench import Bench
from testaudit.check.catalogue import RuleCard
from testaudit.check.judging import Judged
from testaudit.check.rule import Horizon, Rule
from testaudit.check.suppressions import Suppression
from testaudit.errors import nearest
from testaudit.findings import Finding

CODE = "TA008"
"""The engine itself judges this rule, for it must know what all the others said."""


def idle_suppressions(judged: Judged, bench: Bench, cards: Iterable[RuleCard], whole: bool, files: Collection[str] | None) -> list[Finding]:
    """The findings about the suppressions of `files` (None: all) that covered no finding; empty when the rule is not in force.

    Only what was judged counts: a rule that is not in force, failed, or needs more than was read says nothing of its suppressions. In a
    partial run, those in a file without tests (a conftest) may serve tests that were not read.
    """
    rule = next((rule for rule in bench.rules if rule.code == CODE), None)
    if rule is None:
        return []
    names = {key: card.code for card in cards for key in (card.code, card.name)}
    failed = {*(code for code, _ in bench.faults), *(fault.code for fault in judged.faults)}
    spoke = {r.code for r in bench.rules if r.code not in failed and r.code in judged.counts}
    alone = {r.code for r in bench.rules if r.horizon is Horizon.FILE} & spoke
    used = {suppression for marked in judged.marked for suppression in marked.covered_by}
    found: list[Finding] = []
    for path in sorted(judged.declared):
        if files is None or path in files:
            idle = [s for s in judged.declared[path] if s not in used]
            found.extend(_in_file(rule, idle, spoke if whole or path in judged.with_tests else alone, names))
    return found


def _in_file(rule: Rule[None], idle: list[Suppression], spoke: Collection[str], names: Mapping[str, str]) -> Iterator[Finding]:
    excused = {0 if s.line == 0 else s.place.line for s in idle if s.key in (rule.code, rule.name)}
    for suppression in idle:
        if {0, suppression.place.line} & excused:
            continue
        message = _complaint(suppression.key, spoke, names)
        if message:
            yield rule.found(suppression.place, message, cause=suppression.key)


def _complaint(key: str, spoke: Collection[str], names: Mapping[str, str]) -> str:
    if not key:
        return "This comment names no rule, and so suppresses nothing: write `testaudit: ignore[CODE] reason`"
    if key not in names:
        close = nearest(key, names)
        return f"`{key}` is no rule's code or name, so that nothing is suppressed" + (f"; did you mean `{close}`?" if close else "")
    if names[key] in spoke:
        return f"Nothing here breaks `{key}`: this comment suppresses nothing today, and would hide the next real finding"
    return ""
