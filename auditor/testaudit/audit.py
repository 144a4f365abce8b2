"""The pipeline: discover, read, link, check or report or fix; it prints nothing and writes nothing but fixes that were asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from testaudit import check as checking
from testaudit.config import Config
from testaudit.discover import discover
from testaudit.errors import Problem
from testaudit.model import Layer
from testaudit.outcome import Least, of_loaded, outcome
from testaudit.records import replace
from testaudit.report.documents import Base, CheckDocument, FixDocument, Pyramid, ReportDocument
from testaudit.report.progress import Advance, quiet
from testaudit.suites import load, prepare, uncollected
from testaudit.workers import verdict
from testaudit.workspace import Workspace

if TYPE_CHECKING:
    from testaudit.discover.changes import Changes
    from testaudit.report.graph.documents import GraphDocument

MAX_ROUNDS = 10
"""Fixes that overlap are made in rounds; more than this would mean that two of them undo each other."""


def check(
    paths: Sequence[str],
    config: Config,
    *,
    jobs: int = 1,
    advance: Advance = quiet,
    changes: Changes | None = None,
    least: Least | None = None,
) -> CheckDocument:
    """What the rules in force say of the tests at `paths` (files, folders, node ids; none: the whole root); of `changes`, only what is
    new. `least` says from when on several processes pay."""
    with uncollected():
        found = prepare(paths, config, lambda done: advance("reading", done, 0), None if changes is None else changes.now)
        cards = checking.catalogue(config.plugins)
        return _new(outcome(found, cards, jobs, least), found.workspace, paths, config, cards, jobs, changes)


def report(paths: Sequence[str], config: Config, *, jobs: int = 1, advance: Advance = quiet, by: str | None = None) -> ReportDocument:
    """The layers of the tests at `paths`, each with its evidence, and the checklist; `by` asks for the pyramids of the parts, too."""
    from testaudit.overview import overview

    with uncollected():
        loaded = load(paths, config, lambda done: advance("reading", done, 0), whole=True)
        cards = checking.catalogue(config.plugins)
        said = verdict(loaded.suite, cards, config, loaded.named, loaded.context.workspace.module, jobs)
        return overview(loaded.suite, loaded.discovery, config, cards, said, by)


def graph(
    paths: Sequence[str], config: Config, *, around: str | None = None, depth: int | None = None, advance: Advance = quiet
) -> GraphDocument:
    """The fixture graph of the tests at `paths`, whole or around a name, up to `depth` edges away. Raises `UsageError` for a name that
    nothing has."""
    from testaudit import graphs

    with uncollected():
        loaded = load(paths, config, lambda done: advance("reading", done, 0))
        tests = [test for test in loaded.suite.tests if loaded.discovery.selects_test(test.id)]
        document = graphs.whole(loaded.suite, tests) if around is None else graphs.around(loaded.suite, tests, around, depth)
        return replace(document, errors=tuple(sorted(loaded.problems)))


def compared(
    paths: Sequence[str], config: Config, *, base: str, jobs: int = 1, advance: Advance = quiet, by: str | None = None
) -> ReportDocument:
    """The report with the one on the revision that the work parted from `base` at, under today's configuration. Raises `UsageError`."""
    from tempfile import TemporaryDirectory

    from testaudit.discover.revisions import base_of, lay_out

    commit = base_of(config.root, base)
    document = report(paths, config, jobs=jobs, advance=advance, by=by)
    with TemporaryDirectory(prefix="testaudit-") as folder:
        root = Path(folder).resolve()
        lay_out(config.root, commit, root)
        there = [place for path in paths if (place := _in_base(path, config.root, root)) is not None]
        if paths and not there:
            return replace(document, base=Base(base, commit, ReportDocument((), Pyramid(), ())))
        before = report(there or [str(root)], replace(config, root=root, python=config.python or _environment(config)), jobs=jobs)
    return replace(document, base=Base(base, commit, before))


