"""The verdict on each point: what speaks for it, what the rules found against it, and whether the suite has to do with it at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from math import ceil

from testaudit.checklist import points as p
from testaudit.checklist.facts import SHOWN, Facts
from testaudit.read.facts import Function
from testaudit.report.documents import ChecklistEntry, Evidence, Status, TestEntry

Verdict = tuple[Status, Sequence[Evidence]]
Judge = Callable[[Facts], Verdict]

ENOUGH = 0.05
"""A suite in which so many of the tests do a thing does it; below, it does it partly."""

_EXPECTING = frozenset({"raises", "assertRaises", "assertRaisesRegex", "raisesRegex", "assertRaisesMessage"})
_RAISES = re.compile(rb"raises|assertRaises")

STORES = ("database", "database-server")
SERVERS = ("database-server", "cache", "queue", "container")
NOTHING: Verdict = ("not-applicable", ())


def checklist(facts: Facts, codes: Mapping[str, Sequence[str]]) -> tuple[ChecklistEntry, ...]:
    """The verdicts in the checklist's order. `codes` are the rules of each point."""
    entries = []
    for point in p.POINTS:
        status, evidence = JUDGES[point.id](facts)
        against = [finding for finding in facts.findings if finding.checklist == point.id]
        if against and status != "not-applicable":
            status = "partly" if status == "met" else "unmet" if status == "unknown" else status
            said = [Evidence(f.place.path, f.place.line, f"{f.code} {f.message}") for f in against[:SHOWN]]
            evidence = [*said, *evidence]
        entries.append(ChecklistEntry(point.id, point.group, point.item, status, tuple(evidence), tuple(sorted(codes.get(point.id, ())))))
    return tuple(entries)


def _of_tests(entries: Sequence[TestEntry], what: str) -> list[Evidence]:
    return [Evidence(entry.path, entry.line, f"`{entry.id.rpartition('::')[2]}` {what}") for entry in entries[:SHOWN]]


def _by_text(saying: p.Saying, message: str, otherwise: Status = "unknown") -> Judge:
    """Met where the tests' text says so; only tests that are not unit tests have to do with it."""

    def judge(facts: Facts) -> Verdict:
        if not facts.heavier:
            return NOTHING
        found = facts.said(saying, message)
        return ("met", found) if found else (otherwise, ())

    return judge


def _for_stores(judge: Judge) -> Judge:
    """The same for suites with tests that touch a database only."""
    return lambda facts: judge(facts) if facts.touching(*STORES) else NOTHING


def _interactions(facts: Facts) -> Verdict:
    heavier = facts.heavier
    if not facts.entries:
        return NOTHING
    if not heavier:
        unsure = sum(not entry.certain for entry in facts.entries)
        return ("unknown" if unsure > ENOUGH * len(facts.entries) else "unmet", ())
    return (
        "met" if len(heavier) >= ENOUGH * len(facts.entries) else "partly",
        _of_tests(heavier, f"is a test of the layer {heavier[0].layer}"),
    )


def _real_dependencies(facts: Facts) -> Verdict:
    real = facts.touching(*STORES, "cache", "queue")
    return (
        ("met", _of_tests(real, f"touches: {', '.join(real[0].effects[:3])}"))
        if real
        else ("unknown" if facts.heavier else "not-applicable", ())
    )


def _external_doubles(facts: Facts) -> Verdict:
    found = facts.said(p.INTERCEPTORS, "answers of an external service are given by an interceptor")
    return ("met", found) if found else ("unknown", ())


def _error_paths(facts: Facts) -> Verdict:
    found = (e for t, e in zip(facts.tests, facts.entries, strict=True) if _expects_error(t.function))
    enough = ENOUGH * len(facts.entries)
    expecting = list(islice(found, max(SHOWN, ceil(enough))))  # what the others expect changes nothing
    if not expecting:
        return ("unmet" if facts.whole and facts.entries else "unknown", ())
    status: Status = "met" if len(expecting) >= enough else "partly"
    return status, _of_tests(expecting, "expects an error")


