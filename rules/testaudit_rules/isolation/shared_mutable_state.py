"""Tests that change one module-level object all see each other's leftovers."""

from __future__ import annotations

from dataclasses import dataclass

from testaudit.api import Findings, Function, Horizon, Leak, Module, Rule, Severity, State, Suite, Tier, note


@dataclass(slots=True, frozen=True)
class Options:
    without_victim: bool = False
    """Report a change too when no other test was found that reads what it leaves."""


RULE = Rule(
    __name__,
    code="TA220",
    severity=Severity.ERROR,
    horizon=Horizon.SUITE,
    tier=Tier.STRICT,
    checklist="isolation.3",
    options=Options,
    way_out="Make the object in a fixture, so that every test gets its own, or restore it in a teardown.",
)


@RULE.each(Leak, of=lambda suite: suite.ask(State).leaks(Module, Function))
def check(leak: Leak, suite: Suite, options: Options) -> Findings:
    if leak.victim is None and not options.without_victim:
        return
    evidence = [note(leak.definition, "defined here")] if leak.definition is not None else []
    harm = ""
    if leak.victim is not None:
        evidence.append(note(leak.victim.place, f"`{leak.victim.test.name}` reads it without setting it first"))
        harm = f", which `{leak.victim.test.name}` reads: its result depends on the order of the tests"
    yield RULE.found(
        leak.change.place,
        f"`{leak.change.test.name}` changes the {_level(leak)} `{leak.cell.name}` and leaves it so{harm}.",
        *evidence,
        test=leak.change.test,
        affects=leak.changing,
        cause=leak.cell.name,
    )


def _level(leak: Leak) -> str:
    return "module-level" if isinstance(leak.cell.owner, Module) else "shared"
