"""Which storage a traced stretch of code reads, changes and puts back."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.analyses.storage.access import Access, Storage
from testaudit.analyses.storage.assignments import of_step
from testaudit.analyses.storage.changing_calls import of_call
from testaudit.link.trace import Event
from testaudit.records import dataclass


@dataclass(slots=True, eq=False)
class Accesses(Storage):
    """Finds accesses in events."""

    def of_event(self, event: Event) -> Iterator[Access]:
        """Every access of one event itself, in order."""
        if event.call is not None:
            yield from of_call(self, event)
        elif event.step is not None:
            yield from of_step(self, event, event.step)
