"""Judging by several processes what one has read: each owns the subjects of some files and sends back small summaries, never modules."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from testaudit.check import Dealt, Judged, RuleCard, Verdict, choose, conclude, judge, merge, reported
from testaudit.check.bench import seat
from testaudit.check.judging import ModuleAt
from testaudit.config import Config
from testaudit.model import Suite

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

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

    if len(shares) < 2:
        return conclude(work(None), bench, cards, config, suite.whole, wanted)
    import multiprocessing  # a one-file check does without it

    if "fork" not in multiprocessing.get_all_start_methods():
        return conclude(work(None), bench, cards, config, suite.whole, wanted)
    context = multiprocessing.get_context("fork")  # the suite is there already: nothing is sent but the answers

    def answer(share: Dealt, connection: Connection) -> None:
        connection.send(work(share))
        connection.close()

    running = []
    for share in shares[1:]:
        mine, theirs = context.Pipe(duplex=False)
        process = context.Process(target=answer, args=(share, theirs))
        process.start()
        theirs.close()
        running.append((share, mine, process))
    judged = [work(shares[0])]
    for share, connection, process in running:
        try:
            judged.append(connection.recv())
        except EOFError:  # the worker died: its share is judged here
            judged.append(work(share))
        process.join()
    return conclude(merge(judged), bench, cards, config, suite.whole, wanted)


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
