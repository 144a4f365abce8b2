"""A clean-up at the end of a test does not happen when the test fails before it."""

from __future__ import annotations

from testaudit.api import Ending, Findings, Horizon, Opened, Place, Resources, Rule, Severity, Suite, Test, Tier, Unsure, note

RULE = Rule(
    __name__,
    code="TA211",
    severity=Severity.WARNING,
    horizon=Horizon.CHAIN,
    tier=Tier.STRICT,
    checklist="isolation.2",
    way_out={
        "": "End it in a finalizer.",
        "pytest": "Open it in a fixture that ends it after its `yield`, or use `with`.",
        "unittest": "Register its end with `self.addCleanup(…)` right after it is opened, or use `with`.",
    },
)


_ELSEWHERE = frozenset(
    {"patcher", "event-loop", "port", "server", "thread", "thread-pool", "temporary-file", "temporary-directory"},
)
"""Patchers have a rule of their own; what is idle in this process is collected, nobody can end a thread, and what stays in a
temporary folder, under a name of its own, disturbs nobody."""


@RULE.each(Test)
def check(test: Test, suite: Suite) -> Findings:
    resources = suite.ask(Resources)
    if not resources.may_end(test):
        return
    late: list[tuple[Opened, Ending, Place]] = []
    for opened in resources.of_test(test):
        if not opened.harmful or opened.kind in _ELSEWHERE or not opened.endings or any(ending.safe for ending in opened.endings):
            continue
        if not opened.placed:
            yield Unsure(opened.place, "it may lie in a temporary folder")
            continue
        ending = next((ending for ending in opened.endings if not ending.waits and ending.event.via is None), None)
        failing = resources.may_fail_between(test, opened, opened.endings[0])
        if ending is not None and failing is not None and not resources.ending_is_tested(test, opened):
            late.append((opened, ending, failing))
    if late:
        opened, ending, failing = late[0]
        yield RULE.found(
            ending.place,
            f"`{test.name}` ends its {opened.kind} (`{opened.symbol}`) only when nothing failed before: it outlives a failing test.",
            note(opened.place, "opened here"),
            note(failing, "this may fail first"),
            *(note(other.place, "and so is what is ended here") for _, other, _ in late[1:]),
            test=test,
        )
