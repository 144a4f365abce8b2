"""What the formats are given: typed, frozen documents that hold no live module, so that a worker can send them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from testaudit import __version__
from testaudit.errors import Problem
from testaudit.findings import Finding, Severity
from testaudit.model import FixtureScope, Layer, Place
from testaudit.read.facts import Module
from testaudit.records import dataclass, field

SCHEMA = 1
"""The version of both JSON documents; it grows when a reader of the old one would misread the new one."""

SHOWN_LINES = 4
"""A place that spans more lines is shown by its first ones."""

LAYERS: tuple[Layer, ...] = ("unit", "integration", "e2e")
Origin = Literal["repository", "builtin", "plugin", "unresolved"]
Status = Literal["met", "partly", "unmet", "not-applicable", "unknown"]


@dataclass(slots=True, frozen=True)
class RuleText:
    """What is to be said of one rule: its page is Markdown, `url` is empty where there is none."""

    code: str
    name: str
    summary: str
    severity: Severity
    page: str = ""
    url: str = ""


@dataclass(slots=True, frozen=True)
class CheckDocument:
    """The outcome of `check`: findings in order, how much was read, what could not be judged or done.

    `findings` and `errors` are sorted; with any error (a rule that raised, a file that vanished) the exit status is 2. `root` is `.`, for
    every path is relative to it. `source_lines` maps a path and a line (from 1) to the line's text without its end, for the lines that
    `shown_lines` names. `rules` says what the findings' rules are, for formats that explain them; it may be empty.
    """

    files: int
    tests: int
    findings: tuple[Finding, ...] = ()
    not_judged: tuple[str, ...] = ()
    errors: tuple[Problem, ...] = ()
    source_lines: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    rules: tuple[RuleText, ...] = ()
    followed: tuple[int, int] = (0, 0)
    """Files and lines of the code under test that were read beside the tests."""
    judged_files: frozenset[str] | None = None
    """The files whose findings were asked for; None for all."""
    root: str = "."
    version: str = __version__

    @property
    def by_code(self) -> dict[str, int]:
        """How many findings each code has, in order of the codes."""
        return dict(sorted(Counter(finding.code for finding in self.findings).items()))

    @property
    def by_severity(self) -> dict[str, int]:
        """How many findings each severity has, the worst first; a severity without findings is left out."""
        counts = Counter(finding.severity for finding in self.findings)
        return {severity.name.lower(): counts[severity] for severity in sorted(counts, reverse=True)}


@dataclass(slots=True, frozen=True)
class Evidence:
    """One link of a chain: a place (`line` from 1) and what is to be seen there."""

    path: str
    line: int
    message: str


@dataclass(slots=True, frozen=True)
class SessionEntry:
    """One invocation of a runner; `version` is as far as it is known (`9.2`), `config` the file that configures it or None."""

    id: str
    runner: str
    version: str | None
    root: str
    config: str | None


@dataclass(slots=True, frozen=True)
class FixtureEntry:
    """One fixture in a test's closure. `path` and `line` are None for fixtures that the repository does not define;
    `overrides` are the definitions that it hides, nearest first, each a path and a line."""

    name: str
    scope: FixtureScope
    autouse: bool
    dynamic: bool
    origin: Origin
    path: str | None
    line: int | None
    overrides: tuple[tuple[str, int], ...] = ()


@dataclass(slots=True, frozen=True)
class TestEntry:
    """One test with its verdict: where it is collected (`id`, `path`), its definition's `line`, its layer and why."""

    __test__ = False

    id: str
    path: str
    line: int
    session: str
    runner: str
    layer: Layer
    variants: int = 1
    certain: bool = True
    declared_layer: Layer | None = None
    effects: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    fixtures: tuple[FixtureEntry, ...] = ()


