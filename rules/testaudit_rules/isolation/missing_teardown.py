"""A setup that opens what outlives the test, and nothing that ends it."""

from __future__ import annotations

from testaudit.api import Findings, Fixture, Horizon, Opened, Resources, Rule, Severity, Suite, Tier, Truth, Unsure, note

RULE = Rule(
    __name__,
    code="TA210",
    severity=Severity.ERROR,
    horizon=Horizon.CHAIN,
    tier=Tier.STRICT,
    checklist="isolation.2",
    way_out={
        "": "End it in the fixture's teardown.",
        "pytest": "`yield` it from the fixture and end it after the `yield`.",
        "unittest": "Register its end with `self.addCleanup(…)` right after it is opened, or end it in `tearDown`.",
    },
)

_HARM = {
    "process": "the process goes on running after the tests",
    "server": "the server keeps its port and thread into the tests that follow",
    "thread": "the thread goes on running into the tests that follow",
    "thread-pool": "its threads go on running into the tests that follow",
    "container": "the container goes on running after the tests",
    "browser": "the browser goes on running after the tests",
    "event-loop": "the event loop stays open into the tests that follow",
    "port": "the port stays taken for the tests that follow",
    "remote-object": "it stays where it was made after the tests",
    "file": "the file stays behind after the tests",
    "directory": "the folder stays behind after the tests",
    "temporary-directory": "the folder stays behind after the tests",
    "temporary-file": "the file stays behind after the tests",
}


@RULE.each(Fixture)
def check(fixture: Fixture, suite: Suite) -> Findings:
    if fixture.function is None or fixture.kind == "teardown":
        return
    resources = suite.ask(Resources)
    users = resources.users(fixture)
    left: dict[str, list[Opened]] = {}
    for opened in resources.of_fixture(fixture):
        if not opened.harmful or opened.kind == "patcher" or opened.ended is Truth.YES:
            continue
        if opened.ended is Truth.UNKNOWN:
            yield Unsure(opened.place, "it goes where it cannot be followed")
        else:
            left.setdefault(opened.symbol, []).append(opened)
    setup = fixture.definition
    elsewhere = setup is not None and users and users[0].path != setup.path
    for symbol, (first, *others) in left.items():
        harm = _HARM.get(first.kind, "it stays open into the tests that follow")
        yield RULE.found(
            first.place,
            f"`{fixture.name}` opens a {first.kind} (`{symbol}`) that nothing ends: {harm}.",
            *([note(setup, f"in this {fixture.scope}-scoped setup")] if setup is not None else []),
            *(note(other.place, "and here") for other in others),
            *([note(users[0].place, "for this test, among others")] if elsewhere else []),
            fixture=fixture,
            affects=max(len(users), 1),
            cause=symbol,
            way_out=RULE.way_out_for(users[0].runner if users else ""),
        )
