"""The 25 points of the integration-testing checklist, each judged by what speaks for it and what the rules found against it."""

from testaudit.checklist.facts import Facts, facts_of
from testaudit.checklist.judging import checklist
from testaudit.checklist.points import POINTS, Point

__all__ = ["POINTS", "Facts", "Point", "checklist", "facts_of"]