def _expects_error(function: Function) -> bool:
    """Whether one of the words is there; that something like them is, which few functions have, is found without a list of all words."""
    likely = _RAISES.search(function.module.source, function.start, function.end) is not None
    return likely and not _EXPECTING.isdisjoint(function.words)


def _data_flows(facts: Facts) -> Verdict:
    heavier = facts.heavier
    if not heavier:
        return NOTHING
    silent = {finding.test for finding in facts.findings if finding.checklist == "design.5"}
    verifying = [entry for entry in heavier if entry.id not in silent]
    return ("met" if len(verifying) >= (1 - ENOUGH) * len(heavier) else "partly", _of_tests(verifying, "verifies what came of it"))


def _cleanup(facts: Facts) -> Verdict:
    ending = [
        (fixture, entry)
        for fixture, entry in facts.fixtures()
        if fixture.function is not None and _ends(fixture.function.words, fixture.kind)
    ]
    if not ending:
        return ("unknown" if facts.heavier else "not-applicable", ())
    places = [f.definition for f, _ in ending if f.definition is not None][:SHOWN]
    return "met", [Evidence(place.path, place.line, "has a teardown of its own") for place in places]


def _ends(words: frozenset[str], kind: str) -> bool:
    return kind == "teardown" or not words.isdisjoint(("yield", "addfinalizer", "addCleanup"))


def _caches(facts: Facts) -> Verdict:
    if not facts.touching("cache", "queue"):
        return NOTHING
    found = facts.said(p.RESETS, "empties it")
    return ("met", found) if found else ("unknown", ())


def _databases(facts: Facts) -> Verdict:
    """An address that is known only when the tests run (settings, the environment) says nothing of where the database is."""
    local = [e for e in facts.touching("database") if "database-server" not in e.effects and _is_embedded(e)]
    if local:
        return "met", _of_tests(local, "uses an embedded database")
    contained = facts.touching("container")
    if contained:
        return "met", _of_tests(contained, "starts a container")
    named = facts.said(p.EMBEDDED, "names an embedded database") if facts.touching("database") else []
    return ("met", named) if named else ("unknown", ())


def _is_embedded(entry: TestEntry) -> bool:
    """Whether what touches the database at the end of the evidence is a library of an embedded one."""
    return bool(entry.evidence) and entry.evidence[-1].message.startswith(("`sqlite3.", "`aiosqlite.", "`duckdb."))


def _compose(facts: Facts) -> Verdict:
    if not facts.touching(*SERVERS):
        return NOTHING
    if facts.compose:
        return "met", [Evidence(path, 1, "defines the services") for path in facts.compose[:SHOWN]]
    contained = facts.touching("container")
    if contained:
        return "met", _of_tests(contained, "starts its services in containers")
    services = facts.said_in(facts.pipelines, rb"^\s+services:", "starts services for the job")
    return ("met", services) if services else ("unmet" if facts.whole else "unknown", ())


def _timeouts(facts: Facts) -> Verdict:
    if not facts.heavier:
        return NOTHING
    found = facts.said_in(facts.configs, rb"^\s*timeout\s*=", "bounds every test") if "pytest-timeout" in facts.plugins else []
    found = found or facts.said(p.TIMEOUTS, "bounds a wait")
    return ("met", found) if found else ("unknown", ())


def _shared(facts: Facts) -> Verdict:
    return _wide(facts, "is shared by several tests")


def _scopes(facts: Facts) -> Verdict:
    return _wide(facts, "sets up once for its scope")


def _wide(facts: Facts, message: str) -> Verdict:
    if not facts.heavier:
        return NOTHING
    wide = [
        f for f, entry in facts.fixtures() if f.scope not in ("function", "unknown") and entry.layer != "unit" and f.definition is not None
    ]
    if not wide:
        return ("unmet" if facts.whole and len(facts.heavier) > 10 else "unknown", ())
    places = [(f, f.definition) for f in wide if f.definition is not None][:SHOWN]
    return "met", [Evidence(place.path, place.line, f"`{f.name.strip()}`, of scope {f.scope}, {message}") for f, place in places]


