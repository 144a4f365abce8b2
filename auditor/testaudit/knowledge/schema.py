"""The roles that a library's symbol, fixture or marker can play; one entry of the TOML tables is one of these values.

An *operand* is written as a string: `self` (the receiver of a method), `result`, a position from 0 that does not count the receiver
(`"0"`), a keyword (`"json"`), or both (`"1|json"`); `*` are all positional arguments. A *type* is the dotted name of a class.

The values are immutable by convention: frozen and comparable, the creation of their classes would cost 2 ms of every run.
"""

from __future__ import annotations

from testaudit.records import dataclass

EFFECTS = (
    "database", "database-server", "cache", "queue", "http", "web-app", "socket", "cloud", "mail", "browser", "container", "subprocess",
    "filesystem", "temporary-files", "environment", "clock", "sleep", "random", "thread",
)  # fmt: skip
"""Every effect, in the design's order; the names are part of the output."""

LIGHT = ("filesystem", "temporary-files", "environment", "clock", "sleep", "random", "thread")
"""The effects that leave a test among the unit tests, where a team says nothing else."""

OPENS = (
    "browser", "connection", "container", "directory", "event-loop", "file", "logging-handler", "patcher", "port", "process",
    "remote-object", "server", "socket", "temporary-directory", "temporary-file", "thread", "thread-pool", "transaction",
)  # fmt: skip
"""Every kind of resource that something can open."""

PROCESS_STATE = (
    "cwd", "locale", "time-zone", "signal", "recursion-limit", "warnings", "logging", "event-loop-policy", "random-state", "umask",
    "default-timeout", "start-method", "gc", "hooks", "settings",
)  # fmt: skip
"""Process state that has no variable of its own; `changes` names one of these or a dotted variable."""

VERIFIES = ("assertion", "error", "warning", "mock", "snapshot", "property", "benchmark", "failure", "skip")
PERSISTS = ("database", "http", "queue", "cache", "cloud", "mail")
TRANSACTIONS = ("session", "transaction", "cursor", "savepoint", "engine")
SCOPES = ("function", "class", "module", "package", "session", "dynamic")


