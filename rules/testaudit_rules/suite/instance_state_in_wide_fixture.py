"""A class-scoped fixture sets attributes on an instance that no test is called on."""

from __future__ import annotations

from testaudit.api import Findings, Horizon, LostState, LostStates, Rule, Severity, Suite, Tier, note

RULE = Rule(
    __name__,
    code="TA012",
    severity=Severity.ERROR,
    horizon=Horizon.FILE,
    tier=Tier.DEFAULT,
    gathers=LostStates.tellings,
    way_out="Yield the value and ask for the fixture, set it on the class (`request.cls`), or make the fixture function-scoped.",
)


@RULE.each(LostState, of=lambda suite: suite.ask(LostStates).all)
def check(lost: LostState, _suite: Suite) -> Findings:
    yield RULE.found(
        lost.place,
        f"The {lost.fixture.scope}-scoped `{lost.fixture.name}` sets `self.{lost.name}` on an instance of its own: "
        f"`{lost.test.name}` is called on another one, which has no such attribute.",
        note(lost.read, f"`self.{lost.name}` is read here"),
        fixture=lost.fixture,
        cause=lost.name,
    )
