"""Storage that several tests share: who changes it, who reads what another one left, who puts it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from testaudit.analyses.runs import Runs
from testaudit.analyses.storage.accesses import Access, Kind
from testaudit.analyses.storage.leftovers import Change, Leftovers, Reading
from testaudit.link.frames import SOME, Instance, Literal
from testaudit.link.linked import linked
from testaudit.link.resolution.methods import methods, takes_class
from testaudit.model import Cell, External, Fixture, Place, Suite, Test, place_of
from testaudit.read.facts import Attr, Call, Class, Collection, Const, Function, Module, Name, Step, targets

_IMMUTABLE = (
    "builtins.",
    "re.",
    "datetime.",
    "decimal.",
    "fractions.",
    "uuid.",
    "pathlib.",
    "typing.",
    "collections.namedtuple",
    "enum.",
    "logging.",
    "types.",
    "pytest.",
)
_MUTABLE_BUILTINS = frozenset(f"builtins.{n}" for n in ("list", "dict", "set", "bytearray"))
_CONTAINERS = ("builtins.", "collections.", "queue.", "array.", "itertools.", "os.")
_FACTORIES = _MUTABLE_BUILTINS | {
    f"collections.{n}" for n in ("defaultdict", "OrderedDict", "deque", "Counter", "ChainMap", "UserDict", "UserList")
}


@dataclass(slots=True, frozen=True, eq=False)
class Leak:
    """One shared cell that tests change: the first change that a victim can see (or the first at all), who reads it, how many tests change
    it."""

    cell: Cell
    change: Change
    victim: Reading | None
    changing: int
    definition: Place | None


class State:
    """Shared cells of a suite with their changes and readings."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        self._runs = suite.ask(Runs)
        self._leftovers = suite.ask(Leftovers)
        self._cells: dict[Cell, tuple[list[Change], list[Reading]]] | None = None
        self._suite = suite

    @property
    def cells(self) -> list[Cell]:
        """Every cell that tests share and that at least one test changes without putting it back, by place."""
        found = self._judged()
        return sorted((cell for cell, (changes, _) in found.items() if changes), key=lambda c: (self.place(c) or _NOWHERE, c.name))

    def leaks(self, *owners: type) -> Iterator[Leak]:
        """The shared cells of some kinds of owner (`Module`, `Class`, `Fixture`, `Function`: a group's) that tests leave changed, one leak
        each."""
        for cell in self.cells:
            if not isinstance(cell.owner, owners):
                continue
            changes = self.changes(cell)
            seen = ((change, self.victims(cell, change)) for change in changes)
            change, victims = next(((c, v) for c, v in seen if v), (changes[0], []))
            yield Leak(cell, change, victims[0] if victims else None, len({c.test for c in changes}), self.place(cell))

    def changes(self, cell: Cell) -> list[Change]:
        """Who changes it and leaves it changed, in order of collection."""
        return self._judged().get(cell, ([], []))[0]

    def victims(self, cell: Cell, change: Change) -> list[Reading]:
        """Readings of the changed storage by other tests, which depend on whether the changing test ran before."""
        _, readings = self._judged().get(cell, ([], []))
        return [r for r in readings if r.test is not change.test and _sees(r.access, change.access) and _meet(cell, change.test, r)]

    def place(self, cell: Cell) -> Place | None:
        """Where the cell is defined, where the source says."""
        owner = cell.owner
        if isinstance(owner, Fixture):
            return owner.definition
        if isinstance(owner, External):
            return None
        steps = owner.body.bindings.get(cell.name)
        if steps:
            return place_of(owner if isinstance(owner, Module) else owner.module, steps[0].start, steps[0].end)
        if isinstance(owner, Class):
            for method in methods(owner):
                for step in method.body.steps:
                    for target in targets(step.target) if step.kind == "bind" else ():
                        if isinstance(target, Attr) and target.name == cell.name:
                            return place_of(owner.module, target.start, target.end)
        return None

    # ----------------------------------------------------------------------------------------------------------- private

    def _judged(self) -> dict[Cell, tuple[list[Change], list[Reading]]]:
        if self._cells is None:
            self._cells = {}
            candidates = _Candidates(self)
            for test in self._suite.tests:
                wanted, words = candidates.of(test)
                if not wanted:
                    continue
                left, readings = self._leftovers.of(test, lambda path, cells=wanted: path.cell in cells, words)  # type: ignore[misc]
                for change in left:
                    if change.fixture is None:
                        self._cells_of(change.access.path.cell)[0].append(change)
                for reading in readings:
                    self._cells_of(reading.access.path.cell)[1].append(reading)
        return self._cells

    def _cells_of(self, cell: Cell) -> tuple[list[Change], list[Reading]]:
        assert self._cells is not None
        return self._cells.setdefault(cell, ([], []))


