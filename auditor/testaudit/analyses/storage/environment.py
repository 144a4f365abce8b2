"""Environment variables that a test's code sets and nothing in its chain puts back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from testaudit.analyses.runs import Runs
from testaudit.analyses.storage.access import Access, Kind
from testaudit.analyses.storage.accesses import Accesses
from testaudit.analyses.storage.putting_back import CELL, after_yield, covers, puts_back, runs_anyway
from testaudit.analyses.storage.shelters import SHELTER, WORDS, Shelters
from testaudit.link.frames import SOME, Path
from testaudit.link.linked import linked
from testaudit.link.trace import Event, Tracer
from testaudit.model import Fixture, Suite, Test
from testaudit.read.facts import Attr, Module
from testaudit.records import dataclass, field, replace

_WIDEST = ("function", "class", "module")
"""Scopes of fixtures whose change can surprise somebody; wider ones set up the whole run."""
_OF_COVERAGE = ("COVERAGE_", "COV_")
"""Beginnings of variables by which coverage is measured in processes that are started, which no test looks at."""


@dataclass(slots=True, frozen=True, eq=False)
class Setting:
    """One variable (or several at once) that is set and stays so; in the code of a fixture, or the test's own (None)."""

    access: Access
    fixture: Fixture | None
    doubt: str = ""
    """Why nobody can say whether it stays, or surprises anybody."""

    @property
    def path(self) -> Path:
        return self.access.path


@dataclass(slots=True, eq=False)
class _Books:
    """What was seen so far of one test: what is left behind, what something puts back anyway, what its setup takes away first."""

    test: Test
    left: dict[Path, Setting] = field(default_factory=dict)
    guarded: list[Path] = field(default_factory=list)
    cleared: list[Path] = field(default_factory=list)


