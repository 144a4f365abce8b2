"""The values of Python's literals, from their text."""

from __future__ import annotations

import re

_PREFIX = re.compile(r"[A-Za-z]*")
_ESCAPE = re.compile(r"\\(\r\n|[0-7]{1,3}|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|N\{[^}]*\}|.)", re.DOTALL)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def string_prefix(text: str) -> str:
    """The prefix of a string literal in lower case."""
    match = _PREFIX.match(text)
    return match.group().lower() if match else ""


def string_value(text: str) -> str | bytes:
    """The value of one string literal without interpolations; for bytes the text has one character for each byte."""
    prefix = string_prefix(text)
    body = text[len(prefix) :]
    quotes = 3 if body[:3] in ('"""', "'''") and len(body) >= 6 else 1
    return unescape(body[quotes:-quotes], prefix)


def unescape(content: str, prefix: str) -> str | bytes:
    """What the characters between the quotes stand for."""
    if "\r" in content:
        content = content.replace("\r\n", "\n").replace("\r", "\n")
    if "b" in prefix:
        if "\\" in content and "r" not in prefix:
            content = _ESCAPE.sub(_byte_escape, content)
        return content.encode("latin-1", "replace")
    if "\\" in content and "r" not in prefix:
        content = _ESCAPE.sub(_escape, content)
    return content


def _byte_escape(match: re.Match[str]) -> str:
    code = match.group(1)
    return match.group() if code[0] in "uUN" else _escape(match)


def _escape(match: re.Match[str]) -> str:
    code = match.group(1)
    if code in _SIMPLE:
        return _SIMPLE[code]
    if code == "\n":
        return ""
    if code[0] in "01234567":
        return chr(int(code, 8))
    if len(code) > 1 and code[0] in "xuU":
        number = int(code[1:], 16)
        return chr(number) if number < 0x110000 else match.group()
    if len(code) > 1 and code[0] == "N":
        return _named(code[2:-1]) or match.group()
    return match.group()


def _named(name: str) -> str | None:
    import unicodedata  # a megabyte of tables that few files need

    try:
        return unicodedata.lookup(name)
    except KeyError:
        return None


def number_value(text: str) -> int | float | complex | None:
    """The value of a number, or None where this Python has none for it (`0777`, `10L`, 5,000 digits)."""
    try:
        return int(text, 0)
    except ValueError:
        pass
    try:
        return complex(text.replace("_", "")) if text[-1] in "jJ" else float(text.replace("_", "")) if not text.isdigit() else None
    except ValueError:
        return None
