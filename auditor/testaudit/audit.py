"""The pipeline: discover, read, link, check; it prints nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from testaudit import check as checking
from testaudit import knowledge
from testaudit.config import Config
from testaudit.discover import Discovery, discover
from testaudit.link.linked import Linked
from testaudit.link.names import Names
from testaudit.link.support import test_folders
from testaudit.link.values import Values
from testaudit.model import Suite
from testaudit.report.documents import CheckDocument, ReportDocument
from testaudit.runners import collect
from testaudit.workspace import Workspace


def check(paths: Sequence[str], config: Config, *, jobs: int = 1, python: Path | None = None) -> CheckDocument:
    """What the rules in force say of the tests at `paths` (files, folders, node ids; none: the whole root)."""
    discovery = discover(paths, config.root, config)
    suite = link(discovery, config)
    return judged(suite, discovery, config)


def report(paths: Sequence[str], config: Config, *, jobs: int = 1, python: Path | None = None) -> ReportDocument:
    """The layers of the tests at `paths`, each with its evidence, and the checklist."""
    from testaudit.overview import overview

    discovery = discover(paths, config.root, config)
    suite = link(discovery, config)
    with uncollected():
        return overview(suite, discovery, config)


def link(discovery: Discovery, config: Config) -> Suite:
    """The suite of what was discovered: test modules read, names and fixtures resolved."""
    with uncollected():
        workspace = Workspace(discovery.root, lambda path: discovery.import_roots(discovery.session_of(path), path))
        names = Names(workspace)
        known = knowledge.load(dict(config.knowledge) or None)
        modules = collect(discovery, workspace, names, known)
        files = frozenset(module.path for module in modules)
        context = Linked(workspace, names, Values(names, known), known, test_folders(files, files), files)
        return Suite(modules, discovery.is_whole, context)


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


def judged(suite: Suite, discovery: Discovery, config: Config) -> CheckDocument:
    """The verdict on a linked suite as a document."""
    context = suite.context
    assert isinstance(context, Linked)
    wanted = None if suite.whole else [module.path for module in suite.modules if discovery.selects(module.path)]
    verdict = checking.check(suite, checking.catalogue(), config, wanted, context.workspace.module)
    problems = sorted({*discovery.problems, *context.workspace.problems, *verdict.errors})
    lines = {m.path: m for m in context.workspace.loaded}
    shown: dict[str, dict[int, str]] = {}
    for finding in verdict.findings:
        place = finding.place
        if place.path in lines:
            for line in range(place.line, min(place.end_line, place.line + 3) + 1):
                shown.setdefault(place.path, {})[line] = lines[place.path].line_text(line)
    return CheckDocument(
        files=len(suite.modules),
        tests=sum(1 for _ in suite.tests),
        findings=verdict.findings,
        not_judged=verdict.not_judged,
        errors=tuple(problems),
        source_lines=shown,
    )
