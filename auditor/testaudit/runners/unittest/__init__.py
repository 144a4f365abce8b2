"""unittest: what its loader collects in a session, with the setups around every test."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from testaudit.discover.session import Session
from testaudit.knowledge import Knowledge
from testaudit.link.names import Names
from testaudit.model import TestModule
from testaudit.workspace import Workspace

__all__ = ["collect"]


def collect(
    session: Session,
    files: Sequence[str],
    conftests: Callable[[str], Sequence[str]],
    workspace: Workspace,
    names: Names,
    knowledge: Knowledge,
) -> list[TestModule]:
    """The test modules of a session, by path."""
    return []
