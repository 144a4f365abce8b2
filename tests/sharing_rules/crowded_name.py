"""A name that tests of several files have."""

from collections import Counter

from testaudit.api import Findings, Horizon, Rule, Severity, Suite, Test, Tier


def names(suite: Suite) -> Counter[str]:
    """How many tests of a share have each name."""
    return Counter(test.name for test in suite.tests)


RULE = Rule(__name__, code="TA951", severity=Severity.WARNING, horizon=Horizon.SUITE, tier=Tier.DEFAULT, gathers=(names,))


@RULE.each(Test)
def check(test: Test, suite: Suite) -> Findings:
    count = sum(told[test.name] for told in suite.gather(names))
    if count > 1:
        yield RULE.found(test.place, f"{count} tests are called {test.name}", test=test)
