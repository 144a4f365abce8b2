"""The overview of a suite: its sessions, its tests with their layers and evidence, and the checklist, as a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from testaudit.analyses.effects import Effect, Link
from testaudit.analyses.layers import Layers
from testaudit.analyses.layers import Verdict as Judged
from testaudit.check import RuleCard, Verdict
from testaudit.checklist import checklist, facts_of
from testaudit.config import Config
from testaudit.discover import Discovery, Session
from testaudit.model import FixtureUse, Suite, Test
from testaudit.report.documents import Evidence, FixtureEntry, Pyramid, ReportDocument, SessionEntry, TestEntry


def overview(
    suite: Suite, discovery: Discovery, config: Config, cards: Sequence[RuleCard] = (), said: Verdict | None = None
) -> ReportDocument:
    """What is to be reported of the selected tests of a linked suite. `cards` are the rules that there are, `said` what those in force
    say."""
    layers = Layers(suite, config)
    chosen = [test for test in suite.tests if discovery.selects_test(test.id)]
    pairs = sorted(((entry(test, layers.of(test)), test) for test in chosen), key=lambda pair: _order(pair[0]))
    tests = [entry for entry, _ in pairs]
    facts = facts_of(suite, [test for _, test in pairs], tests, discovery, said.findings if said is not None else ())
    not_audited: Counter[str] = Counter()
    for module in suite.modules:
        not_audited.update(module.not_audited)
    problems = {*discovery.problems, *suite.context.workspace.problems, *(said.errors if said is not None else ())}
    codes = {
        card.checklist: [other.code for other in cards if other.checklist == card.checklist] for card in cards if card.checklist is not None
    }
    return ReportDocument(
        sessions=tuple(_session(session) for session in discovery.sessions),
        pyramid=Pyramid.of(tests),
        tests=tuple(tests),
        checklist=checklist(facts, codes),
        not_audited=dict(sorted(not_audited.items())),
        errors=tuple(sorted(problems)),
    )


def _order(test: TestEntry) -> tuple[str, int, str, str]:
    return test.path, test.line, test.id, test.session


def entry(test: Test, verdict: Judged) -> TestEntry:
    """One test with its verdict."""
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
        fixtures=tuple(_fixture(use) for use in test.closure),
    )


def evidence(verdict: Judged) -> tuple[Evidence, ...]:
    """The shortest chain that decides; for an uncertain verdict without one, what did not resolve."""
    if verdict.deciding:
        effect: Effect = min(verdict.deciding, key=lambda e: len(e.chain))
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
        autouse=fixture.autouse,
        dynamic=use.dynamic,
        origin=fixture.origin,
        path=definition.path if definition is not None else None,
        line=definition.line if definition is not None else None,
        overrides=tuple((o.definition.path, o.definition.line) for o in fixture.overrides if o.definition is not None),
    )


def _session(session: Session) -> SessionEntry:
    return SessionEntry(session.id, session.runner, session.version, session.root, session.config)
