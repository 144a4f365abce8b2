"""Finds and reads the configuration: `testaudit.toml` or `[tool.testaudit]` of `pyproject.toml`, and the command line over it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from testaudit.config import tables
from testaudit.config.places import KeyLines, KeyPath, toml_problem
from testaudit.config.reader import Reader
from testaudit.config.values import FAILING, LEVELS, Config
from testaudit.errors import ConfigurationError, Problem

OWN_FILE = "testaudit.toml"
SHARED_FILE = "pyproject.toml"
READERS: Mapping[str, Callable[[Reader, KeyPath, object, Path], object]] = {
    "select": lambda read, keys, value, _root: read.texts(keys, value),
    "ignore": lambda read, keys, value, _root: read.texts(keys, value),
    "extend-select": lambda read, keys, value, _root: read.texts(keys, value),
    "strict": lambda read, keys, value, _root: read.boolean(keys, value),
    "severity": lambda read, keys, value, _root: read.choices(keys, value, LEVELS),
    "fail-on": lambda read, keys, value, _root: read.choice(keys, value, FAILING, "; `info` never fails" if value == "info" else ""),
    "exclude": lambda read, keys, value, _root: read.patterns(keys, read.texts(keys, value)),
    "plugins": lambda read, keys, value, _root: read.texts(keys, value),
    "baseline": lambda read, keys, value, _root: read.text(keys, value),
    "per-path": lambda read, keys, value, _root: tables.per_path(read, keys, value),
    "rules": lambda read, keys, value, _root: tables.rules(read, keys, value),
    "sessions": tables.sessions,
    "layers": lambda read, keys, value, _root: tables.layers(read, keys, value),
    "knowledge": lambda read, keys, value, _root: read.table(keys, value),
    "pyramid": lambda read, keys, value, _root: tables.pyramid(read, keys, value),
    "python": lambda read, keys, value, _root: read.text(keys, value),
}
"""How the value of each key is read, in the order of the documentation."""

COMMAND_LINE_KEYS = tuple(READERS)
FILE_KEYS = tuple(key for key in READERS if key != "python")


def load_config(root: Path, overrides: Mapping[str, object] | None = None) -> Config:
    """The configuration of the audited root, with the command line's options over it.

    `overrides` has the file's keys (`"fail-on"`, and `"python"`, which only the command line has); each replaces the file's value. Raises
    `ConfigurationError` with everything that is wrong, in the file and on the command line. Codes and rules' names are checked by
    `validate_codes`, once it is known which ones there are.
    """
    path, table, lines, problems = _read(root)
    file = Reader(path or "", lines)
    values = _values(file, file.table((), table, FILE_KEYS), root)
    typed = Reader("", {})
    values |= _values(typed, typed.table((), overrides or {}, COMMAND_LINE_KEYS), root)
    problems = [*problems, *file.problems, *typed.problems]
    if problems:
        raise ConfigurationError(problems)
    return Config(root=root, path=path, from_command_line=frozenset(overrides or ()), lines=lines, **values)  # type: ignore[arg-type]


def find_configuration(folder: Path) -> Path | None:
    """The file in this very folder that configures testaudit, or None."""
    if (own := folder / OWN_FILE).is_file():
        return own
    shared = folder / SHARED_FILE
    try:
        text = shared.read_bytes()
    except OSError:
        return None
    return shared if re.search(rb"tool\W+testaudit\b", text) else None


def _values(read: Reader, table: Mapping[str, object], root: Path) -> dict[str, object]:
    return {key.replace("-", "_"): READERS[key](read, (key,), value, root) for key, value in table.items()}


def _read(root: Path) -> tuple[str | None, Mapping[str, object], Mapping[KeyPath, int], list[Problem]]:
    """The file's name, its testaudit table, the lines of that table's keys, and what keeps it from being read."""
    own, own_problems = _toml(root / OWN_FILE, needle=None)
    shared, shared_problems = _toml(root / SHARED_FILE, needle="testaudit")
    problems = own_problems + shared_problems
    tool = shared[0].get("tool") if shared else None
    table = tool.get("testaudit") if isinstance(tool, Mapping) else None
    if own is not None:
        lines = KeyLines(own[1])
        if table is not None:
            place = KeyLines(shared[1])["tool", "testaudit"] if shared else 0
            problems.append(Problem(SHARED_FILE, place, f"testaudit is configured twice: here and in {OWN_FILE}; keep one of them"))
        return OWN_FILE, own[0], lines, problems
    if shared is None or table is None:
        return None, {}, {}, problems
    lines = KeyLines(shared[1], ("tool", "testaudit"))
    if not isinstance(table, Mapping):
        return SHARED_FILE, {}, lines, [*problems, Problem(SHARED_FILE, lines.get((), 0), "`tool.testaudit` is a table, not a value")]
    return SHARED_FILE, table, lines, problems


def _toml(path: Path, needle: str | None) -> tuple[tuple[Mapping[str, object], str] | None, list[Problem]]:
    """A TOML file's table and text; None when there is no such file, or `needle` is not in it, or it cannot be read (with the reason)."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None, []
    except OSError as error:
        return None, [Problem(path.name, 0, f"cannot be read: {error.strerror}")]
    except UnicodeDecodeError as error:
        return None, [Problem(path.name, 0, f"is not UTF-8 (byte {error.start + 1})")]
    if needle is not None and needle not in text:
        return None, []
    import tomli  # only where there is something to read: it costs a tenth of the interpreter's start

    try:
        return (tomli.loads(text), text), []
    except tomli.TOMLDecodeError as error:
        return None, [toml_problem(path.name, text, error)]
