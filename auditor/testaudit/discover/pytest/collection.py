"""Which files pytest collects in a session: its arguments, `python_files`, `norecursedirs`, `--ignore` and virtual environments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatch, fnmatchcase, translate

from testaudit.discover.pytest.settings import NORECURSEDIRS, PytestSettings
from testaudit.discover.tree import Tree, ancestors, is_below, is_outside, join, parent

_DOCTESTS = ("test*.txt",)
"""Text files that pytest takes for doctests when nothing says otherwise."""


class Collection:
    """The files that pytest collects when it is started in `folder` with these settings, as far as names tell (`collect_ignore` is code).

    `also` are further arguments: files and folders that were named on the command line, taken whatever `testpaths` says.
    """

    def __init__(self, tree: Tree, folder: str, settings: PytestSettings, also: Sequence[str] = ()) -> None:
        self.tree = tree
        self.folder = folder
        self.settings = settings
        options = settings.options
        written = [path.partition("::")[0] for path in options.paths] or settings.testpaths
        self._arguments = tuple(_argument(folder, path) for path in written)
        self._literal = frozenset("/".join(parts) or "." for parts in self._arguments if not _has_magic("".join(parts)))
        self._patterns = tuple(parts for parts in self._arguments if _has_magic("".join(parts)))
        self._also = frozenset(also)
        self._test_names = _Patterns(settings.python_files)
        self._doctest_names = _Patterns(options.doctest_globs or _DOCTESTS)
        self._left_out_names = _Patterns(settings.norecursedirs)
        self._ignored = frozenset(join(folder, path) for path in options.ignore)
        self._ignored_globs = tuple(tree.absolute(join(folder, path)) for path in options.ignore_glob)
        self._inside: dict[str, bool] = {}
        self._holding: dict[str, bool] = {}
        self._everything = not written or not any(self._exists(argument) for argument in self._arguments)

    def collects(self, path: str) -> bool:
        """Whether pytest would take the file for a test module."""
        if not path.endswith(".py"):
            return False
        if self.is_argument(path):
            return True
        if not self.is_inside(parent(path)) or not self.names_tests(path):
            return False
        return path not in self._ignored and not self._globbed(path)

    def has_doctests(self, path: str) -> bool:
        """Whether pytest would look for doctests in the file: one of its patterns for text (`--doctest-glob`), or any module that
        is no test module where modules are asked for."""
        if path.endswith(".py"):
            asked = self.settings.options.doctest_modules or self.settings.raw.get("doctest_plus") == "enabled"
            if not asked or self.names_tests(path):
                return False
        elif not self._doctest_names.match(path, self.tree):
            return False
        return self.is_argument(path) or (self.is_inside(parent(path)) and path not in self._ignored and not self._globbed(path))

    def names_tests(self, path: str) -> bool:
        """Whether the file is called as `python_files` wants it."""
        return self._test_names.match(path, self.tree)

    def holds_tests(self, folder: str) -> bool:
        """Whether pytest would take a file of this very folder for a test module."""
        if folder not in self._holding:
            self._holding[folder] = self.is_inside(folder) and any(self.collects(join(folder, name)) for name in self.tree.files(folder))
        return self._holding[folder]

    def is_inside(self, folder: str) -> bool:
        """Whether pytest comes into the folder: an argument, or below one and never left out on the way."""
        known = self._inside.get(folder)
        if known is None:
            known = self.is_argument(folder) or (folder != "." and self.is_inside(parent(folder)) and not self._left_out(folder))
            self._inside[folder] = known
        return known

    def is_argument(self, path: str) -> bool:
        """Whether the path is where collection begins."""
        if path in self._also:
            return True
        if self._everything:
            return path == self.folder
        return path in self._literal or any(_is_glob_of(pattern, path.split("/")) for pattern in self._patterns)

    def argument_folders(self) -> tuple[str, ...]:
        """The folders (of files, their folders) where collection begins, without those that only a pattern with `**` names; sorted."""
        if self._everything:
            return (self.folder,)
        found = set()
        for argument in self._arguments:
            for path in self._expanded(argument):
                found.add(path if self.tree.is_folder(path) else parent(path))
        return tuple(sorted(found))

    def rules_out(self, folder: str) -> bool:
        """Whether the settings themselves, not pytest's defaults, keep pytest out of a folder or of one above it."""
        own = _Patterns(tuple(pattern for pattern in self.settings.norecursedirs if pattern not in NORECURSEDIRS))
        return any(
            path in self._ignored or self._globbed(path) or own.match(path, self.tree)
            for path in ancestors(folder)
            if path != self.folder and is_below(path, self.folder)
        )

    def _left_out(self, folder: str) -> bool:
        if folder.rpartition("/")[2] == "__pycache__" or folder in self._ignored or self._globbed(folder):
            return True
        if self._left_out_names.match(folder, self.tree):
            return True
        return not self.settings.options.collect_in_virtualenv and _is_virtualenv(self.tree, folder)

    def _globbed(self, path: str) -> bool:
        return any(fnmatch(self.tree.absolute(path), pattern) for pattern in self._ignored_globs)

    def _exists(self, argument: tuple[str, ...]) -> bool:
        return "**" in argument or bool(self._expanded(argument))

    def _expanded(self, argument: tuple[str, ...]) -> tuple[str, ...]:
        """The paths that an argument names; looks into the folders on its way only."""
        found = ["."]
        for part in argument:
            if part == "**":
                return ()
            deeper = []
            for folder in found:
                if not _has_magic(part):
                    deeper.append(join(folder, part))
                else:
                    names = sorted(self.tree.files(folder) | self.tree.folders(folder))
                    deeper += [join(folder, name) for name in names if _is_glob_of((part,), [name])]
            found = deeper
        return tuple(path for path in found if self.tree.is_folder(path) or self.tree.is_file(path))


