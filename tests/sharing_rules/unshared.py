"""A rule that does not say what it needs of other shares: one process has to read all."""

from testaudit.api import Findings, Horizon, Rule, Severity, Suite, Test

RULE = Rule(__name__, code="TA954", severity=Severity.WARNING, horizon=Horizon.SUITE)


@RULE.each(Test)
def check(test: Test, suite: Suite) -> Findings:
    yield RULE.found(test.place, f"one of {len(list(suite.tests))}", test=test)
