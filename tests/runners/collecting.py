"""Collects repositories given as text, as for the pytest that runs the tests."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from testaudit import runners
from testaudit.config import load_config
from testaudit.discover import Discovery, Session, discover
from testaudit.knowledge import Knowledge, load
from testaudit.link.names import Names
from testaudit.model import Test, TestModule
from testaudit.workspace import Workspace


def collect(root: Path, **changes: str) -> list[TestModule]:
    """What testaudit collects from a repository, for the installed pytest; `changes` are other values of the session's fields."""
    found = discover([], root, load_config(root))
    workspace = Workspace(root, lambda path: found.import_roots(found.session_of(path), path))
    return runners.collect(_Changed(found, changes), workspace, Names(workspace), _knowledge())


def collect_files(root: Path, files: Mapping[str, str], **changes: str) -> list[TestModule]:
    """The same for files given as text."""
    for path, text in ({"pytest.ini": "[pytest]\n"} | dict(files)).items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return collect(root, **changes)


def by_id(modules: list[TestModule]) -> dict[str, Test]:
    return {test.id: test for module in modules for test in module.tests}


@cache
def _knowledge() -> Knowledge:
    return load()


class _Changed:
    """Discovery's answer, with the versions that are installed here, and what a test changes."""

    def __init__(self, discovery: Discovery, changes: Mapping[str, str]) -> None:
        fields: dict[str, Any] = {
            "version": pytest.__version__,
            "python": ".".join(map(str, sys.version_info[:3])),
            "platform": sys.platform,
            **changes,
        }
        self._discovery = discovery
        self.sessions = tuple(dataclasses.replace(session, **fields) for session in discovery.sessions)

    def session_files(self, session: Session) -> tuple[str, ...]:
        return self._discovery.session_files(session)

    def conftests_for(self, session: Session, path: str) -> tuple[str, ...]:
        return self._discovery.conftests_for(session, path)
