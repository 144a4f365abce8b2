"""A suite with many tests is large."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from testaudit.api import Findings, Horizon, Place, Rule, Severity, Suite


@dataclass(frozen=True)
class Options:
    """The largest number of tests that is not large."""

    most_tests: int = 2
    patience: float = 1.0
    passed_over: tuple[str, ...] = ()
    weights: Mapping[str, int] = field(default_factory=dict)
    mood: Literal["calm", "stern"] = "calm"


RULE = Rule(__name__, code="TA902", severity=Severity.INFO, horizon=Horizon.SUITE, checklist="performance.4", options=Options)


@RULE.each(Suite)
def check(suite: Suite, _suite: Suite, options: Options) -> Findings:
    tests = [test for test in suite.tests if test.name not in options.passed_over]
    if len(tests) > options.most_tests:
        yield RULE.found(Place(tests[-1].path, 1, 1, 1, 1), f"{len(tests)} tests are more than {options.most_tests}")
