"""An expected error so broad that a typo passes for it."""

from __future__ import annotations

from testaudit.api import Expectations, Findings, Horizon, Rule, Severity, Suite, Test, Tier

RULE = Rule(
    __name__,
    code="TA134",
    severity=Severity.WARNING,
    horizon=Horizon.FILE,
    tier=Tier.STRICT,
    checklist="design.4",
    way_out={
        "": "Name the exception that the code raises, or check its message.",
        "pytest": "Name the exception that the code raises, or check its message with `match=`.",
        "unittest": "Name the exception that the code raises, or use `assertRaisesRegex`.",
    },
)

_BROAD = frozenset({"Exception", "BaseException"})


@RULE.each(Test)
def check(test: Test, suite: Suite) -> Findings:
    if _BROAD.isdisjoint(test.function.words):
        return
    expectations = suite.ask(Expectations)
    for expected in expectations.of(test):
        broad = expectations.broadest(expected) & _BROAD
        if broad and not expected.examined and not expectations.raised_bare(expected):
            name = sorted(broad)[0]
            yield RULE.found(
                expected.place,
                f"`{test.name}` expects any `{name}`: a misspelt name or a wrong argument would pass for the error that is meant.",
                test=test,
            )
