"""What git says has changed below a root: since a revision, or in the index."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from testaudit.errors import UsageError
from testaudit.records import dataclass, field

_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""What the index of a repository without commits is compared with (the hash of no files)."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The files that changed and are still there, by their root-relative paths with `/`: `before` has their old bytes (none for a new
    file). `moved` are those among them that had another path. `now` has the bytes to audit where they are not those of the file: what is
    staged."""

    before: Mapping[str, bytes]
    moved: frozenset[str] = frozenset()
    now: Mapping[str, bytes] = field(default_factory=dict)


def changes_since(root: Path, revision: str) -> Changes:
    """What differs between the working tree and the last commit that it has in common with `revision`, new files included.

    Raises `UsageError` outside a repository and for what is no revision.
    """
    if revision.startswith("-") or not _said(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"):
        _require_repository(root)
        raise UsageError(f"`{revision}` is no revision of this repository (a shallow clone has the newest ones only)")
    base = _said(root, "merge-base", revision, "HEAD").strip() or revision
    new: dict[str, str | None] = dict.fromkeys(_names(root, "ls-files", "-z", "--others", "--exclude-standard"))
    return _changes(root, base, {**new, **_differing(root, base)})


def staged_changes(root: Path) -> Changes:
    """What the index has that the last commit has not; files that were edited after they were staged are audited as they are in the index.

    Raises `UsageError` outside a repository.
    """
    _require_repository(root)
    base = "HEAD" if _said(root, "rev-parse", "--verify", "--quiet", "HEAD") else _EMPTY_TREE
    edited = [path for path in _names(root, "diff", "--name-only", "-z", "--relative", "--no-ext-diff") if path.endswith(".py")]
    now = {path: content for path, content in _contents(root, [(path, f":./{path}") for path in edited]).items() if content is not None}
    found = _changes(root, base, _differing(root, base, "--cached"))
    return Changes(found.before, found.moved, now)


def affected(changes: Changes, root: Path, paths: Sequence[str]) -> list[str]:
    """What a run over changed files has to name: the Python files that changed, and the folder of a changed conftest, whose fixtures all
    tests below it may use; of these, what lies at or below `paths` (none: everything)."""
    within = [Path(os.path.normpath(Path.cwd() / path.partition("::")[0])) for path in paths]
    found = []
    for path in changes.before:
        place = root / path
        if path.endswith(".py") and (not within or any(place == folder or folder in place.parents for folder in within)):
            found.append(str(place.parent if place.name == "conftest.py" else place))
    return found


def _changes(root: Path, base: str, names: Mapping[str, str | None]) -> Changes:
    """`names` are the paths, each with its old one (None for a new file)."""
    old = _contents(root, [(path, f"{base}:./{was}") for path, was in names.items() if was is not None])
    return Changes(
        {path: old.get(path) or b"" for path in sorted(names)},
        frozenset(path for path, was in names.items() if was not in (None, path)),
    )


def _differing(root: Path, base: str, *options: str) -> dict[str, str | None]:
    """The paths that differ from `base` and still exist, each with the old one."""
    fields = _names(root, "diff", "--name-status", "-z", "--relative", "--find-renames", "--no-ext-diff", *options, base)
    words = iter(fields)
    found: dict[str, str | None] = {}
    for status in words:
        path = next(words)
        if status[0] in "RC":
            found[next(words)] = path
        elif status[0] != "D":
            found[path] = None if status[0] == "A" else path
    return found


def _contents(root: Path, objects: Sequence[tuple[str, str]]) -> dict[str, bytes | None]:
    """The bytes of each object by the key before it; None where there is none."""
    asked = "".join(f"{name}\n" for _, name in objects).encode("utf-8", "surrogateescape")
    answer = _git(root, "cat-file", "--batch", given=asked).stdout if objects else b""
    found: dict[str, bytes | None] = {}
    at = 0
    for key, _ in objects:
        end = answer.index(b"\n", at)
        head = answer[at:end].rsplit(b" ", 2)
        at = end + 1
        found[key] = None
        if head[-1].isdigit() and len(head) == 3:
            size = int(head[-1])
            found[key] = answer[at : at + size]
            at += size + 1
    return found


def _require_repository(root: Path) -> None:
    if not _said(root, "rev-parse", "--git-dir"):
        raise UsageError("--since and --staged ask git, and this is no repository of git")


def _names(root: Path, *command: str) -> Iterator[str]:
    return (os.fsdecode(name) for name in _git(root, *command).stdout.split(b"\0") if name)


def _said(root: Path, *command: str) -> str:
    """What git says; nothing where it fails."""
    done = _git(root, *command)
    return os.fsdecode(done.stdout) if done.returncode == 0 else ""


def _git(root: Path, *command: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    # In a hook git's own variables would lead elsewhere; but the index of the commit that is being made may be another than the usual one.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    if "GIT_INDEX_FILE" in os.environ:
        environment["GIT_INDEX_FILE"] = str(Path(os.environ["GIT_INDEX_FILE"]).absolute())
    try:
        return subprocess.run(("git", "-C", str(root), *command), input=given, capture_output=True, check=False, env=environment)
    except OSError as error:
        raise UsageError(f"--since and --staged ask git, which cannot be run: {error.strerror}") from error
