"""Finds what the knowledge says of a name, and the table's line where it says so."""

from __future__ import annotations

from collections.abc import Iterator

import tomli

from testaudit.config import Config
from testaudit.knowledge import Knowledge, load
from testaudit.knowledge.compile import sources
from testaudit.knowledge.source import Source, entries


def entries_for(name: str, config: Config) -> Iterator[tuple[str, object, str]]:
    """The kind of each entry that `name` means, the entry and its place (`path:line`): symbol, fixtures, marker, plugin, in this order."""
    knowledge = load(config.knowledge, Source(config.path or "configuration", "", ("tool", "testaudit", "knowledge")))
    for kind, entry, key in _meant(name, knowledge):
        yield kind, entry, next(_places(f"{kind}s", key, config), "")


def _meant(name: str, knowledge: Knowledge) -> Iterator[tuple[str, object, str]]:
    symbol = knowledge.symbol(name)
    if symbol is not None:
        yield "symbol", symbol, knowledge.entry_name(name) or name
    for plugin in dict.fromkeys(("pytest", *knowledge.plugins())):
        for fixture in knowledge.fixtures_of(plugin):
            if fixture.name == name:
                yield "fixture", fixture, f"{plugin}/{name}"
    marker = knowledge.marker(name)
    if marker is not None:
        yield "marker", marker, f"{marker.plugin}/{name}"
    distribution = knowledge.plugin(name)
    if distribution is not None:
        yield "plugin", distribution, distribution.name


def _places(kind: str, key: str, config: Config) -> Iterator[str]:
    """Where the entry is written: in the team's own table, or in those that come with testaudit."""
    for entry in entries(config.knowledge):
        if (entry.kind, entry.name) == (kind, key):
            yield f"{config.path}:{config.line_of('knowledge', *entry.path)}"
    for source in sources():
        if key.rpartition("/")[2].rpartition(".")[2] in source.text:
            for entry in entries(tomli.loads(source.text)):
                if (entry.kind, entry.name) == (kind, key):
                    yield f"{source.path}:{source.line(entry.path)}"
