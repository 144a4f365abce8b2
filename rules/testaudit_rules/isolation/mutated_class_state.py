"""A test that changes an attribute of a class changes it for every other test of the class."""

from __future__ import annotations

from dataclasses import dataclass

from testaudit.api import Class, Doubt, Findings, Horizon, Leak, Rule, Severity, State, Suite, Tier, Unsure


@dataclass(slots=True, frozen=True)
class Options:
    without_victim: bool = False
    """Report a change too when no other test was found that reads what it leaves."""


RULE = Rule(
    __name__,
    code="TA221",
    severity=Severity.ERROR,
    horizon=Horizon.SUITE,
    tier=Tier.STRICT,
    checklist="isolation.3",
    options=Options,
    way_out="Set it on `self` in `setUp` or a fixture, so that every test gets its own, or restore it in a teardown.",
)


@RULE.each(Leak, of=lambda suite: suite.ask(State).leaks(Class))
def check(leak: Leak, suite: Suite, options: Options) -> Findings:
    if leak.victim is None and not options.without_victim:
        return
    yield RULE.found(
        leak.change.place,
        f"`{leak.change.test.name}` changes the class attribute `{leak.cell.name}` and leaves it so{leak.harm}.",
        *leak.evidence,
        test=leak.change.test,
        affects=leak.changing,
        cause=leak.cell.name,
    )


@RULE.each(Doubt, of=lambda suite: suite.ask(State).doubts(Class))
def check_doubt(doubt: Doubt, suite: Suite, options: Options) -> Findings:
    yield Unsure(doubt.place, doubt.why)
