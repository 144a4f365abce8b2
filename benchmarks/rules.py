"""What rules find in suites, and how often they do not know: the figures and the samples that a rule's page needs.

    python -m benchmarks.rules PATH … --select TA220 TA221            one table: judged, findings, not known, for each rule
    python -m benchmarks.rules PATH … --select TA220 --sample 30      findings drawn at random to be read, at most 3 of a suite and rule

Each path is a suite of its own, audited from its own root with the configuration that it has; nothing of it is run.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.tables import table
from testaudit.check import catalogue
from testaudit.config import load_config
from testaudit.suites import load, uncollected
from testaudit.workers import verdict


@dataclass(frozen=True)
class Found:
    """One finding of a suite: where it is, and what is said."""

    suite: str
    code: str
    place: str
    message: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figures:
    """How many subjects a rule judged in a suite, how many findings it has, and how often it did not know."""

    suite: str
    code: str
    judged: int
    findings: int
    unsure: int


@dataclass(frozen=True)
class Audit:
    """What was said of one suite with this many tests; `errors` are what could not be read or judged."""

    suite: str
    tests: int
    figures: tuple[Figures, ...]
    found: tuple[Found, ...]
    errors: tuple[str, ...] = ()


def audit(path: Path, select: Sequence[str]) -> Audit:
    """All that the rules in `select` (codes, or beginnings of them) say of the suite at `path`."""
    root = path.resolve()
    config = load_config(root, {"select": list(select), "strict": True})
    with uncollected():
        loaded = load([str(root)], config, whole=True)
        said = verdict(loaded.suite, catalogue(config.plugins), config, None, loaded.context.workspace.module, jobs=1)
    found = tuple(
        Found(
            suite=path.name,
            code=finding.code,
            place=f"{finding.place.path}:{finding.place.line}",
            message=finding.message,
            evidence=tuple(f"{note.place.path}:{note.place.line} {note.message}" for note in finding.evidence),
        )
        for finding in said.findings
    )
    figures = tuple(
        Figures(path.name, code, count.judged, sum(one.code == code for one in found), count.unsure)
        for code, count in sorted(said.counts.items())
    )
    errors = tuple(f"{problem.path}:{problem.line} {problem.message}" for problem in said.errors)
    return Audit(path.name, sum(len(module.tests) for module in loaded.suite.modules), figures, found, errors)


def totals(audits: Iterable[Audit]) -> dict[str, tuple[int, int, int, int]]:
    """For each rule its subjects, its findings, in how many suites they are, and how often it did not know."""
    sums: dict[str, tuple[int, int, int, int]] = {}
    for one in audits:
        for of in one.figures:
            judged, findings, suites, unsure = sums.get(of.code, (0, 0, 0, 0))
            sums[of.code] = (judged + of.judged, findings + of.findings, suites + bool(of.findings), unsure + of.unsure)
    return sums


def draw(found: Sequence[Found], size: int, seed: int, most: int = 3) -> list[Found]:
    """`size` findings at random, at most `most` of one suite and rule: the same for the same seed."""
    shuffled = sorted(found, key=lambda one: (one.suite, one.code, one.place, one.message))
    random.Random(seed).shuffle(shuffled)
    taken: dict[tuple[str, str], int] = {}
    drawn: list[Found] = []
    for one in shuffled:
        key = (one.suite, one.code)
        if len(drawn) < size and taken.get(key, 0) < most:
            taken[key] = taken.get(key, 0) + 1
            drawn.append(one)
    return sorted(drawn, key=lambda one: (one.code, one.suite, one.place))


def laid_out(sums: Mapping[str, tuple[int, int, int, int]]) -> str:
    """The totals as a table for people."""
    rows = [[code, *(str(figure) for figure in figures)] for code, figures in sorted(sums.items())]
    return table(["rule", "judged", "findings", "in suites", "not known"], rows)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rules", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="the root of a suite")
    parser.add_argument("--select", nargs="+", default=["TA"], metavar="CODE", help="rules, or beginnings of their codes (all)")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="show so many findings, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="the seed of the draw")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each suite, with all findings, instead of the table")
    arguments = parser.parse_args(argv)
    audits = []
    for path in arguments.paths:
        audits.append(audit(path, arguments.select))
        if arguments.json:
            print(json.dumps(asdict(audits[-1])), flush=True)
    if arguments.json:
        return 0
    print(f"{len(audits)} suites, {sum(one.tests for one in audits)} tests")
    print(laid_out(totals(audits)))
    for one in draw([found for each in audits for found in each.found], arguments.sample, arguments.seed):
        print(f"\n{one.suite} {one.place} {one.code} {one.message}", *one.evidence, sep="\n    ")
    for each in audits:
        for error in each.errors:
            print(f"{each.suite}: {error}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
