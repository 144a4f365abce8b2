"""What one test leaves changed, and what it reads before anything set up for it has put a value there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from testaudit.analyses.runs import Runs
from testaudit.analyses.storage.access import Access, Kind
from testaudit.analyses.storage.summaries import Summaries
from testaudit.analyses.storage.tails import closes
from testaudit.link.frames import EACH, SOME, Path
from testaudit.link.linked import linked
from testaudit.model import Fixture, Place, Suite, Test
from testaudit.read.facts import Const
from testaudit.records import dataclass, field

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


@dataclass(slots=True, eq=False)
class _Books:
    """What was seen so far of one test: what is left behind, what it reads of others, what nobody can say; what something puts back anyway,
    what the test has put there itself, and what a setup for several tests puts there."""

    test: Test
    left: dict[Path, Change] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)
    doubtful: list[Change] = field(default_factory=list)
    guarded: list[Path] = field(default_factory=list)
    settled: list[Path] = field(default_factory=list)
    renewed: list[tuple[Path, Fixture]] = field(default_factory=list)

    def account(self, access: Access, fixture: Fixture | None, teardown: bool) -> None:
        """One access, in the code of a fixture or the test's own (None)."""
        path, kind = access.path, access.kind
        if kind is Kind.READ:
            if fixture is None and not access.restored and not _is_settled(path, self.settled, self.left):
                self.readings.append(Reading(self.test, access, tuple(by for p, by in self.renewed if _covers(p, path))))
        elif access.restored:
            self.guarded.append(path)
        elif kind is not Kind.PEEK:
            self._changed(access, fixture, teardown)

    def _changed(self, access: Access, fixture: Fixture | None, teardown: bool) -> None:
        path, own = access.path, fixture is None or fixture.scope == "function"
        if self._puts_back(access, anyway=teardown, after=fixture is None and self._was_put(access)) and not access.doubt:
            self.settled.append(path)
            self.left = {p: c for p, c in self.left.items() if not p.overlaps(path)}
        elif own and access.kind is not Kind.RESET:
            change = Change(self.test, access, fixture)
            if not access.doubt:
                self.left.setdefault(path, change)
            elif not teardown:
                self.doubtful.append(change)
            if access.kind is Kind.WRITE:
                self.settled.append(path)
        elif access.kind is Kind.WRITE and fixture is not None and not access.doubt:
            self.renewed.append((path, fixture))

    def _was_put(self, access: Access) -> bool:
        """Whether the test has changed before what an assignment sets now; what is switched off in the end was on."""
        step = access.event.step
        off = step is not None and isinstance(step.value, Const) and step.value.value in (None, False)
        return off or any(_covers(access.path, path) for path in self.left)

    @staticmethod
    def _puts_back(access: Access, *, anyway: bool, after: bool) -> bool:
        """Whether an access is a clean-up. `anyway`: it runs whether the test passed or not; `after`: in the test itself, which has put a
        value there before."""
        if access.kind is Kind.RESET:
            return True
        in_finally = any(region.role == "finally" for region, _ in access.event.regions())
        return anyway or in_finally or (after and access.kind is Kind.WRITE and closes(access.event))


class Leftovers:
    """One test's changes that survive it and its readings of what others may have left."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        self._runs = suite.ask(Runs)
        self._summaries = suite.ask(Summaries)
        self._fixtures: dict[object, tuple[Access, ...]] = {}
        self._bodies: dict[Test, tuple[Access, ...]] = {}

    def of(self, test: Test, wanted: Wanted, words: frozenset[str]) -> tuple[list[Change], list[Reading], list[Change]]:
        """Changes that nothing takes back, and readings, of the storage that is `wanted`; in the order of the code; last, changes of which
        nobody can say whether they are any.

        A test or fixture in whose code, helpers included, none of `words` occurs is passed over.
        """
        books = _Books(test)
        for fixture, teardown, accesses in self._phases(test, words):
            for access in accesses:
                if wanted(access.path) and not any(_covers(g, access.path) for g in books.guarded):
                    books.account(access, fixture, teardown)
        return list(books.left.values()), books.readings, books.doubtful

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


def _is_settled(path: Path, settled: Iterable[Path], left: Iterable[Path]) -> bool:
    """Whether the test has put there what it reads, or changed a part of it, before."""
    return any(_covers(s, path) for s in settled) or any(p.overlaps(path) for p in left)


def _covers(one: Path, other: Path) -> bool:
    """Whether putting a value at `one` settles what is at `other`: the same path or one above it."""
    return one.cell == other.cell and len(one.keys) <= len(other.keys) and one.overlaps(other) and not {EACH, SOME}.intersection(one.keys)
