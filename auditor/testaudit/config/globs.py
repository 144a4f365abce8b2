"""Path patterns of the configuration: the part of `.gitignore`'s language that people know, without negation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache


def path_matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """A predicate on root-relative paths with `/`: whether one of the patterns matches the path or a folder above it.

    A pattern without `/` (but for a last one) matches a name at any depth, one with `/` counts from the root. `*` and `?` stay inside one
    name, `**` spans folders, `[a-z]` is a set. Raises `ValueError` naming the pattern that cannot be one.
    """
    return _matcher(tuple(patterns))


@lru_cache(maxsize=256)
def _matcher(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    if not patterns:
        return lambda _path: False
    found = re.compile("|".join(_regex(pattern) for pattern in patterns)).match
    return lambda path: found(path) is not None


def _regex(pattern: str) -> str:
    bare = pattern.strip().removeprefix("./").rstrip("/")
    if not bare.strip("/") and bare != "":
        raise ValueError(f"`{pattern}` matches nothing")
    if bare in {"", "."}:
        raise ValueError(f"`{pattern}` matches no path; `**` is everything")
    anchored = "/" in bare
    parts = bare.strip("/").split("/")
    if ".." in parts:
        raise ValueError(f"`{pattern}` leaves the root")
    text = "" if anchored else "(?:.*/)?"
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        if part == "**":
            text += ".*" if last else "(?:.*/)?"
        else:
            text += _name_regex(part, pattern) + ("" if last else "/")
    return f"(?:{text}(?:/.*)?\\Z)"


def _name_regex(part: str, pattern: str) -> str:
    text, i = "", 0
    while i < len(part):
        char = part[i]
        if char == "[":
            end = part.find("]", i + 2)
            if end < 0:
                raise ValueError(f"`{pattern}` opens a set with `[` and does not close it")
            body = part[i + 1 : end].replace("\\", "\\\\")
            text += "[" + ("^" + body[1:] if body[0] in "!^" else body) + "]"
            i = end + 1
            continue
        if char == "*":
            text += "[^/]*"
            while part[i : i + 1] == "*":
                i += 1
            continue
        text += "[^/]" if char == "?" else re.escape(char)
        i += 1
    return text
