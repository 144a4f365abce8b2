"""One table's text: its entries by kind and name, and the lines where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import tomli

from testaudit.records import dataclass

Roles = Mapping[str, object]
KINDS = ("symbols", "aliases", "fixtures", "markers", "plugins", "hosts")


@dataclass(slots=True, frozen=True)
class Entry:
    """One name in a table. `path` is where it stands there: the keys from the kind down, a group of names (`"a b"`) unsplit."""

    kind: str
    name: str
    """A dotted name; for fixtures and markers the plugin, a slash and the name."""
    value: object
    """The roles as written, the target of an alias, or whose a host is."""
    path: tuple[str, ...]


@dataclass(slots=True, frozen=True)
class Source:
    """A table as text; `prefix` are the keys that stand before the kind (`tool.testaudit.knowledge`)."""

    path: str
    text: str
    prefix: tuple[str, ...] = ()

    def entries(self) -> Iterator[Entry]:
        """All its entries. Raises TOMLDecodeError; nothing where the prefix is not in it."""
        table: object = tomli.loads(self.text)
        for key in self.prefix:
            table = table.get(key, {}) if isinstance(table, Mapping) else {}
        return entries(table) if isinstance(table, Mapping) else iter(())

    def line(self, path: tuple[str, ...]) -> int:
        """The line (from 1) where these keys are written, or that of the nearest keys above them; 0 without a text."""
        if not self.text:
            return 0
        lines = _lines(self.text)
        wanted = self.prefix + path
        while wanted:
            if wanted in lines:
                return lines[wanted]
            wanted = wanted[:-1]
        return 1

    def error_line(self, error: tomli.TOMLDecodeError) -> int:
        """The line of a syntax error."""
        found = re.search(r"at line (\d+)", str(error))
        return int(found[1]) if found else self.text.count("\n") + 1


def entries(table: Mapping[str, object]) -> Iterator[Entry]:
    """All entries of a parsed table, groups of names split; what has no known kind comes as an entry of that kind with no name."""
    for kind, content in table.items():
        if kind not in KINDS or not isinstance(content, Mapping):
            yield Entry(kind, "", content, (kind,))
        elif kind == "symbols":
            yield from _symbols(content, "", (kind,))
        elif kind in {"fixtures", "markers"}:
            yield from _by_plugin(kind, content)
        elif kind == "hosts":
            yield from (Entry(kind, name, value, (kind, group)) for group, value in content.items() for name in group.split())
        else:
            yield from (Entry(kind, name, value, (kind, name)) for name, value in content.items())


def _symbols(table: Roles, prefix: str, path: tuple[str, ...]) -> Iterator[Entry]:
    """A key whose value is a table is a name, or several with spaces between; any other key is a role of the name that the table is."""
    roles = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    if prefix and (roles or not table):
        yield Entry("symbols", prefix, roles, path)
    elif roles:
        yield Entry("symbols", "", roles, path)
    for key, value in table.items():
        if isinstance(value, Mapping):
            for name in key.split():
                yield from _symbols(value, f"{prefix}.{name}" if prefix else name, (*path, key))


def _by_plugin(kind: str, content: Roles) -> Iterator[Entry]:
    for plugin, members in content.items():
        if not isinstance(members, Mapping):
            yield Entry(kind, "", members, (kind, plugin))
            continue
        for group, value in members.items():
            for name in group.split():
                yield Entry(kind, f"{plugin}/{name}", value, (kind, plugin, group))


_KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[\w.\- ])+?)\s*=""")
_HEADER = re.compile(r"""\s*\[\[?((?:"[^"]*"|'[^']*'|[^]"'])*)\]""")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"' + r"|'[^']*'")


def _lines(text: str) -> dict[tuple[str, ...], int]:
    """The line of every header and key. A value that spans lines is skipped by counting its brackets."""
    found: dict[tuple[str, ...], int] = {}
    header: tuple[str, ...] = ()
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        bare = _STRING.sub("", line).split("#", 1)[0]
        if depth == 0 and bare.lstrip().startswith("["):
            written = _HEADER.match(line)
            header = _keys(written[1]) if written else ()
            found.setdefault(header, number)
            continue
        if depth == 0 and (key := _KEY.match(line)):
            found.setdefault(header + _keys(key[1]), number)
        depth = max(0, depth + sum(bare.count(c) for c in "[{") - sum(bare.count(c) for c in "]}"))
    return found


def _keys(written: str) -> tuple[str, ...]:
    """A dotted TOML key as its parts; empty where it is none."""
    try:
        parsed: object = tomli.loads(f"{written} = 0")
    except tomli.TOMLDecodeError:
        return ()
    keys: list[str] = []
    while isinstance(parsed, dict):
        ((key, parsed),) = parsed.items()
        keys.append(str(key))
    return tuple(keys)