def _in_base(path: str, root: Path, folder: Path) -> str | None:
    """The same path in the base's folder; None where it is not there."""
    file, colons, names = path.partition("::")
    try:
        place = folder / Path(file).absolute().relative_to(root)
    except ValueError:
        return None
    return f"{place}{colons}{names}" if place.exists() else None


def _environment(config: Config) -> str | None:
    """The virtual environment of the tree, which git does not have: the base is read with the same plugins."""
    found = discover([str(config.root)], config.root, config).sessions[0].environment
    return found.origin if found.exact else None


def layers(paths: Sequence[str], config: Config) -> dict[tuple[str, str], Layer]:
    """The layer of each test at `paths` by its path and names (`TestA::test_b`); of several sessions' the heaviest. No rule is asked."""
    from testaudit.overview import layers_of

    with uncollected():
        loaded = load(paths, config)
        return layers_of(loaded.suite, loaded.discovery)


def fix(
    paths: Sequence[str],
    config: Config,
    *,
    unsafe: bool,
    write: bool,
    jobs: int = 1,
    advance: Advance = quiet,
    changes: Changes | None = None,
) -> FixDocument:
    """Make the fixes of the findings at `paths` (of `changes`, the new ones), in rounds until no more can be made, and write them when
    asked to.

    `left` is what a check says afterwards (without `write`: what it said before).
    """
    from testaudit.fix import Change, NotWrittenError
    from testaudit.fix import fix as fixed_in
    from testaudit.fix import write as write_file

    with uncollected():
        staged = {} if changes is None else changes.now
        changed: dict[str, bytes] = {}
        original: dict[str, bytes] = {}
        fixed = 0
        cards = checking.catalogue(config.plugins)
        loaded = load(paths, config, lambda done: advance("reading", done, 0), staged)
        first = document = _new(of_loaded(loaded, cards, jobs), loaded.context.workspace, paths, config, cards, jobs, changes)
        for _ in range(MAX_ROUNDS):
            sources = {module.path: module.source for module in loaded.context.workspace.loaded}
            outcome = fixed_in(sources, document.findings, unsafe=unsafe)
            for change in outcome.changes:
                original.setdefault(change.path, change.before)
                changed[change.path] = change.after
            fixed += len(outcome.applied)
            if not outcome.changes:
                break
            loaded = load(paths, config, lambda done: advance("reading", done, 0), {**staged, **changed})
            document = _new(of_loaded(loaded, cards, jobs), loaded.context.workspace, paths, config, cards, jobs, changes)
    made = [Change(path, original[path], changed[path]) for path in sorted(changed)]
    refused = [
        Problem(r.finding.place.path, r.finding.place.line, f"{r.finding.code} is not mended: {r.reason}")
        for r in outcome.refused
        if not (write and r.finding.fix is not None and r.finding.fix.safety == "unsafe" and not unsafe)
    ]
    for change in made if write else ():
        try:
            write_file(loaded.discovery.absolute(change.path), change.before, change.after)
        except NotWrittenError as error:
            refused.append(Problem(change.path, 0, str(error)))
    return FixDocument("".join(c.diff for c in made), fixed, len(made), document if write else first, tuple(sorted(refused)))


def _new(
    document: CheckDocument,
    workspace: Workspace,
    paths: Sequence[str],
    config: Config,
    cards: Sequence[checking.RuleCard],
    jobs: int,
    changes: Changes | None,
) -> CheckDocument:
    """The document with what is new in it. What was there before is asked for where some finding lies in nothing that changed."""
    if changes is None:
        return document
    from testaudit.check.touched import Touched

    def known() -> frozenset[str]:
        before = prepare(paths, config, changed={**changes.now, **changes.before})
        return frozenset(finding.fingerprint for finding in outcome(before, cards, jobs).findings)

    touched = Touched(changes.before, workspace.module)
    return replace(document, findings=tuple(touched.new(document.findings, changes.moved, known)))


def rules_in_force(config: Config) -> Mapping[str, str]:
    """Code and name of every rule that `config` puts in force."""
    return {card.code: card.name for card in checking.choose(checking.catalogue(config.plugins), config)}
