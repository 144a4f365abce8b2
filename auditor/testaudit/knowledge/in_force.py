"""Where the parts of the knowledge come from: the compiled file where it is fresh, the tables otherwise, a user's own entries on top.

What reads and checks TOML is imported only where it is needed: with a fresh compiled file, never.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from testaudit.knowledge.store import COMPILED, CompiledFile, InMemory, Overlay, Store, fingerprint

if TYPE_CHECKING:
    from testaudit.knowledge.source import Source


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
