"""Judging by several processes what one has read: each owns the subjects of some files and sends back small summaries, never modules."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from testaudit.check import Dealt, Judged, RuleCard, Verdict, choose, conclude, judge, merge, reported
from testaudit.check.bench import seat
from testaudit.check.judging import ModuleAt
from testaudit.config import Config
from testaudit.model import Suite

FEW_TESTS = 1500
"""Below this, starting a process costs more than it saves."""


def verdict(
    suite: Suite,
    cards: Sequence[RuleCard],
    config: Config,
    names: Collection[str] | None,
    module_at: ModuleAt,
    jobs: int,
    least: int = FEW_TESTS,
) -> Verdict:
    """The verdict on a suite, judged by up to `jobs` processes where it has `least` tests; the same whatever their number."""
    bench = seat(choose(cards, config), config, suite.whole)
    wanted = reported(suite, names)
    shares = _shares(suite, jobs, least)

    def work(share: Dealt | None) -> Judged:
        return judge(suite, bench.rules, bench.options, wanted, share, module_at)

    judged = None
    if len(shares) > 1:
        from testaudit.processes import can_fork, together  # a one-file check does without it

        # the suite is there already: nothing is sent but the answers
        judged = together(len(shares), lambda number, _meet: work(shares[number])) if can_fork() else None
    return conclude(work(None) if judged is None else merge(judged), bench, cards, config, suite.whole, wanted)


def _shares(suite: Suite, jobs: int, least: int) -> list[Dealt]:
    """The files dealt out by their number of tests, the largest first."""
    modules = sorted(suite.modules, key=lambda module: (-len(module.tests), module.path))
    if jobs < 2 or sum(len(module.tests) for module in modules) < least:
        return []
    hands: list[list[str]] = [[] for _ in range(jobs)]
    weights = [0] * jobs
    for module in modules:
        lightest = weights.index(min(weights))
        hands[lightest].append(module.path)
        weights[lightest] += len(module.tests) + 1
    others = frozenset(path for files in hands[1:] for path in files)
    return [Dealt(frozenset(files), None if index else others) for index, files in enumerate(hands)]
