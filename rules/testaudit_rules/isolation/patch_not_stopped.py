"""A patcher that is started and never stopped stays in force for every test that follows."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.api import (
    Attr,
    Call,
    Findings,
    Fix,
    Fixture,
    Function,
    Horizon,
    Opened,
    Resources,
    Rule,
    Severity,
    Suite,
    Test,
    Tier,
    Truth,
    Unsure,
    note,
    place_of,
    stop_patcher,
)

RULE = Rule(
    __name__,
    code="TA213",
    severity=Severity.ERROR,
    horizon=Horizon.CHAIN,
    tier=Tier.STRICT,
    checklist="isolation.2",
    way_out={
        "": "Use the patch as a `with` block or decorator, or stop it in a finalizer.",
        "pytest": "Use `monkeypatch` or a `with` block around the `yield`, or `request.addfinalizer(patcher.stop)`.",
        "unittest": "Add `self.addCleanup(patcher.stop)` right after it is started.",
    },
)


@RULE.each(Fixture)
def check_setup(fixture: Fixture, suite: Suite) -> Findings:
    if fixture.function is None or fixture.kind == "teardown":
        return
    resources = suite.ask(Resources)
    users = resources.users(fixture)
    for opened in _left(resources.of_fixture(fixture)):
        if isinstance(opened, Unsure):
            yield opened
            continue
        yield RULE.found(
            opened.place,
            f"The patch started in `{fixture.name}` is never stopped: every test that runs later sees the double.",
            *([note(fixture.definition, "in this setup")] if fixture.definition is not None else []),
            fixture=fixture,
            affects=max(len(users), 1),
            fix=_fix(opened, fixture),
            way_out=RULE.way_out_for(users[0].runner if users else ""),
        )


@RULE.each(Test)
def check_test(test: Test, suite: Suite) -> Findings:
    resources = suite.ask(Resources)
    if not resources.may_start(test):
        return
    for opened in _left(resources.of_test(test)):
        if isinstance(opened, Unsure):
            yield opened
        else:
            yield RULE.found(
                opened.place,
                f"The patch started in `{test.name}` is never stopped: every test that runs later sees the double.",
                test=test,
                fix=_fix(opened, None, in_case=resources.is_test_case(test)),
            )


def _left(resources: tuple[Opened, ...]) -> Iterator[Opened | Unsure]:
    for opened in resources:
        if opened.kind != "patcher" or not opened.harmful:
            continue
        if opened.ended is Truth.NO:
            yield opened
        elif opened.ended is Truth.UNKNOWN:
            yield Unsure(opened.place, "the patcher goes where it cannot be followed")


def _fix(opened: Opened, fixture: Fixture | None, *, in_case: bool = False) -> Fix | None:
    """The patcher's stop, registered where it is started; None where it is started in a helper. `in_case`: in a test method of unittest."""
    event, function = opened.event, opened.event.frame.scope
    if event.via is not None or event.call is None or not isinstance(event.call.func, Attr) or not isinstance(function, Function):
        return None
    started = event.call.func.value
    patcher = event.frame.place(started) if isinstance(started, Call) else function.module.text(started.start, started.end)
    leaves = event.step is not None and event.step.kind == "return"
    if function.name == "setUpClass":
        return stop_patcher(opened.place, patcher, ("cls", "addClassCleanup"), leaves=leaves)
    if fixture is not None and fixture.kind == "setup":
        return stop_patcher(opened.place, patcher, ("self", "addCleanup"), leaves=leaves) if function.name == "setUp" else None
    if in_case:
        return stop_patcher(opened.place, patcher, ("self", "addCleanup"), leaves=leaves)
    where = place_of(function.module, function.def_start, function.end)
    return stop_patcher(opened.place, patcher, ("request", "addfinalizer"), function=where, leaves=leaves)
