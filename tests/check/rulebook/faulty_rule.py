"""A rule that stumbles over some tests, after it has found something."""

from testaudit.api import Findings, Horizon, Rule, Severity, Suite, Test, Tier

RULE = Rule(__name__, code="TA903", severity=Severity.ERROR, horizon=Horizon.CHAIN, tier=Tier.GATE)


@RULE.each(Test)
def check(test: Test, _suite: Suite) -> Findings:
    if "boom" in test.name:
        yield RULE.found(test.place, "a boom")
        raise ValueError("no such thing")
