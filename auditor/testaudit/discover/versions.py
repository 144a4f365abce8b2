"""Versions and the ranges of them that requirements allow (the specifiers and markers of PEP 440 and 508, poetry's `^`)."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping

PYTEST_RELEASES = (
    "6.2.5",
    "7.0.1",
    "7.1.3",
    "7.2.2",
    "7.3.2",
    "7.4.4",
    "8.0.2",
    "8.1.2",
    "8.2.2",
    "8.3.5",
    "8.4.2",
    "9.0.3",
    "9.1.1",
    "9.2",
)
"""The last release of each minor version of pytest that tests could still be run with."""
NEWEST_PYTEST = PYTEST_RELEASES[-1]
NEWEST_PYTHON = "3.14"

_CLAUSE = re.compile(r"(===?|~=|!=|<=|>=|<|>|\^|~)\s*v?(\d+(?:\.\d+)*)[\w.+!-]*?(\.\*)?\s*(?:,|$|\s)")
_MARKER = re.compile(r"""([\w.]+)\s*(===?|!=|<=|>=|<|>|not\s+in|in)\s*["']([^"']*)["']""")
_ORDER: Mapping[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "===": operator.eq,
    "!=": operator.ne,
}
_SURROUNDINGS = {
    "platform_python_implementation": "CPython",
    "implementation_name": "cpython",
    "sys_platform": "linux",
    "platform_system": "Linux",
    "os_name": "posix",
}


def numbers(version: str | None) -> tuple[int, ...]:
    """The first four numbers of a version."""
    return tuple(int(number) for number in re.findall(r"\d+", version or "")[:4])


def newest_allowed(releases: Iterable[str], specifiers: Iterable[str]) -> str | None:
    """The last of `releases` (the oldest first) that all specifiers (`>=7,<9`, `^8.1`) allow; None where none is."""
    wanted = [specifier for specifier in specifiers if specifier]
    return next((release for release in reversed(tuple(releases)) if all(allows(one, release) for one in wanted)), None)


def allows(specifier: str, version: str) -> bool:
    """Whether a specifier allows a version, as far as its numbers tell; what cannot be read allows all."""
    return all(_holds(operation, numbers(bound), bool(star), numbers(version)) for operation, bound, star in _CLAUSE.findall(specifier))


def _holds(operation: str, bound: tuple[int, ...], star: bool, version: tuple[int, ...]) -> bool:
    width = max(len(bound), len(version))
    below, given = bound + (0,) * (width - len(bound)), version + (0,) * (width - len(version))
    if operation in ("==", "===", "!=") and star:
        return (version[: len(bound)] == bound) is (operation != "!=")
    if operation in _ORDER:
        return _ORDER[operation](given, below)
    if operation == "^":  # poetry: up to the next version of the first number that is not 0
        fixed = next((at for at, number in enumerate(bound) if number), len(bound) - 1) + 1
    else:  # `~=7.4` fixes 7, poetry's `~7.4` both, and either `~7` the one
        fixed = max(1, len(bound) - 1 if operation == "~=" else min(len(bound), 2))
    return given >= below and version[:fixed] == bound[:fixed]


def applies(marker: str, python: str) -> bool:
    """Whether a requirement with this marker counts under CPython of this version on Linux; what cannot be read, and extras, count."""
    return any(all(_is_met(part, python) for part in either.split(" and ")) for either in marker.split(" or "))


def _is_met(condition: str, python: str) -> bool:
    found = _MARKER.search(condition)
    if found is None:
        return True
    name, operation, text = found[1], found[2], found[3]
    if name in ("python_version", "python_full_version"):
        return _holds(operation, numbers(text.removesuffix(".*")), text.endswith(".*"), numbers(python)) if operation in _ORDER else True
    known = _SURROUNDINGS.get(name)
    if known is None or operation not in ("==", "!="):
        return True
    return (known == text) is (operation == "==")
