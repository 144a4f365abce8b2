"""An asynchronous test that nothing awaits, so that none of its code runs."""

from __future__ import annotations

from testaudit.api import Awaiting, Findings, Horizon, Rule, Severity, Suite, Test, Tier, Unawaited

RULE = Rule(
    __name__,
    code="TA013",
    severity=Severity.ERROR,
    horizon=Horizon.CHAIN,
    tier=Tier.DEFAULT,
    gathers=Awaiting.tellings,
    way_out="Install a plugin that runs asynchronous tests and mark the test for it; a test case derives from `IsolatedAsyncioTestCase`.",
)


@RULE.each(Unawaited, of=lambda suite: suite.ask(Awaiting).never)
def check(unawaited: Unawaited, _suite: Suite) -> Findings:
    test, count = unawaited.tests[0], unawaited.count
    who = f"`{test.name}` is" if count == 1 else f"`{test.name}` and {count - 1} more of this {_where(unawaited)} are"
    yield RULE.found(unawaited.place, f"{who} asynchronous: {_why(unawaited, test)}", test=test, affects=count)


def _where(unawaited: Unawaited) -> str:
    return "class" if unawaited.why == "case" else "file"


def _why(unawaited: Unawaited, test: Test) -> str:
    if unawaited.why == "case":
        return "a plain `unittest.TestCase` never awaits its methods, so that they pass whatever they do."
    ends = "ends them as failed" if _version(test) >= (8, 4) else "skips them with a warning"
    if unawaited.why == "mark":
        return f"pytest-asyncio runs what has the mark `asyncio` only, these have none, and pytest {ends}."
    return f"no plugin that awaits tests is asked for, and pytest {ends}."


def _version(test: Test) -> tuple[int, ...]:
    return tuple(int(word) for word in test.session.version.split(".")[:2] if word.isdigit())
