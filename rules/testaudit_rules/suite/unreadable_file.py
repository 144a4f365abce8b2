"""A file that Python cannot read is not tested with, whatever is in it."""

from testaudit.api import Findings, Horizon, Place, Rule, Severity, Suite, TestModule, Tier

RULE = Rule(
    __name__,
    code="TA009",
    severity=Severity.ERROR,
    horizon=Horizon.FILE,
    tier=Tier.DEFAULT,
)


@RULE.each(TestModule)
def check(module: TestModule, _suite: Suite) -> Findings:
    for fault in module.module.faults[:1]:  # what follows the first is its echo
        place = Place(module.path, fault.line, fault.column, fault.line, fault.column + 1)
        yield RULE.found(place, f"Python cannot read this file, so that none of its tests runs: {fault.message}")
