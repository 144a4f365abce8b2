"""A fixture that no test uses is read and kept up for nothing."""

from __future__ import annotations

from testaudit.api import Findings, Horizon, Rule, Severity, Suite, Tier, Unused, UnusedFixtures

RULE = Rule(
    __name__,
    code="TA006",
    severity=Severity.WARNING,
    horizon=Horizon.SUITE,
    tier=Tier.DEFAULT,
    gathers=UnusedFixtures.tellings,
    way_out="Delete it, or let the tests that it was written for ask for it.",
)


@RULE.each(Unused, of=lambda suite: suite.ask(UnusedFixtures).all)
def check(unused: Unused, _suite: Suite) -> Findings:
    name = unused.fixture.name
    yield RULE.found(
        unused.place,
        f"No test uses the fixture `{name}`, and nothing asks for it by its name: it never runs, and is kept up for nothing.",
        fixture=unused.fixture,
    )
