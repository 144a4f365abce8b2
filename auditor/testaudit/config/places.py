"""Where each key of a TOML text stands: tomli tells values, messages need lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from testaudit.errors import Problem

KeyPath = tuple[str | int, ...]


def toml_problem(path: str, text: str, error: ValueError) -> Problem:
    """What a TOML reader says of a broken text, at its line (the last one when the text ends too early)."""
    place = re.search(r"line (\d+)", str(error))
    return Problem(path, int(place[1]) if place else text.rstrip("\n").count("\n") + 1, f"is not valid TOML: {error}")


_SKIP = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_STRING = re.compile(r'"""(?:[^\\]|\\.)*?"""+|\'\'\'.*?\'\'\'+|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL)
_PLAIN = re.compile(r"[^,\]}#\n]+")


class KeyLines(Mapping[KeyPath, int]):
    """The line (from 1) of every table header, key and list element of a *valid* TOML text, by its path: `("tool", "x", "list", 0)`.

    With `below`, only what stands under those keys, and paths begin there. Elements of an array of tables have their index in the path like
    elements of a list. The text is searched when the first line is asked for: most runs ask for none.
    """

    def __init__(self, text: str, below: KeyPath = ()) -> None:
        self._text = text
        self._below = below

    @cached_property
    def _lines(self) -> Mapping[KeyPath, int]:
        depth = len(self._below)
        return {keys[depth:]: line for keys, line in _Scanner(self._text).lines.items() if keys[:depth] == self._below}

    def __getitem__(self, keys: KeyPath) -> int:
        return self._lines[keys]

    def __iter__(self) -> Iterator[KeyPath]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


class _Scanner:
    """Walks a valid TOML text once, and remembers where keys begin."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: dict[KeyPath, int] = {}
        self.arrays: dict[KeyPath, int] = {}
        self.at = 0
        self.line = 1
        self.counted = 0
        table: KeyPath = ()
        self._match(_SKIP)
        while self.at < len(text):
            if text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._match(_SKIP)

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None or found.end() == self.at:
            return ""
        self.at = found.end()
        return found.group()

    def _mark(self, path: KeyPath) -> None:
        self.line += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        self.lines.setdefault(path, self.line)

    def _key(self) -> tuple[str, ...]:
        parts: list[str] = []
        while True:
            self._match(_SPACE)
            part = self._match(_KEY)
            parts.append(_unquoted(part))
            self._match(_SPACE)
            if self.text[self.at : self.at + 1] != "." or not part:
                return tuple(parts)
            self.at += 1

    def _header(self) -> KeyPath:
        double = self.text.startswith("[[", self.at)
        start = self.at
        self.at += 2 if double else 1
        parts = self._key()
        end = self.at
        self.at = start
        path: KeyPath = ()
        for index, part in enumerate(parts):
            path = (*path, part)
            if double and index == len(parts) - 1:
                self.arrays[path] = self.arrays.get(path, -1) + 1
            self._mark(path)
            if path in self.arrays:
                path = (*path, self.arrays[path])
                self._mark(path)
        self.at = end + (2 if double else 1)
        return path

    def _pair(self, table: KeyPath) -> None:
        start = self.at
        parts = self._key()
        end, self.at = self.at, start
        path = table
        for part in parts:
            path = (*path, part)
            self._mark(path)
        self.at = max(end, start) + 1  # the equals sign; always forward, whatever the text
        self._match(_SPACE)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        if self._match(_STRING):
            return
        opening = self.text[self.at : self.at + 1]
        if opening not in {"[", "{"}:
            self._match(_PLAIN)
            return
        self.at += 1
        self._match(_SKIP)
        index = 0
        while self.at < len(self.text) and self.text[self.at] not in "]}":
            if opening == "{":
                self._pair(path)
            else:
                self._mark((*path, index))
                self._value((*path, index))
                index += 1
            self._match(_SKIP)
            if self.text[self.at : self.at + 1] == ",":
                self.at += 1
            self._match(_SKIP)
        self.at += 1


def _unquoted(key: str) -> str:
    if key[:1] == "'":
        return key[1:-1]
    if key[:1] == '"':
        body = key[1:-1]
        return re.sub(r'\\(["\\])', r"\1", body)
    return key
