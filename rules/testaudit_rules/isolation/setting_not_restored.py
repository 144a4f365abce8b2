"""An attribute of the code under test that a test sets is set for every test that follows."""

from __future__ import annotations

from testaudit.api import Findings, Horizon, Remain, Remains, Rule, Severity, Suite, Tier, Unsure, note

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
    fixture = remain.fixture
    names = [name for name, _ in remain.parts]
    yield RULE.found(
        remain.place,
        f"`{fixture.name if fixture is not None else remain.test.name}` sets {', '.join(names)} and nothing puts "
        f"{'it' if len(names) == 1 else 'them'} back: every test that runs later sees the change.",
        *([note(fixture.definition, "in this setup")] if fixture is not None and fixture.definition is not None else []),
        *(note(place, f"{name} is set here") for name, place in remain.parts[1:]),
        test=remain.test if fixture is None else None,
        fixture=fixture,
        affects=remain.affects,
        way_out=RULE.way_out_for(remain.test.runner),
    )
