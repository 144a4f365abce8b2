"""State of the process that a test changes is changed for every test that follows."""

from __future__ import annotations

from testaudit.api import Findings, Horizon, Remain, Remains, Rule, Severity, Suite, Tier, Unsure

RULE = Rule(
    __name__,
    code="TA224",
    severity=Severity.ERROR,
    horizon=Horizon.CHAIN,
    tier=Tier.STRICT,
    checklist="isolation.3",
    way_out={
        "": "Change it for the time of the test (`with`), and put it back in a finalizer.",
        "pytest": "Change it with `monkeypatch` (`chdir`, `setattr`, `setitem`, `syspath_prepend`), which puts it back after the test.",
        "unittest": "Put it back with `self.addCleanup(…)`, or change it with `patch`.",
    },
)


@RULE.each(Remain, of=lambda suite: suite.ask(Remains).process)
def check(remain: Remain, suite: Suite) -> Findings:
    if remain.doubt:
        yield Unsure(remain.place, remain.doubt)
        return
    yield RULE.found(
        remain.place,
        f"`{remain.who}` changes {', '.join(remain.names)} and nothing puts {remain.it} back: every test that runs later sees the change.",
        *remain.links("changed"),
        test=remain.blamed,
        fixture=remain.fixture,
        affects=remain.affects,
        way_out=RULE.way_out_for(remain.test.runner),
    )
