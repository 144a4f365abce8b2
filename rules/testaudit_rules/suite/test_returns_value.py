"""A test that returns something, as if somebody would look at it."""

from __future__ import annotations

from testaudit.api import (
    Collection,
    Compare,
    Const,
    Decorations,
    Expr,
    Findings,
    Horizon,
    Op,
    Rule,
    Severity,
    Suite,
    Template,
    Test,
    Tier,
    place_of,
)

RULE = Rule(
    __name__,
    code="TA016",
    severity=Severity.WARNING,
    horizon=Horizon.FILE,
    tier=Tier.STRICT,
    way_out="Assert what is returned; what other tests need belongs in a fixture or helper.",
)
_OWN_MARKS = frozenset({"filterwarnings", "parametrize", "skip", "skipif", "usefixtures", "xfail"})
"""pytest's own: a plugin may use what a test with its mark returns (`mpl_image_compare`)."""


@RULE.each(Test)
def check(test: Test, suite: Suite) -> Findings:
    function = test.function
    if test.runner != "pytest" or function.is_async or "return" not in function.words or function.is_generator:
        return
    decorations = suite.ask(Decorations)
    if (
        decorations.is_called(function)
        or decorations.is_of_a_script(function)
        or test.unresolved
        or test.expects_failure
        or decorations.of_library(test)
        or decorations.opaque(function)
        or any(mark not in _OWN_MARKS for mark, _ in test.marks)
    ):
        return
    fails = "ends the test as failed" if _version(test) >= (8, 4) else "drops it with a warning"
    returned = next((s for s in function.body.steps if s.kind == "return" and s.value is not None and _is_something(s.value)), None)
    if returned is not None:
        yield RULE.found(
            place_of(function.module, returned.start, returned.end),
            f"`{test.name}` returns a value: pytest does not look at it, and {fails}.",
            test=test,
        )


def _is_something(expr: Expr) -> bool:
    """Whether an expression has a value of its own; what a call or a name gives may be None."""
    match expr:
        case Const():
            return expr.value is not None
        case Op(op="if-else" | "and" | "or"):
            return all(_is_something(operand) for operand in expr.operands[-2:])
        case _:
            return isinstance(expr, Collection | Compare | Op | Template)


def _version(test: Test) -> tuple[int, ...]:
    return tuple(int(word) for word in test.session.version.split(".")[:2] if word.isdigit())
