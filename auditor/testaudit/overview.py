"""The overview of a suite: its sessions, its tests with their layers and evidence, and the checklist, as a document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from testaudit.analyses.effects.effects import Effect
from testaudit.analyses.effects.roots import Link
from testaudit.analyses.layers.layers import Layers
from testaudit.analyses.layers.layers import Verdict as Judged
from testaudit.analyses.layers.pulls import Pulls
from testaudit.analyses.layers.thresholds import kept
from testaudit.check import RuleCard, Verdict
from testaudit.checklist import checklist, facts_of
from testaudit.config import Config
from testaudit.discover import Discovery, Session
from testaudit.errors import UsageError
from testaudit.model import Fixture, FixtureUse, Layer, Suite, Test
from testaudit.records import replace
from testaudit.report.documents import (
    LAYERS,
    Evidence,
    FixtureEntry,
    GroupEntry,
    PullEntry,
    Pyramid,
    ReportDocument,
    SessionEntry,
    TestEntry,
    ThresholdEntry,
    UnknownEntry,
)
from testaudit.report.groups import by_folder, by_name

_EXAMPLE = re.compile(rb"^[ \t]*>>> ", re.MULTILINE)


def overview(
    suite: Suite,
    discovery: Discovery,
    config: Config,
    cards: Sequence[RuleCard] = (),
    said: Verdict | None = None,
    by: str | None = None,
) -> ReportDocument:
    """What is to be reported of the selected tests of a linked suite. `cards` are the rules that there are, `said` what those in force
    say; `by` (`dir`, `session`, `owner`) asks for the pyramids of the parts."""
    layers = suite.ask(Layers)
    chosen = [test for test in suite.tests if discovery.selects_test(test.id)]
    fixtures = {closure: tuple(map(_fixture, closure)) for closure in dict.fromkeys(test.closure for test in chosen)}
    pairs = sorted(((entry(test, layers.of(test), fixtures[test.closure]), test) for test in chosen), key=lambda pair: _order(pair[0]))
    tests = [entry for entry, _ in pairs]
    facts = facts_of(suite, [test for _, test in pairs], tests, discovery, said.findings if said is not None else ())
    not_audited: Counter[str] = Counter()
    for module in suite.modules:
        not_audited.update(module.not_audited)
    not_audited.update(_doctests(discovery))
    problems = {*discovery.problems, *suite.context.workspace.problems, *(said.errors if said is not None else ())}
    codes = {
        card.checklist: [other.code for other in cards if other.checklist == card.checklist] for card in cards if card.checklist is not None
    }
    pyramid = Pyramid.of(tests)
    pulls, asks = _pulls(suite.ask(Pulls))
    shares: dict[str, int] = {layer: pyramid.count(layer) for layer in LAYERS}
    shares["uncertain"] = pyramid.uncertain
    return ReportDocument(
        sessions=tuple(_session(session) for session in discovery.sessions),
        pyramid=pyramid,
        tests=tuple(tests),
        checklist=checklist(facts, codes),
        not_audited=dict(sorted(not_audited.items())),
        thresholds=tuple(
            ThresholdEntry(k.threshold.layer, k.threshold.bound, round(k.percent, 2), k.holds)
            for k in (kept(config.pyramid, shares, pyramid.total) if suite.whole else ())
        ),
        pulls=pulls,
        asks=asks,
        unknown=_unknown([layers.of(test) for _, test in pairs]),
        by=by,
        groups=_groups(by, tests, discovery),
        errors=tuple(sorted(problems)),
    )


def _doctests(discovery: Discovery) -> Counter[str]:
    """The files beside the test modules that have doctests: modules of the code, and text."""
    found: Counter[str] = Counter()
    for path in discovery.doctest_files():
        try:
            source = discovery.absolute(path).read_bytes()
        except OSError:
            continue
        if _EXAMPLE.search(source) is not None:
            found["doctest" if path.endswith(".py") else "doctest file"] += 1
    return found


def layers_of(suite: Suite, discovery: Discovery) -> dict[tuple[str, str], Layer]:
    """The layer of each selected test by its path and its names (`TestA::test_b`); of several sessions' the heaviest."""
    layers = suite.ask(Layers)
    found: dict[tuple[str, str], Layer] = {}
    for test in suite.tests:
        if discovery.selects_test(test.id):
            key, layer = (test.path, test.id.removeprefix(f"{test.path}::")), layers.of(test).layer
            found[key] = max(layer, found.get(key, layer), key=LAYERS.index)
    return found


