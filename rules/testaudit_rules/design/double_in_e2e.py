"""An end-to-end test replaces a part of the very system that it is said to run whole."""

from __future__ import annotations

from testaudit.api import Findings, Horizon, ReplacedCode, Rule, Severity, Suite, Test, Tier, Truth, Unsure, note, place_of

RULE = Rule(
    __name__,
    code="TA124",
    severity=Severity.WARNING,
    horizon=Horizon.CHAIN,
    tier=Tier.STRICT,
    checklist="design.3",
    way_out="Let the test run the real thing, with a sandbox for services of others; or declare it as an integration or unit test.",
)


@RULE.each(Test)
def check(test: Test, suite: Suite) -> Findings:
    for replaced in suite.ask(ReplacedCode).of_end_to_end(test):
        if replaced.is_own is not Truth.YES:
            yield Unsure(replaced.place, f"`{replaced.name}` may lead to a service of others")
            continue
        target = replaced.target
        yield RULE.found(
            replaced.place,
            f"`{replaced.name}` is replaced for an end-to-end test: nobody sees here whether it works with the rest.",
            note(place_of(target.module, target.name_start, target.name_end), "this is what never runs"),
            note(test.place, f"`{test.name}` is end-to-end"),
            test=test,
            cause=replaced.name,
        )
