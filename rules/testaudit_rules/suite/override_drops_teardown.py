"""An override of a fixture makes the same thing, and forgets to end it."""

from __future__ import annotations

from testaudit.api import Dropped, Findings, Horizon, Overrides, Resources, Rule, Severity, Suite, Tier, Truth, note

RULE = Rule(
    __name__,
    code="TA010",
    severity=Severity.WARNING,
    horizon=Horizon.CHAIN,
    tier=Tier.STRICT,
    way_out="Ask for the overridden fixture and change what it gives, or end here what is made here.",
)


@RULE.each(Dropped, of=lambda suite: suite.ask(Overrides).dropped)
def check(dropped: Dropped, suite: Suite) -> Findings:
    if any(opened.harmful and opened.ended is Truth.NO for opened in suite.ask(Resources).of_fixture(dropped.fixture)):
        return  # missing-teardown says so
    name = dropped.fixture.name
    yield RULE.found(
        dropped.place,
        f"This `{name}` overrides one that ends what `{dropped.maker}` makes, and does not end its own: it outlives every test below.",
        note(dropped.ended, f"the overridden `{name}` ends it here"),
        fixture=dropped.fixture,
    )
