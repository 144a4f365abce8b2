"""pytest: what it collects in a session, and which fixtures every test gets."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from testaudit.discover.session import Session
from testaudit.folders import folder_of
from testaudit.knowledge import Knowledge
from testaudit.link.names import Names
from testaudit.model import Group, TestModule
from testaudit.read.facts import Module
from testaudit.records import replace
from testaudit.runners.levels import Level
from testaudit.runners.pytest import registration
from testaudit.runners.pytest.collection import Folder, collect_module
from testaudit.runners.pytest.dialects import dialect_of
from testaudit.runners.pytest.hooks import added_names, generated
from testaudit.runners.pytest.ignoring import ignored
from testaudit.runners.pytest.installed import installed_fixtures
from testaudit.runners.pytest.plugins import library, own_plugins, plugin_objects
from testaudit.runners.pytest.run import Run, new_run
from testaudit.workspace import Workspace

__all__ = ["collect"]


def collect(
    session: Session,
    files: Sequence[str],
    conftests: Callable[[str], Sequence[str]],
    workspace: Workspace,
    names: Names,
    knowledge: Knowledge,
    wanted: Callable[[str], bool],
) -> list[TestModule]:
    """The test modules of a session, with the conftests and first-party plugins that count for them (as modules without tests), by path.

    `files` are the candidates that discovery names, of which those are collected that `wanted` says; `conftests` gives the conftest files
    that count for one of them, outermost first.
    """
    run = new_run(session, workspace, names, knowledge)
    return _Session(run, conftests).collect(files, wanted)


class _Session:
    """The levels of one session: library, plugins, folders."""

    def __init__(self, run: Run, conftests: Callable[[str], Sequence[str]]) -> None:
        self.run = run
        self.conftests = conftests
        self.others: dict[str, TestModule] = {}
        self.folders: dict[tuple[str, ...], Folder] = {}
        self.chains: dict[str, tuple[str, ...]] = {}

    def collect(self, files: Sequence[str], wanted: Callable[[str], bool]) -> list[TestModule]:
        chains = {path: self._chain(path) for path in files}
        everywhere = dict.fromkeys(conftest for chain in chains.values() for conftest in chain)
        naming = (path for path in files if b"pytest_plugins" in (self.run.workspace.source(path) or b""))
        own = own_plugins(self.run, (*everywhere, *naming))
        level: Level = library(self.run)
        for fixture in installed_fixtures(self.run):
            level.register(fixture.name, fixture)
        level.autouse += self.run.session.settings.usefixtures
        folder = Folder(level)
        for module in own:
            folder = self._with(module, folder)
            for plugin in plugin_objects(self.run, module):
                folder = replace(folder, level=Level(folder.level))
                self.others[module.path].fixtures += registration.register(self.run, plugin, folder.level, None)
        level.opaque = bool(self.run.unread_plugins)
        self.folders[()] = folder
        found = [collected for path in files if wanted(path) and (collected := self._module(path, chains[path])) is not None]
        return sorted((*found, *self.others.values()), key=lambda m: m.path)

    def _chain(self, path: str) -> tuple[str, ...]:
        folder = folder_of(path)
        if folder not in self.chains:
            self.chains[folder] = tuple(self.conftests(path))
        return self.chains[folder]

    def _module(self, path: str, chain: tuple[str, ...]) -> TestModule | None:
        conftests = [module for conftest in chain if (module := self.run.workspace.module(conftest)) is not None]
        if any(ignored(self.run, conftest, path) for conftest in conftests):
            return None
        module = self.run.workspace.module(path)
        return collect_module(self.run, module, self._folder(chain)) if module is not None else None

    def _folder(self, chain: tuple[str, ...]) -> Folder:
        if chain not in self.folders:
            folder = self._folder(chain[:-1])
            module = self.run.workspace.module(chain[-1])
            self.folders[chain] = self._with(module, folder) if module is not None else folder
        return self.folders[chain]

    def _with(self, module: Module, around: Folder) -> Folder:
        """The folder of a conftest, or what a plugin module makes of the session."""
        level = Level(around.level)
        fixtures = registration.register(self.run, module, level, None)
        if module.path not in self.others:
            other = TestModule(module.path, module, self.run.session, Group(module.path, module, None), [], fixtures, support=True)
            if "pytest_collect_file" in module.body.bindings:
                other.not_audited["custom collector"] = 1
            self.others[module.path] = other
        hooks, added = around.hooks + generated(self.run, module), around.added + added_names(self.run, module)
        return Folder(level, hooks, added, dialect_of(module) or around.dialect)
