"""Lists every value in force and where it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from testaudit.config.load import COMMAND_LINE_KEYS
from testaudit.config.places import KeyPath
from testaudit.config.reader import dotted
from testaudit.config.values import Config, DeclaredLayers, LayerTable, PathIgnores, SessionConfig, Threshold
from testaudit.records import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """One value in force; `origin` is `default`, `command line`, or the file with its line (`pyproject.toml:12`)."""

    key: str
    value: str
    origin: str


def settings_in_force(config: Config) -> tuple[Setting, ...]:
    """Every setting in the order of the documentation; tables that are set are listed key by key."""
    return tuple(setting for key in COMMAND_LINE_KEYS for setting in _settings(config, key))


def _settings(config: Config, key: str) -> Iterator[Setting]:
    value = getattr(config, key.replace("-", "_"))
    leaves = tuple(_leaves((key,), value))
    if not leaves:
        yield Setting(key, "the rules that are on by default" if key == "select" else "nothing", _origin(config, (key,)))
    for keys, shown in leaves:
        yield Setting(dotted(keys), shown, _origin(config, keys))


def _leaves(keys: KeyPath, value: object) -> Iterator[tuple[KeyPath, str]]:
    table = _table(value)
    if table is not None:
        for key, item in table.items():
            yield from _leaves((*keys, key), item)
    elif value is not None and value != ():
        yield keys, _shown(value)


def _table(value: object) -> Mapping[str | int, object] | None:
    """What stands for a table, as the table that it was in the file; None for plain values."""
    from dataclasses import fields  # which imports much, for one command

    match value:
        case Mapping():
            return value
        case LayerTable() | DeclaredLayers() | SessionConfig():
            return {part.name: getattr(value, part.name) for part in fields(value) if part.name != "place"}
        case (PathIgnores() | Threshold() | SessionConfig(), *_) if isinstance(value, tuple):
            return dict(_entry(index, item) for index, item in enumerate(value))
        case _:
            return None


def _entry(index: int, item: PathIgnores | Threshold | SessionConfig) -> tuple[str | int, object]:
    match item:
        case PathIgnores():
            return item.pattern, item.codes
        case Threshold():
            return item.layer, item.written
        case SessionConfig():
            return index, item


def _shown(value: object) -> str:
    """A value as TOML would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_shown(item) for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _origin(config: Config, keys: KeyPath) -> str:
    if keys[0] in config.from_command_line:
        return "command line"
    while keys and keys not in config.lines:
        keys = keys[:-1]
    return f"{config.path}:{config.lines[keys]}" if keys else "default"
