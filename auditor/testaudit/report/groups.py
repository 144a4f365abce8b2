"""The pyramids of a suite's parts: by folder, or by what a test is said to belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from testaudit.report.documents import GroupEntry, Pyramid, TestEntry

MOST_FOLDERS = 24
"""So many rows can be read at one look; the folder with the most tests is opened as long as there is room."""


def by_name(tests: Iterable[TestEntry], names_of: Callable[[TestEntry], Sequence[str]]) -> tuple[GroupEntry, ...]:
    """The tests by one or more names each, sorted by name."""
    found: dict[str, list[TestEntry]] = {}
    for test in tests:
        for name in names_of(test):
            found.setdefault(name, []).append(test)
    return tuple(GroupEntry(name, Pyramid.of(found[name])) for name in sorted(found))


def by_folder(tests: Iterable[TestEntry]) -> tuple[GroupEntry, ...]:
    """The tests by folder, each folder with all below it that has no row of its own, sorted by path."""
    groups: dict[tuple[str, ...], list[TestEntry]] = {(): list(tests)}
    while len(groups) < MOST_FOLDERS:
        for folder in sorted(groups, key=lambda folder: (-len(groups[folder]), folder)):
            parts = _opened(folder, groups[folder])
            if len(parts) > 1 or (len(parts) == 1 and folder not in parts):
                break
        else:
            break
        if len(groups) - 1 + len(parts) > MOST_FOLDERS:
            break
        del groups[folder]
        groups.update(parts)
    return tuple(GroupEntry("/".join(folder) or ".", Pyramid.of(groups[folder])) for folder in sorted(groups) if groups[folder])


def _opened(folder: tuple[str, ...], tests: Iterable[TestEntry]) -> dict[tuple[str, ...], list[TestEntry]]:
    """The tests of a folder by the folders in it; those that lie in it themselves stay under its own name."""
    parts: dict[tuple[str, ...], list[TestEntry]] = {}
    for test in tests:
        inner = tuple(test.path.split("/")[:-1])[: len(folder) + 1]
        parts.setdefault(inner, []).append(test)
    return parts
