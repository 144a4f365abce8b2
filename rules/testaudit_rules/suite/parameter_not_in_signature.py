"""A test is parametrized by a name that it does not take."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.api import (
    Call,
    Const,
    Decorations,
    Findings,
    Horizon,
    Rule,
    Severity,
    Suite,
    Test,
    Tier,
    Truth,
    place_of,
    walk,
)

RULE = Rule(
    __name__,
    code="TA015",
    severity=Severity.ERROR,
    horizon=Horizon.FILE,
    tier=Tier.DEFAULT,
    way_out="Add the parameter to the test, or take it out of the parametrization.",
)


@RULE.each(Test)
def check(test: Test, suite: Suite) -> Findings:
    if test.runner != "pytest" or not test.idle or test.dynamic is Truth.UNKNOWN:
        return
    taken = {param.name for param in test.function.params} | set(_strings(test, "usefixtures"))
    decorations = suite.ask(Decorations)
    written = test.idle & set(_strings(test, "parametrize"))
    missing = [name for name in sorted(written - taken) if not decorations.may_be_filled(name)]
    if not missing or decorations.of_library(test) or decorations.opaque(test.function):
        return
    marks = [decorator for decorator, mark in decorations.marks(test.function) if mark == "parametrize"]
    for name in missing:
        module = test.function.module
        mark = next((d for d in marks if name in module.text(d.start, d.end)), None)
        yield RULE.found(
            place_of(module, mark.start, mark.end) if mark is not None else test.place,
            f"`{test.name}` is parametrized by `{name}` and takes no such parameter: pytest ends the collection of its file in an error.",
            test=test,
            cause=name,
        )


def _strings(test: Test, mark: str) -> Iterator[str]:
    """The names in a test's marks of one kind: the words of all strings that are written there as arguments."""
    for name, expr in test.marks:
        for argument in expr.args if name == mark and isinstance(expr, Call) else ():
            for inner in walk(argument.value):
                if isinstance(inner, Const) and isinstance(inner.value, str):
                    yield from (word.strip() for word in inner.value.split(","))
