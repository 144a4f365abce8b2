"""What identifies a finding from one commit to the next, wherever its lines have moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from testaudit.check.definitions import Definition
from testaudit.findings import Finding
from testaudit.model import Place
from testaudit.read.facts import Module

Anchored = tuple[Finding, str]


def anchor(module: Module, around: list[Definition], place: Place) -> str:
    """What stays of a place when lines move: the definition around it, and its first line's text with blanks made equal."""
    line = module.line_text(place.line)
    text = line[place.column - 1 : place.end_column - 1] if place.end_line == place.line else line[place.column - 1 :]
    return f"{around[-1].qualname if around else ''}\0{' '.join(text.split())}"


def fingerprints(findings: Iterable[Anchored]) -> list[str]:
    """The fingerprints of findings in their order; those that nothing else tells apart are numbered."""
    import hashlib  # 7 ms, and needed only where there is a finding

    seen: Counter[str] = Counter()
    made = []
    for finding, fixed in findings:
        key = f"{finding.code}\0{finding.place.path}\0{fixed}\0{finding.cause}"
        made.append(hashlib.blake2b(f"{key}\0{seen[key]}".encode("utf-8", "replace"), digest_size=8).hexdigest())
        seen[key] += 1
    return made
