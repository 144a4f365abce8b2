"""What is known under a name and where that is written, for a person who asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from testaudit.knowledge.compile import sources
from testaudit.knowledge.lookup import Knowledge
from testaudit.knowledge.source import Entry, Source


@dataclass(slots=True, frozen=True)
class Description:
    """One table entry that is about a name."""

    kind: str
    """`symbols`, `aliases`, `fixtures`, `markers` or `plugins`."""
    name: str
    """The entry's own name (`boto3.*`, `pytest-django/db`)."""
    roles: tuple[tuple[str, str], ...]
    """The roles as written, in TOML's spelling; of an alias its target under `is`."""
    path: str
    line: int


def describe(knowledge: Knowledge, name: str, own: Iterable[Source] = ()) -> tuple[Description, ...]:
    """The entries that decide about a name, in the order of their places: a symbol with its aliases, all that is listed below a library or class, fixtures, markers and plugins
    that are called so. `own` are the user's sources; an entry of theirs hides the built-in one of the same name."""
    entry_name = knowledge.entry_name(name)
    found: dict[tuple[str, str], Description] = {}
    for source in [*sources(), *own]:
        for entry in source.entries():
            if _is_about(entry, name, entry_name):
                found[entry.kind, entry.name] = Description(
                    entry.kind, entry.name, tuple(_roles(entry.value)), source.path, source.line(entry.path)
                )
    return tuple(sorted(found.values(), key=lambda d: (d.path, d.line, d.kind, d.name)))


def _is_about(entry: Entry, name: str, entry_name: str | None) -> bool:
    match entry.kind:
        case "symbols":
            return entry.name == entry_name or entry.name.startswith(name + ".")
        case "aliases":
            return name == entry.name or name.startswith(entry.name + ".") or entry.value == name
        case "fixtures" | "markers":
            return entry.name.partition("/")[2] == name or entry.name.partition("/")[0] == name
        case _:
            return entry.name == name


def _roles(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield "is", value
    for roles in value if isinstance(value, list) else [value]:
        if isinstance(roles, Mapping):
            yield from ((role, _spelled(what)) for role, what in roles.items())


def _spelled(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case list():
            return ", ".join(map(_spelled, value))
        case Mapping():
            return ", ".join(f"{key} = {_spelled(item)}" for key, item in value.items())
        case _:
            return repr(value)
