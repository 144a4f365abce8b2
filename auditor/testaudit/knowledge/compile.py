"""The tables as the one file that a run reads: a line of JSON per top-level package, found by an index in the first line.

`python -m testaudit.knowledge` writes it beside this module; the wheel's build does the same. In a checkout whose tables have
changed since, the tables are compiled in memory instead, so that what is in force is never stale.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import tomli

from testaudit.errors import Problem
from testaudit.knowledge.naming import is_capitalised
from testaudit.knowledge.source import Entry, Source
from testaudit.knowledge.store import COMPILED, TABLES, Part, Parts, fingerprint
from testaudit.knowledge.validate import KnowledgeError, dangling, messages


def sources() -> list[Source]:
    """The tables that come with testaudit."""
    return [Source(f"knowledge/tables/{path.name}", path.read_text("utf-8")) for path in sorted(TABLES.glob("*.toml"))]


def compile_tables(tables: Iterable[Source]) -> Parts:
    """All tables' entries as parts. Raises KnowledgeError with everything that is wrong with any of them."""
    found: list[tuple[Source, Entry]] = []
    problems: list[Problem] = []
    for source in tables:
        try:
            found += [(source, entry) for entry in source.entries()]
        except tomli.TOMLDecodeError as error:
            problems.append(Problem(source.path, source.error_line(error), str(error)))
    return compile_entries(found, problems, known_elsewhere=lambda _name: False)


def compile_entries(found: list[tuple[Source, Entry]], problems: list[Problem], known_elsewhere: Callable[[str], bool]) -> Parts:
    """Entries as parts; `problems` are those that reading found, `known_elsewhere` says which other names exist."""
    parts: Parts = {}
    sound: list[tuple[Source, Entry]] = []
    first: dict[tuple[str, str], tuple[Source, Entry]] = {}
    for source, entry in found:
        wrong = list(messages(entry))
        other = first.setdefault((entry.kind, entry.name), (source, entry)) if entry.name else (source, entry)
        if other[1] is not entry:
            wrong.append(f"{entry.kind} entry `{entry.name}` is also in {other[0].path}:{other[0].line(other[1].path)}")
        problems += [Problem(source.path, source.line(entry.path), message) for message in wrong]
        if not wrong:
            sound.append((source, entry))
            _add(parts, entry)
    names = _names(parts)
    for source, entry in sound:
        missing = dangling(entry, lambda name: name in names or _below_wildcard(parts, name) or known_elsewhere(name))
        problems += [Problem(source.path, source.line(entry.path), message) for message in missing]
    if problems:
        raise KnowledgeError(problems)
    for part in parts.values():
        _name_classes(part.get("symbols", {}))
    parts["@words"] = _role_words(parts)
    return parts


_FILTERING = ("opens", "harmful", "starts", "ends", "effect", "persists", "registers", "chooses", "doubles", "makes_double")
"""The roles by whose words code is passed over without being looked at."""


def _role_words(parts: Parts) -> Part:
    """The last words of the names that play each role."""
    found: Part = {role: {} for role in _FILTERING}
    for key, part in parts.items():
        if not key.startswith("@"):
            for name, roles in part["symbols"].items():
                assert isinstance(roles, Mapping)
                for role in _FILTERING:
                    if role in roles and not (role == "harmful" and roles.get("opens") == "patcher"):  # patchers have words of their own
                        found[role][name.rpartition(".")[2]] = True
    return found


def _add(parts: Parts, entry: Entry) -> None:
    if entry.kind == "aliases" and "*" in entry.name:
        parts.setdefault("@aliases", {}).setdefault("patterns", {})[entry.name] = entry.value
    elif entry.kind in {"symbols", "aliases"}:
        part = parts.setdefault(entry.name.split(".", 1)[0], {"symbols": {}, "wildcards": {}, "aliases": {}})
        if entry.kind == "aliases":
            part["aliases"][entry.name] = entry.value
        elif entry.name.endswith("*"):
            part["wildcards"][entry.name.removesuffix("*")] = _normal(entry.value)
        else:
            part["symbols"][entry.name] = _normal(entry.value)
    elif entry.kind == "hosts":
        parts.setdefault("@hosts", {}).setdefault("names", {})[entry.name] = entry.value
    elif entry.kind == "plugins":
        parts.setdefault("@plugins", {}).setdefault(entry.name, {}).update(_normal(entry.value))
    else:
        plugin, name = entry.name.split("/", 1)
        values = entry.value if isinstance(entry.value, list) else [entry.value]
        parts.setdefault(f"@{entry.kind}", {}).setdefault(plugin, {})[name] = [_normal(value) for value in values]


_TUPLES = frozenset({"bases", "calls", "changes", "cuts", "data", "eager", "fixtures", "requests", "through"})
_RENAMED: Mapping[object, str] = {"class": "class_", "async": "async_"}


def _normal(roles: object) -> dict[str, object]:
    """Roles under the names of the schema's fields, single words of lists as lists."""
    assert isinstance(roles, Mapping)
    return {
        _RENAMED.get(role, str(role)): [value] if role in _TUPLES and isinstance(value, str) else value for role, value in roles.items()
    }


def _names(parts: Parts) -> set[str]:
    """All names that something is known of or below, aliases included."""
    names: set[str] = set()
    for key, part in parts.items():
        if not key.startswith("@"):
            for name in [*part["symbols"], *part["aliases"], *(prefix.rstrip(".") for prefix in part["wildcards"])]:
                while name and name not in names:
                    names.add(name)
                    name = name.rpartition(".")[0]
    return names


def _below_wildcard(parts: Parts, name: str) -> bool:
    part = parts.get(name.split(".", 1)[0])
    return part is not None and any(name.startswith(prefix) for prefix in part["wildcards"])


def _name_classes(symbols: dict[str, object]) -> None:
    """Say of every class that it is one: those with `bases`, and those in CapWords that do not say what calling them returns.
    A class of which only members are listed gets an entry."""
    for name in list(symbols):
        owner = name.rpartition(".")[0]
        if is_capitalised(owner.rpartition(".")[2]):
            symbols.setdefault(owner, {})
    owners = {name.rpartition(".")[0] for name in symbols}
    for name, roles in symbols.items():
        assert isinstance(roles, dict)
        last = name.rpartition(".")[2]
        if "bases" in roles or ("returns" not in roles and is_capitalised(last) and (name in owners or not last.isupper())):
            roles["class_"] = True


def encode(parts: Parts, checksum: str) -> bytes:
    """The compiled file: the index (part -> start and length in bytes after the first line), then the parts."""
    lines = {
        key: json.dumps(part, separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode() for key, part in sorted(parts.items())
    }
    index: dict[str, tuple[int, int]] = {}
    start = 0
    for key, line in lines.items():
        index[key] = (start, len(line))
        start += len(line) + 1
    head = json.dumps({"fingerprint": checksum, "parts": index}, separators=(",", ":")).encode()
    return b"\n".join([head, *lines.values(), b""])


def write(path: Path = COMPILED) -> Path:
    """Compile the tables into the file that a run reads."""
    path.write_bytes(encode(compile_tables(sources()), fingerprint()))
    return path
