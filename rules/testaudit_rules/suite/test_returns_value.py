"""A test that returns something, as if somebody would look at it."""

from __future__ import annotations

from testaudit.api import Findings, Horizon, ReturnedValues, Rule, Severity, Suite, Test, Tier, place_of

RULE = Rule(
    __name__,
    code="TA016",
    severity=Severity.WARNING,
    horizon=Horizon.FILE,
    tier=Tier.STRICT,
    way_out="Assert what is returned; what other tests need belongs in a fixture or helper.",
)


@RULE.each(Test)
def check(test: Test, suite: Suite) -> Findings:
    returned = suite.ask(ReturnedValues).of(test)
    if returned is not None:
        fails = "ends the test as failed" if _version(test) >= (8, 4) else "drops it with a warning"
        yield RULE.found(
            place_of(test.function.module, returned.start, returned.end),
            f"`{test.name}` returns a value: pytest does not look at it, and {fails}.",
            test=test,
        )


def _version(test: Test) -> tuple[int, ...]:
    return tuple(int(word) for word in test.session.version.split(".")[:2] if word.isdigit())
