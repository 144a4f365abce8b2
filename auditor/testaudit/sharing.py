"""Several processes that each read a share of the test files and judge it: who reads what is settled before a file is parsed, and little is
said between them."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Mapping, Sequence

from testaudit.check import Judged, Read, judge, reported
from testaudit.check.bench import Bench
from testaudit.check.shares import key_of
from testaudit.errors import Problem
from testaudit.processes import Meet, can_fork, together
from testaudit.records import dataclass
from testaudit.report.documents import lines_under
from testaudit.runners import RUNNERS
from testaudit.suites import Found, named, test_files

Hand = Mapping[str, Sequence[str]]
"""The files that one process reads, by the ids of their sessions."""

_NUMBER = 8  # bytes


@dataclass(slots=True, frozen=True)
class Part:
    """What one process says of its share. `names` are the files whose findings are asked for (None: all), `lines` the source lines under
    its findings, `followed` the files of the code under test that it read, with their numbers of lines."""

    judged: Judged
    names: frozenset[str] | None
    lines: Mapping[str, Mapping[int, str]]
    problems: frozenset[Problem]
    files: int
    tests: int
    followed: Mapping[str, int]


def parts(found: Found, bench: Bench, jobs: int, least: int) -> list[Part] | None:
    """What up to `jobs` processes say, each with `least` bytes of test files or more; None where one process has to do it all."""
    if jobs < 2 or not can_fork() or any(rule.tellings is None for rule in bench.rules) or any(t.names for t in found.discovery.targets):
        return None
    hands = dealt(found, jobs, least)
    if len(hands) < 2:
        return None
    count = _Count(len(hands), found.workspace.reading)

    def work(number: int, meet: Meet) -> Part:
        found.workspace.reading = count.of(number)
        return _part(found, hands, bench, number, meet)

    said = together(len(hands), work, count.tell)
    count.tell()
    return said


def dealt(found: Found, jobs: int, least: int) -> list[Hand]:
    """The test files in the suite's order, cut so that each of up to `jobs` processes has as many bytes as the others: folders stay
    together, and with them the conftests and helpers that their files share. One hand where more do not pay."""
    files: list[tuple[str, str, int]] = []
    for session in found.discovery.sessions:
        if session.runner in RUNNERS:
            files += [(session.id, p, len(found.workspace.source(p) or b"")) for p in found.discovery.session_files(session)]
    total = sum(size for _, _, size in files)
    count = max(1, min(jobs, total // least))
    hands: list[dict[str, list[str]]] = [{} for _ in range(count)]
    before = 0
    for session_id, path, size in files:
        middle = before + size / 2
        hands[min(count - 1, int(middle * count / (total or 1)))].setdefault(session_id, []).append(path)
        before += size
    return [hand for hand in hands if hand]


def _part(found: Found, hands: Sequence[Hand], bench: Bench, number: int, meet: Meet) -> Part:
    """Read, link and judge the share of process `number`. What is test code, and which findings are asked for, all shares decide; a
    conftest or plugin that several have read is the first one's."""
    modules = found.collected(hands[number])
    support = frozenset(key_of(module) for module in modules if module.support)
    said = meet((support, test_files(modules), named(found.discovery, modules)))
    loaded = found.linked(modules, frozenset().union(*(files for _, files, _ in said)), number, len(hands))
    suite, module_at = loaded.suite, loaded.context.workspace.module
    names = None if suite.whole else frozenset[str]().union(*(names for _, _, names in said))
    foreign = support & frozenset().union(*(keys for keys, _, _ in said[:number]))
    for telling in dict.fromkeys(telling for rule in bench.rules for telling in rule.tellings or ()):
        suite.hear(telling, meet(telling(suite)))
    share = Read.of(suite, foreign, first=number == 0)
    judged = judge(suite, bench.rules, bench.options, reported(suite, names), share, module_at)
    findings = [marked.finding for marked in judged.marked if marked.reported and not marked.covered_by]
    with_tests = [module for module in modules if module.tests]
    return Part(
        judged,
        names,
        lines_under(findings, module_at),
        frozenset(loaded.problems),
        len(with_tests),
        sum(len(module.tests) for module in with_tests),
        loaded.followed,
    )


class _Count:
    """How many files all processes have read: each writes its own number into memory that they share."""

    def __init__(self, processes: int, tell: Callable[[int], None]) -> None:
        self._memory = mmap.mmap(-1, processes * _NUMBER)
        self._tell = tell

    def of(self, number: int) -> Callable[[int], None]:
        """Keeps the count of one process; the first one's tells that of all."""
        at = slice(number * _NUMBER, (number + 1) * _NUMBER)

        def reading(done: int) -> None:
            self._memory[at] = done.to_bytes(_NUMBER, "big")
            if not number:
                self.tell()

        return reading

    def tell(self) -> None:
        memory = self._memory
        self._tell(sum(int.from_bytes(memory[at : at + _NUMBER], "big") for at in range(0, len(memory), _NUMBER)))
