"""Where the parts of the knowledge come from: the compiled file where it is fresh, the tables otherwise, a user's own entries on top.

What reads and checks TOML is imported only where it is needed: with a fresh compiled file, never.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from testaudit.knowledge.source import Source

HERE = Path(__file__).parent
TABLES = HERE / "tables"
COMPILED = HERE / "compiled.jsonl"

Part = dict[str, dict[str, object]]
"""What is known below one top-level package: `symbols`, `wildcards` (literal prefix -> roles) and `aliases`, by full dotted names. The
parts `@fixtures`, `@markers` and `@plugins` are by plugin and name."""
Parts = dict[str, Part]


def fingerprint() -> str:
    """A checksum of all that the compiled file depends on: the tables and the modules that compile them."""
    checksum, size = 0, 0
    for path in [HERE / "compile.py", HERE / "source.py", *sorted(TABLES.glob("*.toml"))]:
        content = path.read_bytes()
        checksum, size = zlib.crc32(content, zlib.crc32(path.name.encode(), checksum)), size + len(content)
    return f"{checksum:08x}-{size}"


class Store(Protocol):
    """Hands out the part of a top-level package, or of `@fixtures`, `@markers`, `@plugins`; None where nothing is known."""

    def part(self, key: str) -> Part | None: ...


class InMemory:
    """Parts that were compiled just now."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def part(self, key: str) -> Part | None:
        return self._parts.get(key)


class CompiledFile:
    """The compiled file; a part is decoded when it is first asked for, since most runs need a few of hundreds."""

    def __init__(self, content: bytes) -> None:
        head, _, self._content = content.partition(b"\n")
        header = json.loads(head)
        self.fingerprint: str = header["fingerprint"]
        self._index: dict[str, tuple[int, int]] = header["parts"]

    def part(self, key: str) -> Part | None:
        if key not in self._index:
            return None
        start, length = self._index[key]
        part: Part = json.loads(self._content[start : start + length])
        return part


class Overlay:
    """A user's entries over another store: an entry replaces the one of the same name as a whole."""

    def __init__(self, below: Store, parts: Parts) -> None:
        self._below = below
        self._parts = parts

    def part(self, key: str) -> Part | None:
        mine, theirs = self._parts.get(key), self._below.part(key)
        if mine is None or theirs is None:
            return mine or theirs
        return {kind: {**theirs.get(kind, {}), **mine.get(kind, {})} for kind in theirs.keys() | mine.keys()}


def built_in(compiled: Path = COMPILED) -> Store:
    """The knowledge that comes with testaudit. Raises ConfigurationError where the tables were changed and are wrong."""
    try:
        store = CompiledFile(compiled.read_bytes())
        if store.fingerprint == fingerprint():
            return store
    except (OSError, ValueError, KeyError):
        pass
    from testaudit.knowledge.compile import compile_tables, sources

    return InMemory(compile_tables(sources()))


def extended(below: Store, extra: Mapping[str, object], source: Source | None = None) -> Store:
    """A store with a user's entries on top. Raises ConfigurationError with everything that is wrong with them."""
    from testaudit.knowledge.compile import compile_entries
    from testaudit.knowledge.source import Source, entries

    origin = source or Source("configuration", "")
    found = [(origin, entry) for entry in entries(extra)]
    return Overlay(below, compile_entries(found, [], known_elsewhere=lambda name: _known(below, name)))


def _known(store: Store, name: str) -> bool:
    part = store.part(name.split(".", 1)[0])
    if part is None:
        return False
    below = name + "."
    listed = any(known == name or known.startswith(below) for kind in ("symbols", "aliases") for known in part[kind])
    return listed or any(name.startswith(prefix) for prefix in part["wildcards"])
