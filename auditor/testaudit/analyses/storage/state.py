"""Storage that several tests share: who changes it, who reads what another one left, who puts it back."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.analyses.runs import Runs
from testaudit.analyses.storage.candidates import Candidates
from testaudit.analyses.storage.leftovers import Change, Leftovers, Reading
from testaudit.analyses.storage.visibility import meet, sees
from testaudit.findings import Note
from testaudit.link.linked import linked
from testaudit.link.resolution.methods import methods
from testaudit.model import Cell, External, Fixture, Place, Suite, place_of
from testaudit.read.facts import Attr, Class, Module, targets
from testaudit.records import dataclass


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


class State:
    """Shared cells of a suite with their changes and readings."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        self._runs = suite.ask(Runs)
        self._leftovers = suite.ask(Leftovers)
        self._cells: dict[Cell, tuple[list[Change], list[Reading]]] | None = None
        self._suite = suite

    @property
    def cells(self) -> list[Cell]:
        """Every cell that tests share and that at least one test changes without putting it back, by place."""
        found = self._judged()
        return sorted((cell for cell, (changes, _) in found.items() if changes), key=lambda c: (self.place(c) or _NOWHERE, c.name))

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

    def changes(self, cell: Cell) -> list[Change]:
        """Who changes it and leaves it changed, in order of collection."""
        return self._judged().get(cell, ([], []))[0]

    def victims(self, cell: Cell, change: Change) -> list[Reading]:
        """Readings of the changed storage by other tests, which depend on whether the changing test ran before."""
        _, readings = self._judged().get(cell, ([], []))
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

    def _judged(self) -> dict[Cell, tuple[list[Change], list[Reading]]]:
        if self._cells is None:
            self._cells = {}
            candidates = Candidates(self._context, self._runs)
            for test in self._suite.tests:
                wanted, words = candidates.of(test)
                if not wanted:
                    continue
                left, readings = self._leftovers.of(test, lambda path, cells=wanted: path.cell in cells, words)  # type: ignore[misc]
                for change in left:
                    if change.fixture is None:
                        self._cells_of(change.access.path.cell)[0].append(change)
                for reading in readings:
                    self._cells_of(reading.access.path.cell)[1].append(reading)
        return self._cells

    def _cells_of(self, cell: Cell) -> tuple[list[Change], list[Reading]]:
        assert self._cells is not None
        return self._cells.setdefault(cell, ([], []))


_NOWHERE = Place("", 0, 0, 0, 0)