class _Patterns:
    """pytest's `fnmatch_ex`: a pattern without `/` is for the name, one with `/` for the end of the absolute path; `*` crosses folders."""

    def __init__(self, patterns: Sequence[str]) -> None:
        names = [pattern for pattern in patterns if "/" not in pattern]
        paths = [pattern if pattern.startswith("/") else f"*/{pattern}" for pattern in patterns if "/" in pattern]
        self._names = re.compile("|".join(translate(name) for name in names)) if names else None
        self._paths = re.compile("|".join(translate(path) for path in paths)) if paths else None

    def match(self, path: str, tree: Tree) -> bool:
        """Whether one of the patterns matches the root-relative path."""
        if self._names is not None and self._names.match(path.rpartition("/")[2]):
            return True
        return self._paths is not None and self._paths.match(tree.absolute(path)) is not None


def _is_virtualenv(tree: Tree, folder: str) -> bool:
    return "pyvenv.cfg" in tree.files(folder) or ("conda-meta" in tree.folders(folder) and "history" in tree.files(f"{folder}/conda-meta"))


def _argument(folder: str, written: str) -> tuple[str, ...]:
    path = join(folder, written)
    return ("..",) if is_outside(path) else () if path == "." else tuple(path.split("/"))


def _has_magic(part: str) -> bool:
    return any(char in part for char in "*?[")


def _is_glob_of(pattern: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether the path is one that `glob` (recursive) finds for the pattern: magic never matches a leading dot."""
    if not pattern:
        return not parts
    head, rest = pattern[0], pattern[1:]
    if head == "**":
        return _is_glob_of(rest, parts) or (bool(parts) and not parts[0].startswith(".") and _is_glob_of(pattern, parts[1:]))
    if not parts:
        return False
    if _has_magic(head):
        fits = fnmatchcase(parts[0], head) and not (parts[0].startswith(".") and not head.startswith("."))
    else:
        fits = parts[0] == head
    return fits and _is_glob_of(rest, parts[1:])
