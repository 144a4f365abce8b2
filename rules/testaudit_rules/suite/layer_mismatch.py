"""A test touches more than its declared layer allows, so that the run of that layer is slower, or fails for want of a service."""

from __future__ import annotations

from testaudit.api import Declarations, Findings, Horizon, Mismatch, Note, Rule, Severity, Suite, Test, Tier, note

RULE = Rule(
    __name__,
    code="TA007",
    severity=Severity.WARNING,
    horizon=Horizon.CHAIN,
    tier=Tier.DECLARED,
    way_out="Put a double where the effect is, or declare the test as what it is.",
)


@RULE.each(Test)
def check(test: Test, suite: Suite) -> Findings:
    declarations = suite.ask(Declarations)
    mismatch = declarations.mismatch(test) if declarations.has_words else None
    if mismatch is not None:
        message = (
            f"`{test.name}` is declared {mismatch.declared} and touches: {mismatch.effect.name}; whoever runs that layer alone needs it."
        )
        yield RULE.found(test.place, message, *_chain(mismatch), test=test)


@RULE.each(Suite)
def check_folders(suite: Suite, _suite: Suite) -> Findings:
    declarations = suite.ask(Declarations)
    if declarations.has_words:
        return
    for mismatches in declarations.by_folder():
        first = min(mismatches, key=lambda mismatch: mismatch.test.place)
        more = len(mismatches) - 1
        others = f", like {more} more test{'s' if more > 1 else ''} of its folder" if more else ""
        message = (
            f"`{first.test.name}` is by its name, marker or folder a test of the layer {first.declared}, and touches: "
            f"{first.effect.name}{others}; whoever runs that layer alone needs it."
        )
        yield RULE.found(first.test.place, message, *_chain(first), test=first.test, affects=len(mismatches))


def _chain(mismatch: Mismatch) -> list[Note]:
    return [note(link.place, link.message) for link in mismatch.effect.chain[1:]]
