"""What is known of libraries, as data: TOML tables of symbols, fixtures and markers, and the one function that loads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from testaudit.knowledge.in_force import built_in, extended
from testaudit.knowledge.lookup import Knowledge
from testaudit.knowledge.schema import LibraryFixture, Marker, Plugin, Symbol

if TYPE_CHECKING:
    from testaudit.knowledge.source import Source

__all__ = ["Knowledge", "LibraryFixture", "Marker", "Plugin", "Symbol", "load"]


def load(extra: Mapping[str, object] | None = None, source: Source | None = None) -> Knowledge:
    """The knowledge in force: what comes with testaudit and, on top, a user's own entries in the same form (`[tool.testaudit.knowledge]`).

    `source` is the file that `extra` comes from (`testaudit.knowledge.source.Source`), for the places in error messages.
    Raises ConfigurationError with everything that is wrong.
    """
    store = built_in()
    if extra:
        store = extended(store, extra, source)
    return Knowledge(store)
