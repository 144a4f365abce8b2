"""Fixtures that need each other can never be set up."""

from __future__ import annotations

from testaudit.api import Cycle, Findings, FixtureGraph, Horizon, Rule, Severity, Suite, Tier, Unsure, note

RULE = Rule(
    __name__,
    code="TA003",
    severity=Severity.ERROR,
    horizon=Horizon.CHAIN,
    tier=Tier.DEFAULT,
    gathers=FixtureGraph.tellings,
    way_out="Take what both need into a third fixture, or let one of them be given the other as an argument.",
)


@RULE.each(Cycle, of=lambda suite: suite.ask(FixtureGraph).cycles)
def check(cycle: Cycle, _suite: Suite) -> Findings:
    if cycle.unsure:
        yield Unsure(cycle.place, cycle.unsure)
        return
    names = [fixture.name for fixture in cycle.fixtures]
    chain = " -> ".join((*names, names[0]))
    test = cycle.tests[0]
    fails = f"`{test.name}` ends" if cycle.count == 1 else f"{cycle.count} tests end"
    what = f"The fixtures {chain} need each other"
    if len(names) == 1:
        what = f"The fixture `{names[0]}` asks for itself, and there is no other of that name"
    yield RULE.found(
        cycle.place,
        f'{what}: {fails} in the error "recursive dependency".',
        *(note(fixture.definition, f"`{fixture.name}`") for fixture in cycle.fixtures[1:] if fixture.definition is not None),
        note(test.place, f"`{test.name}` needs `{names[0]}`"),
        fixture=cycle.fixtures[0],
        affects=cycle.count,
    )
