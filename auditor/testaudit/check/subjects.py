"""What rules judge: the subjects of each kind in a suite, and the file that each belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from testaudit.check.rule import Check
from testaudit.model import Cell, External, Fixture, Place, Suite, Test, TestModule
from testaudit.read.facts import Module


def _cells(suite: Suite) -> Iterable[Cell]:
    from testaudit.analyses.storage.state import State  # for the rules about cells only

    return suite.ask(State).cells


_KINDS: Mapping[type, Callable[[Suite], Iterable[object]]] = {
    Suite: lambda suite: (suite,),
    TestModule: lambda suite: suite.modules,
    Test: lambda suite: suite.tests,
    Fixture: lambda suite: suite.fixtures,
    Cell: _cells,
}


def subjects(check: Check, suite: Suite) -> Iterable[object]:
    """The subjects that a check judges. Raises `LookupError` for a kind that nobody enumerates."""
    enumerate_them: Callable[[Suite], Iterable[Any]] | None = check.of or _KINDS.get(check.kind)
    if enumerate_them is None:
        raise LookupError(f"nothing says which `{check.kind.__name__}` there are: `each({check.kind.__name__}, of=…)`")
    return enumerate_them(suite)


def place_of_subject(subject: object) -> Place | None:
    """Where a subject stands, or None when it stands nowhere in particular."""
    match subject:
        case Test():
            return Place(subject.path, subject.place.line, 1, subject.place.line, 1)
        case TestModule():
            return Place(subject.path, 1, 1, 1, 1)
        case Fixture():
            return subject.definition
        case Cell():
            return _place_of_cell(subject)
        case _:
            place = getattr(subject, "place", None)
            return place if isinstance(place, Place) else None


def _place_of_cell(cell: Cell) -> Place | None:
    match cell.owner:
        case External():
            return None
        case Fixture():
            return cell.owner.definition
        case Module():
            return Place(cell.owner.path, 1, 1, 1, 1)
        case owner:
            line, column = owner.module.position(owner.def_start)
            return Place(owner.module.path, line, column, line, column)
