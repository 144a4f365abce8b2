"""Environment variables that a test's code sets and nothing in its chain puts back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from testaudit.analyses.operands import operand
from testaudit.analyses.runs import Runs
from testaudit.analyses.storage.accesses import Access, Accesses, Kind
from testaudit.link.frames import EACH, SOME, Definition, Frame, Instance, Literal, Path, Value
from testaudit.link.linked import linked
from testaudit.link.trace import Event, Tracer
from testaudit.model import Cell, External, Fixture, Suite, Test
from testaudit.read.facts import Attr, Call, Class, Collection, Expr, Function, Module, Name, Region, Spread, dotted, walk

CELL = Cell(External("os.environ"), "")
WORDS = frozenset({"environ", "environb", "putenv", "unsetenv", "load_dotenv"})
_WIDEST = ("function", "class", "module")
"""Scopes of fixtures whose change can surprise somebody; wider ones set up the whole run."""
_SHELTER = re.compile(r"env|isolat|patch|sandbox|override", re.IGNORECASE)
"""Parts of names of context managers and decorators that, when they cannot be followed, may keep the environment."""


_REGISTERS = re.compile(r"cleanup|finalizer|callback|defer|teardown|atexit", re.IGNORECASE)
"""Parts of names of methods that take what runs when the test is over."""


@dataclass(slots=True, frozen=True, eq=False)
class Setting:
    """One variable (or several at once) that is set and stays so; in the code of a fixture, or the test's own (None)."""

    access: Access
    fixture: Fixture | None

    @property
    def path(self) -> Path:
        return self.access.path


