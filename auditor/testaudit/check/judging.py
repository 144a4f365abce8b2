"""Runs rules over the subjects of a suite, or of a worker's share of it; what comes out is small and can be sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from testaudit.check.definitions import definitions_around
from testaudit.check.fingerprints import anchor
from testaudit.check.reported import Reported
from testaudit.check.rule import Check, Horizon, Rule, Unsure
from testaudit.check.shares import Share
from testaudit.check.subjects import place_of_subject, subjects
from testaudit.check.suppressions import Suppression, covering, suppressions_in
from testaudit.errors import Problem
from testaudit.findings import Finding
from testaudit.model import Suite
from testaudit.read.facts import Module
from testaudit.records import dataclass, field

ModuleAt = Callable[[str], Module | None]


@dataclass(slots=True, frozen=True)
class Marked:
    """A finding with what only the one who has the source can say of it."""

    finding: Finding
    anchor: str
    covered_by: tuple[Suppression, ...]
    reported: bool


@dataclass(slots=True, frozen=True)
class Count:
    """How many subjects a rule judged, and how often it did not know."""

    judged: int = 0
    unsure: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.judged + other.judged, self.unsure + other.unsure)


@dataclass(slots=True, frozen=True)
class Fault:
    """A rule could not judge something: the first subject in order of the places where it failed at the same line, `where`."""

    code: str
    where: str
    problem: Problem


@dataclass(slots=True, frozen=True)
class Judged:
    """What rules said about a share. `declared` are the suppressions of its files, each file with whether tests were collected from it."""

    marked: tuple[Marked, ...] = ()
    declared: Mapping[str, tuple[Suppression, ...]] = field(default_factory=dict)
    with_tests: frozenset[str] = frozenset()
    faults: tuple[Fault, ...] = ()
    counts: Mapping[str, Count] = field(default_factory=dict)


def judge(
    suite: Suite,
    rules: Sequence[Rule[Any]],
    options: Mapping[str, object],
    reported: Reported,
    share: Share | None = None,
    module_at: ModuleAt | None = None,
) -> Judged:
    """Let `rules` judge a suite, or the share of it that is this worker's.

    Rules with suite horizon are passed over where the suite is not whole. `module_at` finds the modules of places outside the test modules.
    A rule that raises is in `faults`, and goes on with its next subject.
    """
    voice = _Voice(suite, module_at or (lambda _path: None), reported)
    marked: list[Marked] = []
    faults: list[Fault] = []
    counts: dict[str, Count] = {}
    for rule in rules:
        if rule.horizon is Horizon.SUITE and not suite.whole:
            continue
        tally: Counter[str] = Counter()
        for said in _said_by(rule, suite, options.get(rule.code), _mine(rule, reported, share), tally):
            match said:
                case Finding():
                    marked.append(voice.mark(said))
                case Unsure():
                    tally["unsure"] += 1
                case Fault():
                    faults.append(said)
        counts[rule.code] = Count(tally["judged"], tally["unsure"])
    files = [m for m in suite.modules if share is None or share.has_file(m.path)]
    return Judged(
        marked=tuple(marked),
        declared={m.path: found for m in files if (found := suppressions_in(m.module))},
        with_tests=frozenset(m.path for m in files if m.tests),
        faults=_once(faults),
        counts=counts,
    )


def merge(parts: Iterable[Judged]) -> Judged:
    """What several workers said, as one."""
    counts: dict[str, Count] = {}
    declared: dict[str, tuple[Suppression, ...]] = {}
    kept = list(parts)
    for part in kept:
        declared.update(part.declared)
        for code, count in part.counts.items():
            counts[code] = counts.get(code, Count()) + count
    return Judged(
        marked=tuple(marked for part in kept for marked in part.marked),
        declared=declared,
        with_tests=frozenset(path for part in kept for path in part.with_tests),
        faults=_once(fault for part in kept for fault in part.faults),
        counts=counts,
    )


def _once(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Of the faults of one rule at one of its lines the first."""
    first: dict[tuple[str, str], Fault] = {}
    for fault in sorted(faults, key=lambda f: f.problem):
        first.setdefault((fault.code, fault.where), fault)
    return tuple(first.values())


Said = Finding | Unsure | Fault


def _said_by(rule: Rule[Any], suite: Suite, options: object, mine: Callable[[Check, object], bool], tally: Counter[str]) -> Iterator[Said]:
    for check in rule.checks:
        try:
            for subject in subjects(check, suite):
                if mine(check, subject):
                    tally["judged"] += 1
                    yield from _about(rule, check, subject, suite, options)
        except Exception as error:  # noqa: BLE001  # what enumerates subjects may be a third party's too
            yield _fault(rule, None, error)


def _about(rule: Rule[Any], check: Check, subject: object, suite: Suite, options: object) -> Iterator[Said]:
    arguments = (subject, suite) if rule.options is None else (subject, suite, options)
    said = set()
    try:
        for one in check.judge(*arguments):
            if one not in said:
                said.add(one)
                yield one
    except Exception as error:  # noqa: BLE001  # one rule's fault must not cost the others their verdicts; it is reported
        yield _fault(rule, subject, error)


def _fault(rule: Rule[Any], subject: object, error: Exception) -> Fault:
    import traceback  # for a fault only

    place = place_of_subject(subject)
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    message = f"{rule.code} {rule.name} could not judge this: {type(error).__name__}: {error} ({where})"
    return Fault(rule.code, where, Problem(place.path if place else ".", place.line if place else 0, message))


def _mine(rule: Rule[Any], reported: Reported, share: Share | None) -> Callable[[Check, object], bool]:
    """Whether a subject is this worker's, and can lead to a finding that is reported."""
    files = None if rule.horizon is Horizon.SUITE else reported.files
    if files is None:
        return (lambda _check, _subject: True) if share is None else share.has

    def is_mine(check: Check, subject: object) -> bool:
        place = place_of_subject(subject)
        return (place is None or place.path in files) and (share is None or share.has(check, subject))

    return is_mine


class _Voice:
    """Marks findings; knows the sources, and each file's suppressions, which it reads once."""

    def __init__(self, suite: Suite, module_at: ModuleAt, reported: Reported) -> None:
        self._modules: Mapping[str, Module] = {module.path: module.module for module in suite.modules}
        self._module_at = module_at
        self._suppressions: dict[str, Collection[Suppression]] = {}
        self._reported = reported

    def mark(self, finding: Finding) -> Marked:
        place = finding.place
        module = self._modules.get(place.path) or self._module_at(place.path)
        if module is None:
            return Marked(finding, "", (), self._reported(finding))
        if place.path not in self._suppressions:
            self._suppressions[place.path] = suppressions_in(module)
        around = definitions_around(module, place)
        covered = covering(finding, self._suppressions[place.path], module, around)
        return Marked(finding, anchor(module, around, place), covered, self._reported(finding))