def _parallel(facts: Facts) -> Verdict:
    if not facts.heavier:
        return NOTHING
    found = facts.said_in([*facts.configs, *facts.pipelines], p.PARALLEL, "runs tests in parallel")
    if found:
        return "met", found
    return (
        ("partly", facts.installed("pytest-xdist", "could run them in parallel, and nothing says so"))
        if "pytest-xdist" in facts.plugins
        else ("unknown", ())
    )


def _focused(facts: Facts) -> Verdict:
    if not facts.tests:
        return NOTHING
    long = [
        e
        for t, e in zip(facts.tests, facts.entries, strict=True)
        if t.function.module.source.count(b"\n", t.function.start, t.function.end) > 100
    ]
    if not long:
        return "met", _of_tests(facts.entries[:1], "is, like all others, at most 100 lines long")
    return ("partly", _of_tests(long, "is longer than 100 lines"))


def _transactions(facts: Facts) -> Verdict:
    back = facts.said(p.ROLLBACK, "rolls back")
    emptied = facts.said(p.TRUNCATION, "empties tables")
    if back:
        return ("partly" if emptied else "met"), [*emptied, *back]
    return ("unmet", emptied) if emptied else ("unknown", ())


def _in_pipeline(pattern: bytes, message: str) -> Judge:
    """Met where a pipeline says so, unmet where there are pipelines that run tests and do not; unknown where they cannot be seen."""

    def judge(facts: Facts) -> Verdict:
        running = [s for s in facts.pipelines if facts.said_in([s], p.RUNS_TESTS, "")]
        if not facts.pipelines:
            return ("unmet" if facts.whole else "unknown"), ()
        found = facts.said_in(running, pattern, message)
        return ("met", found) if found else ("unmet" if running else "unknown", ())

    return judge


def _separated(facts: Facts) -> Verdict:
    layers = {entry.layer for entry in facts.entries}
    return _in_pipeline(p.SEPARATED, "selects one layer")(facts) if len(layers) > 1 else NOTHING


def _migrations(facts: Facts) -> Verdict:
    if not facts.touching(*STORES):
        return NOTHING
    found = facts.said(p.MIGRATIONS, "runs migrations") or facts.said_in(facts.pipelines, p.MIGRATIONS.pattern, "runs migrations")
    return ("met", found) if found else ("unknown", ())


JUDGES: Mapping[str, Judge] = {
    "design.1": _interactions,
    "design.2": _real_dependencies,
    "design.3": _external_doubles,
    "design.4": _error_paths,
    "design.5": _data_flows,
    "isolation.1": _for_stores(_by_text(p.ROLLBACK, "rolls back")),
    "isolation.2": _cleanup,
    "isolation.3": lambda facts: ("met", found) if (found := facts.said(p.RESTORING, "is undone after the test")) else ("unknown", ()),
    "isolation.4": _by_text(p.UNIQUE, "makes data of its own"),
    "isolation.5": _caches,
    "environment.1": _for_stores(_databases),
    "environment.2": _for_stores(lambda facts: ("unknown", ())),  # noqa: ARG005  # no rule compares it with production yet
    "environment.3": _compose,
    "environment.4": _for_stores(_by_text(p.SEEDS, "makes known data")),
    "environment.5": _timeouts,
    "performance.1": _shared,
    "performance.2": _scopes,
    "performance.3": _parallel,
    "performance.4": _focused,
    "performance.5": _for_stores(_transactions),
    "pipeline.1": _in_pipeline(p.PULL_REQUEST, "runs for every pull request"),
    "pipeline.2": _separated,
    "pipeline.3": _in_pipeline(p.JOB_TIMEOUT, "bounds the job"),
    "pipeline.4": _in_pipeline(p.REPORTS, "keeps a report"),
    "pipeline.5": _migrations,
}
