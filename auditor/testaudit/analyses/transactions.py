"""Transactions around tests: which fixtures hand out sessions, what takes back the rows that a test writes, who writes through a shared session."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from testaudit.analyses.operands import operand
from testaudit.analyses.roles import Role, roles
from testaudit.analyses.runs import Runs
from testaudit.analyses.statements import Does, statement
from testaudit.analyses.stores import Stores
from testaudit.link.frames import Definition, Frame, Member, Value
from testaudit.link.linked import linked
from testaudit.link.trace import Event, Tracer
from testaudit.model import External, Fixture, Place, Suite, Test, Truth, Unknown
from testaudit.read.facts import Function

_CLEANS = re.compile(r"clean|clear|reset|truncat|delet|drop|purge|wipe|remov|rollback|roll_back|destroy|tear|flush|restor|revert|undo|recreat|isolat|transact|atomic|savepoint|fresh|unlink|rmtree", re.IGNORECASE)
"""Names of functions that may take rows away although nothing about them is known."""

_HARMLESS = frozenset({"close", "stop", "join", "dispose", "quit", "shutdown", "print", "info", "debug", "warning", "error", "append", "disconnect", "terminate", "kill", "wait", "get", "format", "items", "keys", "values"})
_ROLLBACKS = frozenset({"rollback", "close", "close_all", "aclose", "remove", "savepoint_rollback", "set_rollback"})
_REMOVES_FILES = frozenset({"os.remove", "os.unlink", "shutil.rmtree", "pathlib.Path.unlink"})
_DELETES = frozenset({"delete", "adelete"})
_MAKES_TABLES = frozenset({"create_all", "create", "create_table"})
_WIDE = ("class", "module", "package", "session")
WORDS = frozenset({"execute", "executemany", "executescript", "exec", "add", "add_all", "merge", "bulk_save_objects", "bulk_insert_mappings", "sql", "insert", "commit"})
"""One of these words stands where something is written through a session, transaction or cursor."""


class Kind(Enum):
    """How rows are taken back. `EMPTIES`: they are deleted, whoever committed them. `ROLLS_BACK`: what was not committed is. `BEGINS`: a transaction or savepoint
    is opened around the test. `MAKES`: tables of its own are made. `MAYBE`: a call that cannot be followed may do it."""

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


@dataclass(slots=True, frozen=True, eq=False)
class Handle:
    """A session, transaction or cursor (`kind`) that a fixture's setup opens for the tests; `symbol` is what opens it."""

    fixture: Fixture
    kind: str
    symbol: str
    event: Event


@dataclass(slots=True, frozen=True, eq=False)
class Sharing:
    """A handle wider than one test, the first test that writes through it without a reset and where, and how many tests use it.

    `truth` is UNKNOWN when all tests that write through it may be followed by a reset that cannot be followed.
    """

    handle: Handle
    truth: Truth
    test: Test
    write: Event
    users: int
    why: str = ""


