"""Whether what one traced call writes into a database is committed, and whether a rollback around the test still takes it back."""

from __future__ import annotations

from collections.abc import Iterable

from testaudit.analyses.records.resets import Kind, Undoing
from testaudit.analyses.records.stores import Stores
from testaudit.analyses.roles import Role, roles
from testaudit.link.frames import Frame, Instance, Value
from testaudit.link.linked import Linked
from testaudit.link.trace import Event
from testaudit.model import External, Truth
from testaudit.read.facts import Attr, Call, Function, Region
from testaudit.records import dataclass

_BY_THEMSELVES = (
    "django.", "model_bakery.", "mixer.", "factory.django", "rest_framework.", "tortoise.", "peewee.", "pymongo.", "mongoengine", "tinydb.",
    "duckdb.", "databases.",
)  # fmt: skip
"""Libraries that commit each write unless a transaction is open."""

_COMMIT_ON_LEAVING = ("sqlite3.Connection", "_dbapi.Connection", "psycopg.Connection")
"""Connections whose `with` commits (PEP 249's extension; psycopg's and sqlite3's documentation)."""


@dataclass(slots=True, eq=False)
class Commits:
    """Follows one write to its commit."""

    context: Linked
    stores: Stores

    def committed(self, role: Role, event: Event, events: Iterable[Event]) -> Truth:
        """Whether a write is committed: by itself, by the `with` around it, or later through the same connection."""
        if role.symbol.commits or role.symbol.name.startswith(_BY_THEMSELVES) or role.receiver is None:
            return Truth.YES
        mine = self.stores.made_by(role.receiver)
        if any(name.startswith("asyncpg.") for name in self.stores.symbols(role.receiver)):
            return Truth.YES
        if any(region.role == "with" and self._commits_on_leaving(region, frame, mine) for region, frame in event.regions()):
            return Truth.YES
        return self._later(mine, event, events)

    def held_back(self, role: Role, undone: Undoing) -> Truth:
        """Whether a rollback holds although the session commits: a transaction or savepoint was begun around the session."""
        begun = [r for r in undone.resets if r.kind is Kind.BEGINS]
        if not begun or role.receiver is None or not any(r.kind is Kind.ROLLS_BACK for r in undone.resets):
            return Truth.NO
        mine = self.stores.made_by(role.receiver)
        return Truth.YES if any(r.receiver is not None and self.stores.made_by(r.receiver) & mine for r in begun) else Truth.UNKNOWN

    def guarded(self, event: Event) -> Truth:
        """UNKNOWN where the write stands under a condition, or in the `with` of something that cannot be followed."""
        for region, frame in event.regions():
            if region.role == "branch":
                return Truth.UNKNOWN
            if region.role == "with" and isinstance(region.head, Call):
                callee = self.context.values.callee(region.head, frame)
                ours = [d.target for d in callee.definitions if isinstance(d.target, Function)]
                followed = any(self.context.is_test_code(function.module.path) for function in ours)
                if not followed and not any(True for _ in roles(callee, self.context.values)):
                    return Truth.UNKNOWN
        return Truth.NO

    def _commits_on_leaving(self, region: Region, frame: Frame, mine: frozenset[int]) -> bool:
        if region.head is None:
            return False
        values = self.context.values
        head = values.evaluate(region.head, frame)
        makers = self.stores.made_by(head)
        opened = [r.symbol for r in roles(values.callee(region.head, frame), values)] if isinstance(region.head, Call) else []
        if any(symbol.commits or symbol.transaction == "transaction" for symbol in opened):
            return bool(makers & mine) or not makers
        return bool(makers & mine) and _leaves_committed(head)

    def _later(self, mine: frozenset[int], event: Event, events: Iterable[Event]) -> Truth:
        after, unknown = False, False
        for other in events:
            after = after or other is event
            if not after or other.call is None or other is event:
                continue
            for found in roles(other.callee, self.context.values):
                if found.symbol.commits and found.receiver is not None:
                    theirs = self.stores.made_by(found.receiver)
                    if mine & theirs or (not mine and not theirs):
                        return Truth.YES
                    unknown = unknown or not (mine and theirs)
            unresolved = other.callee is not None and not other.callee.definitions
            unknown = unknown or (unresolved and isinstance(other.call.func, Attr) and other.call.func.name == "commit")
        return Truth.UNKNOWN if unknown else Truth.NO


def _leaves_committed(value: Value) -> bool:
    return any(isinstance(t, Instance) and isinstance(t.type, External) and t.type.name in _COMMIT_ON_LEAVING for t in value.things)