class _Candidates:
    """Which shared cells a test can touch, by the words of its code: only those tests are traced."""

    def __init__(self, state: State) -> None:
        self._context = state._context
        self._runs = state._runs
        self._of_module: dict[Module, dict[str, tuple[Cell, ...]]] = {}
        self._of_class: dict[Class, dict[str, Cell]] = {}
        self._of_function: dict[Function, list[Cell]] = {}

    def of(self, test: Test) -> tuple[frozenset[Cell], frozenset[str]]:
        """The cells, and the words that stand for them in the code."""
        found: set[Cell] = set()
        known_as: set[str] = set()
        words = self._runs.words(test)
        functions = [test.function, *(u.fixture.function for u in test.closure if u.fixture.function is not None)]
        for module in dict.fromkeys(f.module for f in functions):
            cells = self._globals(module)
            known_as |= cells.keys() & words
            found.update(cell for name in cells.keys() & words for cell in cells[name])
        if test.owner is not None:
            own = self._attributes(test.owner)
            found.update(own[name] for name in own.keys() & words)
        for group in test.group.chain():
            if isinstance(group.scope, Function):
                found.update(cell for cell in self._captured(group.scope) if cell.name in words)
        for use in test.closure:
            fixture = use.fixture
            if (
                fixture.scope not in ("function", "unknown")
                and fixture.kind == "value"
                and fixture.function is not None
                and fixture.name in words
            ):
                found.add(Cell(fixture, ""))
        known_as.update(cell.owner.name if isinstance(cell.owner, Fixture) else cell.name for cell in found)
        return frozenset(found), frozenset(known_as)

    def _captured(self, scope: Function) -> list[Cell]:
        """The variables of a function in which tests are written that can change: in place, or because functions inside assign them."""
        if scope not in self._of_function:
            cells = (Cell(scope, name) for name, steps in scope.body.bindings.items() if any(s.kind == "bind" for s in steps))
            rebinding = self._context.values.rebinding
            self._of_function[scope] = [cell for cell in cells if self._mutable(cell) or any(rebinding(scope, cell.name))]
        return self._of_function[scope]

    def _globals(self, module: Module) -> dict[str, tuple[Cell, ...]]:
        """The module's names that stand for something that can change: mutable globals, its own and imported first-party ones, and classes
        of the tests with mutable attributes."""
        if module not in self._of_module:
            names = self._context.names
            self._of_module[module] = {}  # modules that import each other end here
            cells: dict[str, tuple[Cell, ...]] = {}
            for name in names.namespace(module):
                target = names.member(module, name)
                if isinstance(target, Cell) and isinstance(target.owner, Module) and (self._mutable(target) or self._rebound(target)):
                    cells[name] = (target,)
                elif isinstance(target, Module) and target is not module and self._context.is_test_code(target.path):
                    cells[name] = tuple(cell for held in self._globals(target).values() for cell in held if cell.owner is target)
                elif isinstance(target, Class) and self._context.is_test_code(target.module.path):
                    cells[name] = tuple(self._attributes(target).values())
            self._of_module[module].update(cells)
        return self._of_module[module]

    def _attributes(self, cls: Class) -> dict[str, Cell]:
        if cls not in self._of_class:
            names = self._context.names
            cells: dict[str, Cell] = {}
            for base in names.mro(cls):
                if not isinstance(base, Class) or not self._context.is_test_code(base.module.path):
                    continue
                for name, steps in base.body.bindings.items():
                    if any(s.kind == "bind" for s in steps):
                        cell = names.attribute(base, name, instance=True)
                        if isinstance(cell, Cell) and not cell.instance and self._mutable(cell):
                            cells.setdefault(name, cell)
                for method in methods(base):
                    for step in method.body.steps if takes_class(method) else ():
                        for target in targets(step.target) if step.kind == "bind" else ():
                            if (
                                isinstance(target, Attr)
                                and isinstance(target.value, Name)
                                and method.params
                                and target.value.name == method.params[0].name
                            ):
                                cells.setdefault(target.name, Cell(base, target.name))
            self._of_class[cls] = cells
        return self._of_class[cls]

    def _mutable(self, cell: Cell) -> bool:
        """Whether what the cell holds can be changed in place; constants cannot, and an unknown value is not taken for mutable."""
        assert isinstance(cell.owner, Module | Class | Function)
        return any(self._makes_mutable(cell, step) for step in cell.owner.body.bindings.get(cell.name, ()))

    def _makes_mutable(self, cell: Cell, step: Step) -> bool:
        if step.kind != "bind" or step.value is None or isinstance(step.value, Const):
            return False
        if isinstance(step.value, Collection):
            return step.value.kind != "tuple"
        if not isinstance(step.value, Call | Name | Attr):
            return False
        for thing in self._context.values.cell_value(cell).things:
            match thing:
                case Literal(expr=Collection(kind="list" | "dict" | "set")):
                    return True
                case Instance(type=Class()):
                    return True
                case Instance(type=External(name=name)) if name in _FACTORIES or not name.startswith(_IMMUTABLE):
                    return True
                case _:
                    continue
        return False

    def _rebound(self, cell: Cell) -> bool:
        """Whether a function of the module declares the name `global`."""
        module = cell.owner
        assert isinstance(module, Module)
        if b"global " not in module.source:
            return False
        return any(
            s.kind == "global" and cell.name in s.names
            for f in module.functions
            if "global" in f.words and cell.name in f.words
            for s in f.body.steps
        )


