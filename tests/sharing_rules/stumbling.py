"""A rule that fails at some tests, and one that cannot say what it is to say of a share."""

from testaudit.api import Findings, Horizon, Rule, Severity, Suite, Test, Tier


def words(suite: Suite) -> int:
    """Fails where a test of the share is called so."""
    if any(test.name == "test_unspeakable" for test in suite.tests):
        raise ValueError("no word of it")
    return 0


RULE = Rule(__name__, code="TA953", severity=Severity.WARNING, horizon=Horizon.CHAIN, tier=Tier.DEFAULT, gathers=(words,))


@RULE.each(Test)
def check(test: Test, suite: Suite) -> Findings:
    suite.gather(words)
    if test.name.startswith("test_stumble"):
        raise KeyError(test.name)
    yield from ()
