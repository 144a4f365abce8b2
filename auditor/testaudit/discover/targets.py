"""What the paths on the command line mean, and the root that they are audited under."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from testaudit.config import find_configuration
from testaudit.discover.listing import repository_of
from testaudit.discover.tree import ROOT, Tree, is_below, is_outside
from testaudit.errors import UsageError
from testaudit.records import dataclass

PROJECT_FILES = (
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "tox.ini",
    "pytest.ini",
    ".pytest.ini",
    "pytest.toml",
    ".pytest.toml",
    "manage.py",
)


@dataclass(frozen=True, slots=True)
class Target:
    """One path argument, relative to the root. `names` and `variant` are a node id's: `("TestA", "test_b")` and `x` of `…::test_b[x]`."""

    path: str
    is_folder: bool
    names: tuple[str, ...] = ()
    variant: str | None = None

    def covers(self, path: str) -> bool:
        """Whether a root-relative file is meant."""
        return is_below(path, self.path) if self.is_folder else path == self.path


def find_root(paths: Sequence[str], start: Path | None = None) -> Path:
    """The root that the paths are audited under.

    The nearest folder above all of them that configures testaudit; else the top of their git work tree; else, outside git, the nearest
    folder with a project's or pytest's files, `start` (the current folder) where that holds them, or their common folder. Symbolic links
    keep their names. Raises `UsageError` for a path that does not exist.
    """
    start = (start or Path.cwd()).absolute()
    places = [_parse(path, start)[0] for path in paths] or [start]
    folders = [place if place.is_dir() else place.parent for place in places]
    try:
        common = Path(os.path.commonpath(folders))
    except ValueError:
        raise UsageError("the paths are on different drives, and can have no common root") from None
    top = repository_of(common)
    above = [folder for folder in (common, *common.parents) if top is None or is_inside(folder, top)]
    configured = next((folder for folder in above if find_configuration(folder) is not None), None)
    if configured is not None or top is not None:
        return configured or top or common
    project = next((folder for folder in above if any((folder / name).is_file() for name in PROJECT_FILES)), None)
    return project or (start if is_inside(common, start) else common)


def parse_targets(paths: Sequence[str], tree: Tree, start: Path | None = None) -> tuple[Target, ...]:
    """The paths as targets, each once, in the order given; without any, the folder `start` if it is below the root, else the root.

    Raises `UsageError` for a path that does not exist, lies outside the root, or is a folder with a test's name behind it.
    """
    start = (start or Path.cwd()).absolute()
    if not paths:
        here = tree.relative(start)
        return (Target(ROOT if is_outside(here) else here, is_folder=True),)
    targets = []
    for path in paths:
        place, names, variant = _parse(path, start)
        relative = tree.relative(place)
        if is_outside(relative):
            raise UsageError(f"{path}: is not below the audited root {tree.root}; paths of several repositories are audited one by one")
        targets.append(Target(relative, place.is_dir(), names, variant))
    return tuple(dict.fromkeys(targets))


def is_inside(folder: Path, top: Path) -> bool:
    """Whether a folder is `top` or below it."""
    return folder == top or top in folder.parents


def _parse(path: str, start: Path) -> tuple[Path, tuple[str, ...], str | None]:
    """The absolute place, the names behind `::`, and the parameters in brackets: read as pytest reads them."""
    place = _absolute(path, start)
    names: tuple[str, ...] = ()
    variant: str | None = None
    if not place.exists() and "::" in path:
        file, _, test = path.partition("::")
        before, _, parameters = test.partition("[")
        place, names = _absolute(file, start), tuple(before.split("::"))
        variant = parameters.removesuffix("]") or None
    if not place.exists():
        raise UsageError(f"{path}: there is no such file or folder")
    if names and place.is_dir():
        raise UsageError(f"{path}: a folder has no tests of its own; name the file before `::`")
    return place, names, variant


def _absolute(path: str, start: Path) -> Path:
    return Path(os.path.normpath(start / path))
