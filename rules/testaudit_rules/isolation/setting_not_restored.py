"""An attribute of the code under test that a test sets is set for every test that follows."""

from __future__ import annotations

from testaudit.api import Findings, Horizon, Remain, Remains, Rule, Severity, Suite, Tier, Unsure

RULE = Rule(
    __name__,
    code="TA225",
    severity=Severity.ERROR,
    horizon=Horizon.CHAIN,
    tier=Tier.STRICT,
    checklist="isolation.3",
    way_out={
        "": "Set it for the time of the test, and put it back in a finalizer, or make the object anew for each test.",
        "pytest": "Set it with `monkeypatch.setattr(…)` or `setitem(…)`, which put it back after the test.",
        "unittest": "Set it with `patch.object(…)` or `patch.dict(…)`, or put it back with `self.addCleanup(…)`.",
    },
)


@RULE.each(Remain, of=lambda suite: suite.ask(Remains).settings)
def check(remain: Remain, suite: Suite) -> Findings:
    if remain.doubt:
        yield Unsure(remain.place, remain.doubt)
        return
    yield RULE.found(
        remain.place,
        f"`{remain.who}` sets {', '.join(remain.names)} and nothing puts {remain.it} back: every test that runs later sees the change.",
        *remain.links("set"),
        test=remain.blamed,
        fixture=remain.fixture,
        affects=remain.affects,
        way_out=RULE.way_out_for(remain.test.runner),
    )
