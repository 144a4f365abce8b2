"""A comment that suppresses nothing would hide the next real finding.

The engine judges this rule itself, after all the others: only then is it known what they said.
"""

from testaudit.api import Horizon, Rule, Severity, Tier

RULE = Rule(
    __name__,
    code="TA008",
    severity=Severity.WARNING,
    horizon=Horizon.FILE,
    tier=Tier.DEFAULT,
    way_out="Remove the code from the comment, and the comment with its last code.",
)
