"""Whether one test can see what another one changed: the same part, told from the outside, within one life of the value."""

from __future__ import annotations

from testaudit.analyses.storage.access import Access
from testaudit.analyses.storage.leftovers import Reading
from testaudit.link.frames import ANY, SOME
from testaudit.model import Cell, Fixture, Test
from testaudit.read.facts import Function


def sees(reading: Access, change: Access) -> bool:
    """Whether a reading shows a change: it reads the very part, or a container of it. Who is handed an object need not look at the
    attribute that was changed; and what the code under test alone puts into its objects and reads there (a value that it keeps) is its own
    business."""
    if not reading.path.overlaps(change.path) or (reading.by_subject and change.by_subject) or change.inside:
        return False
    common = len(reading.path.keys)
    if (
        any(a != b and (SOME in (a, b) or ANY in (a, b)) for a, b in zip(reading.path.keys, change.path.keys, strict=False))
        or SOME in reading.path.keys[: len(change.path.keys)]
    ):
        return False
    return all(key.startswith("[") for key in change.path.keys[common:])


def meet(cell: Cell, changing: Test, reading: Reading) -> bool:
    """Whether what one test leaves in a cell is still there for a reading: in one run, and within the life of the value."""
    makers = (*reading.renewed_by, cell.owner) if isinstance(cell.owner, Fixture) else reading.renewed_by
    return changing.session.id == reading.test.session.id and all(_life(changing, maker) == _life(reading.test, maker) for maker in makers)


def _life(test: Test, fixture: Fixture) -> object:
    """What the tests have in common that share one instance of a fixture with this test."""
    match fixture.scope:
        case "class" if fixture.group is not None and isinstance(fixture.group.scope, Function):
            return fixture.group
        case "class":
            return (test.path, test.owner) if test.owner is not None else test
        case "module":
            return test.path
        case "package" | "session" | "unknown":
            return None
        case "function":
            return test
