"""One literal address on its way into a store that may outlive the test."""

from __future__ import annotations

from testaudit.analyses.records.emails import Address
from testaudit.link.trace import Event
from testaudit.model import Fixture, Place, Test, Truth
from testaudit.records import dataclass

DJANGO = ("django.", "model_bakery.", "mixer.", "factory.django", "rest_framework.")
"""Beginnings of the names of what writes by Django's ORM, into its test database."""


@dataclass(slots=True, frozen=True, eq=False)
class Sent:
    """One literal address on its way into a store.

    `truth`: YES when it surely stays there after the test, UNKNOWN with `why` otherwise. `event` is the write by the library's `symbol`,
    `store` says what it goes into, `fixture` is the one that sends it (None: the test's own body).
    """

    test: Test
    fixture: Fixture | None
    address: Address
    event: Event
    symbol: str
    store: str
    store_place: Place | None
    truth: Truth
    why: str = ""

    @property
    def victims(self) -> str:
        """Who meets the address: Django throws its test database away after the run, other stores stay."""
        return "any test after it" if self.symbol.startswith(DJANGO) else "a second or parallel run"
