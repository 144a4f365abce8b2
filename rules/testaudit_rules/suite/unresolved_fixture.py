"""A test or fixture asks for a fixture that nothing defines."""

from __future__ import annotations

from testaudit.api import Findings, Fixture, FixtureGraph, Horizon, Missing, Note, Rule, Severity, Suite, Tier, Unsure, note

RULE = Rule(
    __name__,
    code="TA001",
    severity=Severity.ERROR,
    horizon=Horizon.CHAIN,
    tier=Tier.DEFAULT,
    gathers=FixtureGraph.tellings,
    way_out="Correct the name, or define the fixture in this file or in a `conftest.py` beside or above it.",
)


@RULE.each(Missing, of=lambda suite: suite.ask(FixtureGraph).missing)
def check(missing: Missing, suite: Suite) -> Findings:
    if missing.unsure:
        yield Unsure(missing.place, missing.unsure)
        return
    test, asker = missing.tests[0], missing.asked.by
    who = f"The fixture `{asker.name}`" if isinstance(asker, Fixture) else f"`{asker.name}`"
    fails = f"`{test.name}` ends" if missing.count == 1 else f"{missing.count} tests end"
    yield RULE.found(
        missing.place,
        f"{who} asks for `{missing.name}`, which nothing defines here: {fails} in the error \"fixture '{missing.name}' not found\".",
        *([note(test.place, f"`{test.name}` needs it")] if isinstance(asker, Fixture) else []),
        *_nearby(missing, suite),
        test=test if missing.count == 1 else None,
        fixture=asker if isinstance(asker, Fixture) else None,
        affects=missing.count,
        cause=missing.name,
    )


def _nearby(missing: Missing, suite: Suite) -> list[Note]:
    """Where a fixture of that name is defined out of sight, or one whose name resembles it."""
    places = suite.ask(FixtureGraph).definitions
    if missing.name in places:
        return [note(places[missing.name], f"`{missing.name}` is defined here, where `{missing.tests[0].name}` does not see it")]
    from difflib import get_close_matches  # 2 ms, and needed for a finding only

    return [note(places[name], f"`{name}` has a similar name") for name in get_close_matches(missing.name, sorted(places), 1, 0.8)]
