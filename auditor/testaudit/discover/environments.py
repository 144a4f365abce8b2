"""What a session would run in: a virtual environment's packages, else what lock files and requirements name."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from testaudit.discover.requirements import commanded_requirements, declared_requirements
from testaudit.discover.session import Distribution, Environment, normalised
from testaudit.discover.tree import Tree, ancestors, join
from testaudit.discover.versions import numbers

VIRTUALENVS = (".venv", "venv", "env", ".env")
LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock")
_LOCKED = re.compile(r's?\]\]\nname = "([^"]+)"\n(?:version = "([^"]+)")?')


class Environments:
    """Finds the environment of a session by its root, and reads each file for it once."""

    def __init__(self, tree: Tree, python: str | None = None) -> None:
        self._tree = tree
        self._python = python
        self._asked: dict[str, Mapping[str, Distribution]] = {}

    def of(self, folder: str) -> Environment:
        """The environment of a session with this root.

        The one that was named (`--python`: an interpreter, or its environment's folder); else a virtual environment in the folder or above
        it, or the active one, when pytest is installed there; else the union of the lock files, of what the projects from the folder
        upwards ask for, and of what their commands install.
        """
        for place in _virtualenvs(self._tree, folder, self._python):
            found = _installed(place)
            if found is not None and (self._python is not None or "pytest" in found.distributions):
                return found  # one without pytest is for something else: a hook, the documentation
        known: dict[str, Distribution] = {}
        for above in ancestors(folder):
            for name, entry in self._asked_in(above).items():
                if name not in known or known[name].version is None:
                    known[name] = entry
        origins = sorted({entry.origin for entry in known.values()})
        return Environment(known, python=_asked_python(self._tree, folder), origin=", ".join(origins))

    def _asked_in(self, folder: str) -> Mapping[str, Distribution]:
        if folder not in self._asked:
            commanded = _newest(commanded_requirements(self._tree, folder))
            declared = _newest(declared_requirements(self._tree, folder))
            self._asked[folder] = {**commanded, **declared, **_newest(_locked(self._tree, folder))}
        return self._asked[folder]


def _virtualenvs(tree: Tree, folder: str, python: str | None) -> Iterator[Path]:
    if python is not None:
        place = Path(python)
        yield place if place.is_dir() else place.parent.parent
        return
    for above in ancestors(folder):
        for name in VIRTUALENVS:
            if name in tree.folders(above):
                yield Path(tree.absolute(join(above, name)))
    active = os.environ.get("VIRTUAL_ENV")
    if active:
        yield Path(active)


def _installed(place: Path) -> Environment | None:
    """What a virtual environment holds, from the names of its folders alone."""
    if not (place / "pyvenv.cfg").is_file():
        return None
    packages = next(iter(sorted(place.glob("lib/python*/site-packages"))), place / "Lib" / "site-packages")
    found = {}
    try:
        names = sorted(entry.name for entry in os.scandir(packages))
    except OSError:
        return None
    for entry in names:
        if entry.endswith((".dist-info", ".egg-info")):
            name, _, version = entry.rpartition(".")[0].partition("-")
            found[normalised(name)] = Distribution(normalised(name), version.partition("-py")[0] or None, str(place))
    python = packages.parent.name.removeprefix("python") if packages.parent.name != "Lib" else None
    links = tuple(line for name in names if name.endswith(".pth") for line in _path_lines(packages / name))
    return Environment(found, exact=True, python=python, site_packages=str(packages), development_paths=links, origin=str(place))


def _path_lines(file: Path) -> Iterator[str]:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    yield from (line.strip() for line in lines if line[:1] in {"/", "\\"} or line[1:2] == ":")


def _newest(entries: Iterable[Distribution]) -> dict[str, Distribution]:
    """By name; of several versions (for several interpreters) the newest; where there is none the ranges of the first file that has one."""
    found: dict[str, Distribution] = {}
    for entry in entries:
        before = found.setdefault(entry.name, entry)
        if entry is before:
            continue
        if numbers(entry.version) > numbers(before.version):
            found[entry.name] = entry
        elif before.version is None and entry.allowed and (not before.allowed or entry.origin == before.origin):
            found[entry.name] = Distribution(entry.name, None, entry.origin, f"{before.allowed},{entry.allowed}".strip(","))
    return found


def _locked(tree: Tree, folder: str) -> Iterator[Distribution]:
    """What the first lock file here names."""
    name = next((name for name in LOCKS if name in tree.files(folder)), None)
    if name is not None:
        path = join(folder, name)
        yield from (Distribution(package, version, path) for package, version in _locked_in(tree.text(path) or "", path))


def _locked_in(text: str, path: str) -> Iterator[tuple[str, str | None]]:
    if path.endswith("Pipfile.lock"):
        yield from _locked_by_pipenv(text)
        return
    for block in text.split("\n[[package")[1:]:  # a lock file has a megabyte, which a TOML parser reads in a second
        if found := _LOCKED.match(block):
            yield normalised(found[1]), found[2]


def _locked_by_pipenv(text: str) -> Iterator[tuple[str, str | None]]:
    try:
        document = json.loads(text)
    except ValueError:
        return
    for group in ("default", "develop"):
        entries = document.get(group) if isinstance(document, Mapping) else None
        for name, entry in entries.items() if isinstance(entries, Mapping) else ():
            version = entry.get("version") if isinstance(entry, Mapping) else None
            yield normalised(name), version.lstrip("=") if isinstance(version, str) else None


def _asked_python(tree: Tree, folder: str) -> str | None:
    for above in ancestors(folder):
        found = re.match(r"\s*(?:cpython-)?(\d+\.\d+)", tree.text(join(above, ".python-version")) or "")
        if found:
            return found[1]
    return None
