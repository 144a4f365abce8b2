"""One resource that a setup or test opens, and what ends it."""

from __future__ import annotations

from testaudit.link.frames import Value
from testaudit.link.trace import Event
from testaudit.model import Fixture, Place, Truth
from testaudit.read.facts import Call
from testaudit.records import dataclass, field

PATHS = frozenset({"file", "directory"})
TEMPORARY = frozenset({"temporary-file", "temporary-directory"})
ON_DISK = PATHS | TEMPORARY


@dataclass(slots=True, frozen=True, eq=False)
class Ending:
    """What ends a resource: where, and whether it runs although the test failed before (a finalizer, `with`, `finally`, teardown)."""

    place: Place
    safe: bool
    event: Event
    waits: bool = False
    """Whether it only waits for what ends by itself (`join`, `wait`)."""


@dataclass(slots=True, eq=False)
class Opened:
    """One resource: its kind, the library's name for what opened it, where, whether a leak is harmful, and what ends it.

    `ended` is UNKNOWN when the resource went somewhere that cannot be followed.
    """

    kind: str
    symbol: str
    call: Call
    event: Event
    harmful: bool
    fixture: Fixture | None
    ended: Truth = Truth.NO
    endings: list[Ending] = field(default_factory=list)
    path: Value | None = None
    """Where it was made, for files and folders."""
    placed: bool = True
    """Whether that is known to be outside temporary folders."""

    @property
    def place(self) -> Place:
        return self.event.place

    def end(self, event: Event, *, safe: bool, waits: bool = False) -> None:
        """Note that an event ends it."""
        self.ended = Truth.YES
        self.endings.append(Ending(event.place, safe, event, waits))

    def lose(self) -> None:
        """Note that it goes where nobody can say whether it is ended."""
        if self.ended is Truth.NO:
            self.ended = Truth.UNKNOWN
