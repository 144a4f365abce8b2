"""The linked model that rules and analyses see: tests, fixtures, groups, cells, values, and facts with three values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from testaudit.read.facts import Class, Expr, Function, Module, Scope
from testaudit.records import dataclass, field

if TYPE_CHECKING:
    from testaudit.discover import Session

# ------------------------------------------------------------------------------------------------------------------- truth


class Truth(Enum):
    """A fact about source code. It has no boolean value on purpose: *unknown* must never be taken for *no*."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise TypeError("a Truth is compared with `is Truth.YES`, `is Truth.NO` or `is Truth.UNKNOWN`")

    def __and__(self, other: Truth) -> Truth:
        if self is Truth.NO or other is Truth.NO:
            return Truth.NO
        return Truth.YES if self is other is Truth.YES else Truth.UNKNOWN

    def __or__(self, other: Truth) -> Truth:
        if self is Truth.YES or other is Truth.YES:
            return Truth.YES
        return Truth.NO if self is other is Truth.NO else Truth.UNKNOWN

    def __invert__(self) -> Truth:
        return {Truth.YES: Truth.NO, Truth.NO: Truth.YES, Truth.UNKNOWN: Truth.UNKNOWN}[self]

    @staticmethod
    def of(value: bool) -> Truth:
        return Truth.YES if value else Truth.NO


@dataclass(slots=True, frozen=True, order=True)
class Place:
    """A stretch of a file: the path relative to the audited root, lines and columns from 1, columns in characters, the end exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


def place_of(module: Module, start: int, end: int) -> Place:
    """The place of a byte range of a module; what spans lines keeps its true end."""
    line, column = module.position(start)
    end_line, end_column = module.position(max(start, end))
    return Place(module.path, line, column, end_line, end_column)


# ------------------------------------------------------------------------------------------------- what a name can stand for


@dataclass(slots=True, frozen=True)
class External:
    """A symbol outside the audited code, by its canonical dotted name: `sqlite3.connect`, `os.environ`, `builtins.open`."""

    name: str


@dataclass(slots=True, frozen=True)
class Unknown:
    """A name or value that the source does not let us resolve; `why` is shown to the user."""

    why: str


@dataclass(slots=True, frozen=True)
class Cell:
    """A place that holds a value: a global (`owner` a Module), `cls.x` (a Class), `self.x` (a Class, `instance`), a captured or local
    variable (a Function), a fixture's value (a Fixture, name empty), a variable of a library (an External: `os.environ`, name empty)."""

    owner: Module | Class | Function | Fixture | External
    name: str
    instance: bool = False


Target = External | Function | Class | Module | Cell | Unknown
"""What a name or attribute chain resolves to, without following the flow of values."""


# ---------------------------------------------------------------------------------------------------------- tests and fixtures

FixtureScope = Literal["function", "class", "module", "package", "session", "unknown"]
SCOPES: tuple[FixtureScope, ...] = ("function", "class", "module", "package", "session")
Layer = Literal["unit", "integration", "e2e"]


@dataclass(slots=True, eq=False)
class Group:
    """A module, class or `describe`: what tests and fixtures are written in. `scope` is where its code is: a module, class or function."""

    name: str
    scope: Scope
    parent: Group | None
    fixtures: list[Fixture] = field(default_factory=list)

    def chain(self) -> Iterator[Group]:
        """This group and those around it, innermost first."""
        group: Group | None = self
        while group is not None:
            yield group
            group = group.parent


@dataclass(slots=True, frozen=True, eq=False)
class Phase:
    """A stretch of one function's body that belongs to one phase of a test: the steps `first` to `last` (exclusive)."""

    function: Function
    first: int
    last: int


@dataclass(slots=True, eq=False)
class Fixture:
    """Anything that sets up and tears down around a test.

    `function` is None for fixtures of libraries. `setup` and `teardown` are phases of the fixture's own code: for a generator fixture the
    steps before and after its `yield`, for `setUp` and `tearDown` (one fixture each, kind `setup` or `teardown`) the whole body. `requests`
    are the names it asks for. `group` is where it is visible and whose instance (`self`) it shares; None for conftest-wide and library
    fixtures. `definition` is the first line's place, decorator included. A `value` fixture hands out what it returns or yields; the others
    only fill cells.
    """

    name: str
    scope: FixtureScope
    kind: Literal["value", "setup", "teardown"]
    function: Function | None
    group: Group | None
    definition: Place | None
    autouse: bool = False
    requests: tuple[str, ...] = ()
    parametrized: bool = False
    origin: Literal["repository", "builtin", "plugin", "unresolved"] = "repository"
    effect: str | None = None
    returns: str | None = None
    owner: Class | None = None
    """The class in whose body the function stands (it may be a base of the group's class)."""
    overrides: tuple[Fixture, ...] = ()
    dynamic_requests: tuple[str, ...] | None = ()
    """Names that reach `getfixturevalue` in it; None when one of them is not a constant."""
    _phases: tuple[Phase | None, Phase | None] | None = None

    @property
    def setup(self) -> Phase | None:
        """The steps before the `yield`, or all; found at the first request, for it lowers the body."""
        return self._split()[0]

    @property
    def teardown(self) -> Phase | None:
        """The steps after the `yield`, or all of a `tearDown`."""
        return self._split()[1]

    def _split(self) -> tuple[Phase | None, Phase | None]:
        if self._phases is None:
            self._phases = (None, None) if self.function is None else _phases(self.function, self.kind)
        return self._phases