def _sees(reading: Access, change: Access) -> bool:
    """Whether a reading shows a change: it reads the very part, or a container of it. Who is handed an object need not look at the
    attribute that was changed; and what the code under test alone puts into its objects and reads there (a value that it keeps) is its own
    business."""
    if not reading.path.overlaps(change.path) or (reading.by_subject and change.by_subject) or not _shows(change):
        return False
    common = len(reading.path.keys)
    if (
        any(a != b and SOME in (a, b) for a, b in zip(reading.path.keys, change.path.keys, strict=False))
        or SOME in reading.path.keys[: len(change.path.keys)]
    ):
        return False
    return all(key.startswith("[") for key in change.path.keys[common:])


def _shows(change: Access) -> bool:
    """Whether a change can be told from the outside: of a container, or of a first-party object; a library's client may be used by all."""
    called = change.event.callee.externals if change.event.call is not None and change.event.callee is not None else ()
    return change.kind is not Kind.CHANGE or not called or all(name.startswith(_CONTAINERS) for name in called)


def _meet(cell: Cell, changing: Test, reading: Reading) -> bool:
    """Whether what one test leaves in a cell is still there for a reading: in one run, and within the life of the value."""
    makers = (*reading.renewed_by, cell.owner) if isinstance(cell.owner, Fixture) else reading.renewed_by
    return changing.session.id == reading.test.session.id and all(_life(changing, maker) == _life(reading.test, maker) for maker in makers)


def _life(test: Test, fixture: Fixture) -> object:
    """What the tests have in common that share one instance of a fixture with this test."""
    match fixture.scope:
        case "class" if fixture.group is not None and isinstance(fixture.group.scope, Function):
            return fixture.group
        case "class":
            return (test.path, test.owner) if test.owner is not None else test
        case "module":
            return test.path
        case "package" | "session" | "unknown":
            return None
        case "function":
            return test


_NOWHERE = Place("", 0, 0, 0, 0)
