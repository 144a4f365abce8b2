"""The entry points that a project declares: groups of names that stand for objects of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Groups = Mapping[str, Mapping[str, str]]
"""By group and name what it stands for: `package.module:attribute`, or a module."""

_ITEM = re.compile(r"^\s*([^\s=;#\[\]\"'][^=\n]*?)\s*=\s*([\w.]+(?:\s*:\s*[\w.]+)?)", re.MULTILINE)
_SECTION = re.compile(r"^[ \t]*\[([^\[\]\n]+)\][ \t]*$", re.MULTILINE)
_LISTED = re.compile(r"""["']([\w.-]+)["']\s*[:=]\s*[\[(](.*?)[\])]\s*[,}\n]""", re.DOTALL)
_QUOTED = re.compile(r"""["']\s*([^"'=\n]+?)\s*=\s*([\w.]+(?:\s*:\s*[\w.]+)?)[^"'\n]*["']""")


def declared(root: Path, folder: str) -> Groups:
    """The entry points in the project files that stand in a folder (root-relative, empty for the root); of a `setup.py` those
    that its text shows."""
    found: dict[str, dict[str, str]] = {}
    at = root / folder
    for group, name, value in (*_of_pyproject(at), *_of_setup_cfg(at), *_of_setup_py(at)):
        found.setdefault(group, {})[name] = value.partition("[")[0].replace(" ", "")
    return found


def _of_pyproject(folder: Path) -> Iterator[tuple[str, str, str]]:
    text = _text(folder / "pyproject.toml")
    if "entry-points" not in text and "plugins" not in text:
        return
    import tomli

    try:
        data = tomli.loads(text)
    except tomli.TOMLDecodeError:
        return
    for table in (_table(data, "project", "entry-points"), _table(data, "tool", "poetry", "plugins")):
        for group, points in table.items():
            if isinstance(points, dict):
                yield from ((group, name, value) for name, value in points.items() if isinstance(value, str))


def _table(data: dict[str, Any], *keys: str) -> dict[str, Any]:
    for key in keys:
        inner = data.get(key)
        data = inner if isinstance(inner, dict) else {}
    return data


def _of_setup_cfg(folder: Path) -> Iterator[tuple[str, str, str]]:
    """`[options.entry_points]`: the group at the margin, its names indented below it."""
    text = _text(folder / "setup.cfg")
    section = next((body for head, body in _sections(text) if head == "options.entry_points"), "")
    group = ""
    for line in section.splitlines():
        if line[:1].strip():
            group, _, line = line.partition("=")
        found = _ITEM.match(line)
        if found is not None and group:
            yield group.strip(), found[1], found[2]


def _of_setup_py(folder: Path) -> Iterator[tuple[str, str, str]]:
    """`entry_points={"group": ["name = module:attr"]}`, or the text of an ini file."""
    text = _text(folder / "setup.py").partition("entry_points")[2]
    for group, listed in _LISTED.findall(text):
        yield from ((group, name, value) for name, value in _QUOTED.findall(listed))
    for group, body in _sections(text.partition('"""')[2].partition('"""')[0]):
        yield from ((group, name, value) for name, value in _ITEM.findall(body))


def _sections(text: str) -> Iterator[tuple[str, str]]:
    heads = list(_SECTION.finditer(text))
    for head, following in zip(heads, [*heads[1:], None], strict=False):
        yield head[1].strip(), text[head.end() : following.start() if following is not None else len(text)]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
