"""Findings with fixes, built by hand, and what becomes of them."""

import re
from collections.abc import Sequence

from testaudit.findings import Edit, Finding, Fix, Severity
from testaudit.fix import Fixed, fix
from testaudit.model import Place

PATH = "tests/test_a.py"
START = Place(PATH, 1, 1, 1, 1)


def place(source: str, text: str, nth: int = 0, path: str = PATH) -> Place:
    """The place of the `nth` (from 0) occurrence of `text` in `source`."""
    start = -1
    for _ in range(nth + 1):
        start = source.index(text, start + 1)
    line, column = _position(source, start)
    end_line, end_column = _position(source, start + len(text))
    return Place(path, line, column, end_line, end_column)


def places(source: str, text: str, path: str = PATH) -> list[Place]:
    """The places of all occurrences of `text` in `source`."""
    return [place(source, text, nth, path) for nth in range(source.count(text))]


def finding(mending: Fix | None, at: Place = START, code: str = "TA000") -> Finding:
    """A finding at some place that `mending` would mend."""
    return Finding(code, "some-rule", None, Severity.WARNING, at, "something is wrong", fix=mending)


def mend(source: str | bytes, fixes: Sequence[Fix]) -> Fixed:
    """What becomes of these fixes of one file, the unsafe ones too; the first one's finding stands on line 1, the next one's on line 2."""
    read = source if isinstance(source, bytes) else source.encode()
    findings = [finding(mending, Place(PATH, line, 1, line, 1)) for line, mending in enumerate(fixes, 1)]
    return fix({PATH: read}, findings, unsafe=True)


def mended(source: str, *edits: Edit) -> str:
    """The file after one fix with these edits, which must succeed."""
    return after(source, Fix("mend it", edits))


def after(source: str, *fixes: Fix | None) -> str:
    """The file after these fixes, which must all succeed."""
    outcome = mend(source, [mending for mending in fixes if mending is not None])
    assert [refused.reason for refused in outcome.refused] == []
    return outcome.changes[0].after.decode() if outcome.changes else source


def refusal(source: str | bytes, *edits: Edit) -> str:
    """Why one fix with these edits is refused; nothing else may happen."""
    outcome = mend(source, [Fix("mend it", edits)])
    assert outcome.changes == ()
    assert len(outcome.refused) == 1
    return outcome.refused[0].reason


def _position(source: str, offset: int) -> tuple[int, int]:
    lines = re.split(r"\r\n?|\n", source[:offset])
    return len(lines), len(lines[-1]) + 1
