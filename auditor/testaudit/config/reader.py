"""Reads TOML values as what they should be, and gathers every complaint with its place instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from testaudit.config.globs import path_matcher
from testaudit.config.places import KeyPath
from testaudit.errors import Problem, did_you_mean

Word = TypeVar("Word", bound=str)

_NAMES = {bool: "a boolean", str: "a string", int: "a number", float: "a number", list: "a list", dict: "a table"}


class Reader:
    """One source of values: a file with the lines of its keys, or the command line."""

    def __init__(self, path: str, lines: Mapping[KeyPath, int]) -> None:
        self.path = path
        self.lines = lines
        self.problems: list[Problem] = []

    def complain(self, keys: KeyPath, message: str) -> None:
        """Remember what is wrong with the value under these keys."""
        known = keys
        while known and known not in self.lines:
            known = known[:-1]
        self.problems.append(Problem(self.path or f"--{keys[0]}", self.lines.get(known, 0), message))

    def expected(self, keys: KeyPath, wanted: str, value: object) -> None:
        """Complain that a value has the wrong type."""
        self.complain(keys, f"`{dotted(keys)}` takes {wanted}, not {_NAMES.get(type(value), type(value).__name__)} ({_short(value)})")

    def text(self, keys: KeyPath, value: object) -> str | None:
        """A string that is not empty."""
        if isinstance(value, str) and value.strip():
            return value
        if isinstance(value, str):
            self.complain(keys, f"`{dotted(keys)}` is empty")
        else:
            self.expected(keys, "a string", value)
        return None

    def boolean(self, keys: KeyPath, value: object) -> bool:
        """`true` or `false`."""
        if isinstance(value, bool):
            return value
        self.expected(keys, "true or false", value)
        return False

    def texts(self, keys: KeyPath, value: object) -> tuple[str, ...]:
        """A list of strings."""
        if not isinstance(value, (list, tuple)):
            self.expected(keys, "a list of strings", value)
            return ()
        found = []
        for index, item in enumerate(value):
            if isinstance(item, str) and item.strip():
                found.append(item)
            else:
                self.complain((*keys, index), f"`{dotted(keys)}` takes a list of strings; {_short(item)} is none")
        return tuple(found)

    def patterns(self, keys: KeyPath, values: Iterable[str]) -> tuple[str, ...]:
        """Those of the strings that are path patterns."""
        return tuple(value for index, value in enumerate(values) if self.is_pattern((*keys, index), value))

    def is_pattern(self, keys: KeyPath, value: str) -> bool:
        """Whether a string is a path pattern; complains when not."""
        try:
            path_matcher((value,))
        except ValueError as error:
            self.complain(keys, f"`{dotted(keys)}`: {error}")
            return False
        return True

    def table(self, keys: KeyPath, value: object, known: Sequence[str] = ()) -> Mapping[str, object]:
        """A table; with `known`, each other key is a complaint and left out."""
        if not isinstance(value, Mapping):
            self.expected(keys, "a table", value)
            return {}
        for key in value:
            if known and key not in known:
                self.complain((*keys, key), f"unknown key `{dotted((*keys, key))}`{did_you_mean(key, known)}")
        return {key: item for key, item in value.items() if not known or key in known}

    def choice(self, keys: KeyPath, value: object, valid: Sequence[Word], note: str = "") -> Word | None:
        """One of a few words."""
        for word in valid:
            if word == value:
                return word
        words = ", ".join(f'"{word}"' for word in valid)
        if isinstance(value, str):
            self.complain(keys, f'`{dotted(keys)}` is one of {words}, not "{value}"{note}')
        else:
            self.expected(keys, f"one of {words}", value)
        return None

    def choices(self, keys: KeyPath, value: object, valid: Sequence[Word]) -> dict[str, Word]:
        """A table whose values are all of a few words."""
        found = {}
        for key, item in self.table(keys, value).items():
            word = self.choice((*keys, key), item, valid)
            if word is not None:
                found[key] = word
        return found


def dotted(keys: KeyPath) -> str:
    """How a person writes a key path: indices in brackets, keys with other characters in quotes."""
    text = ""
    for key in keys:
        if isinstance(key, int):
            text += f"[{key}]"
            continue
        plain = key.replace("-", "").replace("_", "").isalnum()
        text += ("." if text else "") + (key if plain else f'"{key}"')
    return text


def _short(value: object) -> str:
    shown = ("true" if value else "false") if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else repr(value)
    return shown if len(shown) <= 40 else shown[:37] + "…"
