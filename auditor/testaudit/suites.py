"""The way from paths to a linked suite: discovery, reading on demand, names, runners."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from testaudit import knowledge
from testaudit.config import Config
from testaudit.discover import Discovery, discover
from testaudit.errors import Problem
from testaudit.knowledge import Knowledge
from testaudit.link.linked import Linked
from testaudit.link.names import Names
from testaudit.link.support import test_folders
from testaudit.link.values import Values
from testaudit.model import Suite, TestModule
from testaudit.records import dataclass
from testaudit.runners import collect
from testaudit.workspace import Workspace


@dataclass(slots=True, frozen=True)
class Loaded:
    """A linked suite with the discovery that it came from."""

    suite: Suite
    discovery: Discovery

    @property
    def context(self) -> Linked:
        context = self.suite.context
        assert isinstance(context, Linked)
        return context

    @property
    def followed(self) -> dict[str, int]:
        """The files of the code under test that were read so far, with their numbers of lines."""
        context = self.context
        return {m.path: m.source.count(b"\n") for m in context.workspace.loaded if not context.is_test_code(m.path)}

    @property
    def named(self) -> frozenset[str] | None:
        """The files and node ids whose findings are asked for; None for all."""
        return None if self.suite.whole else named(self.discovery, self.suite.modules)

    @property
    def problems(self) -> set[Problem]:
        """What could not be read so far."""
        return {*self.discovery.problems, *self.context.workspace.problems}


@dataclass(slots=True, frozen=True)
class Found:
    """What is known before a file is read."""

    discovery: Discovery
    workspace: Workspace
    names: Names
    knowledge: Knowledge
    config: Config

    def collected(self, only: Mapping[str, Collection[str]] | None = None) -> list[TestModule]:
        """The test modules; of the files that `only` has for a session's id, where it is given."""
        return collect(self.discovery, self.workspace, self.names, self.knowledge, only)

    def loaded(self) -> Loaded:
        """The suite, read by this process alone."""
        modules = self.collected()
        return self.linked(modules, test_files(modules))

    def linked(self, modules: list[TestModule], files: frozenset[str], share: int = 0, shares: int = 1) -> Loaded:
        """The suite of these modules, number `share` of `shares`. `files` are the files with tests of all shares."""
        values = Values(self.names, self.knowledge)
        context = Linked(self.workspace, self.names, values, self.knowledge, test_folders(files, files), files, self.config)
        return Loaded(Suite(modules, self.discovery.is_whole, context, share, shares), self.discovery)


def named(discovery: Discovery, modules: Iterable[TestModule]) -> frozenset[str]:
    """The files among these, and the node ids, whose findings are asked for."""
    whole = [target for target in discovery.targets if not target.names]
    nodes = ("::".join((target.path, *target.names)) for target in discovery.targets if target.names)
    files = (m.path for m in modules if any(target.covers(m.path) for target in whole) and discovery.selects(m.path))
    return frozenset((*nodes, *files))


def test_files(modules: Iterable[TestModule]) -> frozenset[str]:
    """The files of modules and of their tests: one that a file inherits or imports makes its own file one of tests."""
    return frozenset(path for m in modules for path in (m.path, *(test.function.module.path for test in m.tests)))


def prepare(
    paths: Sequence[str],
    config: Config,
    reading: Callable[[int], None] = lambda _done: None,
    changed: Mapping[str, bytes] | None = None,
    *,
    whole: bool = False,
) -> Found:
    """What is at `paths`, with what will read it; the arguments are those of `load`."""
    discovery = discover(paths, config.root, config)
    workspace = Workspace(
        discovery.root, lambda path: discovery.import_roots(discovery.session_of(path), path), dict(changed or {}), reading, whole
    )
    return Found(discovery, workspace, Names(workspace), knowledge.load(dict(config.knowledge) or None), config)


def load(
    paths: Sequence[str],
    config: Config,
    reading: Callable[[int], None] = lambda _done: None,
    changed: Mapping[str, bytes] | None = None,
    *,
    whole: bool = False,
) -> Loaded:
    """The suite at `paths`. `reading` is told how many files were read so far; `changed` are bytes that stand for a file's own; `whole`:
    the body of every test will be asked for."""
    return prepare(paths, config, reading, changed, whole=whole).loaded()


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection meanwhile: keeping millions of facts makes every collection slower; a factor of 3 was measured."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
