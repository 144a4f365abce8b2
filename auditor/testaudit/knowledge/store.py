"""The stores of the knowledge: parts by the top-level package that they are about, in memory, in the compiled file, or one over another."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Protocol

HERE = Path(__file__).parent
TABLES = HERE / "tables"
COMPILED = HERE / "compiled.jsonl"

Part = dict[str, dict[str, object]]
"""What is known below one top-level package: `symbols`, `wildcards` (literal prefix -> roles) and `aliases`, by full dotted names. The
parts `@fixtures`, `@markers` and `@plugins` are by plugin and name; `@hosts` has whose each host is, `@aliases` the aliases with a `*`."""
Parts = dict[str, Part]


def fingerprint() -> str:
    """A checksum of all that the compiled file depends on: the tables and the modules that compile them."""
    checksum, size = 0, 0
    for path in [HERE / "compile.py", HERE / "source.py", *sorted(TABLES.glob("*.toml"))]:
        content = path.read_bytes()
        checksum, size = zlib.crc32(content, zlib.crc32(path.name.encode(), checksum)), size + len(content)
    return f"{checksum:08x}-{size}"


class Store(Protocol):
    """Hands out the part of a top-level package, or of `@fixtures`, `@markers`, `@plugins`, `@hosts`; None where nothing is known."""

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
