"""Which shared cells a test can touch, by the words of its code: only the tests that have such words are traced."""

from __future__ import annotations

import re

from testaudit.analyses.runs import Runs
from testaudit.link.frames import Instance, Literal
from testaudit.link.linked import Linked
from testaudit.link.resolution.methods import takes_class
from testaudit.model import Cell, External, Fixture, Test
from testaudit.read.definitions import methods
from testaudit.read.facts import Attr, Call, Class, Collection, Const, Function, Module, Name, Step, Template, dotted, targets

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
"""Beginnings of library names whose objects nobody changes in place."""
_FACTORIES = {f"builtins.{n}" for n in ("list", "dict", "set", "bytearray")} | {
    f"collections.{n}" for n in ("defaultdict", "OrderedDict", "deque", "Counter", "ChainMap", "UserDict", "UserList")
}
"""Those that can be changed although their names begin like that."""

_FIELDS = re.compile(r"(^|\.)(dataclass|attrs|attr\.s|define|mutable|frozen)$")
"""Names of decorators that make annotated names of a class body attributes of each object."""
_MODELS = ("pydantic.", "sqlmodel.", "msgspec.", "typing.NamedTuple")
"""Beginnings of the names of base classes that do so."""
_COPIED = "setUpTestData"
"""What this hook of Django puts on the class is copied for each test (`TestData`, Django 3.2)."""
_LAYER = "layer"
"""The attribute by which zope.testrunner finds a layer, which sets its resources up for each test (`testSetUp`)."""


class Candidates:
    """The shared cells of modules, classes, functions with tests in them and fixtures, each holder looked at once."""

    def __init__(self, context: Linked, runs: Runs) -> None:
        self._context = context
        self._runs = runs
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
                and not _gives_text(fixture.function)
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
                    if name != _LAYER and any(s.kind == "bind" for s in steps):
                        cell = names.attribute(base, name, instance=True)
                        if isinstance(cell, Cell) and not cell.instance and self._mutable(cell) and not self._is_field(base, name):
                            cells.setdefault(name, cell)
                for method in methods(base):
                    for step in method.body.steps if takes_class(method) and method.name != _COPIED else ():
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
                case Instance(type=Class() as cls):
                    return not isinstance(cell.owner, Class) or not self._describes(cls)
                case Instance(type=External(name=name)) if name in _FACTORIES or not name.startswith(_IMMUTABLE):
                    return True
                case _:
                    continue
        return False

    def _describes(self, cls: Class) -> bool:
        """Whether objects of a class are descriptors (fields of models): what an instance gives in their place is its own."""
        return isinstance(self._context.names.attribute(cls, "__get__", instance=True), Function)

    def _is_field(self, cls: Class, name: str) -> bool:
        """Whether what stands in the class body is the default of each object's own attribute: a field of a dataclass, or of a model."""
        described = any(_FIELDS.search(dotted(d.func) or "") for d in cls.decorators) or any(
            isinstance(base, External) and base.name.startswith(_MODELS) for base in self._context.names.mro(cls)
        )
        return described and any(step.annotation is not None or step.how == ":" for step in cls.body.bindings.get(name, ()))

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


def _gives_text(function: Function) -> bool:
    """Whether a fixture hands out what nobody can change: it says so, or all that it gives are constants."""
    if isinstance(function.returns, Name) and function.returns.name in ("str", "bytes", "int", "float", "bool"):
        return True
    given = [step.value for step in function.body.steps if step.kind in ("return", "yield") and step.value is not None]
    return bool(given) and all(isinstance(value, Const | Template) for value in given)
