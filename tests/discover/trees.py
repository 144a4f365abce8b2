"""Small trees for tests of discovery, in folders of their own and in real git repositories."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from testaudit.config import load_config
from testaudit.discover import Discovery, discover
from testaudit.discover.tree import Tree


def write(root: Path, files: Mapping[str, str]) -> Path:
    """Write these files, with the folders that they need."""
    for path, text in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return root


def empty(root: Path, *paths: str) -> Path:
    """Write these files, with nothing in them."""
    return write(root, dict.fromkeys(paths, ""))


def git(root: Path, *arguments: str) -> str:
    """Run git in a folder, with no configuration but its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ("git", "-c", "user.name=t", "-c", "user.email=t@t", *arguments)
    return subprocess.run(command, cwd=root, env=environment, check=True, capture_output=True, text=True).stdout


def committed(root: Path) -> Path:
    """Make the folder a repository in which everything is committed."""
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "all")
    return root


def discovered(root: Path, *paths: str, overrides: Mapping[str, object] | None = None) -> Discovery:
    """Discovery of these paths, given relative to the root."""
    return discover(paths, root, load_config(root, overrides), start=root)


def files_by_session(found: Discovery) -> dict[str, list[str]]:
    """The test files of each session."""
    return {session.id: list(found.session_files(session)) for session in found.sessions}


def test_files(root: Path, *paths: str) -> Sequence[str]:
    """The test files of all sessions."""
    return [path for files in files_by_session(discovered(root, *paths)).values() for path in files]


test_files.__test__ = False  # type: ignore[attr-defined]  # no test


def tree(root: Path, files: Mapping[str, str]) -> Tree:
    """A tree with these files."""
    return Tree(write(root, files))
