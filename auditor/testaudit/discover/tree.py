"""The audited tree: its files as git sees them, its folders, each looked into once; paths are relative, with `/`, and the root is `.`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from testaudit.config.places import toml_problem
from testaudit.discover.listing import list_files
from testaudit.errors import Problem
from testaudit.records import dataclass, field

ROOT = "."


def join(folder: str, name: str) -> str:
    """A path below a folder; `..` and `.` are resolved in the text, as pytest does, so that symbolic links keep their names."""
    if "/" not in name and name not in {"", ".", ".."} and os.sep not in name:
        return name if folder == ROOT else f"{folder}/{name}"
    return os.path.normpath(f"{folder}/{name}").replace(os.sep, "/")


def parent(path: str) -> str:
    """The folder of a path; the root's is the root."""
    return path.rpartition("/")[0] or ROOT


def ancestors(folder: str) -> tuple[str, ...]:
    """The folder and those above it, innermost first, to the root."""
    if folder == ROOT:
        return (ROOT,)
    return (folder, *(str(above) for above in PurePosixPath(folder).parents))


def is_below(path: str, folder: str) -> bool:
    """Whether the path is the folder or inside it."""
    return folder == ROOT or path == folder or path.startswith(folder + "/")


def is_outside(path: str) -> bool:
    """Whether a joined path has left the root."""
    return path == ".." or path.startswith(("../", "/"))


@dataclass(slots=True)
class Tree:
    """One audited root. Every folder is read once at most; what cannot be read is remembered in `problems`, and the run goes on."""

    root: Path
    problems: set[Problem] = field(default_factory=set)
    _base: str = ""
    _folders: dict[str, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)
    _texts: dict[str, str | None] = field(default_factory=dict)
    _tables: dict[str, Mapping[str, object]] = field(default_factory=dict)
    _listing: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        self._base = self.root.as_posix().rstrip("/")

    def absolute(self, path: str) -> str:
        """The absolute path, as text: what pytest's patterns are matched with."""
        return self._base if path == ROOT else f"{self._base}/{path}"

    def relative(self, path: Path) -> str:
        """The root-relative form of an absolute path; with leading `..` where it lies outside."""
        return os.path.relpath(path, self.root).replace(os.sep, "/")

    def files(self, folder: str) -> frozenset[str]:
        """The names of the files in a folder, symbolic links to files included; nothing when it is no folder."""
        return self._look(folder)[0]

    def folders(self, folder: str) -> frozenset[str]:
        """The names of the folders in a folder, symbolic links to folders included."""
        return self._look(folder)[1]

    def is_file(self, path: str) -> bool:
        """Whether there is such a file."""
        return path.rpartition("/")[2] in self.files(parent(path))

    def is_folder(self, path: str) -> bool:
        """Whether there is such a folder."""
        return path == ROOT or path.rpartition("/")[2] in self.folders(parent(path))

    def listing(self) -> tuple[str, ...]:
        """Every file that git does not ignore (or every file that is no build product, where there is no git), sorted; listed once."""
        if self._listing is None:
            self._listing, problems = list_files(self.root)
            self.problems.update(problems)
        return self._listing

    def text(self, path: str) -> str | None:
        """A file's text; None where there is none, or it cannot be read (which is a problem)."""
        if path not in self._texts:
            self._texts[path] = self._read(path) if self.is_file(path) else None
        return self._texts[path]

    def toml(self, path: str) -> Mapping[str, object]:
        """A TOML file's table; empty where there is none, or it cannot be read (which is a problem)."""
        if path not in self._tables:
            text = self.text(path)
            self._tables[path] = {} if text is None else self._parsed(path, text)
        return self._tables[path]

    def _parsed(self, path: str, text: str) -> Mapping[str, object]:
        import tomli

        try:
            return tomli.loads(text)
        except tomli.TOMLDecodeError as error:
            self.problems.add(toml_problem(path, text, error))
            return {}

    def _read(self, path: str) -> str | None:
        try:
            return Path(self.absolute(path)).read_bytes().decode("utf-8-sig")
        except OSError as error:
            self.problems.add(Problem(path, 0, f"cannot be read: {error.strerror}"))
        except UnicodeDecodeError as error:
            self.problems.add(Problem(path, 0, f"is not UTF-8 (byte {error.start + 1})"))
        return None

    def _look(self, folder: str) -> tuple[frozenset[str], frozenset[str]]:
        known = self._folders.get(folder)
        if known is None:
            files: list[str] = []
            folders: list[str] = []
            try:
                with os.scandir(self.absolute(folder)) as entries:
                    for entry in entries:
                        (folders if _is(entry.is_dir) else files if _is(entry.is_file) else []).append(entry.name)
            except (FileNotFoundError, NotADirectoryError):
                pass
            except OSError as error:
                self.problems.add(Problem(folder, 0, f"cannot be listed: {error.strerror}"))
            known = self._folders[folder] = frozenset(files), frozenset(folders)
        return known


def _is(kind: Callable[[], bool]) -> bool:
    try:
        return kind()
    except OSError:  # a symbolic link to itself
        return False


def table(value: object, *keys: str) -> Mapping[str, object]:
    """The table under these keys of a parsed file; empty where something else stands there."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def strings(value: object) -> Iterator[str]:
    """The strings of a list, or the string itself."""
    items: Iterable[object] = value if isinstance(value, (list, tuple)) else (value,)
    return (item for item in items if isinstance(item, str))
