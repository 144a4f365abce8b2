"""One access to storage: what it does there, and whether that storage outlives a test."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from testaudit.knowledge import Knowledge
from testaudit.link.frames import Frame, Path, Value
from testaudit.link.trace import Event
from testaudit.link.values import Values
from testaudit.model import Fixture, Place
from testaudit.read.facts import (
    Expr,
    Function,
    Spread,
)
from testaudit.records import dataclass


class Kind(Enum):
    """`WRITE` puts a value regardless of what was there, `CHANGE` builds on it (append, update of a part), `RESET` empties or restores,
    `PEEK` looks for one item in it (`x in cell`), which leftovers of others do not disturb."""

    READ = "read"
    PEEK = "peek"
    WRITE = "write"
    CHANGE = "change"
    RESET = "reset"


@dataclass(slots=True, frozen=True, eq=False)
class Access:
    """One access to a storage path. `restored` says that the code undoes it by itself (a patcher, monkeypatch, a `with`)."""

    kind: Kind
    path: Path
    place: Place
    event: Event
    restored: bool = False
    tentative: str | None = None
    """The name of a method that changes built-in containers, when it is not known whether the storage holds one."""
    by_subject: bool = False
    """Whether the code under test does it, not the tests."""
    doubt: str = ""
    """Why nobody can say whether it changes this storage."""
    inside: bool = False
    """Whether a library changes its own object (a session that is written through), which cannot be told from the outside."""


@dataclass(slots=True, eq=False)
class Storage:
    """Which storage paths outlive one test, by what values alias."""

    values: Values
    knowledge: Knowledge
    group_scopes: frozenset[Function] = frozenset()
    """Functions whose variables the tests in them share (`describe` callbacks)."""

    def is_shared(self, path: Path, frame: Frame) -> bool:
        """Whether a path outlives one test: anything but local variables, attributes of the test's instance and function-scoped fixtures. A
        function's own parameters count, since callers put what they give in their place."""
        owner = path.cell.owner
        if path.cell.instance or (isinstance(owner, Fixture) and owner.scope == "function"):
            return False
        if not isinstance(owner, Function):
            return True
        return (
            owner in self.group_scopes
            or path.cell.name.startswith(".")
            or (owner is frame.scope and owner.param(path.cell.name) is not None)
        )

    def paths(self, expr: Expr, frame: Frame) -> Iterator[Path]:
        """The shared storage that an expression reads."""
        return self.shared(self.values.evaluate(expr.value if isinstance(expr, Spread) else expr, frame), frame)

    def shared(self, value: Value, frame: Frame) -> Iterator[Path]:
        """The shared storage that a value aliases."""
        return (path for path in value.paths if self.is_shared(path, frame))
