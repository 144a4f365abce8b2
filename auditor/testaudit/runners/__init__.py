"""The runners: each knows what is a test, a fixture and a group in its world, and hands out the model that the core shares."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from testaudit.discover.session import Session
from testaudit.knowledge import Knowledge
from testaudit.link.names import Names
from testaudit.model import TestModule
from testaudit.runners import pytest, unittest
from testaudit.workspace import Workspace

__all__ = ["RUNNERS", "Discovered", "Runner", "collect"]


class Runner(Protocol):
    """Collects those of one session's `files` that `wanted` says. `conftests` gives the files whose fixtures a test file sees besides its
    own, outermost first."""

    def __call__(
        self,
        session: Session,
        files: Sequence[str],
        conftests: Callable[[str], Sequence[str]],
        workspace: Workspace,
        names: Names,
        knowledge: Knowledge,
        wanted: Callable[[str], bool],
    ) -> list[TestModule]: ...


class Discovered(Protocol):
    """What collection asks discovery for."""

    @property
    def sessions(self) -> tuple[Session, ...]: ...

    def session_files(self, session: Session) -> tuple[str, ...]: ...

    def conftests_for(self, session: Session, path: str) -> tuple[str, ...]: ...


RUNNERS: Mapping[str, Runner] = {"pytest": pytest.collect, "unittest": unittest.collect}


def collect(
    discovery: Discovered,
    workspace: Workspace,
    names: Names,
    knowledge: Knowledge,
    only: Mapping[str, Collection[str]] | None = None,
    runners: Mapping[str, Runner] = RUNNERS,
) -> list[TestModule]:
    """The test modules of all sessions, session by session and by path; where `only` is given, of the files that it has for a session's
    id, as they are among all the others."""
    found: list[TestModule] = []
    for session in discovery.sessions:
        files = discovery.session_files(session)
        mine = files if only is None else only.get(session.id, ())
        runner = runners.get(session.runner)
        if runner is not None and mine:
            conftests = _Conftests(discovery, session)
            found += runner(session, files, conftests, workspace, names, knowledge, frozenset(mine).__contains__)
    return found


class _Conftests:
    """Discovery's answer for one session."""

    def __init__(self, discovery: Discovered, session: Session) -> None:
        self._discovery = discovery
        self._session = session

    def __call__(self, path: str) -> Sequence[str]:
        return self._discovery.conftests_for(self._session, path)
