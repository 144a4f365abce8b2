"""What evaluation knows while it follows values: frames (one function with its arguments) and values (what an expression may be)."""

from __future__ import annotations

from collections.abc import Mapping

from testaudit.model import Cell, External, Fixture, Place, Test, place_of
from testaudit.read.facts import Call, Class, Collection, Const, Expr, Function, Module, Scope, Template
from testaudit.records import dataclass, field

MAX_DEPTH = 4
"""How many first-party calls deep a value is followed; deeper ones are unknown."""


@dataclass(slots=True, eq=False)
class Frame:
    """One scope being evaluated.

    `arguments` are the expressions that a call gave, with the frame they are written in; `lexical` is the frame of the enclosing function,
    `this` the class that `self` is an instance of (the collecting class, which may derive from the one in which the method stands), `test`
    the test in whose closure fixtures are looked up, `fixture` the fixture whose code this is. `depth` bounds inlining.
    """

    scope: Scope
    arguments: Mapping[str, tuple[Expr, Frame]] = field(default_factory=dict)
    lexical: Frame | None = None
    caller: Frame | None = None
    call: Call | None = None
    receiver: Value | None = None
    this: Class | None = None
    test: Test | None = None
    fixture: Fixture | None = None
    depth: int = 0
    memo: dict[Expr, Value] = field(default_factory=dict)

    @property
    def module(self) -> Module:
        return self.scope if isinstance(self.scope, Module) else self.scope.module

    def place(self, expr: Expr) -> Place:
        return place_of(self.module, expr.start, expr.end)

    def inner(self, function: Function) -> Frame:
        """The frame of a lambda, comprehension or nested function written in this one."""
        return Frame(function, lexical=self, this=self.this, test=self.test, fixture=self.fixture, depth=self.depth)


EACH = "[*]"
"""The step of a path to every element, as a loop goes through them."""
SOME = "[?]"
"""The step of a path to an element whose key is not constant."""
ANY = ".?"
"""The step of a path to an attribute whose name is not constant."""
_MANY = frozenset({EACH, SOME, ANY})
_MOST = 12
"""So many things, and so many paths, a value may be."""


@dataclass(slots=True, frozen=True)
class Path:
    """A storage place: a cell and the attributes (`.x`) and items (`[k]`, `EACH`, `SOME`) from it."""

    cell: Cell
    keys: tuple[str, ...] = ()

    def __truediv__(self, key: str) -> Path:
        if isinstance(self.cell.owner, External) and not self.keys and key.startswith("."):
            return Path(Cell(External(self.cell.owner.name + key), ""))
        return Path(self.cell, (*self.keys, key)) if len(self.keys) < 4 else self

    def overlaps(self, other: Path) -> bool:
        """Whether a change at one can be seen at the other: the same cell, and no two constant keys that differ."""
        return self.cell == other.cell and all(a == b or a in _MANY or b in _MANY for a, b in zip(self.keys, other.keys, strict=False))


@dataclass(slots=True, frozen=True)
class Literal:
    """A constant, template or display written in the source, in the frame in which its parts are evaluated."""

    expr: Const | Template | Collection
    frame: Frame


@dataclass(slots=True, frozen=True)
class Instance:
    """An object of a type; `call` made it, in `frame` (None where only the type is known, from a table or, `declared`, an annotation)."""

    type: External | Class
    call: Call | None = None
    frame: Frame | None = None
    declared: bool = False


@dataclass(slots=True, frozen=True)
class Given:
    """Arguments that a callable was given before it is called: a `partial`, with the frame in which it is made."""

    call: Call
    frame: Frame


@dataclass(slots=True, frozen=True)
class Definition:
    """A function, class, module or library symbol itself; `frame` is the enclosing one of a nested function, `receiver` what a method is
    bound to, `given` the arguments that it was given before."""

    target: External | Function | Class | Module
    frame: Frame | None = None
    receiver: Value | None = None
    given: Given | None = None
    picked: bool = False
    """One of several entry points; which of them is decided by a name that is not known here."""


@dataclass(slots=True, frozen=True)
class Member:
    """An attribute of an object whose type is not known: only its name and what it belongs to."""

    name: str
    receiver: Value


Thing = Literal | Instance | Definition | Member


@dataclass(slots=True, frozen=True)
class Value:
    """What an expression may be: `things`, the storage `paths` that it aliases, and `why` it is not fully known (None: known)."""

    things: tuple[Thing, ...] = ()
    paths: tuple[Path, ...] = ()
    why: str | None = None

    def __or__(self, other: Value) -> Value:
        if other is self:
            return self
        if not self.things and not self.paths and self.why is None and len(other.things) <= _MOST and len(other.paths) <= _MOST:
            return other  # the first of several
        things = self.things + tuple(t for t in other.things if t not in self.things)
        paths = self.paths + tuple(p for p in other.paths if p not in self.paths)
        return Value(things[:_MOST], paths[:_MOST], self.why or other.why)

    @property
    def definitions(self) -> tuple[Definition, ...]:
        return tuple(thing for thing in self.things if isinstance(thing, Definition))

    @property
    def externals(self) -> tuple[str, ...]:
        """The dotted names of the library symbols that it may be."""
        return tuple(t.target.name for t in self.things if isinstance(t, Definition) and isinstance(t.target, External))

    @property
    def types(self) -> tuple[External | Class, ...]:
        return tuple(thing.type for thing in self.things if isinstance(thing, Instance))

    @property
    def constants(self) -> tuple[object, ...]:
        """The plain constants that it may be."""
        return tuple(t.expr.value for t in self.things if isinstance(t, Literal) and isinstance(t.expr, Const))


NOTHING = Value()


def unknown(why: str) -> Value:
    return Value(why=why)