def _phases(function: Function, kind: str) -> tuple[Phase | None, Phase | None]:
    whole = Phase(function, 0, len(function.body.steps))
    if kind != "value":
        return (None, whole) if kind == "teardown" else (whole, None)
    yields = [index for index, step in enumerate(function.body.steps) if step.kind == "yield"]
    if not yields:
        return whole, None
    return Phase(function, 0, yields[0] + 1), Phase(function, yields[0] + 1, whole.last)  # of several, in branches, the first


@dataclass(slots=True, eq=False)
class FixtureUse:
    """One fixture in a test's closure: which definition was chosen, who asked for it (None: the test or autouse), how. `overridden` is a
    definition under another one of the same name that asks for it: it runs too, but is not what the test gets under the name. `dynamic`:
    asked for while the test runs (`getfixturevalue`), so that pytest's own closure does not have it. `automatic`: its name is one that the
    runner uses without being asked, though this definition does not say so itself (pytest before 8.1 keeps autouse by name)."""

    name: str
    fixture: Fixture
    requested_by: Fixture | None = None
    dynamic: bool = False
    overridden: bool = False
    automatic: bool = False

    @property
    def autouse(self) -> bool:
        """Whether the runner takes it for one that is used without being asked for."""
        return self.fixture.autouse or self.automatic


@dataclass(slots=True, eq=False)
class Test:
    """One test function or method in one collecting class and file.

    `id` is the runner's own name for it without parameters (`path::Class::function`), `path` the file that collects it, `function` its code
    (perhaps in another file). `closure` is in setup order. `direct` are the parameters that parametrization fills (name -> the value
    expressions, or None when not readable), so that they shadow fixtures. `marks` are the marker names with their decorators' expressions.
    `setups` and `teardowns` that are not requested by name (setUp, beforeEach) are in the closure too.
    """

    id: str
    path: str
    name: str
    function: Function
    group: Group
    module: Module
    runner: str
    session: Session
    place: Place
    closure: tuple[FixtureUse, ...] = ()
    variants: int = 1
    direct: Mapping[str, tuple[Expr, ...] | None] = field(default_factory=dict)
    marks: tuple[tuple[str, Expr], ...] = ()
    owner: Class | None = None
    """The class that collects it (for a function written in a base, the derived one)."""
    unresolved: tuple[str, ...] = ()
    """Requested names that nothing defines."""
    dynamic: Truth = Truth.NO
    """Whether fixtures are requested by names that the source does not fix (UNKNOWN: some of them could not be read)."""
    idle: frozenset[str] = frozenset()
    """Parameters that marks fill though neither the test nor a fixture of its takes them."""
    declared_layer: Layer | None = None
    expects_failure: bool = False
    """Marked as an expected failure, or skipped without condition."""

    _by_name: dict[str, Fixture] | None = None

    def fixture(self, name: str) -> Fixture | None:
        """The fixture that the test gets under this name, or None."""
        if self._by_name is None:
            self._by_name = {use.name: use.fixture for use in reversed(self.closure) if not use.overridden}
        return self._by_name.get(name)


@dataclass(slots=True, eq=False)
class TestModule:
    """One test file with what was collected from it."""

    __test__ = False

    path: str
    module: Module
    session: Session
    group: Group
    tests: list[Test]
    fixtures: list[Fixture]
    """Fixtures defined in this file (conftests are test modules without tests)."""
    not_audited: dict[str, int] = field(default_factory=dict)
    """What the runner would collect and testaudit does not model, counted by kind (`doctest`, `custom item` …)."""
    support: bool = False
    """Whether it is there for other files' tests only: a conftest or plugin."""


Test.__test__ = False  # type: ignore[attr-defined]  # pytest must not collect the model's own class

A = TypeVar("A")
Telling = Callable[["Suite"], A]
"""What can be told of a share of a suite to those who judge the others: a function of a module."""


@dataclass(slots=True, eq=False)
class Suite:
    """All sessions' tests of what was audited, with their fixtures. `whole` says whether every file of the sessions was read: a verdict
    whose horizon is the suite needs that."""

    modules: list[TestModule]
    whole: bool
    context: Any = None
    """The workspace, names, values and knowledge that analyses use (`testaudit.link.Linked`); rules do not touch it."""
    share: int = 0
    shares: int = 1
    """Into how many shares, each read by a process of its own, the suite was dealt; `modules` are those of number `share`."""
    _answers: dict[type, Any] = field(default_factory=dict)
    _told: dict[Any, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def tests(self) -> Iterator[Test]:
        return (test for module in self.modules for test in module.tests)

    @property
    def fixtures(self) -> Iterator[Fixture]:
        return (fixture for module in self.modules for fixture in module.fixtures)

    def ask(self, analysis: Callable[[Suite], A]) -> A:
        """The analysis of this suite: `suite.ask(State)`. It is made with the suite at the first request, and kept for the run."""
        key: Any = analysis
        if key not in self._answers:
            self._answers[key] = analysis(self)
        answer: A = self._answers[key]
        return answer

    def gather(self, telling: Telling[A]) -> tuple[A, ...]:
        """What `telling` says of each share of the suite, in the suite's order; of the one that there is where one process reads all.

        What it says of a share is small, can be pickled, and may rest on what was gathered before. Raises `LookupError` in a suite with
        several shares for what no rule in force has announced (`Rule(…, gathers=…)`).
        """
        if telling not in self._told:
            if self.shares > 1:
                name = getattr(telling, "__name__", "…")
                raise LookupError(f"a rule that has `{name}` gathered says so in its header: gathers=({name}, …)")
            self._told[telling] = (telling(self),)
        return self._told[telling]

    def hear(self, telling: Telling[A], told: Iterable[A]) -> None:
        """Keep what a telling said of all shares."""
        self._told[telling] = tuple(told)
