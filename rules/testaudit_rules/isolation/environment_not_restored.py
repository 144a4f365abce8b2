"""An environment variable that a test sets is set for every test that follows."""

from __future__ import annotations

from testaudit.api import Findings, Horizon, ProcessState, Remain, Rule, Severity, Suite, Unsure

RULE = Rule(
    __name__,
    code="TA223",
    severity=Severity.ERROR,
    horizon=Horizon.CHAIN,
    checklist="isolation.3",
    way_out={
        "": "Set it with `patch.dict(os.environ, …)` for the time of the test.",
        "pytest": "Set it with `monkeypatch.setenv(…)`, which restores it after the test.",
        "unittest": "Set it with `patch.dict(os.environ, …)`, or restore it with `self.addCleanup(…)`.",
    },
)


@RULE.each(Remain, of=lambda suite: suite.ask(ProcessState).environment)
def check(remain: Remain, suite: Suite) -> Findings:
    if remain.doubt:
        yield Unsure(remain.place, remain.doubt)
        return
    names = remain.names
    what = f"the environment variable{'s' if len(names) > 1 else ''} {', '.join(names)}" if names else "environment variables"
    yield RULE.found(
        remain.place,
        f"`{remain.who}` sets {what} and nothing restores {remain.it}: every test that runs later sees the change.",
        *remain.links("set"),
        test=remain.blamed,
        fixture=remain.fixture,
        affects=remain.affects,
        way_out=RULE.way_out_for(remain.test.runner),
    )