@dataclass(slots=True, eq=False)
class Symbol:
    """What is known of one dotted name: a function, a class (its constructor), a method (`sqlite3.Connection.execute`) or a variable."""

    name: str
    """The canonical name that was asked for; for a member that a base class or a wildcard provides, the one under the type asked."""
    class_: bool = False
    """In the tables `class`. Implied by `bases` and by a name in CapWords; its call returns an instance of itself."""
    bases: tuple[str, ...] = ()
    """For a class: types whose members it has too."""
    returns: str | None = None
    """The type of the result; `=0` (`=` and an operand): that operand itself. `self` in a table stands for the receiver's type."""
    yields: str | None = None
    """The type that entering (`with … as x`), awaiting or iterating the result gives, where it is not the result itself."""
    type: str | None = None
    """For a variable, attribute or property: the type of its value (`docker.DockerClient.containers`)."""
    async_: bool = False
    """In the tables `async`. The call gives an awaitable; `returns` is what awaiting it gives."""
    loads: bool = False
    """The result (of an attribute: its value) is the object of an entry point, whose group and name are among the arguments, or among those
    of the call that made the receiver; where `returns` names a class, an object of the project's class that derives from it and has the
    name that is given."""
    runs: str | None = None
    """Of a class: its method that runs when an object of it is given to what calls it, or starts itself (`Thread.run`)."""
    chooses: str | None = None
    """The operand whose words say which command of the group runs that it calls (`CliRunner.invoke(cli, ["run"])`)."""
    registers: bool = False
    """It adds a command to its receiver: the function that it decorates, or its first argument."""
    wraps: bool = False
    """A decorator: the function that it decorates is an object of the type that it `returns`, and can be called all the same."""
    calls: tuple[str, ...] = ()
    """The operands that it calls, now or later, in this process (`Thread(target=)`, `asyncio.run`, `CliRunner.invoke`)."""

    effect: str | None = None
    """The effect that calling it has (of a class: constructing it; of a variable: using it)."""
    address: str | None = None
    """The operand that names what it talks to: a URL, DSN, host or path. It decides between `database` and `database-server`, this machine
    and others, temporary and other files."""
    through: tuple[str, ...] = ()
    """The operands that, where given, carry it out instead: what the value's own entry says (`web-app` for `httpx.ASGITransport`, nothing
    for a double) replaces the effect of the result's methods; an application given there makes them `web-app`."""
    request: str | None = None
    """For a method of an in-process client: the operand that names the path of the request; what is registered for it runs."""
    handler: str | None = None
    """It registers a handler of requests: the operand that is one, or `decorated` for the function that it decorates. In the default or
    annotation of a parameter: what gives a handler its argument (`Depends`)."""
    route: str | None = None
    """The operand that names the path of the handler that it registers; without one the handler runs when the application starts."""
    eager: tuple[str, ...] = ()
    """Settings that have it done in this process at once: where the project's code names one of them, it has no effect of its own."""
    blocks: bool = False
    """It can wait for ever unless a `timeout` operand is given."""
    timeout: str | None = None

    opens: str | None = None
    """The kind of resource that the result is."""
    harmful: bool = False
    """Whether a leak of what it opens outlives the process or disturbs the next test (else it is merely collected)."""
    lazy: bool = False
    """Constructing opens nothing until a method with `starts` is called, or the object is entered."""
    starts: bool = False
    """The resource exists only once this method was called on its receiver (`Thread.start`, `patcher.start`)."""
    ends: str | None = None
    """The operand whose resource it ends (`close`: `self`; `shutil.rmtree`: `0`); `all` for `patch.stopall`."""
    finalizer: str | None = None
    """The operand that is called for sure when the test, the scope or the `with` is over (`addCleanup`, `ExitStack.callback`)."""
    enters: str | None = None
    """The operand that is entered now and left for sure (`ExitStack.enter_context`); the result is what entering gives."""

    mutates: str | None = None
    """The operand that it changes in place (`list.append`: `self`)."""
    reads: bool = False
    """A method that only reads its receiver."""
    changes: tuple[str, ...] = ()
    """The process state that it changes: dotted variables (`os.environ`, `sys.path`) or members of PROCESS_STATE."""
    restores: bool = False
    """What it changes is undone by itself at the end of the test (`monkeypatch.setenv`) or of the `with`."""

    verifies: str | None = None
    covers: str | None = None
    """For an expected error or warning: the operand (a callable) whose call is covered, when it is not the body of a `with`; `self.0` for
    the first argument of the call that made the receiver (`expect(f).toThrow()`)."""
    expects: str | None = None
    """For an expected error or warning: the operand that names the exception types."""
    raises: str | None = None
    """The type of the error that it raises instead of returning (`sys.exit`, `pytest.fail`)."""

    doubles: str | None = None
    """The operand that is replaced by a double: a dotted string (`patch`: `0`), or an object and an attribute (`patch.object`: `0.1`)."""
    cuts: tuple[str, ...] = ()
    """What an interceptor cuts for its extent: effects (`http`) or dotted names with all that is below (`requests`)."""
    makes_double: bool = False
    """The result is itself a test double (`Mock()`)."""

    persists: str | None = None
    """It sends data to a store that can outlive the test; the data are `data`."""
    data: tuple[str, ...] = ()
    """The operands that are sent (all, when empty)."""
    commits: bool = False
    rolls_back: bool = False
    """It undoes writes of its receiver's transaction or empties the store (rollback, truncate, drop_all, flushdb)."""
    transaction: str | None = None
    """What it hands out is a `session`, `transaction`, `cursor`, `savepoint` or `engine` of a database."""

    fixture: str | None = None
    """The call makes a pytest fixture of this scope (or of that which a `scope` argument names); `effect` and `returns` are its."""
    pure: bool = False
    """Known to touch nothing and verify nothing (so that it is not unknown)."""


@dataclass(slots=True, eq=False)
class LibraryFixture:
    """A fixture that a plugin or the runner itself provides."""

    name: str
    plugin: str
    """The distribution that brings it (`pytest`, `pytest-django`), normalised."""
    scope: str = "function"
    """`dynamic` where an option of the run decides."""
    autouse: bool = False
    requests: tuple[str, ...] = ()
    returns: str | None = None
    effect: str | None = None
    restores: bool = False
    """What tests do through it is undone at the end (monkeypatch, mocker, tmp_path, db)."""
    rolls_back: bool = False
    """Rows written while it is in force are rolled back or deleted after each test."""
    cuts: tuple[str, ...] = ()
    since: str | None = None
    """The first version of the plugin that has it so."""
    until: str | None = None
    """The first version of the plugin that no longer has it so."""


@dataclass(slots=True, eq=False)
class Marker:
    """A pytest marker that pulls fixtures into a test or has an effect of its own."""

    name: str
    plugin: str
    fixtures: tuple[str, ...] = ()
    dynamic: bool = False
    """Its fixtures are requested while the test runs, so that pytest's own closure does not have them."""
    effect: str | None = None
    cuts: tuple[str, ...] = ()
    rolls_back: bool = False
    verifies: str | None = None
    """What the plugin compares by itself in a test that has it (`mpl_image_compare`)."""
    since: str | None = None
    until: str | None = None


@dataclass(slots=True, eq=False)
class Plugin:
    """A pytest plugin: its distribution, its `pytest11` entry points (name and module), whether it works only when asked for (`-p`)."""

    name: str
    entry_points: tuple[tuple[str, str], ...] = ()
    opt_in: bool = False
    awaits: str = ""
    """Which asynchronous tests it runs: `all`, or those that are `marked` (or its mode makes so)."""
