"""One line a finding, `path:line:column: CODE message`: what editors and grep read."""

from __future__ import annotations

from testaudit.report.documents import CheckDocument
from testaudit.report.screen import clean


def render(document: CheckDocument) -> str:
    """The findings line by line; nothing at all where there is none."""
    return "".join(f"{clean(f.place.path)}:{f.place.line}:{f.place.column}: {f.code} {clean(f.message)}\n" for f in document.findings)
