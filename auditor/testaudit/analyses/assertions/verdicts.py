"""Whether something verifies: yes, no, or unknown for a reason; two verdicts make one."""

from __future__ import annotations

from testaudit.model import Truth
from testaudit.records import dataclass


@dataclass(slots=True, frozen=True)
class Verdict:
    """Whether a test verifies something; where that is unknown, `why`."""

    truth: Truth
    why: str = ""

    def __or__(self, other: Verdict) -> Verdict:
        truth = self.truth | other.truth
        return Verdict(truth, (self.why or other.why) if truth is Truth.UNKNOWN else "")


YES, NO = Verdict(Truth.YES), Verdict(Truth.NO)


def unknown(why: str) -> Verdict:
    """It may verify, and nobody can say: for this reason."""
    return Verdict(Truth.UNKNOWN, why)
