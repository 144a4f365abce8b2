"""Rules are found, chosen and run here; what comes out are findings in order, without those that were suppressed or accepted."""

from testaudit.check.catalogue import RuleCard, catalogue
from testaudit.check.judging import Count, Judged, judge, merge
from testaudit.check.reported import Reported, reported
from testaudit.check.rule import Horizon, Rule, Tier, Unsure
from testaudit.check.selection import choose
from testaudit.check.shares import Dealt, Read, Share
from testaudit.check.verdict import Verdict, check, conclude

__all__ = [
    "Count",
    "Dealt",
    "Horizon",
    "Judged",
    "Read",
    "Reported",
    "Rule",
    "RuleCard",
    "Share",
    "Tier",
    "Unsure",
    "Verdict",
    "catalogue",
    "check",
    "choose",
    "conclude",
    "judge",
    "merge",
    "reported",
]