class Environment:
    """What single tests leave in the environment."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        self._values = self._context.values
        self._runs = suite.ask(Runs)
        self._accesses = Accesses(self._values, self._context.knowledge)
        self._tracer = Tracer(self._values, lambda function, _event: self._enters(function))
        self._fixtures: dict[object, tuple[Access, ...] | None] = {}
        self._at_import: dict[Module, frozenset[Path]] = {}

    def left_by(self, test: Test) -> list[Setting]:
        """The settings that outlive a test, in the order of the code."""
        if not self._runs.any_of(test, WORDS) or any(_SHELTER.search(name) for name in test.unresolved) or self._is_decorated(test):
            return []
        left: dict[Path, Setting] = {}
        guarded: list[Path] = []
        cleared: list[Path] = []
        for fixture, teardown, accesses in self._phases(test):
            if accesses is None:
                return []
            for access in accesses:
                if not any(_covers(g, access.path) for g in guarded):
                    self._account(access, Setting(access, fixture), teardown, left, guarded, cleared, test)
        return [setting for setting in left.values() if not any(setting.path.overlaps(g) for g in guarded)]

    def value_of(self, setting: Setting) -> object:
        """The constant that one variable is set to, or None where it is not one."""
        step = setting.access.event.step
        if step is None or step.value is None or setting.access.event.call is not None:
            return None
        constants = self._values.evaluate(step.value, setting.access.event.frame).constants
        return constants[0] if len(constants) == 1 else None

    # ----------------------------------------------------------------------------------------------------------- private

    def _account(
        self,
        access: Access,
        setting: Setting,
        teardown: bool,
        left: dict[Path, Setting],
        guarded: list[Path],
        cleared: list[Path],
        test: Test,
    ) -> None:
        """One access: it guards, puts back, or leaves something behind."""
        event = access.event
        if access.restored:
            guarded.append(access.path)
        elif access.kind in (Kind.READ, Kind.PEEK):
            return
        elif access.kind is Kind.RESET and setting.fixture is not None and not teardown:
            cleared.append(access.path)
        elif access.kind is Kind.RESET or teardown or self._after(event) or self._puts_back(access):
            for path in [path for path in left if path.overlaps(access.path)]:
                del left[path]
            if self._after_yield(event):
                guarded.append(access.path)
        elif setting.fixture is not None and (
            setting.fixture.scope not in _WIDEST or (setting.fixture.autouse and setting.fixture.group is None)
        ):
            guarded.append(access.path)  # for the whole run
        elif not access.path.keys and setting.fixture is not None and event.call is None:
            guarded.append(access.path)  # another object in its place, which its owner takes away again
        elif event.step is test.function.body.steps[-1] and access.path in left:
            del left[access.path]  # the last thing that the test does
        elif setting.fixture is None and any(_covers(path, access.path) for path in cleared):
            return  # each test of this kind begins without it
        elif not self._is_benign(setting, test):
            left.setdefault(access.path, setting)

    def _is_benign(self, setting: Setting, test: Test) -> bool:
        event, fixture = setting.access.event, setting.fixture
        if event.call is not None and isinstance(event.call.func, Attr) and event.call.func.name == "setdefault":
            return True
        functions = [test.function, *([fixture.function] if fixture is not None and fixture.function is not None else [])]
        if any(path.overlaps(setting.path) for function in functions for path in self._set_at_import(function.module)):
            return True
        if any(self._is_of_fixture(at) for at in event.chain()):
            return True
        return any(self._shelters(region, frame) for region, frame in event.regions())

    @staticmethod
    def _is_of_fixture(event: Event) -> bool:
        """Whether it happens in a method of what a fixture hands out, which can take it back when it is over."""
        receivers = [d.receiver for d in event.callee.definitions if d.receiver is not None] if event.callee is not None else []
        owners = [path.cell.owner for receiver in receivers for path in receiver.paths]
        return any(isinstance(owner, Fixture) and owner.teardown is not None for owner in owners)

    def _phases(self, test: Test) -> Iterator[tuple[Fixture | None, bool, tuple[Access, ...] | None]]:
        """The accesses of a test in the order in which its code runs; None in place of those of a phase that may keep the environment as a
        whole."""
        fixtures = [use.fixture for use in test.closure if use.fixture.function is not None and self._speaks(use.fixture.function)]
        for fixture in fixtures:
            yield fixture, False, self._of_fixture(fixture, test, teardown=False)
        yield None, False, self._kept(self._runs.decorators(test), None)
        if self._speaks(test.function):
            yield None, False, self._kept(self._tracer.function(self._runs.frame(test)), None)
        for fixture in reversed(fixtures):
            yield fixture, True, self._of_fixture(fixture, test, teardown=True)

    def _of_fixture(self, fixture: Fixture, test: Test, *, teardown: bool) -> tuple[Access, ...] | None:
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
            if self._guards_all(event, fixture):
                return None
            found += [access for access in self._accesses.of_event(event) if access.path.cell == CELL]
        return tuple(found)

    def _speaks(self, function: Function) -> bool:
        return not WORDS.isdisjoint(self._runs.words_of(function))

    def _enters(self, function: Function) -> bool:
        return self._context.is_test_code(function.module.path) and self._speaks(function)

    # ------------------------------------------------------------------------------------------------------ putting back

    @staticmethod
    def _after(event: Event) -> bool:
        """Whether the event runs however the code before it ended: in a `finally`."""
        return any(region.role == "finally" for region, _ in event.regions()) or Environment._after_yield(event)

    @staticmethod
    def _after_yield(event: Event) -> bool:
        """Whether it is the second half of a context manager that the traced code entered."""
        for at in event.chain():
            function = at.frame.scope
            if at.via is not None and isinstance(function, Function) and at.step is not None:
                first = next((s.start for s in function.body.steps if s.kind == "yield"), None)
                if first is not None and at.step.start > first:
                    return True
        return False

    def _puts_back(self, access: Access) -> bool:
        """Whether what is put there was taken from the environment before: `os.environ.update(saved)`, `os.environ["A"] = saved`."""
        event = access.event
        if event.call is not None:
            return any(self._was_taken(a.value, event.frame, access.path) for a in event.call.args)
        return event.step is not None and event.step.value is not None and self._was_taken(event.step.value, event.frame, access.path)

    def _was_taken(self, expr: Expr, frame: Frame, path: Path) -> bool:
        value = self._values.evaluate(expr, frame)
        if any(p.cell == CELL and p.keys == path.keys for p in value.paths):
            return True
        return any(self._is_copy(thing, path) for thing in value.things if isinstance(thing, Literal | Instance))

    def _is_copy(self, thing: Literal | Instance, path: Path) -> bool:
        if isinstance(thing, Literal):
            spreads = [item.value for item in thing.expr.items if isinstance(item, Spread)] if isinstance(thing.expr, Collection) else []
            return any(self._is_environment(self._values.evaluate(inner, thing.frame)) for inner in spreads)
        call, frame = thing.call, thing.frame
        if call is None or frame is None:
            return False
        of_it = isinstance(call.func, Attr) and self._is_environment(self._values.evaluate(call.func.value, frame))
        if not of_it and "os.getenv" not in self._values.callee(call, frame).externals:
            return any(self._is_environment(self._values.evaluate(a.value, frame)) for a in call.args)
        first = call.positional(0)
        keys = {f"[{key!r}]" for key in self._values.evaluate(first, frame).constants} if first is not None else set()
        return not keys or not path.keys or path.keys[0] in keys or path.keys[0] in (EACH, SOME)

    @staticmethod
    def _is_environment(value: Value) -> bool:
        return any(path.cell == CELL and not path.keys for path in value.paths)

    # ---------------------------------------------------------------------------------------------------------- guarding

    def _guards_all(self, event: Event, fixture: Fixture | None) -> bool:
        """Whether something that cannot be followed, or a finalizer, may put the environment back after the test."""
        if event.call is not None:
            return self._finalizes(event, event.call) or (
                event.step is None and self._shelters_by(event.call, event.frame, decorates=event.region == 0 and event.via is None)
            )
        step = event.step
        entered = step is not None and step.how == "enter" and fixture is not None and event.via is None
        return entered and step is not None and isinstance(step.value, Call) and self._shelters_by(step.value, event.frame)

    def _is_decorated(self, test: Test) -> bool:
        """Whether a decorator of the test or of its classes may keep the environment; those that are calls are among the events."""
        classes = self._context.names.mro(test.owner) if test.owner is not None else ()
        holders: list[Function | Class] = [test.function, *(cls for cls in classes if isinstance(cls, Class))]
        for holder in holders:
            frame = self._values.module_frame(holder.module)
            for decorator in holder.decorators:
                if decorator.call is None:
                    if self._shelters_by(Call(decorator.start, decorator.end, decorator.expr, ()), frame, decorates=True):
                        return True
                elif isinstance(holder, Class) and holder is not test.owner and self._shelters_by(decorator.call, frame, decorates=True):
                    return True
        return False

    def _finalizes(self, event: Event, call: Call) -> bool:
        given = self._registered(event, call)
        if given is None:
            return False
        if any(isinstance(node, Attr | Name) and node.name in WORDS for argument in call.args for node in walk(argument.value)):
            return True
        if any(self._is_environment(self._values.evaluate(argument.value, event.frame)) for argument in call.args):
            return True
        targets = (definition.target for definition in self._values.evaluate(given, event.frame).definitions)
        return any(isinstance(target, Function) and self._speaks(target) for target in targets)

    def _registered(self, event: Event, call: Call) -> Expr | None:
        """What a call registers to run when the test is over; by its name where it does not resolve (`addCleanup` of an unknown base
        class)."""
        definitions = event.callee.definitions if event.callee is not None else ()
        for definition in definitions:
            symbol = self._context.knowledge.symbol(definition.target.name) if isinstance(definition.target, External) else None
            given = operand(symbol.finalizer, call, event.callee) if symbol is not None else None
            if given is not None:
                return given[0]
        name = call.func.name if isinstance(call.func, Attr | Name) else ""
        return call.args[0].value if not definitions and call.args and _REGISTERS.search(name) else None

    def _shelters(self, region: Region, frame: Frame) -> bool:
        return region.role == "with" and isinstance(region.head, Call) and self._shelters_by(region.head, frame)

    def _shelters_by(self, call: Call, frame: Frame, *, decorates: bool = False) -> bool:
        """Whether a context manager or decorator that is not traced may put the environment back: one whose code speaks of it, or an
        unknown one with such a name."""
        callee = self._values.callee(call, frame)
        for definition in callee.definitions:
            match definition:
                case Definition(target=Function() as function):
                    if (not self._enters(function) or decorates) and not WORDS.isdisjoint(function.words):
                        return True
                case Definition(target=Class() as cls):
                    leave = self._context.names.attribute(cls, "__exit__", instance=True)
                    if isinstance(leave, Function) and self._speaks(leave):
                        return True
                case _:
                    pass
        if decorates and _is_marker(call.func, frame.module):
            return False
        name = call.func.name if isinstance(call.func, Attr | Name) else ""
        known = any(
            isinstance(d.target, Function | Class) or self._context.knowledge.symbol(d.target.name)
            for d in callee.definitions
            if not isinstance(d.target, Module)
        )
        return not known and _SHELTER.search(name) is not None

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


def _is_marker(expr: Expr, module: Module) -> bool:
    """Whether a decorator is a name for one of pytest's markers: `needs_it = pytest.mark.usefixtures("it")`."""
    steps = module.body.bindings.get(expr.name, ()) if isinstance(expr, Name) else ()
    return any(
        step.value is not None and "mark" in (dotted(step.value.func if isinstance(step.value, Call) else step.value) or "").split(".")
        for step in steps
    )


def _covers(one: Path, other: Path) -> bool:
    """Whether what is put back at `one` puts back `other`, too."""
    return len(one.keys) <= len(other.keys) and one.overlaps(other)
