"""What an expression may be: values followed through locals, cells, containers, parameters, fixtures and first-party calls."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.link.evaluation import attributes, deciding, entering, items, results, symbols, variables
from testaudit.link.evaluation.annotations import annotated
from testaudit.link.evaluation.calls import call_result
from testaudit.link.evaluation.cells import cell_contents
from testaudit.link.evaluation.evaluator import Evaluator
from testaudit.link.evaluation.operations import operation
from testaudit.link.evaluation.receivers import receiver_attribute
from testaudit.link.frames import NOTHING, Definition, Frame, Instance, Literal, Path, Thing, Value, unknown
from testaudit.model import Cell, External, Fixture, Target, Test
from testaudit.read.facts import (
    Attr,
    Await,
    Body,
    Call,
    Class,
    Collection,
    Compare,
    Const,
    Expr,
    FuncRef,
    Function,
    Index,
    Module,
    Name,
    Op,
    Opaque,
    Spread,
    Template,
)
from testaudit.records import dataclass, field

_CIRCLE = unknown("a value that depends on itself")


@dataclass(slots=True, eq=False)
class Values(Evaluator):
    """Evaluation over names and knowledge. It never guesses: what it cannot follow makes the value's `why` say so.

    Here is what was found before, and what is being asked right now, so that nothing is followed twice or in a circle; how each kind of
    expression is followed is in `testaudit.link.evaluation`.
    """

    _module_frames: dict[Module | Class, Frame] = field(default_factory=dict)
    _fixtures: dict[object, Value] = field(default_factory=dict)
    _cells: dict[Cell, Value] = field(default_factory=dict)
    _active: set[object] = field(default_factory=set)
    _depth: int = 0
    """How many expressions are being evaluated."""

    # -------------------------------------------------------------------------------------------------- once, and in no circle

    def evaluate(self, expr: Expr, frame: Frame) -> Value:
        """What `expr`, written in `frame`'s scope, may be."""
        memo = frame.memo
        held = memo.get(expr)
        if held is not None:
            return held
        if self._depth + len(self._active) > 150:
            return _CIRCLE
        memo[expr] = _CIRCLE  # until it is known: whoever asks meanwhile asks for it itself
        self._depth += 1
        try:
            value = self._evaluate(expr, frame)
        except BaseException:
            del memo[expr]
            raise
        finally:
            self._depth -= 1
        memo[expr] = value
        return value

    def _evaluate(self, expr: Expr, frame: Frame) -> Value:  # noqa: C901  # one arm per kind of expression
        match expr:
            case Name():
                return variables.variable(self, expr.name, expr.start, frame)
            case Attr():
                found = receiver_attribute(self, expr, frame)
                return found if found is not None else attributes.attribute(self, self.evaluate(expr.value, frame), expr.name, frame)
            case Const() | Template() | Collection():
                return Value((Literal(expr, frame),))
            case Call():
                return call_result(self, expr, frame)
            case Await():
                return self.evaluate(expr.value, frame)
            case Index():
                return items.subscript(self, expr, frame)
            case FuncRef():
                if expr.function.kind == "comprehension":
                    return unknown("a comprehension")
                return Value((Definition(expr.function, frame),))
            case Op():
                return operation(self, expr, frame)
            case Compare():
                return Value((Instance(External("builtins.bool")),))
            case Spread():
                return self.evaluate(expr.value, frame)
            case Opaque():
                return unknown(f"a `{expr.kind}` expression")
            case _:
                return unknown("an expression")

    def fixture_value(self, fixture: Fixture, test: Test | None) -> Value:
        """What a fixture hands out in the closure of a test (None: in no particular one)."""
        path = Path(Cell(fixture, ""))
        if fixture.function is None:
            things: tuple[Thing, ...] = (Instance(External(fixture.returns)),) if fixture.returns else ()
            return Value(things, (path,), None if things else f"the value of the fixture `{fixture.name}`")
        key = (fixture, tuple(test.fixture(name) for name in fixture.requests) if test else None)
        if key in self._active:
            return unknown(f"the fixture `{fixture.name}` requests itself")
        if key not in self._fixtures:
            frame = self.fixture_frame(fixture, test)
            self._active.add(key)
            try:
                self._fixtures[key] = results.result(self, frame) if frame is not None else NOTHING
            finally:
                self._active.discard(key)
        value = self._fixtures[key]
        return Value(value.things, (path, *value.paths), value.why)

    def cell_value(self, cell: Cell, frame: Frame | None = None) -> Value:
        """What a cell may hold, by everything that binds it in its own scope; `frame` narrows that to one object's or test's."""
        if frame is None and cell in self._cells:
            return self._cells[cell]
        if cell in self._active:
            return Value((), (Path(cell),), "a cell that depends on itself")
        self._active.add(cell)
        try:
            value = cell_contents(self, cell, frame)
        finally:
            self._active.discard(cell)
        if frame is None:
            self._cells[cell] = value
        return value

    def module_frame(self, owner: Module | Class) -> Frame:
        """The frame of a module's or class's own code."""
        if owner not in self._module_frames:
            self._module_frames[owner] = Frame(owner)
        return self._module_frames[owner]

    # --------------------------------------------------------------------------------------------------------- frames of code

    def test_frame(self, test: Test) -> Frame:
        """The frame of a test's own body, its parameters being fixtures and parametrized values."""
        return entering.test_frame(self, test)

    def fixture_frame(self, fixture: Fixture, test: Test | None) -> Frame | None:
        """The frame of a fixture's code in the closure of a test, or None for a library's fixture."""
        return entering.fixture_frame(fixture, test)

    def lexical_frame(self, frame: Frame, function: Function) -> Frame:
        """The frame in which a function's decorators, defaults and annotations are evaluated."""
        return entering.lexical_frame(self, frame, function)

    def enter(self, call: Call, callee: Definition, frame: Frame) -> Frame | None:
        """The frame of a first-party function as this call runs it; None when too deep."""
        return entering.enter(self, call, callee, frame)

    def instance_class(self, callee: Definition) -> Class | None:
        """The first-party class whose instance (or self) a method is bound to."""
        return entering.instance_class(callee)

    # ------------------------------------------------------------------------------------------------------------- questions

    def callee(self, call: Call, frame: Frame) -> Value:
        """What is called."""
        return self.evaluate(call.func, frame)

    def result(self, frame: Frame) -> Value:
        """What the function of a frame returns, or yields (a generator, a context manager, a fixture)."""
        return results.result(self, frame)

    def of_target(self, target: Target) -> Value:
        """The value of what a name resolved to."""
        return symbols.target_value(self, target)

    def attribute(self, value: Value, name: str, frame: Frame) -> Value:
        """`value.name`"""
        return attributes.attribute(self, value, name, frame)

    def decorated_type(self, function: Function) -> str | None:
        """The library's type of which a decorator makes an object out of a function."""
        return attributes.decorated(self, function)

    def is_property(self, function: Function) -> bool:
        """Whether reading the method from an instance calls it."""
        return attributes.is_property(self, function)

    def annotated(self, annotation: Expr, frame: Frame) -> Value:
        """An object of an annotated type; unions and the like are looked into."""
        return annotated(self, annotation, frame)

    def runs(self, body: Body, region: int, frame: Frame) -> bool | None:
        """Whether a region of the frame's body runs: False where a condition around it is known to fail, True where all surely hold."""
        return deciding.runs(self, body, region, frame)

    def rebinding(self, function: Function, name: str) -> Iterator[Function]:
        """The functions inside a function that assign its variable `name`."""
        return variables.rebinding(function, name)

    def constant(self, expr: Expr, frame: Frame) -> object:
        """The one constant that an expression may be, else None."""
        return items.constant(self, expr, frame)

    def contents(self, value: Value) -> Iterator[tuple[Const | Template, Frame]]:
        """Every constant and template that the value holds: through displays, names, spreads, copies, and arguments of constructors."""
        return items.contents(self, value)

    def key_step(self, expr: Index, frame: Frame) -> str:
        """The step that a subscript adds to a path."""
        return items.key_step(self, expr, frame)

    def spread(self, expr: Expr, frame: Frame) -> Literal | None:
        """The display that `*expr` or `**expr` spreads, when it is one."""
        return entering.spread(self, expr, frame)