@dataclass(slots=True, frozen=True)
class ChecklistEntry:
    """The verdict on one of the checklist's points (`isolation.1`), with evidence for and against and the codes of its rules."""

    id: str
    group: str
    item: str
    status: Status
    evidence: tuple[Evidence, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(slots=True, frozen=True)
class Pyramid:
    """How many tests each layer has, and of how many the layer is uncertain."""

    unit: int = 0
    integration: int = 0
    e2e: int = 0
    uncertain: int = 0

    @staticmethod
    def of(tests: Iterable[TestEntry]) -> Pyramid:
        """Count `tests` by layer (a test counts once, whatever its variants)."""
        layers: Counter[Layer] = Counter()
        uncertain = 0
        for test in tests:
            layers[test.layer] += 1
            uncertain += not test.certain
        return Pyramid(layers["unit"], layers["integration"], layers["e2e"], uncertain)

    def count(self, layer: Layer) -> int:
        return {"unit": self.unit, "integration": self.integration, "e2e": self.e2e}[layer]

    @property
    def total(self) -> int:
        return self.unit + self.integration + self.e2e


@dataclass(slots=True, frozen=True)
class PullEntry:
    """One fixture through which tests are more than unit tests. `alone` tests would be unit tests without it; to `ways` tests of the other
    layers it brings an effect (perhaps as one of several ways), and those effects are `effects`."""

    name: str
    scope: FixtureScope
    autouse: bool
    origin: Origin
    path: str | None
    line: int | None
    alone: int
    ways: int
    effects: tuple[str, ...] = ()


@dataclass(slots=True, frozen=True)
class UnknownEntry:
    """A name of which nothing is known (a library, a fixture, a name of the project's own), and how many tests are uncertain for it."""

    name: str
    tests: int


@dataclass(slots=True, frozen=True)
class ThresholdEntry:
    """One of the team's bounds on the pyramid (`unit`, `>=60%`), and whether the share of the tests, in percent, keeps to it."""

    of: str
    bound: str
    percent: float
    passed: bool


@dataclass(slots=True, frozen=True)
class GroupEntry:
    """The tests of one directory, session or owner."""

    name: str
    pyramid: Pyramid


@dataclass(slots=True, frozen=True)
class ReportDocument:
    """The outcome of `report`: sessions, tests sorted by (path, line, id), the checklist in its own order.

    `pyramid` counts the whole suite, also when `tests` was narrowed to one layer afterwards. `not_audited` counts what a runner would
    collect and testaudit does not model (`doctest`), by kind. `groups` are the tests by what `by` names (`dir`, `session`, `owner`).
    """

    sessions: tuple[SessionEntry, ...]
    pyramid: Pyramid
    tests: tuple[TestEntry, ...]
    checklist: tuple[ChecklistEntry, ...] = ()
    not_audited: Mapping[str, int] = field(default_factory=dict)
    thresholds: tuple[ThresholdEntry, ...] = ()
    pulls: tuple[PullEntry, ...] = ()
    asks: tuple[tuple[int, int], ...] = ()
    """Which of `pulls` asks for which other one, by their numbers from 0."""
    unknown: tuple[UnknownEntry, ...] = ()
    """What uncertain tests hang on, the most frequent first."""
    by: str | None = None
    groups: tuple[GroupEntry, ...] = ()
    base: Base | None = None
    errors: tuple[Problem, ...] = ()
    root: str = "."
    version: str = __version__


@dataclass(slots=True, frozen=True)
class Base:
    """What a report is compared with: the revision as it was asked for, its commit, and the report on that."""

    revision: str
    commit: str
    document: ReportDocument


@dataclass(slots=True, frozen=True)
class FixDocument:
    """The outcome of `check --diff` or `--fix`.

    `diff` is one unified diff of all files in order of their paths; it mends `fixed` findings in `files` files, and `refused` says which of
    those that were asked for could not be mended, and why. `left` is what there is to say then: with `--fix` what remains, with `--diff`
    what was found.
    """

    diff: str
    fixed: int
    files: int
    left: CheckDocument
    refused: tuple[Problem, ...] = ()


def shown_lines(place: Place) -> range:
    """The line numbers of `place` whose text is shown under a finding: all of them, or the first `SHOWN_LINES`."""
    last = place.end_line - 1 if place.end_column == 1 and place.end_line > place.line else place.end_line
    return range(place.line, min(last, place.line + SHOWN_LINES - 1) + 1)


def lines_under(findings: Iterable[Finding], module_at: Callable[[str], Module | None]) -> dict[str, dict[int, str]]:
    """The source lines that are shown under findings, by path and number."""
    lines: dict[str, dict[int, str]] = {}
    for finding in findings:
        module = module_at(finding.place.path)
        if module is not None:
            lines.setdefault(module.path, {}).update((line, module.line_text(line)) for line in shown_lines(finding.place))
    return lines
