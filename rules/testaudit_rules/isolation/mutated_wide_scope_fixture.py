"""A value that lives longer than one test is changed by one."""

from __future__ import annotations

from dataclasses import dataclass

from testaudit.api import Doubt, Findings, Fixture, Horizon, Leak, Rule, Severity, State, Suite, Tier, Unsure


@dataclass(slots=True, frozen=True)
class Options:
    without_victim: bool = False
    """Report a change too when no other test was found that reads what it leaves."""


RULE = Rule(
    __name__,
    code="TA222",
    severity=Severity.ERROR,
    horizon=Horizon.SUITE,
    tier=Tier.STRICT,
    checklist="isolation.3",
    options=Options,
    way_out="Hand out a copy, narrow the scope of the fixture, or restore the value in a function-scoped fixture.",
)


@RULE.each(Leak, of=lambda suite: suite.ask(State).leaks(Fixture))
def check(leak: Leak, suite: Suite, options: Options) -> Findings:
    if leak.victim is None and not options.without_victim:
        return
    yield RULE.found(
        leak.change.place,
        f"`{leak.change.test.name}` changes the value of {_named(leak)} and leaves it so{leak.harm}.",
        *leak.evidence,
        test=leak.change.test,
        affects=leak.changing,
        cause=_named(leak),
    )


@RULE.each(Doubt, of=lambda suite: suite.ask(State).doubts(Fixture))
def check_doubt(doubt: Doubt, suite: Suite, options: Options) -> Findings:
    yield Unsure(doubt.place, doubt.why)


def _named(leak: Leak) -> str:
    owner = leak.cell.owner
    return f"the {owner.scope}-scoped fixture `{owner.name}`" if isinstance(owner, Fixture) else f"`{leak.cell.name}`"
