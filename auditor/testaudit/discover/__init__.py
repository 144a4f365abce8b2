"""Finds what there is to audit: the root, the sessions, the files of each, and where their imports lead. Knows no syntax."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from testaudit.config import Config
from testaudit.discover.discovery import Discovery
from testaudit.discover.pipelines import PipelineFile, PipelineKind
from testaudit.discover.pytest.options import Options
from testaudit.discover.pytest.settings import PytestSettings
from testaudit.discover.session import Distribution, Environment, Session
from testaudit.discover.targets import Target, find_root, parse_targets
from testaudit.discover.tree import Tree

__all__ = [
    "Discovery",
    "Distribution",
    "Environment",
    "Options",
    "PipelineFile",
    "PipelineKind",
    "PytestSettings",
    "Session",
    "Target",
    "discover",
    "find_root",
]


def discover(paths: Sequence[str], root: Path | None, config: Config, start: Path | None = None) -> Discovery:
    """What there is to audit for these paths: files, folders or node ids, relative to `start` (the current folder); without any, that
    folder.

    Without a `root`, it is the configuration's. Raises `UsageError` for a path that does not exist or lies outside the root; whatever
    cannot be read is among the discovery's `problems`.
    """
    tree = Tree((root or config.root).absolute())
    return Discovery(tree, config, parse_targets(paths, tree, start))
