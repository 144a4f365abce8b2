"""Lists the files of a tree as git sees them; without git, all but what tools put there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from testaudit.errors import Problem

TOOL_FOLDERS = frozenset(
    {
        *(".git", ".hg", ".svn", ".jj", ".tox", ".nox", ".venv", ".eggs", ".idea", ".vscode", ".cache", ".ipynb_checkpoints", ".direnv"),
        *(
            ".mypy_cache",
            ".pytest_cache",
            ".ruff_cache",
            ".hypothesis",
            ".pixi",
            "__pycache__",
            "__pypackages__",
            "node_modules",
            "site-packages",
        ),
    }
)
"""Folders that tools fill, for trees without git's ignore rules; virtual environments under other names are known by their `pyvenv.cfg`."""


def list_files(root: Path) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Root-relative paths with `/`, sorted, and what could not be listed.

    In a repository: what is tracked, and what is new and not ignored; tracked files that are gone are still among them, and what is inside
    submodules and other repositories is not. Nor are files of templates (`{{ cookiecutter.name }}/tests/test_app.py`): they become
    files when somebody fills the names in.
    """
    listed = _listed_by_git(root) if in_repository(root) else None
    if listed is None:
        problems: list[Problem] = []
        listed = tuple(sorted(_walked(root, problems))), tuple(problems)
    return tuple(name for name in listed[0] if "{{" not in name), listed[1]


def walked_files(folder: Path) -> tuple[str, ...]:
    """The files below a folder, relative to it, whatever git says of them: for a look at what is there that starts no process."""
    return tuple(sorted(_walked(folder, [])))


def in_repository(folder: Path) -> bool:
    """Whether git looks after this folder, found without asking it."""
    return repository_of(folder) is not None


def repository_of(folder: Path) -> Path | None:
    """The top of the git work tree that the folder is in (a worktree's and a submodule's `.git` is a file)."""
    return next((above for above in (folder, *folder.parents) if (above / ".git").exists()), None)


def _listed_by_git(root: Path) -> tuple[tuple[str, ...], tuple[Problem, ...]] | None:
    import subprocess  # a run over explicit files never gets here

    # In a hook git's own variables may point to another index or repository than the one that is audited.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ("git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    try:
        done = subprocess.run(command, capture_output=True, check=False, env=environment)
    except OSError:
        return None
    if done.returncode != 0:
        return None
    names = (os.fsdecode(name) for name in done.stdout.split(b"\0"))
    complaints = (line.removeprefix("warning: ") for line in os.fsdecode(done.stderr).splitlines() if line.startswith("warning: could not"))
    return tuple(sorted({name for name in names if name and name[-1] != "/"})), tuple(Problem(".", 0, line) for line in complaints)


def _walked(root: Path, problems: list[Problem]) -> Iterator[str]:
    def failed(error: OSError) -> None:
        path = os.path.relpath(error.filename, root).replace(os.sep, "/")
        problems.append(Problem(path, 0, f"cannot be listed: {error.strerror}"))

    for folder, folders, files in os.walk(root, onerror=failed):
        folders[:] = sorted(name for name in folders if name not in TOOL_FOLDERS and not name.endswith(".egg-info"))
        if "pyvenv.cfg" in files:
            folders.clear()
            continue
        below = os.path.relpath(folder, root).replace(os.sep, "/")
        prefix = "" if below == "." else f"{below}/"
        yield from (prefix + name for name in files)
