"""Each fixture, each module and the suite are judged once, whoever has read them."""

from testaudit.api import Finding, Fixture, Horizon, Place, Rule, Severity, Suite, TestModule, Tier

RULE = Rule(__name__, code="TA952", severity=Severity.WARNING, horizon=Horizon.CHAIN, tier=Tier.DEFAULT, gathers=())


@RULE.each(Fixture)
def fixture(fixture: Fixture, _suite: Suite) -> "list[Finding]":
    return [RULE.found(fixture.definition, f"the fixture {fixture.name}", fixture=fixture)] if fixture.definition is not None else []


@RULE.each(TestModule)
def module(module: TestModule, _suite: Suite) -> "list[Finding]":
    return [RULE.found(Place(module.path, 1, 1, 1, 1), "a module")]


@RULE.each(Suite)
def suite(_suite: Suite, _same: Suite) -> "list[Finding]":
    return [RULE.found(Place("pyproject.toml", 1, 1, 1, 1), "a suite")]
