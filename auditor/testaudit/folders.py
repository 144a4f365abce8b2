"""Paths inside the audited root, in text: `tests/unit/test_a.py` lies in `tests/unit`; the root itself is the empty string."""

from __future__ import annotations

from collections.abc import Iterator


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
