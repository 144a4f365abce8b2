"""An environment variable that a test sets is set for every test that follows."""

from __future__ import annotations

from testaudit.api import Change, Findings, Horizon, ProcessState, Rule, Severity, Suite, Tier, note

RULE = Rule(
    __name__,
    code="TA223",
    severity=Severity.ERROR,
    horizon=Horizon.CHAIN,
    tier=Tier.STRICT,
    checklist="isolation.3",
    way_out={
        "": "Set it with `patch.dict(os.environ, …)` for the time of the test.",
        "pytest": "Set it with `monkeypatch.setenv(…)`, which restores it after the test.",
        "unittest": "Set it with `patch.dict(os.environ, …)`, or restore it with `self.addCleanup(…)`.",
    },
)


@RULE.each(Change, of=lambda suite: suite.ask(ProcessState).environment)
def check(change: Change, suite: Suite) -> Findings:
    keys = change.access.path.keys
    what = f"the environment variable `{keys[0][2:-2]}`" if keys and keys[0] != "[*]" else "environment variables"
    fixture = change.fixture
    who = f"`{fixture.name}`" if fixture is not None else f"`{change.test.name}`"
    yield RULE.found(
        change.place,
        f"{who} changes {what} and nothing restores it: every test that runs later sees the change.",
        *([note(fixture.definition, "in this setup")] if fixture is not None and fixture.definition is not None else []),
        test=change.test if fixture is None else None,
        fixture=fixture,
        way_out=RULE.way_out_for(change.test.runner),
    )
