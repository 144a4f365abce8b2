"""What is written as a test and never runs, because the runner does not see it as one."""

from __future__ import annotations

from testaudit.api import Findings, Horizon, Lost, LostTests, Rule, Severity, Suite, Tier

RULE = Rule(
    __name__,
    code="TA004",
    severity=Severity.ERROR,
    horizon=Horizon.CHAIN,
    tier=Tier.DEFAULT,
    gathers=LostTests.tellings,
)

_WAYS_OUT = {
    "constructor": "Take what the constructor does into a fixture or `setup_method`; `__test__ = False` says that it holds none.",
    "name": "Name the class `Test…`, or derive it from `unittest.TestCase`.",
    "nested": "Move the function out, to the level where tests are collected; one that is a helper has another name.",
    "generator": "Assert in the test itself; several cases are a parametrization, what is made and cleaned up is a fixture.",
}


@RULE.each(Lost, of=lambda suite: suite.ask(LostTests).all)
def check(lost: Lost, _suite: Suite) -> Findings:
    yield RULE.found(lost.place, _message(lost), test=lost.test, affects=lost.count, cause=lost.name, way_out=_WAYS_OUT[lost.why])


def _message(lost: Lost) -> str:
    tests = "The test" if lost.count == 1 else f"The {lost.count} tests"
    runs = "runs" if lost.count == 1 else "run"
    match lost.why:
        case "constructor":
            return f"{tests} of `{lost.name}` never {runs}: pytest does not collect a class with a constructor."
        case "name":
            return (
                f"{tests} of `{lost.name}` never {runs}: pytest collects classes by their names, and this one does not begin with `Test`."
            )
        case "nested":
            more, are, them = (f" and {lost.count - 1} more", "they are", "them") if lost.count > 1 else ("", "it is", "it")
            return f"`{lost.name}`{more} never {runs}: {are} defined inside the function `{lost.around}`, which does not call {them}."
        case "generator":
            return f"`{lost.name}` never runs: it yields, so that calling it makes a generator, which the runner does not step through."
