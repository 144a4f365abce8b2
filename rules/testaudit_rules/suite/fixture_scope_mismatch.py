"""A fixture asks for one that does not live as long."""

from __future__ import annotations

from testaudit.api import Findings, FixtureGraph, Horizon, Request, Rule, Severity, Suite, Tier, note

RULE = Rule(
    __name__,
    code="TA002",
    severity=Severity.ERROR,
    horizon=Horizon.CHAIN,
    tier=Tier.DEFAULT,
    gathers=FixtureGraph.tellings,
    way_out="Widen the scope of what is asked for, narrow that of who asks, or use the wide counterpart (`tmp_path_factory`).",
)


@RULE.each(Request, of=lambda suite: suite.ask(FixtureGraph).requests)
def check(request: Request, suite: Suite) -> Findings:
    if not suite.ask(FixtureGraph).is_narrower(request):
        return
    asker, given, test = request.asker, request.given, request.tests[0]
    fails = f"`{test.name}` ends" if request.count == 1 else f"{request.count} tests end"
    yield RULE.found(
        request.place,
        f"The {asker.scope}-scoped `{asker.name}` asks for the {given.scope}-scoped `{given.name}`, "
        f"which is torn down before it: {fails} in `ScopeMismatch`.",
        *([note(given.definition, f"`{given.name}` is defined here")] if given.definition is not None else []),
        note(test.place, f"`{test.name}` uses `{asker.name}`"),
        fixture=asker,
        affects=request.count,
        cause=request.name,
    )
