"""The pyramid breaks a threshold that the team has set."""

from __future__ import annotations

from testaudit.api import Findings, Horizon, Rule, Severity, Suite, Thresholds, Tier

RULE = Rule(
    __name__,
    code="TA101",
    severity=Severity.ERROR,
    horizon=Horizon.SUITE,
    tier=Tier.GATE,
    checklist="design.1",
    gathers=Thresholds.tellings,
    way_out="`testaudit report` names the fixtures that pull most tests out of the unit layer, and shows each test's evidence.",
)


@RULE.each(Suite)
def check(suite: Suite, _suite: Suite) -> Findings:
    thresholds = suite.ask(Thresholds)
    for kept in thresholds.kept():
        if kept.holds:
            continue
        of = "with an uncertain layer" if kept.threshold.layer == "uncertain" else f"of the layer {kept.threshold.layer}"
        message = f"{kept.percent:.1f} % of the tests are {of} ({kept.count:,} of {kept.total:,}); the team wants {kept.threshold.bound}."
        yield RULE.found(thresholds.place_of(kept.threshold), message, cause=f"{kept.threshold.layer}{kept.threshold.bound}")
