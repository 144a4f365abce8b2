"""A literal address goes into a store that outlives the test, where the second run meets it."""

from __future__ import annotations

from testaudit.api import Findings, Fix, Horizon, Persistence, Rule, Sent, Severity, Suite, Test, Tier, Truth, Unsure, note, unique_email

RULE = Rule(
    __name__,
    code="TA230",
    severity=Severity.ERROR,
    horizon=Horizon.CHAIN,
    tier=Tier.STRICT,
    checklist="isolation.4",
    way_out='Make the address new for each test (`f"user-{uuid4().hex}@example.com"`), or take the row away in a teardown.',
)


@RULE.each(Test)
def check(test: Test, suite: Suite) -> Findings:
    persistence = suite.ask(Persistence)
    for sent in persistence.emails(test):
        if sent.truth is not Truth.YES:
            yield Unsure(sent.address.place, sent.why)
            continue
        who = f"`{sent.fixture.name}`" if sent.fixture is not None else f"`{test.name}`"
        evidence = [note(sent.event.place, f"written here (`{sent.symbol}`)")]
        if sent.store_place is not None:
            evidence.append(note(sent.store_place, f"into {sent.store}"))
        yield RULE.found(
            sent.address.place,
            f"{who} writes the literal address `{sent.address.text}` into {sent.store}, and nothing takes it back: "
            f"{sent.victims} meets it there.",
            *evidence,
            test=test if sent.fixture is None else None,
            fixture=sent.fixture,
            cause=sent.address.text,
            fix=_fix(persistence, sent),
        )


def _fix(persistence: Persistence, sent: Sent) -> Fix | None:
    places = persistence.places(sent)
    module, expr = sent.address.frame.module, sent.address.expr
    return unique_email(places, module.text(expr.start, expr.end)) if places else None
