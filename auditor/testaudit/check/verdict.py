"""From what rules said to what the user is told: one finding per cause, in order, without what was accepted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from testaudit.check.bench import Bench, seat
from testaudit.check.catalogue import RuleCard
from testaudit.check.fingerprints import fingerprints
from testaudit.check.idle import idle_suppressions
from testaudit.check.judging import Count, Judged, Marked, ModuleAt, judge
from testaudit.check.reported import Reported, reported
from testaudit.check.selection import choose, matches, severity_of
from testaudit.config import Config
from testaudit.errors import Problem
from testaudit.findings import Finding
from testaudit.model import Suite
from testaudit.records import dataclass, field, replace


@dataclass(slots=True, frozen=True)
class Verdict:
    """The outcome of a check: findings sorted by (path, line, column, code), the codes in force that a partial run cannot judge, what
    failed, how many findings the source suppresses, and how much each rule judged."""

    findings: tuple[Finding, ...] = ()
    not_judged: tuple[str, ...] = ()
    errors: tuple[Problem, ...] = ()
    suppressed: int = 0
    counts: Mapping[str, Count] = field(default_factory=dict)


def check(
    suite: Suite,
    cards: Sequence[RuleCard],
    config: Config,
    names: Collection[str] | None = None,
    module_at: ModuleAt | None = None,
) -> Verdict:
    """Judge a suite by the rules among `cards` that the configuration puts in force.

    `names` are the files and node ids to report (None: all), `module_at` finds a first-party module by its path. Raises
    `ConfigurationError` for selectors and options that no rule understands.
    """
    bench = seat(choose(cards, config), config, suite.whole)
    wanted = reported(suite, names)
    judged = judge(suite, bench.rules, bench.options, wanted, module_at=module_at)
    return conclude(judged, bench, cards, config, suite.whole, wanted)


def conclude(
    judged: Judged, bench: Bench, cards: Sequence[RuleCard], config: Config, whole: bool, wanted: Reported | None = None
) -> Verdict:
    """The verdict on everything that was judged (the parts of workers merged). `cards` are all rules that exist."""
    wanted = wanted or Reported()
    marked = _one_per_cause(judged.marked)
    shown = [m for m in _with_fingerprints(marked) if m.reported and not _ignored(m.finding, config)]
    files = None if wanted.files is None else wanted.whole_files
    idle = _with_fingerprints([Marked(finding, "", (), True) for finding in idle_suppressions(judged, bench, cards, whole, files)])
    told = [*(m.finding for m in shown if not m.covered_by), *(m.finding for m in idle if not _ignored(m.finding, config))]
    return Verdict(
        findings=tuple(sorted((_as_configured(finding, config) for finding in told), key=order)),
        not_judged=bench.not_judged,
        errors=tuple(sorted({*(problem for _, problem in bench.faults), *(fault.problem for fault in judged.faults)})),
        suppressed=sum(bool(m.covered_by) for m in shown),
        counts=dict(sorted(judged.counts.items())),
    )


def order(finding: Finding) -> tuple[str, int, int, str, str, str]:
    """What findings are sorted by."""
    place = finding.place
    return place.path, place.line, place.column, finding.code, finding.cause, finding.message


def _one_per_cause(marked: Iterable[Marked]) -> list[Marked]:
    """Findings of one rule at one place with one cause are one: the first in order speaks, and affects as many as all of them."""
    best: dict[object, Marked] = {}
    for one in sorted(marked, key=lambda m: (*order(m.finding), m.finding.test or "")):
        key = (one.finding.code, one.finding.place, one.finding.cause)
        if key in best:
            first = best[key]
            both = replace(first.finding, affects=first.finding.affects + one.finding.affects)
            best[key] = replace(first, finding=both, reported=first.reported or one.reported)
        else:
            best[key] = one
    return list(best.values())


def _with_fingerprints(marked: Sequence[Marked]) -> list[Marked]:
    made = fingerprints((m.finding, m.anchor) for m in marked) if marked else []
    return [replace(m, finding=replace(m.finding, fingerprint=one)) for m, one in zip(marked, made, strict=True)]


def _ignored(finding: Finding, config: Config) -> bool:
    return any(matches(finding.code, finding.rule, selector) for selector in config.codes_ignored_in(finding.place.path))


def _as_configured(finding: Finding, config: Config) -> Finding:
    severity = severity_of(finding.code, finding.rule, config.severity)
    return finding if severity is None else replace(finding, severity=severity)
