"""Unified diffs as `git apply` takes them."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterator
from difflib import unified_diff
from io import BytesIO

_SPECIAL = re.compile(r'[\x00-\x1f\x7f"\\]')
_ESCAPES = {"\t": r"\t", "\n": r"\n", "\r": r"\r", '"': r"\"", "\\": r"\\"}


def unified(path: str, before: bytes, after: bytes) -> str:
    """The unified diff of two versions of the Python file `path`, with three lines of context; empty where they are the same.

    Lines end at a line feed only, and a carriage return before it is part of the line, as git has it; so is a byte order mark.
    """
    encoding = _encoding(before)
    old, new = (_lines(source.decode(encoding, "replace")) for source in (before, after))
    return "".join(_marked(unified_diff(old, new, _name(f"a/{path}"), _name(f"b/{path}"))))


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _marked(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _name(path: str) -> str:
    """The path as git writes it: in quotes where it has special characters, followed by a tab where it has blanks."""
    if _SPECIAL.search(path):
        return '"' + _SPECIAL.sub(lambda match: _ESCAPES.get(match[0], f"\\{ord(match[0]):03o}"), path) + '"'
    return f"{path}\t" if " " in path else path


def _encoding(source: bytes) -> str:
    try:
        encoding = tokenize.detect_encoding(BytesIO(source).readline)[0]
    except SyntaxError:
        return "utf-8"
    return "utf-8" if encoding == "utf-8-sig" else encoding
