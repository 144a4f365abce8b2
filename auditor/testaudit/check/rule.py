"""What a rule is: its header, what it judges, and how it words a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, Generic, TypeVar, overload

from testaudit.findings import Finding, Fix, Note, Severity
from testaudit.model import Fixture, Place, Suite, Telling, Test, TestModule
from testaudit.records import dataclass


class Horizon(Enum):
    """What must have been read before a rule can judge."""

    FILE = "file"
    """The file alone."""
    CHAIN = "chain"
    """The file, its conftests and the first-party code that it reaches."""
    SUITE = "suite"
    """All files of all sessions: not judged in a partial run."""


class Tier(Enum):
    """When a rule is in force."""

    DEFAULT = "default"
    """Always: at least 95 of 100 of its findings on real suites are right."""
    STRICT = "strict"
    """Where it is asked for, by `strict` or by its code."""
    GATE = "gate"
    """Always, but it speaks only where the team has set a threshold."""
    DECLARED = "declared"
    """Always where the team has declared what its layers mean; elsewhere where it is asked for."""


@dataclass(slots=True, frozen=True)
class Unsure:
    """A rule met a subject that it could not judge: counted, never shown as a finding."""

    place: Place | None
    why: str


_OF_A_FILE = (Test, Fixture, TestModule)

Findings = Iterator[Finding | Unsure]
"""What a check function yields."""

S = TypeVar("S")
O = TypeVar("O")  # noqa: E741  # the options of a rule; Rule[None] has none

Plain = Callable[[S, Suite], Iterable[Finding | Unsure]]
WithOptions = Callable[[S, Suite, O], Iterable[Finding | Unsure]]
Source = Callable[[Suite], Iterable[S]]


@dataclass(slots=True, frozen=True)
class Check:
    """One check function of a rule: it is called for each subject of this `kind`, which `of` enumerates (None: the engine knows how)."""

    kind: type
    of: Source[Any] | None
    judge: Callable[..., Iterable[Finding | Unsure]]


class Rule(Generic[O]):
    """One rule: `RULE = Rule(__name__, code="TA220", severity=Severity.ERROR, horizon=Horizon.SUITE)`.

    The name is the last part of the module's name, with dashes. The header is also read without importing the module, so its arguments
    are literals. `way_out` says what to do instead, in general (`""`) or worded per runner (`{"pytest": …, "unittest": …}`). `options` is a
    frozen dataclass of which every field has a default; the check functions are then called with an instance of it.

    `gathers` lets several processes read a suite, each its share of the test files, and each judge what it has read. It names what a share
    must tell the others before they can judge (`suite.gather`), in the order in which one rests on the other; often an analysis has the
    list (`gathers=Subjects.tellings`), and `()` says that a share can be judged by itself. Tests, fixtures, test modules and the suite are
    then judged by one process each; what `of` enumerates must come from one process only. Without `gathers`, one process reads all, and
    others help it to judge; only rules about a file's own tests, fixtures or module need not say that they do without.
    """

    __slots__ = ("checklist", "checks", "code", "gathers", "horizon", "module", "name", "options", "severity", "tier", "way_out")

    @overload
    def __init__(
        self: Rule[None],
        module: str,
        *,
        code: str,
        severity: Severity,
        horizon: Horizon,
        tier: Tier = ...,
        checklist: str | None = ...,
        options: None = ...,
        way_out: str | Mapping[str, str] = ...,
        gathers: Sequence[Telling[Any]] | None = ...,
    ) -> None: ...

    @overload
    def __init__(
        self,
        module: str,
        *,
        code: str,
        severity: Severity,
        horizon: Horizon,
        tier: Tier = ...,
        checklist: str | None = ...,
        options: type[O],
        way_out: str | Mapping[str, str] = ...,
        gathers: Sequence[Telling[Any]] | None = ...,
    ) -> None: ...

    def __init__(
        self,
        module: str,
        *,
        code: str,
        severity: Severity,
        horizon: Horizon,
        tier: Tier = Tier.STRICT,
        checklist: str | None = None,
        options: type[O] | None = None,
        way_out: str | Mapping[str, str] = "",
        gathers: Sequence[Telling[Any]] | None = None,
    ) -> None:
        self.module = module
        self.name = module.rpartition(".")[2].replace("_", "-")
        self.code = code
        self.severity = severity
        self.horizon = horizon
        self.tier = tier
        self.checklist = checklist
        self.options = options
        self.gathers = None if gathers is None else tuple(gathers)
        self.way_out = {"": way_out} if isinstance(way_out, str) else dict(way_out)
        self.checks: list[Check] = []

    @property
    def tellings(self) -> tuple[Telling[Any], ...] | None:
        """What must be gathered before a share of a suite can be judged by itself; None where one process has to read all."""
        if self.gathers is None and self.horizon is Horizon.FILE and all(c.of is None and c.kind in _OF_A_FILE for c in self.checks):
            return ()
        return self.gathers

    @overload
    def each(self: Rule[None], kind: type[S], *, of: Source[S] | None = ...) -> Callable[[Plain[S]], Plain[S]]: ...

    @overload
    def each(self, kind: type[S], *, of: Source[S] | None = ...) -> Callable[[WithOptions[S, O]], WithOptions[S, O]]: ...

    def each(self, kind: type[Any], *, of: Source[Any] | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Have the decorated function judge each subject of `kind`: a `Test`, `Fixture`, `TestModule`, `Cell`, the `Suite`, or what `of`
        enumerates (`@RULE.each(Endpoint, of=lambda suite: suite.ask(Web).endpoints)`)."""

        def register(judge: Callable[..., Any]) -> Callable[..., Any]:
            self.checks.append(Check(kind, of, judge))
            return judge

        return register

    def found(
        self,
        place: Place,
        message: str,
        *evidence: Note,
        test: Test | None = None,
        fixture: Fixture | None = None,
        affects: int = 1,
        fix: Fix | None = None,
        cause: str = "",
        way_out: str | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        """A finding of this rule at `place`.

        `message` is one sentence that names the harm. `test` and `fixture` are whom it is about. Two findings with the same place and
        `cause` are one (its `affects` is the sum of theirs). `way_out` replaces the rule's own.
        """
        runner = test.runner if test is not None else ""
        return Finding(
            code=self.code,
            rule=self.name,
            checklist=self.checklist,
            severity=self.severity if severity is None else severity,
            place=place,
            message=message,
            test=test.id if test is not None else None,
            fixture=fixture.name if fixture is not None else None,
            affects=affects,
            evidence=evidence,
            fix=fix,
            cause=cause,
            way_out=self.way_out_for(runner) if way_out is None else way_out,
        )

    def way_out_for(self, runner: str) -> str:
        """The way out in the words of a runner, else in general, else in those of the first runner; empty where there is none."""
        return self.way_out.get(runner) or self.way_out.get("") or next(iter(self.way_out.values()), "")

    def __repr__(self) -> str:
        return f"<Rule {self.code} {self.name}>"


def note(place: Place, message: str) -> Note:
    """One link of a finding's evidence."""
    return Note(place, message)
