"""A mark on a fixture does nothing, and since pytest 9 is an error."""

from __future__ import annotations

from testaudit.api import Decorations, Findings, Horizon, Rule, Severity, Suite, TestModule, Tier, place_of

RULE = Rule(
    __name__,
    code="TA011",
    severity=Severity.ERROR,
    horizon=Horizon.FILE,
    tier=Tier.DEFAULT,
    way_out="Mark the tests, or let the fixture ask for what the mark stands for (a parameter instead of `usefixtures`).",
)


@RULE.each(TestModule)
def check(module: TestModule, suite: Suite) -> Findings:
    decorations = suite.ask(Decorations)
    for fixture in module.fixtures:
        function = fixture.function
        if function is None or fixture.kind != "value":
            continue
        for decorator, mark in decorations.marks(function):
            yield RULE.found(
                place_of(function.module, decorator.start, decorator.end),
                f"The mark `{mark}` is on the fixture `{fixture.name}`: pytest ignores it, and from version 9 on refuses the file.",
                fixture=fixture,
            )
