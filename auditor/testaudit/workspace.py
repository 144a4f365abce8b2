"""The one place that loads source: it hands out modules on demand and finds the module that an import means."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from testaudit.errors import Problem
from testaudit.folders import folder_of
from testaudit.read.facts import Module
from testaudit.read.python import read_python
from testaudit.records import dataclass, field

SOURCES = (".py", ".pyi", ".pyw")
_EXTENSION = (".pyx", ".pyi", ".c", ".cpp", ".so", ".pyd")
"""The files of an extension module, which has no source in Python."""
RootsOf = Callable[[str], Sequence[str]]
"""The folders (root-relative, `.` for the root) from which a file's absolute imports are resolved, in import order."""


@dataclass(slots=True, eq=False)
class Workspace:
    """Modules below `root`, read at most once. Paths are root-relative with `/`. A file that cannot be read is a `Problem`, and None."""

    root: Path
    roots_of: RootsOf
    changed: Mapping[str, bytes] = field(default_factory=dict)
    """Bytes that stand for a file's own (fixes that are not written yet)."""
    reading: Callable[[int], None] = lambda _done: None
    """Told how many files were read so far."""
    whole: bool = False
    """Whether the bodies of files with tests are read at once: for a run that asks for the effects of all tests."""
    problems: list[Problem] = field(default_factory=list)
    _sources: dict[str, bytes | None] = field(default_factory=dict)
    _modules: dict[str, Module | None] = field(default_factory=dict)
    _found: dict[tuple[str, tuple[str, ...]], str | None] = field(default_factory=dict)
    _listings: dict[str, frozenset[str]] = field(default_factory=dict)
    _roots: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _namespaces: dict[tuple[str, str], bool] = field(default_factory=dict)
    _named: dict[tuple[str, ...], bool] = field(default_factory=dict)

    def module(self, path: str) -> Module | None:
        """The module at `path`, or None when there is no readable file."""
        if path not in self._modules:
            self._modules[path] = self._read(path)
            self.reading(len(self._modules))
        return self._modules[path]

    def source(self, path: str) -> bytes | None:
        """The bytes of a file, read at most once; None when it cannot be read. Whoever asks for the module afterwards gets the same."""
        if path not in self._sources:
            module = self._modules.get(path)
            self._sources[path] = module.source if module is not None else self._bytes(path)
        return self._sources[path]

    def add(self, module: Module) -> None:
        """Make a module known that was not read from a file (another language's reader, a test)."""
        self._modules[module.path] = module

    @property
    def loaded(self) -> list[Module]:
        """The modules read so far, by path."""
        return [module for _, module in sorted(self._modules.items()) if module is not None]

    def find(self, dotted: str, importer: str) -> str | None:
        """The path of the first-party module that `import dotted` gives in the file `importer`; None when it is not first-party.

        A package is its `__init__.py`; a namespace package is None, its modules are found by their own names.
        """
        folder = folder_of(importer)
        roots = self._roots.get(folder)
        if roots is None:
            roots = self._roots[folder] = tuple(self.roots_of(importer))
        key = (dotted, roots)
        if key not in self._found:
            self._found[key] = next((path for root in roots if (path := self.find_in(root, dotted))), None)
        return self._found[key]

    def within(self, namespace: str, name: str, importer: str) -> str | None:
        """The path of the module `name` in a namespace package (`google.cloud` after `import google.cloud.storage`), as `find` gives it;
        None where `namespace` is a library's, or a package with an `__init__.py`."""
        return self.find(f"{namespace}.{name}", importer) if self.has_folder(namespace.partition(".")[0], importer) else None

    def has_folder(self, top_level: str, importer: str) -> bool:
        """Whether there is a folder that the importer could mean by a top-level package, with an `__init__.py` or without."""
        key = (top_level, importer.rpartition("/")[0])
        if key not in self._namespaces:
            self._namespaces[key] = any(self.is_folder(_join(root, top_level)) for root in self.roots_of(importer))
        return self._namespaces[key]

    def find_in(self, folder: str, dotted: str) -> str | None:
        """The module `dotted` below one folder (for relative imports: the package's own)."""
        for part in (parts := dotted.split("."))[:-1]:
            folder = _join(folder, part)
            if not self._names_in(folder):
                return None
        names, last = self._names_in(folder), parts[-1]
        if last in names:
            package = _join(folder, last)
            if "__init__.py" in self._names_in(package):
                return f"{package}/__init__.py"
        if f"{last}.py" in names:
            return _join(folder, f"{last}.py")
        return None

    def is_compiled(self, folder: str, dotted: str) -> bool:
        """Whether the module `dotted` below a folder is an extension: its source, its stub or what was built of it is there."""
        *packages, last = dotted.split(".")
        for part in packages:
            folder = _join(folder, part)
        return any(name.partition(".")[0] == last and name.endswith(_EXTENSION) for name in self._names_in(folder))

    def is_folder(self, folder: str) -> bool:
        """Whether a first-party folder of this name exists and is not empty (a namespace package)."""
        return bool(self._names_in(folder))

    def package(self, path: str) -> str:
        """The folder of the outermost package in which a module lies; its own folder where it lies in none."""
        folder = outer = folder_of(path)
        while folder and "__init__.py" in self._names_in(folder):
            outer, folder = folder, folder_of(folder)
        return outer

    def sources(self, folder: str, *, below: bool = True) -> list[tuple[str, bytes]]:
        """The Python files in a folder, and `below` it, with their text, by path; what cannot be read is left out.

        Links are not followed.
        """
        found: list[tuple[str, bytes]] = []
        for above, folders, files in os.walk(self.root / folder):
            folders[:] = sorted(n for n in folders if below and not n.startswith((".", "__pycache__")) and n != "node_modules")
            for name in sorted(files):
                path = Path(above, name)
                if name.endswith(".py"):
                    with suppress(OSError):
                        found.append((path.relative_to(self.root).as_posix(), path.read_bytes()))
        return found

    def names_any(self, words: tuple[str, ...]) -> bool:
        """Whether one of these words stands in any Python file of the project."""
        if words not in self._named:
            wanted = [word.encode() for word in words]
            self._named[words] = any(word in source for _, source in self.sources("") for word in wanted)
        return self._named[words]

    def roots(self, importer: str) -> tuple[str, ...]:
        self.find("", importer)
        return self._roots[folder_of(importer)]

    def _names_in(self, folder: str) -> frozenset[str]:
        if folder not in self._listings:
            try:
                self._listings[folder] = frozenset(entry.name for entry in (self.root / folder).iterdir())
            except OSError:
                self._listings[folder] = frozenset()
        return self._listings[folder]

    def _read(self, path: str) -> Module | None:
        if not path.endswith(SOURCES):
            return None  # findings stand in other files, too: a threshold in the configuration
        source = self._sources[path] if path in self._sources else self._bytes(path)
        return read_python(path, source, bodies=self.whole and b"def test" in source) if source is not None else None

    def _bytes(self, path: str) -> bytes | None:
        try:
            return self.changed[path] if path in self.changed else (self.root / path).read_bytes()
        except OSError as error:
            self.problems.append(Problem(path, 1, f"cannot be read: {error.strerror or error}"))
            return None


def _join(folder: str, name: str) -> str:
    return name if folder in ("", ".") else f"{folder}/{name}"
