"""Recognises the files that run a suite and its services: CI systems, task runners, Compose."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from testaudit.records import dataclass

PipelineKind = Literal["github", "gitlab", "circleci", "azure", "compose", "tox", "nox", "make", "just"]

_KINDS: tuple[tuple[PipelineKind, re.Pattern[str]], ...] = (
    ("github", re.compile(r"\.github/(workflows/[^/]+|actions/(.+/)?action)\.ya?ml")),
    ("gitlab", re.compile(r"\.gitlab-ci\.ya?ml|\.gitlab/.+\.ya?ml|(.+/)?[^/]*\.gitlab-ci\.ya?ml")),
    ("circleci", re.compile(r"\.circleci/[^/]+\.ya?ml")),
    ("azure", re.compile(r"(.+/)?azure-pipelines[^/]*\.ya?ml|\.azure-pipelines/.+\.ya?ml")),
    ("compose", re.compile(r"(.+/)?(docker-)?compose([.-][^/]*)?\.ya?ml")),
    ("tox", re.compile(r"(.+/)?tox\.(ini|toml)")),
    ("nox", re.compile(r"(.+/)?noxfile\.py")),
    ("make", re.compile(r"(.+/)?(GNUmakefile|[Mm]akefile|[^/]+\.mk)")),
    ("just", re.compile(r"(.+/)?\.?[Jj]ustfile")),
)


@dataclass(frozen=True, slots=True, order=True)
class PipelineFile:
    """A file that says how tests are run, or what is started for them; the path is relative to the root."""

    path: str
    kind: PipelineKind


def pipeline_files(paths: Iterable[str]) -> tuple[PipelineFile, ...]:
    """Those of the root-relative paths that are such files, with their kinds, sorted."""
    return tuple(sorted(PipelineFile(path, kind) for path in paths if (kind := _kind(path)) is not None))


def _kind(path: str) -> PipelineKind | None:
    if not path.endswith((".yml", ".yaml", ".ini", ".toml", ".py", "file", ".mk")):
        return None
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(path)), None)
