"""An environment variable that a test sets is set for every test that follows."""

from __future__ import annotations

from testaudit.api import EnvironmentLeak, Findings, Horizon, ProcessState, Rule, Severity, Suite, Unsure, note

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


@RULE.each(EnvironmentLeak, of=lambda suite: suite.ask(ProcessState).environment)
def check(leak: EnvironmentLeak, suite: Suite) -> Findings:
    if leak.doubt:
        yield Unsure(leak.place, leak.doubt)
        return
    fixture = leak.fixture
    names = [f"`{name}`" for name, _ in leak.variables if name]
    what = "environment variables" if not names else f"the environment variable{'s' if len(names) > 1 else ''} {', '.join(names)}"
    who = fixture.name if fixture is not None else leak.test.name
    it = "it" if len(names) == 1 else "them"
    yield RULE.found(
        leak.place,
        f"`{who}` sets {what} and nothing restores {it}: every test that runs later sees the change.",
        *([note(fixture.definition, "in this setup")] if fixture is not None and fixture.definition is not None else []),
        *(note(place, f"`{name}` is set here" if name else "set here") for name, place in leak.variables[1:]),
        test=leak.test if fixture is None else None,
        fixture=fixture,
        affects=leak.affects,
        way_out=RULE.way_out_for(leak.test.runner),
    )
