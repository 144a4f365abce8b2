"""What a test or fixture leaves set for every test that runs later."""

from __future__ import annotations

from testaudit.findings import Note
from testaudit.model import Fixture, Place, Test
from testaudit.records import dataclass


@dataclass(slots=True, frozen=True, eq=False)
class Remain:
    """What one test, or one fixture for `affects` tests, leaves set: what is set, as it is called (empty: the run alone knows), each with
    its place."""

    test: Test
    fixture: Fixture | None
    parts: tuple[tuple[str, Place], ...]
    affects: int
    doubt: str = ""
    """Why nobody can say whether it stays; empty for what stays for sure."""

    @property
    def place(self) -> Place:
        return self.parts[0][1]

    @property
    def who(self) -> str:
        """The name of the fixture or test."""
        return self.fixture.name if self.fixture is not None else self.test.name

    @property
    def blamed(self) -> Test | None:
        """The test that is to be changed; none where it is the fixture."""
        return self.test if self.fixture is None else None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.parts if name)

    @property
    def it(self) -> str:
        """The pronoun for what is left."""
        return "it" if len(self.names) == 1 else "them"

    def links(self, done: str) -> tuple[Note, ...]:
        """The evidence beside its place: the setup, and where the other parts are `done`."""
        setup = self.fixture.definition if self.fixture is not None else None
        others = tuple(Note(place, f"{name} is {done} here" if name else f"{done} here") for name, place in self.parts[1:])
        return (Note(setup, "in this setup"), *others) if setup is not None else others
