"""How a Python file's bytes are characters: its declared encoding, and what is wrong with them."""

from __future__ import annotations

import re

UTF8 = "utf-8"
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^(?:\xef\xbb\xbf)?[ \t\f]*(?:#.*)?$")
_FAR = 2000  # bytes in which the declaration is looked for
_HIGH = bytes(range(128, 256))
_LETTERS = bytes(range(128)) + b"x" * 128


def declared_encoding(source: bytes) -> str:
    """The encoding that one of the first two lines declares (PEP 263), or UTF-8 where there is none that this Python knows."""
    if b"coding" not in source[:_FAR]:
        return UTF8
    for line in source[:_FAR].splitlines()[:2]:
        match = _COOKIE.match(line)
        if match:
            return _usable(match.group(1).decode("ascii", "replace"))
        if not _BLANK.match(line):
            break
    return UTF8


def _usable(name: str) -> str:
    if name.lower().replace("_", "-") in ("utf8", "utf-8", "utf-8-sig"):
        return UTF8
    try:
        plain = b"x = 1".decode(name) == "x = 1"
        _HIGH.decode(name, "replace")
    except (LookupError, ValueError):
        return UTF8
    return name.lower() if plain else UTF8


def for_the_parser(source: bytes, encoding: str) -> bytes:
    """`source` with the same length for a parser that reads UTF-8 only: other encodings' letters become the letter x."""
    return source if encoding == UTF8 else source.translate(_LETTERS)


def undecodable(source: bytes, encoding: str) -> int:
    """The offset of the first byte that makes this no Python text, or -1. CPython refuses null bytes, too."""
    null = source.find(0)
    if source.isascii():
        return null
    try:
        source.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start if null < 0 else min(null, error.start)
    except ValueError:
        return 0
    return null
