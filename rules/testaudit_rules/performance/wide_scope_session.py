"""One session, transaction or cursor serves several tests that write through it."""

from __future__ import annotations

from testaudit.api import Findings, Horizon, Rule, Severity, Sharing, Suite, Tier, Transactions, Truth, Unsure, note

RULE = Rule(
    __name__,
    code="TA410",
    severity=Severity.WARNING,
    horizon=Horizon.SUITE,
    tier=Tier.STRICT,
    checklist="performance.2",
    way_out={
        "": "Keep the engine wide, and open the session for each test, in a transaction that is rolled back.",
        "unittest": "Keep the engine in `setUpClass`, and open the session in `setUp`, in a transaction that `addCleanup` rolls back.",
    },
)


@RULE.each(Sharing, of=lambda suite: suite.ask(Transactions).sharings())
def check(sharing: Sharing, _suite: Suite) -> Findings:
    handle = sharing.handle
    fixture = handle.fixture
    place = fixture.definition if fixture.definition is not None else handle.event.place
    if sharing.truth is not Truth.YES:
        yield Unsure(place, sharing.why)
        return
    yield RULE.found(
        place,
        f"The {fixture.scope}-scoped `{fixture.name}` opens one {handle.kind} for {sharing.users} tests, and `{sharing.test.name}` "
        "writes through it: the tests after it see its rows.",
        note(handle.event.place, f"opened here (`{handle.symbol}`)"),
        note(sharing.write.place, f"`{sharing.test.name}` writes here, and nothing takes it back"),
        fixture=fixture,
        affects=sharing.users,
        cause=handle.symbol,
        way_out=RULE.way_out_for(sharing.test.runner),
    )