class Environment:
    """What single tests leave in the environment."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        self._values = self._context.values
        self._runs = suite.ask(Runs)
        self._shelters = Shelters(self._context, self._runs)
        self._accesses = Accesses(self._values, self._context.knowledge)
        self._tracer = Tracer(self._values, lambda function, _event: self._shelters.enters(function))
        self._fixtures: dict[object, tuple[Access, ...] | None] = {}
        self._at_import: dict[Module, frozenset[Path]] = {}

    def left_by(self, test: Test) -> list[Setting]:
        """The settings that outlive a test, in the order of the code."""
        if not self._runs.any_of(test, WORDS):
            return []
        whole = any(SHELTER.search(name) for name in test.unresolved) or self._shelters.is_decorated(test)
        books = _Books(test)
        for fixture, teardown, accesses in self._phases(test):
            whole = whole or accesses is None
            for access in accesses or ():
                if not any(covers(path, access.path) for path in books.guarded):
                    self._account(books, Setting(access, fixture), teardown)
        left = [setting for setting in books.left.values() if not any(setting.path.overlaps(path) for path in books.guarded)]
        return [replace(setting, doubt="something may restore the environment as a whole") for setting in left] if whole else left

    def value_of(self, setting: Setting) -> object:
        """The constant that one variable is set to, or None where it is not one."""
        step = setting.access.event.step
        if step is None or step.value is None or setting.access.event.call is not None:
            return None
        constants = self._values.evaluate(step.value, setting.access.event.frame).constants
        return constants[0] if len(constants) == 1 else None

    # ----------------------------------------------------------------------------------------------------------- private

    def _account(self, books: _Books, setting: Setting, teardown: bool) -> None:
        """One access: it guards, puts back, or leaves something behind."""
        access, test = setting.access, books.test
        event = access.event
        if access.restored:
            books.guarded.append(access.path)
        elif access.kind in (Kind.READ, Kind.PEEK):
            return
        elif not access.path.keys and setting.fixture is not None and event.call is None and not teardown:
            books.guarded.append(access.path)  # another object in its place, which its owner takes away again
        elif access.kind is Kind.RESET and setting.fixture is not None and not teardown:
            books.cleared.append(access.path)
        elif access.kind is Kind.RESET or teardown or runs_anyway(event) or puts_back(self._values, access):
            for path in [path for path in books.left if path.overlaps(access.path)]:
                del books.left[path]
            if after_yield(event):
                books.guarded.append(access.path)
        elif setting.fixture is not None and (setting.fixture.scope not in _WIDEST or serves_all(setting.fixture, test)):
            books.guarded.append(access.path)  # for the whole run
        elif event.step is test.function.body.steps[-1] and access.path in books.left:
            del books.left[access.path]  # the last thing that the test does
        elif setting.fixture is None and any(covers(path, access.path) for path in books.cleared):
            return  # each test of this kind begins without it
        elif not self._is_benign(setting, test):
            books.left.setdefault(access.path, replace(setting, doubt=self._doubt(access)))

    def _is_benign(self, setting: Setting, test: Test) -> bool:
        """Whether nobody is surprised: a default, what the test file sets for the whole run, what its owner can take back."""
        event, fixture = setting.access.event, setting.fixture
        if setting.path.keys and setting.path.keys[0][2:].startswith(_OF_COVERAGE):
            return True
        if event.call is not None and isinstance(event.call.func, Attr) and event.call.func.name == "setdefault":
            return True
        functions = [test.function, *([fixture.function] if fixture is not None and fixture.function is not None else [])]
        if any(path.overlaps(setting.path) for function in functions for path in self._set_at_import(function.module)):
            return True
        return any(self._is_of_fixture(at) for at in event.chain())

    def _doubt(self, access: Access) -> str:
        """Why nobody can say whether a variable stays, or whether others look at it; empty where it is known."""
        if any(self._shelters.shelters(region, frame) for region, frame in access.event.regions()):
            return "a `with` around it may restore it"
        return "its name is made at run time" if access.path.keys and access.path.keys[0] == SOME else ""

    @staticmethod
    def _is_of_fixture(event: Event) -> bool:
        """Whether it happens in a method of what a fixture hands out, which can take it back when it is over."""
        receivers = [d.receiver for d in event.callee.definitions if d.receiver is not None] if event.callee is not None else []
        owners = [path.cell.owner for receiver in receivers for path in receiver.paths]
        return any(isinstance(owner, Fixture) and owner.teardown is not None for owner in owners)

    def _phases(self, test: Test) -> Iterator[tuple[Fixture | None, bool, tuple[Access, ...] | None]]:
        """The accesses of a test in the order in which its code runs; None in place of those of a phase that may keep the environment as a
        whole."""
        fixtures = [use.fixture for use in test.closure if use.fixture.function is not None and self._shelters.sets(use.fixture.function)]
        for fixture in fixtures:
            yield fixture, False, self._of_fixture(fixture, test, teardown=False)
        yield None, False, self._kept(self._runs.decorators(test), None)
        if self._shelters.speaks(test.function):
            yield None, False, self._kept(self._tracer.function(self._runs.frame(test)), None)
        for fixture in reversed(fixtures):
            yield fixture, True, self._of_fixture(fixture, test, teardown=True)

    def _of_fixture(self, fixture: Fixture, test: Test, *, teardown: bool) -> tuple[Access, ...] | None:
        """The accesses of one phase of a fixture, found once for all tests in which it gets the same fixtures."""
        key = (fixture, teardown, tuple(test.fixture(name) for name in fixture.requests), test.owner if fixture.owner is not None else None)
        if key not in self._fixtures:
            phase = fixture.teardown if teardown else fixture.setup
            frame = self._values.fixture_frame(fixture, test)
            events = self._tracer.phase(phase, frame) if phase is not None and frame is not None else ()
            self._fixtures[key] = self._kept(events, fixture)
        return self._fixtures[key]

    def _kept(self, events: Iterable[Event], fixture: Fixture | None) -> tuple[Access, ...] | None:
        """The accesses to the environment among events; None where something may keep it as a whole."""
        found: list[Access] = []
        for event in events:
            if self._shelters.guards_all(event, fixture):
                return None
            found += [access for access in self._accesses.of_event(event) if access.path.cell == CELL]
        return tuple(found)

    def _set_at_import(self, module: Module) -> frozenset[Path]:
        """What a test file itself sets for the whole run when it is imported."""
        if module not in self._at_import:
            frame = self._values.module_frame(module)
            events = self._tracer.function(frame) if b"environ" in module.source else ()
            found = (access for event in events for access in self._accesses.of_event(event))
            self._at_import[module] = frozenset(
                a.path for a in found if a.path.cell == CELL and a.path.keys and a.kind in (Kind.WRITE, Kind.CHANGE)
            )
        return self._at_import[module]


def serves_all(fixture: Fixture, test: Test) -> bool:
    """Whether a setup is there for whole suites: an autouse fixture of a conftest, the `setUp` of a shared base class in another file."""
    if fixture.autouse and fixture.group is None:
        return True
    return fixture.kind == "setup" and fixture.function is not None and fixture.function.module is not test.function.module
