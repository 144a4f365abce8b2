"""Runs the whole pipeline over files given as text."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from testaudit.config import load_config
from testaudit.report.documents import CheckDocument

Found = tuple[str, str, int]


def write(root: Path, files: Mapping[str, str]) -> None:
    """Write files by their paths relative to `root`."""
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")


def audited(root: Path, files: Mapping[str, str], select: Sequence[str] = (), paths: Sequence[str] = ()) -> CheckDocument:
    """What `check` says of these files below `root` (an empty folder), by the rules that `select` names (none: the usual ones) and of
    `paths` (none: everything)."""
    audit = pytest.importorskip("testaudit.audit")
    write(root, {"pyproject.toml": "", **files})  # what makes the folder a root, whatever lies above it
    config = load_config(root, {"select": list(select)} if select else {})
    document: CheckDocument = audit.check([str(root / path) for path in paths] or [str(root)], config, jobs=1)
    return document


def places(document: CheckDocument) -> list[Found]:
    """Code, path and line of each finding, in order; a run that failed somewhere is no answer."""
    assert document.errors == ()
    return [(finding.code, finding.place.path, finding.place.line) for finding in document.findings]
