"""A fixture without a teardown, told by each test that uses it: many tests, one cause."""

from testaudit.api import Findings, Horizon, Rule, Severity, Suite, Test, Tier, Unsure, note

RULE = Rule(__name__, code="TA904", severity=Severity.WARNING, horizon=Horizon.CHAIN, tier=Tier.STRICT, checklist="isolation.2")


@RULE.each(Test)
def check(test: Test, _suite: Suite) -> Findings:
    if test.unresolved:
        yield Unsure(test.place, f"nothing defines {test.unresolved[0]}")
    for use in test.closure:
        if use.fixture.teardown is None and use.fixture.definition is not None:
            yield RULE.found(
                use.fixture.definition, "nothing ends it", note(test.place, "used here"), test=test, fixture=use.fixture, cause=use.name
            )
