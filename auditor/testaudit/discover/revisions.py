"""A tree as git has it at a revision, laid out in a folder of its own: nothing of the repository is touched, and nothing in it is run."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Sequence
from pathlib import Path

from testaudit.errors import UsageError

LARGEST = 4_000_000
"""Bytes; what is larger is no source, and is there as an empty file."""
LINK, SUBMODULE = b"120000", b"160000"


def base_of(root: Path, revision: str) -> str:
    """The commit that the work below `root` is to be compared with: where it parted from `revision`, else that revision itself.

    Raises `UsageError` where git knows no such revision.
    """
    found = None if revision.startswith("-") else _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if not found:
        hint = " (a shallow clone does not have it: fetch it first)" if (root / ".git" / "shallow").exists() else ""
        raise UsageError(f"--base: git knows no revision `{revision}` in {root}{hint}")
    commit = found.decode().strip()
    parted = _git(root, "merge-base", "HEAD", commit)
    return parted.decode().strip() if parted else commit


def lay_out(root: Path, commit: str, folder: Path) -> None:
    """Write what lies below `root` in a commit into a folder, byte for byte as it is stored: no filter, no hook, no fetching."""
    listed = _git(root, "ls-tree", "-r", "-l", "-z", commit)
    if listed is None:
        raise UsageError(f"--base: git cannot list {commit}")
    wanted = []
    for line in filter(None, listed.split(b"\0")):
        facts, _, name = line.partition(b"\t")
        mode, _, sha, size = facts.split()
        path = os.fsdecode(name)
        if mode == SUBMODULE or not _is_inside(path):
            continue
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        if int(size) > LARGEST:
            (folder / path).write_bytes(b"")
        else:
            wanted.append((path, mode, sha))
    for (path, mode, _), content in zip(wanted, _contents(root, [sha for _, _, sha in wanted]), strict=True):
        if mode != LINK:
            (folder / path).write_bytes(content)
        elif _is_inside(posixpath.join(posixpath.dirname(path), os.fsdecode(content))):
            (folder / path).symlink_to(os.fsdecode(content))


def _contents(root: Path, shas: Sequence[bytes]) -> Iterator[bytes]:
    """The contents of blobs, in order."""
    answer = _git(root, "cat-file", "--batch", given=b"".join(sha + b"\n" for sha in shas)) or b""
    at = 0
    for sha in shas:
        end = answer.index(b"\n", at)
        words = answer[at:end].split()
        if len(words) != 3:
            raise UsageError(f"--base: git does not have the file {sha.decode()} (a partial clone?)")
        size = int(words[2])
        yield answer[end + 1 : end + 1 + size]
        at = end + 2 + size


def _is_inside(path: str) -> bool:
    plain = posixpath.normpath(path)
    return not plain.startswith(("../", "/")) and plain != ".." and ".git" not in plain.split("/")


def _git(root: Path, *arguments: str, given: bytes = b"") -> bytes | None:
    """What git says; None when it fails."""
    import subprocess

    # In a hook git's own variables may point to another repository; and a partial clone must not go and fetch what it lacks.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ("git", "-C", str(root), "-c", "protocol.allow=never", "-c", "core.quotePath=false", *arguments)
    try:
        done = subprocess.run(command, input=given, capture_output=True, check=False, env={**environment, "GIT_NO_LAZY_FETCH": "1"})
    except OSError as error:
        raise UsageError(f"--base needs git: {error.strerror}") from None
    return done.stdout if done.returncode == 0 else None
