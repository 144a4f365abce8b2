"""A test that sleeps is slow."""

from testaudit.api import Call, Finding, Findings, Horizon, Rule, Severity, Suite, Test, Tier, dotted, place_of, walk

RULE = Rule(
    __name__,
    code="TA901",
    severity=Severity.WARNING,
    horizon=Horizon.FILE,
    tier=Tier.DEFAULT,
    way_out={"pytest": "Poll.", "unittest": "Wait for it."},
)


@RULE.each(Test)
def check(test: Test, _suite: Suite) -> Findings:
    for step in test.function.body.steps:
        for expr in walk(step.value) if step.value is not None else ():
            if isinstance(expr, Call) and dotted(expr.func) == "sleep":
                yield _finding(test, expr)


def _finding(test: Test, call: Call) -> Finding:
    return RULE.found(place_of(test.module, call.start, call.end), f"`{test.name}` sleeps", test=test)