class Transactions:
    """Sessions and resets of a suite."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._context = linked(suite)
        self._runs = suite.ask(Runs)
        self._values = self._context.values
        self.stores = Stores(self._values)
        self._handles: dict[Fixture, tuple[Handle, ...]] = {}
        self._resets: dict[object, tuple[Reset, ...]] = {}
        self._library: dict[Fixture, Truth] = {}
        self._plugins = self._context.knowledge.plugins()

    # ------------------------------------------------------------------------------------------------------------ handles

    def handles(self, fixture: Fixture, test: Test | None) -> tuple[Handle, ...]:
        """The sessions, transactions and cursors that a fixture's setup opens (an engine is none)."""
        if fixture not in self._handles:
            found: list[Handle] = []
            function = fixture.function
            if function is not None and fixture.kind != "teardown" and not self._runs.words_of(function).isdisjoint(_OPENING_WORDS | self._session_words(function)):
                for event in self._runs.setup(fixture, test):
                    for role in roles(event.callee, self._values) if event.call is not None else ():
                        if role.symbol.transaction in ("session", "transaction", "cursor", "savepoint") and not role.symbol.restores:
                            found.append(Handle(fixture, role.symbol.transaction, role.symbol.name, event))
                            break
            self._handles[fixture] = tuple(found)
        return self._handles[fixture]

    def _session_words(self, function: Function) -> frozenset[str]:
        """Words under which a sessionmaker is called: they cannot be known, but sound like one."""
        return frozenset(w for w in self._runs.words_of(function) if "session" in w.lower())

    def sharings(self) -> Iterator[Sharing]:
        """Handles of wide fixtures that tests write through, one each: the first test that no reset follows, else the first that may be followed by one."""
        users: dict[tuple[Fixture, object], list[Test]] = {}
        for test in self._suite.tests:
            for use in test.closure:
                if use.fixture.scope in _WIDE and use.fixture.function is not None:
                    users.setdefault((use.fixture, _instance(use.fixture, test)), []).append(test)
        done: set[Handle] = set()
        for (fixture, _), tests in users.items():
            handles = tuple(h for h in self.handles(fixture, tests[0]) if h not in done) if len(tests) > 1 else ()
            for sharing in self._shared(fixture, handles, tests) if handles else ():
                if sharing.truth is Truth.YES:
                    done.add(sharing.handle)
                yield sharing

    def _shared(self, fixture: Fixture, handles: tuple[Handle, ...], tests: list[Test]) -> Iterator[Sharing]:
        doubtful: dict[Handle, Sharing] = {}
        certain: set[Handle] = set()
        for test in tests:
            if len(certain) == len(handles):
                break
            if not self._runs.any_of(test, WORDS):
                continue
            for event in self._runs.body(test):
                write = self.writes(event)
                if write is None:
                    continue
                role, proven = write
                for handle in handles:
                    if handle in certain or role.receiver is None or not self._comes_from(role.receiver, handle):
                        continue
                    reset = self._reset_of(test, fixture)
                    if reset is Truth.NO and proven:
                        certain.add(handle)
                        yield Sharing(handle, Truth.YES, test, event, len(tests))
                    elif reset is not Truth.YES:
                        doubtful.setdefault(handle, Sharing(handle, Truth.UNKNOWN, test, event, len(tests), "whether rows are written and kept cannot be told"))
        yield from (sharing for handle, sharing in doubtful.items() if handle not in certain)

    def _comes_from(self, value: Value, handle: Handle) -> bool:
        """Whether an object is the handle or was made from it (a cursor of its connection, a session bound to it)."""
        for origin in self.stores.origins(value):
            if origin.call is not None and origin.call is handle.event.call and origin.frame is not None:
                return _belongs(origin.frame, handle.fixture)
        return False

    def _reset_of(self, test: Test, wide: Fixture) -> Truth:
        """Whether something is reset for every run of this test: by fixtures as narrow as the test, or by the test itself."""
        truth = self.isolated(test).truth
        if truth is not Truth.NO:
            return truth
        for use in test.closure:
            fixture = use.fixture
            if fixture.function is None or (fixture.scope in _WIDE and fixture.kind == "value"):
                continue
            if fixture is wide:
                continue
            for reset in (*self._of_phase(fixture, test, "setup"), *self._of_phase(fixture, test, "teardown")):
                truth |= Truth.UNKNOWN if reset.kind in (Kind.MAYBE, Kind.MAKES) else Truth.YES
        for reset in self.resets(self._runs.body(test), finalizing=False):
            if reset.kind is not Kind.BEGINS:
                truth |= Truth.UNKNOWN if reset.kind in (Kind.MAYBE, Kind.MAKES) else Truth.YES
        return truth

    def writes(self, event: Event) -> tuple[Role, bool] | None:
        """The role by which an event writes rows, and whether that is proven (a statement that cannot be read is not)."""
        if event.call is None:
            return None
        for role in roles(event.callee, self._values):
            if role.symbol.persists != "database":
                continue
            if role.method not in _STATEMENTS:
                return (role, True) if role.symbol.transaction is None and role.method not in _MAKES_SCHEMA else None
            given = operand(role.symbol.data[0] if role.symbol.data else "0", event.call, None)
            does = statement(given[0], event.frame, self._values) if given is not None else None
            if does is Does.WRITES or does is None:
                return role, does is Does.WRITES
        return None

    # ------------------------------------------------------------------------------------------------------------- resets

    def isolated(self, test: Test) -> Undoing:
        """Whether a framework takes back what a test writes, whatever it does: its base class, markers and plugins' fixtures say so. It costs no tracing."""
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
                found += self._of_phase(use.fixture, test, "setup")
                found += self._of_phase(use.fixture, test, "teardown")
        found += self.resets(self._runs.body(test), finalizing=False)
        if any(r.kind is Kind.EMPTIES for r in found):
            truth = Truth.YES
        elif any(r.kind is Kind.MAYBE for r in found):
            truth |= Truth.UNKNOWN
        return Undoing(truth, tuple(found))

    def resets(self, events: Iterable[Event], *, finalizing: bool) -> Iterator[Reset]:
        """What takes rows back in a stretch of code; `finalizing` says that it runs after the test, so that an unknown call there may do it."""
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
            elif symbol.name in _REMOVES_FILES or (symbol.opens == "container") or symbol.ends == "all":
                yield Reset(Kind.EMPTIES, event, role.receiver)
            elif role.method in _DELETES and symbol.effect != "cloud":
                yield Reset(Kind.EMPTIES, event, role.receiver)
            elif symbol.transaction in ("transaction", "savepoint"):
                yield Reset(Kind.BEGINS, event, role.receiver)
            elif symbol.persists == "database" and role.method in _STATEMENTS:
                does = self._statement(role, event)
                if does is Does.EMPTIES:
                    yield Reset(Kind.EMPTIES, event, role.receiver)
                elif does is None and finalizing:
                    yield Reset(Kind.MAYBE, event, role.receiver)
            elif symbol.persists == "database" and role.method in _MAKES_TABLES and "metadata" in symbol.name.lower() + role.owner.lower():
                yield Reset(Kind.MAKES, event, role.receiver)
        if not known and not event.entered and callee is not None and self._may_reset(callee, finalizing):
            yield Reset(Kind.MAYBE, event)

    def _statement(self, role: Role, event: Event) -> Does | None:
        assert event.call is not None
        given = operand(role.symbol.data[0] if role.symbol.data else "0", event.call, None)
        return statement(given[0], event.frame, self._values) if given is not None else None

    def _finalizer(self, value: Value, event: Event) -> Iterator[Reset]:
        """What a callable that runs after the test takes back."""
        for thing in value.things:
            match thing:
                case Definition(target=Function() as function):
                    frame = (thing.frame or event.frame).inner(function)
                    frame.receiver = thing.receiver
                    tracer = Tracer(self._values, lambda f, e: self._context.is_test_code(f.module.path))
                    yield from self.resets(tracer.function(frame), finalizing=True)
                case Definition(target=External(name=name)):
                    symbol = self._context.knowledge.symbol(name)
                    method = name.rpartition(".")[2]
                    if symbol is not None and symbol.rolls_back:
                        yield Reset(Kind.ROLLS_BACK if method in _ROLLBACKS else Kind.EMPTIES, event, thing.receiver)
                    elif symbol is not None and (symbol.name in _REMOVES_FILES or method in _DELETES):
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
                    name = name.rpartition(".")[2]
                    if _CLEANS.search(name):
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

    def _of_phase(self, fixture: Fixture, test: Test, which: str) -> tuple[Reset, ...]:
        events = self._runs.setup(fixture, test) if which == "setup" else self._runs.teardown(fixture, test)
        key = (fixture, which, id(events))
        if key not in self._resets:
            self._resets[key] = tuple(self.resets(events, finalizing=which == "teardown"))
        return self._resets[key]

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


def _instance(fixture: Fixture, test: Test) -> object:
    """What the tests that get the same instance of a wide fixture have in common."""
    match fixture.scope:
        case "class":
            return test.path, test.owner
        case "module":
            return test.path
        case "package":
            return test.path.rpartition("/")[0]
        case _:
            return id(test.session)


def _belongs(frame: Frame, fixture: Fixture) -> bool:
    """Whether code of this frame runs for the fixture, directly or through helpers."""
    at: Frame | None = frame
    while at is not None:
        if at.scope is fixture.function:
            return True
        at = at.caller
    return False


_STATEMENTS = frozenset({"execute", "executemany", "executescript", "exec", "exec_driver_sql", "sql", "query", "execute_many", "execute_insert", "copy", "copy_expert", "callproc", "execute_values", "execute_batch"})
_MAKES_SCHEMA = frozenset({"create_all", "upgrade", "downgrade", "stamp", "create_table", "schema_editor", "flush"})
_OPENING_WORDS = frozenset({"connect", "Connection", "cursor", "begin", "begin_nested", "transaction", "acquire", "getconn", "connection", "atomic", "TinyDB", "Database", "Client", "get_client"})
