"""A test that returns something, as if somebody would look at it."""

from __future__ import annotations

from testaudit.api import Findings, Horizon, ReturnedValues, Rule, Severity, Suite, Test, Tier, place_of

RULE = Rule(
    __name__,
    code="TA016",
    severity=Severity.WARNING,
    horizon=Horizon.FILE,
    tier=Tier.DEFAULT,
    way_out="Assert what is returned; what other tests need belongs in a fixture or helper.",
)


@RULE.each(Test)
def check(test: Test, suite: Suite) -> Findings:
    returned = suite.ask(ReturnedValues).of(test)
    if returned is not None:
        yield RULE.found(
            place_of(test.function.module, returned.start, returned.end),
            f"`{test.name}` returns a value: pytest does not look at it, and the test passes whatever it is.",
            test=test,
        )