def _unknown(verdicts: Iterable[Judged]) -> tuple[UnknownEntry, ...]:
    """The names of which uncertain tests would have to know more, the most frequent first."""
    found = Counter(name for verdict in verdicts if not verdict.certain for name in verdict.missing)
    return tuple(UnknownEntry(name, found[name]) for name in sorted(found, key=lambda name: (-found[name], name)))


def _order(test: TestEntry) -> tuple[str, int, str, str]:
    return test.path, test.line, test.id, test.session


def entry(test: Test, verdict: Judged, fixtures: tuple[FixtureEntry, ...]) -> TestEntry:
    """One test with its verdict, and the fixtures of its closure, which tests share."""
    return TestEntry(
        id=test.id,
        path=test.path,
        line=test.place.line,
        session=test.session.id,
        runner=test.runner,
        layer=verdict.layer,
        variants=test.variants,
        certain=verdict.certain,
        declared_layer=verdict.declared,
        effects=verdict.touched.names,
        evidence=evidence(verdict),
        fixtures=fixtures,
    )


def evidence(verdict: Judged) -> tuple[Evidence, ...]:
    """The chain that decides and convinces most; for an uncertain verdict without one, what did not resolve."""
    if verdict.deciding:
        effect: Effect = min(verdict.deciding, key=lambda e: e.rank)
        return _links(effect.chain)
    return () if verdict.certain else _links(verdict.unresolved)


def _links(links: Sequence[Link]) -> tuple[Evidence, ...]:
    return tuple(Evidence(link.place.path, link.place.line, link.message) for link in links)


def _fixture(use: FixtureUse) -> FixtureEntry:
    fixture = use.fixture
    definition = fixture.definition if fixture.origin == "repository" else None
    return FixtureEntry(
        name=use.name.strip() if use.name.startswith(" ") else use.name,
        scope=fixture.scope,
        autouse=use.autouse,
        dynamic=use.dynamic,
        origin=fixture.origin,
        path=definition.path if definition is not None else None,
        line=definition.line if definition is not None else None,
        overrides=tuple((o.definition.path, o.definition.line) for o in fixture.overrides if o.definition is not None),
    )


Key = tuple[str, str, int]


def _pulls(pulls: Pulls) -> tuple[tuple[PullEntry, ...], tuple[tuple[int, int], ...]]:
    """One entry a definition, for a setup that several classes inherit is written once; and which of them asks for which."""
    found: dict[Key, PullEntry] = {}
    for pull in pulls.ranked():
        fixture = pull.fixture
        if not pull.alone and not pull.ways:
            continue
        name, path, line = key = _key(fixture)
        held = found.get(key)
        own = PullEntry(
            name,
            fixture.scope,
            fixture.autouse,
            fixture.origin,
            path or None,
            line or None,
            len(pull.alone),
            pull.ways,
            tuple(pull.effects),
        )
        if held is not None:
            effects = tuple(dict.fromkeys((*held.effects, *own.effects)))
            own = replace(held, alone=held.alone + own.alone, ways=held.ways + own.ways, effects=effects)
        found[key] = own
    ranked = sorted(found, key=lambda key: (-found[key].alone, -found[key].ways, key[1:], key[0]))
    number = {key: index for index, key in enumerate(ranked)}
    asks = {(number[_key(a)], number[_key(b)]) for a, b in pulls.asks if _key(a) in number and _key(b) in number}
    return tuple(found[key] for key in ranked), tuple(sorted(asks))


def _key(fixture: Fixture) -> Key:
    place = fixture.definition
    return (fixture.name.strip(), place.path, place.line) if place is not None else (fixture.name.strip(), "", 0)


def _groups(by: str | None, tests: Sequence[TestEntry], discovery: Discovery) -> tuple[GroupEntry, ...]:
    match by:
        case "dir":
            return by_folder(tests)
        case "session":
            return by_name(tests, lambda test: (test.session,))
        case "owner":
            owners = discovery.owners
            if owners is None:
                raise UsageError("--by owner needs a CODEOWNERS file, in the root, .github, .gitlab or docs")
            return by_name(tests, lambda test: owners(test.path) or ("nobody",))
        case _:
            return ()


def _session(session: Session) -> SessionEntry:
    return SessionEntry(session.id, session.runner, session.version, session.root, session.config)
