"""Paths below the root, as text (`tests/unit/test_a.py` lies in `tests/unit`, the root itself is the empty string), and walks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def folder_of(path: str) -> str:
    """The folder in which a file or folder lies."""
    return path.rpartition("/")[0]


def folders_around(path: str) -> Iterator[str]:
    """The folder in which a path lies and all around that, the innermost first, the root last."""
    while path:
        path = folder_of(path)
        yield path


def folder_above(folder: str, steps: int) -> str | None:
    """The folder so many steps further out; None where that is outside the root."""
    for _ in range(steps):
        if not folder:
            return None
        folder = folder_of(folder)
    return folder


def files_below(folder: Path, endings: tuple[str, ...]) -> Iterator[Path]:
    """The files below a folder with one of these endings, in order; what is hidden or installed is left out."""
    for above, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__pycache__")) and name != "node_modules")
        yield from (Path(above, name) for name in sorted(names) if name.endswith(endings))
