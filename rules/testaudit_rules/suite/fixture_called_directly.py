"""A fixture is called like a function."""

from __future__ import annotations

from testaudit.api import Findings, Fixture, FixtureCall, FixtureCalls, Horizon, Rule, Severity, Suite, Test, Tier, note

RULE = Rule(
    __name__,
    code="TA014",
    severity=Severity.ERROR,
    horizon=Horizon.CHAIN,
    tier=Tier.STRICT,
    way_out="Ask for it by a parameter, or take what both need into a plain function that the fixture calls.",
)


@RULE.each(FixtureCall, of=lambda suite: suite.ask(FixtureCalls).all)
def check(call: FixtureCall, _suite: Suite) -> Findings:
    definition = call.fixture.definition
    yield RULE.found(
        call.place,
        f'`{call.by.name}` calls the fixture `{call.fixture.name}`: pytest fails it with "Fixture called directly".',
        *([note(definition, "it is a fixture here")] if definition is not None else []),
        test=call.by if isinstance(call.by, Test) else None,
        fixture=call.by if isinstance(call.by, Fixture) else None,
    )
