"""What the written commands say of a session: options that all of them agree on, paths that settings alone would not show, runners."""

from __future__ import annotations

import os.path
from collections.abc import Callable, Iterable

from testaudit.discover.commands.invocations import Invocation
from testaudit.discover.commands.recipes import invocations_in
from testaudit.discover.commands.shell import UNKNOWN
from testaudit.discover.projects import is_project, source_folders
from testaudit.discover.pytest.options import Options
from testaudit.discover.tree import Tree, ancestors, join, parent
from testaudit.records import dataclass

# Options with a field of their own in `Options` that change what is collected and which fixtures there are, with how they are written.
_SINGLE = (("import_mode", "--import-mode"), ("confcutdir", "--confcutdir"), ("config_file", "-c"))
_FLAGS = (
    ("noconftest", "--noconftest"),
    ("disable_plugin_autoload", "--disable-plugin-autoload"),
    ("collect_in_virtualenv", "--collect-in-virtualenv"),
)
_OVERRIDES = frozenset(
    {
        *("python_files", "python_classes", "python_functions", "norecursedirs", "testpaths", "usefixtures", "pythonpath"),
        *("asyncio_mode", "anyio_mode", "collect_imported_tests", "consider_namespace_packages", "DJANGO_SETTINGS_MODULE"),
    }
)
_OTHERS = ("--ds", "--dc", "--asyncio-mode")


@dataclass(frozen=True, slots=True)
class Run:
    """An invocation in the terms of the tree: the folder and the paths that it collects (none: what the settings say), and `shape`, the
    arguments that change how tests are collected and what they get."""

    invocation: Invocation
    paths: tuple[str, ...]
    shape: tuple[str, ...]

    @property
    def start(self) -> str:
        """The folder above all that it collects: where pytest begins to look for its settings."""
        if not self.paths:
            return self.invocation.folder
        return os.path.commonpath([path if "." not in path.rpartition("/")[2] else parent(path) for path in self.paths]) or "."


class Written:
    """The runs that the files of a tree write down, folder by folder, each read once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._in: dict[str, tuple[Run, ...]] = {}

    def of(self, root: str, owner: Callable[[str], str]) -> tuple[Run, ...]:
        """The runs that belong to the session of a root: written in the files of its folder and of those above it."""
        found = (run for folder in ancestors(root) for run in self._runs(folder))
        return tuple(run for run in found if owner(run.start) == root)

    def _runs(self, folder: str) -> tuple[Run, ...]:
        if folder not in self._in:
            self._in[folder] = tuple(run for invocation in invocations_in(self._tree, folder) if (run := self._run(invocation)) is not None)
        return self._in[folder]

    def _run(self, invocation: Invocation) -> Run | None:
        if UNKNOWN in invocation.folder or not self._tree.is_folder(invocation.folder):
            return None
        paths = self._packages(invocation) if invocation.options.pyargs else invocation.paths(self._tree)
        return None if paths is None else Run(invocation, paths, _shape(invocation))

    def _packages(self, invocation: Invocation) -> tuple[str, ...] | None:
        """The folders of the packages that `--pyargs` names."""
        project = next((above for above in ancestors(invocation.folder) if is_project(self._tree, above)), invocation.folder)
        found = []
        for name in invocation.options.paths:
            places = (join(folder, name.partition("::")[0].replace(".", "/")) for folder in source_folders(self._tree, project))
            found += [next((place for place in places if self._tree.is_folder(place)), "")]
        return tuple(filter(None, found)) or invocation.paths(self._tree)


def agreed(runs: Iterable[Run]) -> tuple[str, ...]:
    """The arguments of their shapes that all runs have."""
    shapes = [run.shape for run in runs]
    return tuple(word for word in shapes[0] if all(word in shape for shape in shapes)) if shapes else ()


def _shape(invocation: Invocation) -> tuple[str, ...]:
    """Each option as one word, the paths among them relative to the root of the tree."""
    options: Options = invocation.options
    words = [f"-p{name}" for name in (*options.plugins, *invocation.plugins)] + [f"-pno:{name}" for name in options.blocked_plugins]
    words += [f"-o{key}={value}" for key, value in options.overrides if key in _OVERRIDES]
    for field, name in _SINGLE:
        value = getattr(options, field)
        if value and value != "prepend":
            words.append(f"{name}={value if field == 'import_mode' else join(invocation.folder, value)}")
    words += [name for field, name in _FLAGS if getattr(options, field)]
    words += [f"{name}={options.others[name]}" for name in _OTHERS if options.others.get(name)]
    return tuple(word for word in words if UNKNOWN not in word)
