"""What the verdicts on the checklist's points are drawn from: tests with their layers, the text of tests and pipelines, findings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from testaudit.checklist.points import Saying
from testaudit.discover import Discovery
from testaudit.findings import Finding
from testaudit.model import Fixture, Suite, Test
from testaudit.read.facts import Module
from testaudit.records import dataclass
from testaudit.report.documents import Evidence, TestEntry

SHOWN = 3
"""So many places are shown as evidence of one kind."""


@dataclass(slots=True, frozen=True)
class Source:
    """A text file: its path and bytes."""

    path: str
    text: bytes


@dataclass(slots=True, frozen=True, eq=False)
class Facts:
    """Everything that a judge may look at. `entries` and `tests` belong together by index; `whole`: nothing of the suite was left out."""

    tests: Sequence[Test]
    entries: Sequence[TestEntry]
    modules: Sequence[Module]
    pipelines: Sequence[Source]
    compose: Sequence[str]
    configs: Sequence[Source]
    plugins: Mapping[str, Source]
    """The known distributions by name, each with the text that names it (empty for an environment)."""
    findings: Sequence[Finding]
    whole: bool

    @property
    def heavier(self) -> list[TestEntry]:
        """The tests that are not unit tests."""
        return [entry for entry in self.entries if entry.layer != "unit"]

    def touching(self, *effects: str) -> list[TestEntry]:
        """The tests that are not unit tests and have one of these effects."""
        return [entry for entry in self.heavier if not set(effects).isdisjoint(entry.effects)]

    def said(self, saying: Saying, message: str) -> list[Evidence]:
        """The first places, one a file, where the text of the tests says this."""
        likely = (Source(m.path, m.source) for m in self.modules if saying.may_be_in(m.source))
        return list(_first(_matches(saying.pattern, message, likely)))

    def said_in(self, sources: Sequence[Source], pattern: bytes, message: str) -> list[Evidence]:
        """The first places, one a file, where these files match."""
        return list(_first(_matches(pattern, message, sources)))

    def installed(self, name: str, message: str) -> list[Evidence]:
        """Where a distribution is asked for or installed."""
        source = self.plugins[name]
        words = re.escape(name).replace("\\-", "[-_.]+").encode()
        return list(_first(_matches(rb"(?i)" + words, message, [source]))) or [Evidence(source.path, 1, f"{message}: `{name}`")]

    def fixtures(self) -> Iterator[tuple[Fixture, TestEntry]]:
        """Every fixture of the repository once, with the heaviest of the first tests that use it."""
        seen: dict[Fixture, TestEntry] = {}
        for test, entry in zip(self.tests, self.entries, strict=True):
            for use in test.closure:
                if use.fixture.function is not None and (use.fixture not in seen or seen[use.fixture].layer == "unit"):
                    seen[use.fixture] = entry
        yield from seen.items()


def facts_of(suite: Suite, tests: Sequence[Test], entries: Sequence[TestEntry], discovery: Discovery, findings: Sequence[Finding]) -> Facts:
    """The facts about a linked suite; reads the pipelines' files."""
    pipelines = discovery.pipelines
    return Facts(
        tests=tests,
        entries=entries,
        modules=[module.module for module in suite.modules],
        pipelines=[source for p in pipelines if p.kind != "compose" and (source := _source(discovery, p.path)) is not None],
        compose=[p.path for p in pipelines if p.kind == "compose"],
        configs=[source for s in discovery.sessions if s.config is not None and (source := _source(discovery, s.config)) is not None],
        plugins=_plugins(discovery),
        findings=findings,
        whole=suite.whole,
    )


def _plugins(discovery: Discovery) -> dict[str, Source]:
    found: dict[str, Source] = {}
    for session in discovery.sessions:
        for name, distribution in session.environment.distributions.items():
            if name.startswith("pytest-") and name not in found:
                path = distribution.origin
                if session.environment.exact:  # a folder, perhaps outside
                    found[name] = Source(discovery.relative(Path(path)), b"")
                else:
                    found[name] = _source(discovery, path) or Source(path, b"")
    return found


def _source(discovery: Discovery, path: str) -> Source | None:
    try:
        return Source(path, discovery.absolute(path).read_bytes())
    except OSError:
        return None


def _matches(pattern: bytes, message: str, sources: Iterable[Source]) -> Iterator[Evidence]:
    wanted = re.compile(pattern, re.MULTILINE)
    for source in sources:
        found = wanted.search(source.text)
        if found is not None:
            text = found.group().decode("utf-8", "replace").strip().rstrip("(").strip()
            yield Evidence(source.path, source.text.count(b"\n", 0, found.start()) + 1, f"{message}: `{text}`")


def _first(found: Iterator[Evidence]) -> Iterator[Evidence]:
    for _, evidence in zip(range(SHOWN), found, strict=False):
        yield evidence
