"""A test that verifies nothing passes whatever the code does."""

from __future__ import annotations

import re

from testaudit.api import (
    Findings,
    Horizon,
    Rule,
    Severity,
    Suite,
    Test,
    Tier,
    Truth,
    Unsure,
    Verification,
    docstring,
    does_nothing,
    place_of,
)

RULE = Rule(
    __name__,
    code="TA140",
    severity=Severity.WARNING,
    horizon=Horizon.CHAIN,
    tier=Tier.STRICT,
    checklist="design.5",
    way_out={
        "": "Assert what the call should have changed or returned; if not failing is the point, say so in the test's name.",
        "unittest": "Assert with `self.assert…` what the call should have changed or returned; if not failing is the point, say so in the test's name.",
    },
)

_NOT_FAILING_IS_THE_POINT = re.compile(
    r"smoke|sanity|(?:no|not|never|without|doesnt?|does_not|dont|do_not|wont|isnt?)_?\w*(?:rais|error|except|crash|fail|throw|warn|hang|block|leak|deadlock|complain|break)"
    r"|no_?op|nothing|succe(?:ed|ss)|(?:^|_)(?:ok|okay|runs?|works?|working|can|able|allow(?:s|ed)?|accept(?:s|ed)?|valid|import(?:s|able|ing|ed)?|compiles?|pickl\w+|repr|tolerat\w+|ignor\w+|suppress\w*|silent\w*|idempotent|issue\w*|bug\w*|regression\w*|gh_?\d*|cleanup|teardown|close|benchmark|perf\w*|example\w*|doctest\w*|lint|mypy|typing|types?)(?:_|$|\d)",
    re.IGNORECASE,
)
_DOCSTRING_SAYS_SO = re.compile(
    r"(?:not|n't|no|without|never)\s+(?:\w+\s+){0,3}(?:rais|error|except|crash|fail|throw|warn|hang|deadlock|leak)|smoke|just (?:run|check|make sure|call)|regression|does nothing|no-?op",
    re.IGNORECASE,
)


@RULE.each(Test)
def check(test: Test, suite: Suite) -> Findings:
    if test.expects_failure or does_nothing(test.function):
        return
    verified = suite.ask(Verification).verified(test)
    if verified is Truth.YES or _NOT_FAILING_IS_THE_POINT.search(test.name) or _DOCSTRING_SAYS_SO.search(docstring(test.function)):
        return
    function = test.function
    place = place_of(function.module, function.name_start, function.name_end)
    if verified is Truth.UNKNOWN:
        yield Unsure(place, "something that it calls does not resolve and may verify")
        return
    yield RULE.found(place, f"`{test.name}` verifies nothing: it passes whatever the code under test answers.", test=test)
