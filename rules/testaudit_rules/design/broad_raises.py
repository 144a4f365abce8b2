"""An expected error so broad that a typo passes for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from testaudit.api import Expectation, Expectations, Findings, Horizon, Module, Rule, Severity, Suite, Test, Tier, note

RULE = Rule(
    __name__,
    code="TA134",
    severity=Severity.WARNING,
    horizon=Horizon.FILE,
    tier=Tier.STRICT,
    checklist="design.4",
    way_out={
        "": "Name the exception that the code raises, or check its message.",
        "pytest": "Name the exception that the code raises, or check its message with `match=`.",
        "unittest": "Name the exception that the code raises, or use `assertRaisesRegex`.",
    },
)

_BROAD = frozenset({"Exception", "BaseException"})
_HANDED_OVER = re.compile(rb"[(,=\[]\s*(?:Base)?Exception\s*[,)\]]")
_ON_PURPOSE = re.compile(
    r"noqa:.*(?:B017|PT011)"
    r"|\b(?:any|whatever|whichever|which|broad(?!-)|various|var(?:y|ies)|depend\w*|differ\w*|unspecified|otherwise|either|platform\w*|versions?)\b|\b\d+\.\d+\b",
    re.IGNORECASE,
)
"""A comment that says why the type is open, or that another linter was told so."""


@RULE.each(Test)
def check(test: Test, suite: Suite) -> Findings:
    function = test.function
    if _HANDED_OVER.search(function.module.source, function.start, function.end) is None:
        return
    expectations = suite.ask(Expectations)
    broad = [
        expected
        for expected in expectations.of(test)
        if expectations.broadest(expected) & _BROAD
        and not (expected.examined or _on_purpose(expected) or _raised_here(expected) or expectations.raised_bare(expected))
    ]
    if broad:
        name = min(expectations.broadest(broad[0]) & _BROAD)
        yield RULE.found(
            broad[0].place,
            f"`{test.name}` expects any `{name}`: a misspelt name or a wrong argument would pass for the error that is meant.",
            *(note(other.place, "and here") for other in broad[1:]),
            test=test,
        )


def _raised_here(expected: Expectation) -> bool:
    """Whether the test itself raises under the expectation: what it expects then is its own, and that it comes through is the point."""
    body = expected.frame.scope.body
    return expected.region is not None and any(
        step.kind == "raise" and any(region is expected.region for region in body.enclosing(step.region)) for step in body.steps
    )


def _on_purpose(expected: Expectation) -> bool:
    return any(_ON_PURPOSE.search(comment) for comment in _comments(expected.frame.module, expected.place.line))


def _comments(module: Module, line: int) -> Iterator[str]:
    """The comment at the end of a line, and those that fill the lines right above and below it."""
    lines = module.text(0, len(module.source)).split("\n")
    yield lines[line - 1].partition("#")[2]
    for beside in (reversed(lines[: line - 1]), lines[line:]):
        yield from takewhile(lambda text: text.startswith("#"), map(str.strip, beside))
