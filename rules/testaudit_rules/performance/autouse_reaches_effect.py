"""An automatic fixture brings a database or the network into tests that would be unit tests without it."""

from __future__ import annotations

from testaudit.api import Findings, Horizon, Layers, Pull, Pulls, Rule, Severity, Suite, Tier

RULE = Rule(
    __name__,
    code="TA411",
    severity=Severity.WARNING,
    horizon=Horizon.SUITE,
    tier=Tier.STRICT,
    checklist="performance.2",
    way_out="Have the tests that need it ask for it: by name, by `usefixtures`, or automatically in their own folder only.",
)
FAR = ("database", "database-server", "cache", "queue", "http", "socket", "cloud", "mail", "container")
"""What is slow, or may not be there; in-process clients and processes are another matter."""


@RULE.each(Pull, of=lambda suite: suite.ask(Pulls).automatic(frozenset(FAR)))
def check(pull: Pull, suite: Suite) -> Findings:
    fixture = pull.fixture
    layers = suite.ask(Layers)
    tests = [test for test in (*pull.alone, *pull.beside) if layers.of(test).declared in (None, "unit")]
    far = [effect for effect in FAR if effect in pull.effects]
    if not fixture.autouse or fixture.owner is not None or fixture.definition is None or not far or not tests:
        return
    number = "1 test" if len(tests) == 1 else f"{len(tests):,} tests"
    message = (
        f"The automatic `{fixture.name}` brings {' and '.join(far)} into {number} that would be unit without it, as `{tests[0].name}`."
    )
    yield RULE.found(fixture.definition, message, fixture=fixture, affects=len(tests), cause=fixture.name)
