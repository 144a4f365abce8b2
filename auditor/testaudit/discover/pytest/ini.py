"""Reads ini files as pytest does (the `iniconfig` package's rules): no interpolation, no inline comments, continuation by indentation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

Section = Mapping[str, tuple[str, int]]


class IniError(ValueError):
    """What is wrong with an ini file, and in which line (from 1)."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def parse_ini(text: str) -> Mapping[str, Section]:
    """Sections by name, each with its values and the lines where they begin; lines of a value are joined by newlines.

    Raises `IniError` where pytest would stop: a value outside sections, a section or name twice, a line that is neither.
    """
    sections: dict[str, dict[str, tuple[str, int]]] = {}
    section: dict[str, tuple[str, int]] | None = None
    name: str | None = None
    for number, line in _lines(text):
        if line[0] == "[" and (header := _header(line)) is not None:
            if header in sections or not header:
                raise IniError(number, f"section [{header}] is there twice" if header else "a section without a name")
            section = sections[header] = {}
            name = None
        elif line[0].isspace() or line[0] == "[":
            if section is None or name is None:
                raise IniError(number, f"a continuation of nothing: {line.strip()!r}")
            value, first = section[name]
            section[name] = (f"{value}\n{line.strip()}" if value else line.strip(), first)
        else:
            name, value = _pair(line, number)
            if section is None:
                raise IniError(number, "a value before the first section")
            if name in section:
                raise IniError(number, f"`{name}` is there twice")
            section[name] = (value, number)
    return sections


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.rstrip()
        if line and line.lstrip()[0] not in "#;":
            yield number, line


def _header(line: str) -> str | None:
    bare = line.partition("#")[0].rstrip().partition(";")[0].rstrip()
    return bare[1:-1] if bare.endswith("]") else None


def _pair(line: str, number: int) -> tuple[str, str]:
    name, equals, value = line.partition("=")
    if not equals or ":" in name:
        name, colon, value = line.partition(":")
        if not colon:
            raise IniError(number, f"neither a section nor a value: {line!r}")
    return name.strip(), value.strip()
