"""Finds pytest's configuration in one folder, by pytest's own order and rules (its reference, *Rootdir and configfile*)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from testaudit.config.places import KeyLines, KeyPath
from testaudit.discover.pytest.ini import IniError, Section, parse_ini
from testaudit.discover.tree import Tree, join, table
from testaudit.errors import Problem
from testaudit.records import dataclass, field


@dataclass(frozen=True, slots=True)
class IniFile:
    """pytest's settings as a file gives them. `mode` says how values are read: `ini` has strings (and lists of them), `toml` has types."""

    path: str
    mode: Literal["ini", "toml"]
    values: Mapping[str, object] = field(default_factory=dict)
    lines: Mapping[KeyPath, int] = field(default_factory=dict)


def pytest_file_in(tree: Tree, folder: str, major: Callable[[], int]) -> IniFile | None:
    """The file that pytest takes its settings from when it looks into this folder, or None when it would look further up.

    `major` tells pytest's major version, when asked: native TOML settings exist from 9 on. A file that pytest would refuse is a problem;
    one that is pytest's own counts as a configuration without settings, another does not count.
    """
    names = tree.files(folder)
    for name, load in _LOADERS.items():
        if name in names and (found := load(tree, join(folder, name), major)) is not None:
            return found
    return None


def read_pytest_file(tree: Tree, path: str, major: Callable[[], int]) -> IniFile:
    """The settings in a file that was named (`-c`), which is the configuration even when it holds none."""
    name = path.rpartition("/")[2]
    load = _LOADERS.get(name) or (_toml if name.endswith(".toml") else _setup_cfg if name.endswith(".cfg") else _tox_ini)
    return load(tree, path, major) or IniFile(path, "ini")


def _own_toml(tree: Tree, path: str, major: Callable[[], int]) -> IniFile | None:
    if major() < 9:
        return None
    document = tree.toml(path)
    strays = [key for key, value in document.items() if not isinstance(value, Mapping)]
    if "pytest" not in document and strays:
        tree.problems.add(Problem(path, _line(tree, path, (strays[0],)), f"`{strays[0]}` stands outside the table [pytest]"))
    return _native(tree, path, table(document, "pytest"), ("pytest",))


def _pyproject(tree: Tree, path: str, major: Callable[[], int]) -> IniFile | None:
    text = tree.text(path)
    if text is None or "pytest" not in text:
        return None
    section = table(tree.toml(path), "tool", "pytest")
    native = {key: value for key, value in section.items() if key != "ini_options"}
    options = section.get("ini_options")
    if native and major() >= 9:
        if options:
            place = _line(tree, path, ("tool", "pytest", next(iter(native))))
            tree.problems.add(Problem(path, place, "pytest 9 refuses [tool.pytest] beside [tool.pytest.ini_options]; the latter was read"))
        else:
            return _native(tree, path, native, ("tool", "pytest"))
    if not isinstance(options, Mapping):
        return None
    values = {key: value if isinstance(value, list) else str(value) for key, value in options.items()}
    return IniFile(path, "ini", values, KeyLines(text, ("tool", "pytest", "ini_options")))


def _toml(tree: Tree, path: str, major: Callable[[], int]) -> IniFile | None:
    return _pyproject(tree, path, major) or _native(tree, path, table(tree.toml(path), "pytest"), ("pytest",))


def _native(tree: Tree, path: str, values: Mapping[str, object], keys: tuple[str, ...]) -> IniFile:
    return IniFile(path, "toml", values, KeyLines(tree.text(path) or "", keys))


def _pytest_ini(tree: Tree, path: str, _major: Callable[[], int]) -> IniFile:
    return _ini_file(tree, path, "pytest") or IniFile(path, "ini")


def _tox_ini(tree: Tree, path: str, _major: Callable[[], int]) -> IniFile | None:
    return _ini_file(tree, path, "pytest")


def _setup_cfg(tree: Tree, path: str, _major: Callable[[], int]) -> IniFile | None:
    found = _ini_file(tree, path, "tool:pytest")
    if found is None and (refused := _ini_file(tree, path, "pytest")) is not None:
        line = min(refused.lines.values(), default=0)
        tree.problems.add(Problem(path, line, "pytest refuses a section [pytest] in setup.cfg; it is called [tool:pytest] there"))
    return found


def _ini_file(tree: Tree, path: str, name: str) -> IniFile | None:
    section = ini_sections(tree, path).get(name)
    if section is None:
        return None
    return IniFile(path, "ini", {key: value for key, (value, _) in section.items()}, {(key,): line for key, (_, line) in section.items()})


def ini_sections(tree: Tree, path: str) -> Mapping[str, Section]:
    """The sections of an ini file; none where there is no file, or it is broken (which is a problem)."""
    text = tree.text(path)
    if text is None:
        return {}
    try:
        return parse_ini(text)
    except IniError as error:
        tree.problems.add(Problem(path, error.line, f"pytest cannot read it: {error}"))
        return {}


def _line(tree: Tree, path: str, keys: tuple[str, ...]) -> int:
    return KeyLines(tree.text(path) or "").get(keys, 0)


_LOADERS: Mapping[str, Callable[[Tree, str, Callable[[], int]], IniFile | None]] = {
    "pytest.toml": _own_toml,
    ".pytest.toml": _own_toml,
    "pytest.ini": _pytest_ini,
    ".pytest.ini": _pytest_ini,
    "pyproject.toml": _pyproject,
    "tox.ini": _tox_ini,
    "setup.cfg": _setup_cfg,
}
"""How each file is read, in pytest's order of precedence."""
