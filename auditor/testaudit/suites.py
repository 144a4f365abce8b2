"""The way from paths to a linked suite: discovery, reading on demand, names, runners."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from testaudit import knowledge
from testaudit.config import Config
from testaudit.discover import Discovery, discover
from testaudit.errors import Problem
from testaudit.link.linked import Linked
from testaudit.link.names import Names
from testaudit.link.support import test_folders
from testaudit.link.values import Values
from testaudit.model import Suite
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
    def problems(self) -> set[Problem]:
        """What could not be read so far."""
        return {*self.discovery.problems, *self.context.workspace.problems}


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
    discovery = discover(paths, config.root, config)
    workspace = Workspace(
        discovery.root, lambda path: discovery.import_roots(discovery.session_of(path), path), dict(changed or {}), reading, whole
    )
    names = Names(workspace)
    known = knowledge.load(dict(config.knowledge) or None)
    modules = collect(discovery, workspace, names, known)
    # a test that a file inherits or imports makes its own file one of tests
    files = frozenset(path for m in modules for path in (m.path, *(test.function.module.path for test in m.tests)))
    context = Linked(workspace, names, Values(names, known), known, test_folders(files, files), files, config)
    return Loaded(Suite(modules, discovery.is_whole, context), discovery)


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
