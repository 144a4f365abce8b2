"""What takes back the rows that a test writes: frameworks, rollbacks, deletions, databases made anew."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum

from testaudit.analyses.operands import operand
from testaudit.analyses.records.statements import STATEMENTS, Does, statement_of
from testaudit.analyses.roles import Role, roles
from testaudit.analyses.runs import Runs
from testaudit.link.frames import Definition, Member, Value
from testaudit.link.linked import linked
from testaudit.link.trace import Event, Tracer
from testaudit.model import External, Fixture, Place, Suite, Test, Truth, Unknown
from testaudit.read.facts import Function
from testaudit.records import dataclass

_CLEANS = re.compile(
    r"clean|clear|reset|truncat|delet|drop|purge|wipe|remov|roll_?back|destroy|tear|flush|restor|revert|undo|recreat|isolat|transact|atomic"
    r"|savepoint|fresh|unlink|rmtree",
    re.IGNORECASE,
)
"""Names of functions that may take rows away although nothing about them is known."""

_HARMLESS = frozenset({
    "close", "stop", "join", "dispose", "quit", "shutdown", "print", "info", "debug", "warning", "error", "append", "disconnect",
    "terminate", "kill", "wait", "get", "format", "items", "keys", "values",
})  # fmt: skip
_ROLLBACKS = frozenset({
    "rollback", "close", "close_all", "aclose", "remove", "savepoint_rollback", "set_rollback",
})  # fmt: skip
_REMOVES_FILES = frozenset({"os.remove", "os.unlink", "shutil.rmtree", "pathlib.Path.unlink"})
_DELETES = ("delete", "adelete")
_MAKES_TABLES = frozenset({"create_all", "create", "create_table"})


class Kind(Enum):
    """How rows are taken back. `EMPTIES`: they are deleted, whoever committed them. `ROLLS_BACK`: what was not committed is. `BEGINS`: a
    transaction or savepoint is opened. `MAKES`: tables of its own are made. `MAYBE`: a call that cannot be followed may do it."""

    EMPTIES = "empties"
    ROLLS_BACK = "rolls back"
    BEGINS = "begins"
    MAKES = "makes"
    MAYBE = "maybe"


@dataclass(slots=True, frozen=True, eq=False)
class Reset:
    """Something that takes rows back, or may: where, and the object that it is asked of."""

    kind: Kind
    event: Event
    receiver: Value | None = None

    @property
    def place(self) -> Place:
        return self.event.place


@dataclass(slots=True, frozen=True, eq=False)
class Undoing:
    """Whether the rows that a test writes are taken back, with the resets that say so."""

    truth: Truth
    resets: tuple[Reset, ...] = ()
    why: str = ""


class Resets:
    """What takes rows back around the tests of a suite. Three-valued: a clean-up that cannot be followed makes the answer unknown."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        self._runs = suite.ask(Runs)
        self._values = self._context.values
        self._found: dict[object, tuple[Reset, ...]] = {}
        self._library: dict[Fixture, Truth] = {}
        self._plugins = self._context.knowledge.plugins()

    def isolated(self, test: Test) -> Undoing:
        """Whether a framework takes back what a test writes: its base class, markers and plugins' fixtures say so. It costs no tracing."""
        truth = Truth.UNKNOWN if test.dynamic is not Truth.NO or test.unresolved else Truth.NO
        for base in self._context.names.mro(test.owner) if test.owner is not None else ():
            if isinstance(base, External):
                symbol = self._context.knowledge.symbol(base.name)
                if symbol is not None and symbol.rolls_back:
                    return Undoing(Truth.YES, why=f"`{base.name}` rolls back")
            elif isinstance(base, Unknown):
                truth = Truth.UNKNOWN
        for name, _ in test.marks:
            marker = self._context.knowledge.marker(name)
            if marker is not None and marker.rolls_back:
                return Undoing(Truth.YES, why=f"`{name}` rolls back")
        for use in test.closure:
            if use.fixture.function is None:
                truth |= self._of_library(use.fixture)
        return Undoing(truth)

    def undone(self, test: Test) -> Undoing:
        """Whether anything in the closure of a test, or the test itself, takes back what it writes."""
        isolated = self.isolated(test)
        if isolated.truth is Truth.YES:
            return isolated
        truth: Truth = isolated.truth
        found: list[Reset] = []
        for use in test.closure:
            if use.fixture.function is not None:
                found += self.of_phase(use.fixture, test, "setup")
                found += self.of_phase(use.fixture, test, "teardown")
        found += self.among(self._runs.body(test), finalizing=False)
        if any(r.kind is Kind.EMPTIES for r in found):
            truth = Truth.YES
        elif any(r.kind is Kind.MAYBE for r in found):
            truth |= Truth.UNKNOWN
        return Undoing(truth, tuple(found))

    def among(self, events: Iterable[Event], *, finalizing: bool) -> Iterator[Reset]:
        """What takes rows back in a stretch of code; when it is `finalizing` (after the test), any unknown call may do it."""
        for event in events:
            if event.call is not None:
                yield from self._reset_by(event, finalizing)

    def _reset_by(self, event: Event, finalizing: bool) -> Iterator[Reset]:
        call, callee = event.call, event.callee
        assert call is not None
        known = False
        for role in roles(callee, self._values):
            known = True
            symbol = role.symbol
            if symbol.finalizer is not None and (found := operand(symbol.finalizer, call, callee)) is not None:
                yield from self._finalizer(self._values.evaluate(found[0], event.frame), event)
            if symbol.rolls_back and not (role.method == "clear" and symbol.effect is None):
                yield Reset(Kind.ROLLS_BACK if role.method in _ROLLBACKS else Kind.EMPTIES, event, role.receiver)
            elif symbol.name in _REMOVES_FILES or symbol.opens == "container" or self._deletes(role):
                yield Reset(Kind.EMPTIES, event, role.receiver)
            elif symbol.transaction in ("transaction", "savepoint"):
                yield Reset(Kind.BEGINS, event, role.receiver)
            elif symbol.persists == "database" and role.method in STATEMENTS:
                does = statement_of(role, event, self._values)
                if does is Does.EMPTIES:
                    yield Reset(Kind.EMPTIES, event, role.receiver)
                elif does is None and finalizing:
                    yield Reset(Kind.MAYBE, event, role.receiver)
            elif symbol.persists == "database" and role.method in _MAKES_TABLES and "metadata" in symbol.name.lower() + role.owner.lower():
                yield Reset(Kind.MAKES, event, role.receiver)
        if not known and not event.entered and callee is not None and self._may_reset(callee, finalizing):
            yield Reset(Kind.MAYBE, event)

    @staticmethod
    def _deletes(role: Role) -> bool:
        """`session.delete(user)`, `user.delete()`, `collection.delete_many({})`: not a request, and not an object of a cloud."""
        return role.method.startswith(_DELETES) and role.symbol.effect != "cloud" and role.symbol.persists != "http"

    def _finalizer(self, value: Value, event: Event) -> Iterator[Reset]:
        """What a callable that runs after the test takes back."""
        for thing in value.things:
            match thing:
                case Definition(target=Function() as function):
                    frame = (thing.frame or event.frame).inner(function)
                    frame.receiver = thing.receiver
                    tracer = Tracer(self._values, lambda function, _event: self._context.is_test_code(function.module.path))
                    yield from self.among(tracer.function(frame), finalizing=True)
                case Definition(target=External(name=name)):
                    symbol = self._context.knowledge.symbol(name)
                    method = name.rpartition(".")[2]
                    if symbol is not None and symbol.rolls_back:
                        yield Reset(Kind.ROLLS_BACK if method in _ROLLBACKS else Kind.EMPTIES, event, thing.receiver)
                    elif symbol is not None and (symbol.name in _REMOVES_FILES or method.startswith(_DELETES)):
                        yield Reset(Kind.EMPTIES, event, thing.receiver)
                    elif symbol is None and method not in _HARMLESS:
                        yield Reset(Kind.MAYBE, event)
                case Member(name=name) if name in _HARMLESS:
                    pass
                case _:
                    yield Reset(Kind.MAYBE, event)
        if not value.things:
            yield Reset(Kind.MAYBE, event)

    def _may_reset(self, callee: Value, finalizing: bool) -> bool:
        """Whether a call that was not followed may take rows back: after the test any may, before and in it those whose name says so."""
        for thing in callee.things:
            match thing:
                case Definition(target=External(name=name)):
                    method = name.rpartition(".")[2]
                    known = self._context.knowledge.is_known_library(name.partition(".")[0])
                    if (finalizing and method not in _HARMLESS and not known) or _CLEANS.search(method):
                        return True
                case Definition(target=Function() as function):
                    if finalizing or _CLEANS.search(function.name):
                        return True
                case Member(name=name) if name not in _HARMLESS:
                    if finalizing or _CLEANS.search(name):
                        return True
                case _:
                    pass
        return finalizing and not callee.things

    def of_phase(self, fixture: Fixture, test: Test, which: str) -> tuple[Reset, ...]:
        """The resets in a fixture's `setup` or `teardown`, as in the closure of a test."""
        events = self._runs.setup(fixture, test) if which == "setup" else self._runs.teardown(fixture, test)
        key = (fixture, which, id(events))
        if key not in self._found:
            self._found[key] = tuple(self.among(events, finalizing=which == "teardown"))
        return self._found[key]

    def _of_library(self, fixture: Fixture) -> Truth:
        """What a plugin's fixture does about rows: known, or unknown where it has to do with databases."""
        if fixture not in self._library:
            known = self._context.knowledge.fixture(fixture.name, self._plugins)
            if known is not None and known.rolls_back:
                self._library[fixture] = Truth.YES
            else:
                relevant = fixture.origin == "unresolved" or (fixture.effect or "").startswith("database")
                self._library[fixture] = Truth.UNKNOWN if relevant else Truth.NO
        return self._library[fixture]
