"""Storage that several tests share: who changes it, who reads what another one left, who puts it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from testaudit.analyses.runs import Runs
from testaudit.analyses.storage.access import Access
from testaudit.analyses.storage.candidates import Candidates
from testaudit.analyses.storage.leftovers import Change, Leftovers, Reading
from testaudit.analyses.storage.visibility import meet, sees
from testaudit.findings import Note
from testaudit.link.linked import linked
from testaudit.model import Cell, External, Fixture, Place, Suite, place_of
from testaudit.read.definitions import methods
from testaudit.read.facts import Attr, Class, Module, targets
from testaudit.records import dataclass, field


@dataclass(slots=True, frozen=True, eq=False)
class Leak:
    """One shared cell that tests change: the first change that a victim can see (or the first at all), who reads it, how many tests change
    it."""

    cell: Cell
    change: Change
    victim: Reading | None
    changing: int
    definition: Place | None

    @property
    def harm(self) -> str:
        """What comes of it, as the end of a sentence; empty where no other test was found that sees it."""
        return f", which `{self.victim.test.name}` reads: its result depends on the order of the tests" if self.victim is not None else ""

    @property
    def evidence(self) -> list[Note]:
        """Where the cell is defined, and where the victim reads it."""
        notes = [Note(self.definition, "defined here")] if self.definition is not None else []
        if self.victim is not None:
            notes.append(Note(self.victim.place, f"`{self.victim.test.name}` reads it without setting it first"))
        return notes


@dataclass(slots=True, frozen=True, eq=False)
class Doubt:
    """A place where nobody can say whether a test leaves shared storage changed, and why."""

    place: Place
    why: str


class State:
    """Shared cells of a suite with their changes and readings."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        self._runs = suite.ask(Runs)
        self._leftovers = suite.ask(Leftovers)
        self._cells: dict[Cell, _Seen] | None = None
        self._suite = suite

    @property
    def cells(self) -> list[Cell]:
        """Every cell that tests share and that at least one test changes without putting it back, by place."""
        found = self._judged()
        return self._sorted(cell for cell, seen in found.items() if seen.changes)

    def _sorted(self, cells: Iterable[Cell]) -> list[Cell]:
        return sorted(cells, key=lambda c: (self.place(c) or _NOWHERE, c.name))

    def leaks(self, *owners: type) -> Iterator[Leak]:
        """The shared cells of some kinds of owner (`Module`, `Class`, `Fixture`, `Function`: a group's) that tests leave changed, one leak
        each."""
        for cell in self.cells:
            if not isinstance(cell.owner, owners):
                continue
            changes = self.changes(cell)
            seen = ((change, self.victims(cell, change)) for change in changes)
            change, victims = next(((c, v) for c, v in seen if v), (changes[0], []))
            yield Leak(cell, change, victims[0] if victims else None, len({c.test for c in changes}), self.place(cell))

    def doubts(self, *owners: type) -> Iterator[Doubt]:
        """The shared cells of some kinds of owner of which nobody can say whether a test leaves changed what another one reads."""
        found = self._judged()
        for cell in self._sorted(cell for cell, seen in found.items() if isinstance(cell.owner, owners) and seen.doubtful):
            if not any(self.victims(cell, change) for change in self.changes(cell)):
                yield from (Doubt(c.place, c.access.doubt) for c in [c for c in found[cell].doubtful if self.victims(cell, c)][:1])

    def changes(self, cell: Cell) -> list[Change]:
        """Who changes it and leaves it changed, in order of collection."""
        return self._judged().get(cell, _Seen()).changes

    def victims(self, cell: Cell, change: Change) -> list[Reading]:
        """Readings of the changed storage by other tests, which depend on whether the changing test ran before."""
        readings = self._judged().get(cell, _Seen()).readings
        return [r for r in readings if r.test is not change.test and sees(r.access, change.access) and meet(cell, change.test, r)]

    def place(self, cell: Cell) -> Place | None:
        """Where the cell is defined, where the source says."""
        owner = cell.owner
        if isinstance(owner, Fixture):
            return owner.definition
        if isinstance(owner, External):
            return None
        steps = owner.body.bindings.get(cell.name)
        if steps:
            return place_of(owner if isinstance(owner, Module) else owner.module, steps[0].start, steps[0].end)
        if isinstance(owner, Class):
            for method in methods(owner):
                for step in method.body.steps:
                    for target in targets(step.target) if step.kind == "bind" else ():
                        if isinstance(target, Attr) and target.name == cell.name:
                            return place_of(owner.module, target.start, target.end)
        return None

    # ----------------------------------------------------------------------------------------------------------- private

    def _judged(self) -> dict[Cell, _Seen]:
        if self._cells is None:
            self._cells = {}
            candidates = Candidates(self._context, self._runs)
            for test in self._suite.tests:
                wanted, words = candidates.of(test)
                if not wanted:
                    continue
                left, readings, doubtful = self._leftovers.of(test, lambda path, cells=wanted: path.cell in cells, words)  # type: ignore[misc]
                for change in left:
                    if change.fixture is None:
                        self._seen(change.access).changes.append(change)
                for change in doubtful:
                    if change.fixture is None:
                        self._seen(change.access).doubtful.append(change)
                for reading in readings:
                    self._seen(reading.access).readings.append(reading)
        return self._cells

    def _seen(self, access: Access) -> _Seen:
        assert self._cells is not None
        return self._cells.setdefault(access.path.cell, _Seen())


@dataclass(slots=True, eq=False)
class _Seen:
    """What tests do to one cell: changes that stay, readings, and changes of which nobody can say whether they are any."""

    changes: list[Change] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    doubtful: list[Change] = field(default_factory=list)


_NOWHERE = Place("", 0, 0, 0, 0)
