"""A fixture is called like a function."""

from __future__ import annotations

from testaudit.api import Findings, Fixture, FixtureCall, FixtureCalls, Horizon, Rule, Severity, Suite, Test, Tier, note

RULE = Rule(
    __name__,
    code="TA014",
    severity=Severity.ERROR,
    horizon=Horizon.CHAIN,
    tier=Tier.DEFAULT,
    gathers=FixtureCalls.tellings,
    way_out="Ask for it by a parameter, or take what both need into a plain function that the fixture calls.",
)


@RULE.each(FixtureCall, of=lambda suite: suite.ask(FixtureCalls).all)
def check(call: FixtureCall, _suite: Suite) -> Findings:
    yield RULE.found(
        call.place,
        f'`{call.by.name}` calls the fixture `{call.name}`: pytest fails it with "Fixture called directly".',
        note(call.definition, "it is a fixture here"),
        test=call.by if isinstance(call.by, Test) else None,
        fixture=call.by if isinstance(call.by, Fixture) else None,
    )
