"""Sessions, transactions and cursors that fixtures hand out, and the tests that write through those which several tests share."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.analyses.records.resets import Kind, Resets
from testaudit.analyses.records.statements import STATEMENTS, Does, statement_of
from testaudit.analyses.records.stores import Stores
from testaudit.analyses.roles import Role, roles
from testaudit.analyses.runs import Runs
from testaudit.folders import folder_of
from testaudit.link.frames import Frame, Value
from testaudit.link.linked import linked
from testaudit.link.trace import Event
from testaudit.model import Fixture, Suite, Test, Truth
from testaudit.read.facts import Function
from testaudit.records import dataclass

_WIDE = ("class", "module", "package", "session")
WORDS = frozenset({
    "execute", "executemany", "executescript", "exec", "add", "add_all", "merge", "bulk_save_objects", "bulk_insert_mappings",
    "sql", "insert", "commit",
})  # fmt: skip
"""One of these words stands where something is written through a session, transaction or cursor."""

_MAKES_SCHEMA = frozenset({
    "create_all", "upgrade", "downgrade", "stamp", "create_table", "schema_editor", "flush",
})  # fmt: skip
_OPENING_WORDS = frozenset({
    "connect", "Connection", "cursor", "begin", "begin_nested", "transaction", "acquire", "getconn", "connection", "atomic",
    "TinyDB", "Database", "Client", "get_client",
})  # fmt: skip


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
        self._resets = suite.ask(Resets)

    # ------------------------------------------------------------------------------------------------------------ handles

    def handles(self, fixture: Fixture, test: Test | None) -> tuple[Handle, ...]:
        """The sessions, transactions and cursors that a fixture's setup opens (an engine is none)."""
        if fixture not in self._handles:
            found: list[Handle] = []
            function = fixture.function
            if function is not None and fixture.kind != "teardown" and self._may_open(function):
                for event in self._runs.setup(fixture, test):
                    for role in roles(event.callee, self._values) if event.call is not None else ():
                        if role.symbol.transaction in ("session", "transaction", "cursor", "savepoint") and not role.symbol.restores:
                            found.append(Handle(fixture, role.symbol.transaction, role.symbol.name, event))
                            break
            self._handles[fixture] = tuple(found)
        return self._handles[fixture]

    def _may_open(self, function: Function) -> bool:
        """Whether the words of the code allow it to open a session; a sessionmaker's name cannot be known, but sounds like one."""
        words = self._runs.words_of(function)
        return not words.isdisjoint(_OPENING_WORDS) or any("session" in word.lower() for word in words)

    def sharings(self) -> Iterator[Sharing]:
        """Wide fixtures through whose handle a test writes that no reset follows, one each; and those where one may follow."""
        users: dict[tuple[Fixture, object], list[Test]] = {}
        for test in self._suite.tests:
            for use in test.closure:
                if use.fixture.scope in _WIDE and use.fixture.function is not None:
                    users.setdefault((use.fixture, _instance(use.fixture, test)), []).append(test)
        done: set[Fixture] = set()
        for (fixture, _), tests in users.items():
            if len(tests) > 1 and fixture not in done and self.handles(fixture, tests[0]):
                sharing = self._shared(fixture, tests)
                if sharing is not None:
                    if sharing.truth is Truth.YES:
                        done.add(fixture)
                    yield sharing

    def _shared(self, fixture: Fixture, tests: list[Test]) -> Sharing | None:
        """The first test that surely leaves rows behind through the fixture's handle, else the first that may."""
        doubtful: Sharing | None = None
        for test in tests:
            if not self._runs.any_of(test, WORDS):
                continue
            for event in self._runs.body(test):
                write = self.writes(event)
                handle = self._handle_behind(write[0].receiver, test) if write is not None and write[0].receiver is not None else None
                if write is None or handle is None or handle.fixture is not fixture:
                    continue
                reset = self._reset_of(test)
                if reset is Truth.NO and write[1]:
                    return Sharing(handle, Truth.YES, test, event, len(tests))
                if reset is not Truth.YES and doubtful is None:
                    why = "whether rows are written and kept cannot be told"
                    doubtful = Sharing(handle, Truth.UNKNOWN, test, event, len(tests), why)
        return doubtful

    def _handle_behind(self, value: Value, test: Test) -> Handle | None:
        """The nearest handle of a wide fixture that an object is, or was made from (a cursor of its connection, a session bound to it)."""
        wide = [use.fixture for use in test.closure if use.fixture.scope in _WIDE and use.fixture.function is not None]
        handles = [handle for fixture in wide for handle in self.handles(fixture, test)]
        for origin in self.stores.origins(value):
            for handle in handles:
                if origin.call is handle.event.call and origin.frame is not None and _belongs(origin.frame, handle.fixture):
                    return handle
        return None

    def _reset_of(self, test: Test) -> Truth:
        """Whether something is reset for every run of this test: by fixtures as narrow as the test, or by the test itself."""
        truth = self._resets.isolated(test).truth
        if truth is not Truth.NO:
            return truth
        for use in test.closure:
            fixture = use.fixture
            if fixture.function is None or fixture.scope in _WIDE:
                continue
            for reset in (*self._resets.of_phase(fixture, test, "setup"), *self._resets.of_phase(fixture, test, "teardown")):
                truth |= Truth.UNKNOWN if reset.kind in (Kind.MAYBE, Kind.MAKES) else Truth.YES
        for reset in self._resets.among(self._runs.body(test), finalizing=False):
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
            if role.method not in STATEMENTS:
                return (role, True) if role.symbol.transaction is None and role.method not in _MAKES_SCHEMA else None
            does = statement_of(role, event, self._values)
            if does is Does.WRITES or does is None:
                return role, does is Does.WRITES
        return None


def _instance(fixture: Fixture, test: Test) -> object:
    """What the tests that get the same instance of a wide fixture have in common."""
    match fixture.scope:
        case "class":
            return test.path, test.owner
        case "module":
            return test.path
        case "package":
            return folder_of(test.path)
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
