"""What one test leaves changed, and what it reads before anything set up for it has put a value there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from testaudit.analyses.accesses import Access, Accesses, Kind
from testaudit.analyses.runs import Runs
from testaudit.link.frames import Path
from testaudit.link.linked import linked
from testaudit.link.trace import Event, Tracer
from testaudit.model import Fixture, Place, Suite, Test
from testaudit.read.facts import Function

Wanted = Callable[[Path], bool]


@dataclass(slots=True, frozen=True, eq=False)
class Change:
    """A test changes shared storage and leaves it so: the access, and the fixture in whose code it stands (None: the test's own)."""

    test: Test
    access: Access
    fixture: Fixture | None = None

    @property
    def place(self) -> Place:
        return _outermost(self.access)


@dataclass(slots=True, frozen=True, eq=False)
class Reading:
    """A test reads shared storage before it, or anything set up for it, has put a value there."""

    test: Test
    access: Access

    @property
    def place(self) -> Place:
        return _outermost(self.access)


class Leftovers:
    """One test's changes that survive it and its readings of what others may have left."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        self._runs = suite.ask(Runs)
        self._accesses = Accesses(self._context.values, self._context.knowledge)
        self._tracer = Tracer(self._context.values, self._enters)

    def of(self, test: Test, wanted: Wanted) -> tuple[list[Change], list[Reading]]:
        """Changes that nothing takes back, and readings, of the storage that is `wanted`; in the order of the code."""
        left: dict[Path, Change] = {}
        readings: list[Reading] = []
        guarded: list[Path] = []
        settled: list[Path] = []
        for fixture, teardown, events in self._phases(test):
            for access in self._accesses.of(events):
                path = access.path
                if not wanted(path) or any(_covers(g, path) for g in guarded):
                    continue
                own = fixture is None or fixture.scope == "function"
                kind = access.kind
                if access.restored:
                    guarded.append(path)
                elif kind is Kind.READ and fixture is None and not any(_covers(s, path) for s in settled) and not any(p.overlaps(path) for p in left):
                    readings.append(Reading(test, access))
                elif kind is Kind.RESET or (kind is Kind.WRITE and (teardown or self._in_finally(access.event))):
                    settled.append(path)
                    left = {p: c for p, c in left.items() if not p.overlaps(path)}
                elif kind in (Kind.WRITE, Kind.CHANGE) and own:
                    left.setdefault(path, Change(test, access, fixture))
                    if kind is Kind.WRITE:
                        settled.append(path)
        return list(left.values()), readings

    def _phases(self, test: Test) -> Iterator[tuple[Fixture | None, bool, list[Event]]]:
        """The code of one test in the order in which it runs: setups, decorators, body, teardowns."""
        for use in test.closure:
            yield use.fixture, False, self._runs.setup(use.fixture, test)
        yield None, False, self._runs.decorators(test)
        yield None, False, list(self._tracer.function(self._runs.frame(test)))
        for use in reversed(test.closure):
            yield use.fixture, True, self._runs.teardown(use.fixture, test)

    @staticmethod
    def _in_finally(event: Event) -> bool:
        return any(region.role == "finally" for region, _ in event.regions())

    def _enters(self, function: Function, event: Event) -> bool:
        """Test support is entered, and methods of shared objects wherever they stand, since they may change them."""
        if self._context.is_test_code(function.module.path):
            return True
        callee = event.callee
        for definition in callee.definitions if callee is not None else ():
            receiver = definition.receiver
            if receiver is not None and any(not isinstance(p.cell.owner, Function) for p in receiver.paths):
                return event.frame.depth < 3
        return False


def _covers(one: Path, other: Path) -> bool:
    """Whether putting a value at `one` settles what is at `other`: the same path or one above it."""
    return one.cell == other.cell and len(one.keys) <= len(other.keys) and one.overlaps(other) and "[*]" not in one.keys


def _outermost(access: Access) -> Place:
    """The access as seen in the test's own code: the access itself, or the call that leads to it."""
    events = list(access.event.chain())
    return access.place if len(events) == 1 else events[-1].place
