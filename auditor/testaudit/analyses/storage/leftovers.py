"""What one test leaves changed, and what it reads before anything set up for it has put a value there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from testaudit.analyses.runs import Runs
from testaudit.analyses.storage.access import Access, Kind
from testaudit.analyses.storage.summaries import Summaries
from testaudit.link.frames import EACH, SOME, Path
from testaudit.link.linked import linked
from testaudit.link.trace import Event
from testaudit.model import Fixture, Place, Suite, Test
from testaudit.records import dataclass

Wanted = Callable[[Path], bool]


@dataclass(slots=True, frozen=True, eq=False)
class Change:
    """A test changes shared storage and leaves it so: the access, and the fixture in whose code it stands (None: the test's own)."""

    test: Test
    access: Access
    fixture: Fixture | None = None

    @property
    def place(self) -> Place:
        return self.access.place


@dataclass(slots=True, frozen=True, eq=False)
class Reading:
    """A test reads shared storage before it, or anything set up for it, has put a value there."""

    test: Test
    access: Access
    renewed_by: tuple[Fixture, ...] = ()
    """The setups for several tests that put a value there: what was changed before the first of these tests is gone."""

    @property
    def place(self) -> Place:
        return self.access.place


class Leftovers:
    """One test's changes that survive it and its readings of what others may have left."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        self._runs = suite.ask(Runs)
        self._summaries = suite.ask(Summaries)
        self._fixtures: dict[object, tuple[Access, ...]] = {}
        self._bodies: dict[Test, tuple[Access, ...]] = {}

    def of(self, test: Test, wanted: Wanted, words: frozenset[str]) -> tuple[list[Change], list[Reading]]:
        """Changes that nothing takes back, and readings, of the storage that is `wanted`; in the order of the code.

        A test or fixture in whose code, helpers included, none of `words` occurs is passed over.
        """
        left: dict[Path, Change] = {}
        readings: list[Reading] = []
        guarded: list[Path] = []
        settled: list[Path] = []
        renewed: list[tuple[Path, Fixture]] = []
        for fixture, teardown, accesses in self._phases(test, words):
            for access in accesses:
                path = access.path
                if not wanted(path) or any(_covers(g, path) for g in guarded):
                    continue
                own = fixture is None or fixture.scope == "function"
                kind = access.kind
                if access.restored:
                    guarded.append(path)
                elif (
                    kind is Kind.READ
                    and fixture is None
                    and not any(_covers(s, path) for s in settled)
                    and not any(p.overlaps(path) for p in left)
                ):
                    readings.append(Reading(test, access, tuple(by for p, by in renewed if _covers(p, path))))
                elif kind is Kind.RESET or (kind in (Kind.WRITE, Kind.CHANGE) and (teardown or self._in_finally(access.event))):
                    settled.append(path)
                    left = {p: c for p, c in left.items() if not p.overlaps(path)}
                elif kind in (Kind.WRITE, Kind.CHANGE) and own:
                    left.setdefault(path, Change(test, access, fixture))
                    if kind is Kind.WRITE:
                        settled.append(path)
                elif kind is Kind.WRITE and fixture is not None:
                    renewed.append((path, fixture))
        return list(left.values()), readings

    def _phases(self, test: Test, words: frozenset[str]) -> Iterator[tuple[Fixture | None, bool, tuple[Access, ...]]]:
        """The accesses of one test in the order in which its code runs: setups, decorators and body, teardowns."""
        functions = [(use.fixture, use.fixture.function) for use in test.closure]
        relevant = [
            fixture for fixture, function in functions if function is not None and not words.isdisjoint(self._runs.words_of(function))
        ]
        for fixture in relevant:
            yield fixture, False, self._of_fixture(fixture, test, teardown=False)
        if not words.isdisjoint(self._runs.words_of(test.function)) or test.function.decorators:
            yield None, False, self._of_body(test)
            yield None, True, tuple(self._summaries.finalizers(self._summaries.tracer.function(self._runs.frame(test))))
        for fixture in reversed(relevant):
            yield fixture, True, (*self._finalizers(fixture, test), *self._of_fixture(fixture, test, teardown=True))

    def _of_fixture(self, fixture: Fixture, test: Test, *, teardown: bool) -> tuple[Access, ...]:
        phase = fixture.teardown if teardown else fixture.setup
        frame = self._context.values.fixture_frame(fixture, test)
        if phase is None or frame is None:
            return ()
        key = (fixture, teardown, tuple(test.fixture(name) for name in fixture.requests), test.owner if fixture.owner is not None else None)
        if key not in self._fixtures:
            self._fixtures[key] = tuple(self._summaries.of(self._summaries.tracer.phase(phase, frame)))
        return self._fixtures[key]

    def _finalizers(self, fixture: Fixture, test: Test) -> Iterator[Access]:
        frame = self._context.values.fixture_frame(fixture, test)
        if fixture.setup is not None and frame is not None:
            yield from self._summaries.finalizers(self._summaries.tracer.phase(fixture.setup, frame))

    def _of_body(self, test: Test) -> tuple[Access, ...]:
        if test not in self._bodies:
            body = self._summaries.tracer.function(self._runs.frame(test))
            self._bodies[test] = (*self._summaries.of(self._runs.decorators(test)), *self._summaries.of(body))
        return self._bodies[test]

    @staticmethod
    def _in_finally(event: Event) -> bool:
        return any(region.role == "finally" for region, _ in event.regions())


def _covers(one: Path, other: Path) -> bool:
    """Whether putting a value at `one` settles what is at `other`: the same path or one above it."""
    return one.cell == other.cell and len(one.keys) <= len(other.keys) and one.overlaps(other) and not {EACH, SOME}.intersection(one.keys)
