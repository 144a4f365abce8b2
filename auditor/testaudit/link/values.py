"""What an expression may be: values followed through locals, cells, containers, parameters, fixtures and first-party calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from testaudit.knowledge import Knowledge
from testaudit.link.calls import bind_arguments, bind_partial, spread_items
from testaudit.link.flow import nested, reaching
from testaudit.link.frames import EACH, NOTHING, SOME, Definition, Frame, Given, Instance, Literal, Member, Path, Thing, Value, unknown
from testaudit.link.names import Names, enclosing_method, methods, takes_class
from testaudit.model import Cell, External, Fixture, Target, Test, Unknown
from testaudit.read.facts import (
    Argument,
    Attr,
    Await,
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
    Param,
    Spread,
    Step,
    Template,
    dotted,
    targets,
)

MAX_DEPTH = 4
"""How many first-party calls deep a value is followed; deeper ones are unknown."""

PART = External("")
"""The type of what was unpacked from an object: not known, but made by the same call."""

_REQUEST = "pytest.FixtureRequest"
_TUPLE = External("builtins.tuple")
HANDED_ON = {"monkeypatch": "pytest.MonkeyPatch", "mocker": "pytest_mock.MockerFixture"}
"""Fixtures that tests hand to their helpers, whose parameter of that name is nothing else."""

LAZY_FIXTURES = frozenset(
    {"pytest_lazyfixture.lazy_fixture", "pytest.lazy_fixture", "pytest_lazy_fixtures.lf", "pytest_lazy_fixtures.lazy_fixture.lf"}
)
"""What stands in a parameter table for the value of a fixture."""

_COPIES = {f"builtins.{n}" for n in ("list", "dict", "set", "tuple", "sorted", "frozenset", "reversed")} | {"copy.copy", "copy.deepcopy"}
_LITERAL_TYPES = {str: "builtins.str", bytes: "builtins.bytes", int: "builtins.int", float: "builtins.float", bool: "builtins.bool"}
_PROPERTIES = {"builtins.property", "functools.cached_property", "django.utils.functional.cached_property"}
_RECORDS = frozenset({"dataclass", "define", "frozen", "mutable", "attrs"})
_MANAGERS = {"contextlib.contextmanager", "contextlib.asynccontextmanager"}


@dataclass(slots=True, eq=False)
class Values:
    """Evaluation over names and knowledge. It never guesses: what it cannot follow makes the value's `why` say so."""

    names: Names
    knowledge: Knowledge
    _module_frames: dict[Module | Class, Frame] = field(default_factory=dict)
    _fixtures: dict[object, Value] = field(default_factory=dict)
    _cells: dict[Cell, Value] = field(default_factory=dict)
    _class_cells: dict[object, Value] = field(default_factory=dict)
    _setters: dict[object, list[tuple[Function, Step, Attr]]] = field(default_factory=dict)
    _active: set[object] = field(default_factory=set)

    # ------------------------------------------------------------------------------------------------------------ public

    def evaluate(self, expr: Expr, frame: Frame) -> Value:
        """What `expr`, written in `frame`'s scope, may be."""
        held = frame.memo.get(expr)
        if held is not None:
            return held
        mark = (expr, frame)
        if mark in self._active or len(self._active) > 150:
            return unknown("a value that depends on itself")
        self._active.add(mark)
        try:
            value = self._evaluate(expr, frame)
        finally:
            self._active.discard(mark)
        frame.memo[expr] = value
        return value

    def callee(self, call: Call, frame: Frame) -> Value:
        """What is called."""
        return self.evaluate(call.func, frame)

    def module_frame(self, owner: Module | Class) -> Frame:
        """The frame of a module's or class's own code."""
        if owner not in self._module_frames:
            self._module_frames[owner] = Frame(owner)
        return self._module_frames[owner]

    def test_frame(self, test: Test) -> Frame:
        """The frame of a test's own body, its parameters being fixtures and parametrized values."""
        module = self.module_frame(test.function.module)
        arguments = {name: (_choice(values), self._table_frame(values, module, test)) for name, values in test.direct.items() if values}
        return Frame(test.function, arguments=arguments, this=test.owner, test=test)

    def _table_frame(self, values: tuple[Expr, ...], module: Frame, test: Test) -> Frame:
        """The frame of a parameter table; one that names fixtures is the test's own."""
        for value in values:
            target = self.names.resolve(value.func, module.scope) if isinstance(value, Call) else None
            if isinstance(target, External) and target.name in LAZY_FIXTURES:
                return Frame(module.scope, test=test)
        return module

    def fixture_frame(self, fixture: Fixture, test: Test | None) -> Frame | None:
        """The frame of a fixture's code in the closure of a test, or None for a library's fixture."""
        if fixture.function is None:
            return None
        return Frame(fixture.function, this=test.owner if test and fixture.owner else fixture.owner, test=test, fixture=fixture)

    def enter(self, call: Call, callee: Definition, frame: Frame) -> Frame | None:
        """The frame of a first-party function as this call runs it; None when too deep."""
        function = callee.target
        if not isinstance(function, Function) or frame.depth >= MAX_DEPTH or self._recurses(function, frame):
            return None
        bound_first = isinstance(function.parent, Class) and callee.receiver is not None
        if (
            callee.receiver is not None
            and isinstance(function.parent, Class)
            and not takes_class(function)
            and (first := call.positional(0)) is not None
            and callee.receiver.things
            and all(isinstance(t, Definition) and isinstance(t.target, Class) for t in callee.receiver.things)
        ):
            callee, bound_first = replace(callee, receiver=self.evaluate(first, frame)), False  # `Base.setUp(self)`
        return Frame(
            function,
            arguments=self._arguments(call, callee, function, frame, skip=1 if bound_first else 0),
            lexical=callee.frame,
            caller=frame,
            call=call,
            receiver=callee.receiver,
            this=self.instance_class(callee) or (frame.this if callee.frame is not None else None),
            test=frame.test,
            fixture=frame.fixture,
            depth=frame.depth + 1,
        )

    def _arguments(
        self, call: Call, callee: Definition, function: Function, frame: Frame, *, skip: int
    ) -> Mapping[str, tuple[Expr, Frame]]:
        def expand(expr: Expr) -> Literal | None:
            return self.spread(expr, frame)

        if callee.given is None:
            return bind_arguments(call, function, frame, skip=skip, expand=expand)
        return bind_partial(callee.given.call, call, function, (callee.given.frame, frame), skip=skip, expand=expand)

    def spread(self, expr: Expr, frame: Frame) -> Literal | None:
        """The display that `*expr` or `**expr` spreads, when it is one."""
        literals = [t for t in self.evaluate(expr, frame).things if isinstance(t, Literal) and isinstance(t.expr, Collection)]
        return literals[0] if len(literals) == 1 else None

    def fixture_value(self, fixture: Fixture, test: Test | None) -> Value:
        """What a fixture hands out."""
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
                self._fixtures[key] = self.result(frame) if frame is not None else NOTHING
            finally:
                self._active.discard(key)
        value = self._fixtures[key]
        return Value(value.things, (path, *value.paths), value.why)

    def result(self, frame: Frame) -> Value:
        """What the function of a frame returns, or yields (a generator, a context manager, a fixture)."""
        function = frame.scope
        if not isinstance(function, Function):
            return NOTHING
        value = NOTHING
        steps = [s for s in function.body.steps if s.kind in ("return", "yield") and s.value is not None]
        if any(s.kind == "yield" for s in steps):
            steps = [s for s in steps if s.kind == "yield"]
        for step in steps[:6]:
            if step.value is not None:
                value |= self.evaluate(step.value, frame)
        if not value.things and function.returns is not None:
            value |= self.annotated(function.returns, self.lexical_frame(frame, function))
        return replace(value, why="a long function") if len(steps) > 6 and value.why is None else value

    def cell_value(self, cell: Cell, frame: Frame | None = None) -> Value:
        """What a cell may hold, by everything that binds it in its own scope."""
        if frame is None and cell in self._cells:
            return self._cells[cell]
        if cell in self._active:
            return Value((), (Path(cell),), "a cell that depends on itself")
        self._active.add(cell)
        try:
            value = self._cell_value(cell, frame)
        finally:
            self._active.discard(cell)
        if frame is None:
            self._cells[cell] = value
        return value

    def entered(self, expr: Expr, frame: Frame) -> Value:
        """What `with expr as x` gives."""
        value = self.evaluate(expr, frame)
        things: list[Thing] = []
        why = value.why
        for thing in value.things:
            if isinstance(thing, Instance) and isinstance(thing.type, Class):
                enter = self.names.attribute(thing.type, "__enter__", instance=True)
                if isinstance(enter, Cell | Unknown):
                    enter = self.names.attribute(thing.type, "__aenter__", instance=True)
                if isinstance(enter, Function):
                    got = self.result(
                        Frame(enter, receiver=Value((thing,), value.paths), this=thing.type, test=frame.test, depth=frame.depth + 1)
                    )
                    things.extend(got.things or (thing,))
                    continue
            elif isinstance(thing, Instance) and isinstance(thing.type, External):
                inner = self._yielded(thing)
                if inner is not None:
                    things.append(inner)
                    continue
            things.append(thing)
        return Value(tuple(things), value.paths, why)

    def annotated(self, annotation: Expr, frame: Frame) -> Value:
        """An object of the annotated type; unions, `Optional`, `Annotated` and generators' element types are looked into."""
        if isinstance(annotation, Const):
            return unknown("a quoted annotation") if isinstance(annotation.value, str) else NOTHING
        if isinstance(annotation, Op) and annotation.op == "|":
            value = NOTHING
            for operand in annotation.operands:
                value |= self.annotated(operand, frame)
            return value
        if isinstance(annotation, Index):
            outer = self.names.resolve(annotation.value, frame.scope)
            name = outer.name.rpartition(".")[2] if isinstance(outer, External) else ""
            if name in (
                "Optional",
                "Union",
                "Annotated",
                "Generator",
                "Iterator",
                "AsyncIterator",
                "AsyncGenerator",
                "Iterable",
                "Awaitable",
            ):
                inner = annotation.key.items[0] if isinstance(annotation.key, Collection) and annotation.key.items else annotation.key
                return self.annotated(inner, frame)
            annotation = annotation.value
        target = self.names.resolve(annotation, frame.scope)
        if isinstance(target, Class) or (isinstance(target, External) and not target.name.startswith("typing.")):
            return Value((Instance(target, declared=True),))
        return unknown("an annotation that does not resolve")

    def lexical_frame(self, frame: Frame, function: Function) -> Frame:
        """The frame in which a function's decorators, defaults and annotations are evaluated."""
        if frame.lexical is not None:
            return frame.lexical
        parent = function.parent
        return self.module_frame(parent if isinstance(parent, Class) else function.module)

    def attribute(self, value: Value, name: str, frame: Frame) -> Value:
        """`value.name`"""
        result = Value((), tuple(path / f".{name}" for path in value.paths), value.why)
        if not value.things:
            return replace(result, things=(Member(name, value),), why=value.why or f"an attribute `{name}` of nothing known")
        for thing in value.things:
            result |= self._attribute_of(thing, value, name, frame)
        return result

    def contents(self, value: Value, depth: int = 0) -> Iterator[tuple[Const | Template, Frame]]:
        """Every constant and template that the value holds: through displays, names, spreads, copies, and arguments of constructors."""
        if depth > 8:
            return
        for thing in value.things:
            match thing:
                case Literal(expr=Const() | Template() as leaf):
                    yield leaf, thing.frame
                case Literal(expr=Collection() as display):
                    for item in display.items:
                        inner = item.value if isinstance(item, Spread) else item
                        yield from self.contents(self.evaluate(inner, thing.frame), depth + 1)
                case Instance(call=Call() as call, frame=Frame() as made):
                    for argument in call.args:
                        yield from self.contents(self.evaluate(argument.value, made), depth + 1)
                case _:
                    pass

    # ------------------------------------------------------------------------------------------------------- expressions

    def _evaluate(self, expr: Expr, frame: Frame) -> Value:  # noqa: C901  # one arm per kind of expression
        match expr:
            case Name():
                return self._name(expr.name, expr.start, frame)
            case Attr():
                receiver = self._receiver(expr, frame)
                return receiver if receiver is not None else self.attribute(self.evaluate(expr.value, frame), expr.name, frame)
            case Const() | Template() | Collection():
                return Value((Literal(expr, frame),))
            case Call():
                return self._call(expr, frame)
            case Await():
                return self.evaluate(expr.value, frame)
            case Index():
                return self._item(expr, frame)
            case FuncRef():
                if expr.function.kind == "comprehension":
                    return unknown("a comprehension")
                return Value((Definition(expr.function, frame),))
            case Op():
                return self._operation(expr, frame)
            case Compare():
                return Value((Instance(External("builtins.bool")),))
            case Spread():
                return self.evaluate(expr.value, frame)
            case Opaque():
                return unknown(f"a `{expr.kind}` expression")
            case _:
                return unknown("an expression")

    def _operation(self, expr: Op, frame: Frame) -> Value:
        if expr.op in ("or", "and", "if-else"):
            value = NOTHING
            for operand in expr.operands[1:] if expr.op == "if-else" else expr.operands:
                value |= self.evaluate(operand, frame)
            return value
        if expr.op in ("+", "|", "%"):
            parts = NOTHING
            for operand in expr.operands:
                parts |= self.evaluate(operand, frame)
            if expr.op == "|" and any(isinstance(t, Literal) and isinstance(t.expr, Collection) for t in parts.things):
                return Value(parts.things, (), parts.why)
        if expr.op == "/" and len(expr.operands) == 2:
            left, right = expr.operands
            if any(isinstance(t, Instance) and isinstance(t.type, External) for t in self.evaluate(left, frame).things):
                joined = Call(expr.start, expr.end, Attr(left.start, left.end, left, "__truediv__"), (Argument(None, right),))
                return self.evaluate(joined, frame)
        return unknown("a computed value")

    def _name(self, name: str, offset: int, frame: Frame) -> Value:
        at: Frame | None = frame
        scope = frame.scope
        own = True
        while isinstance(scope, Function):
            here = (
                at
                if at is not None and at.scope is scope
                else Frame(scope, this=frame.this, test=frame.test, fixture=frame.fixture if own else None)
            )
            declared = scope.body.declared.get(name)
            if declared == "global":
                break
            if declared is None:
                if name in scope.body.bindings:
                    return self._local(name, offset if own else None, here)
                if scope.param(name) is not None:
                    return self._parameter(name, here)
            at = at.lexical if at is not None and at.scope is scope else None
            own = False
            scope = scope.parent if scope.parent is not None else scope.module
            if isinstance(scope, Class):
                scope = scope.parent if scope.parent is not None else scope.module
        if isinstance(scope, Class) and name in scope.body.bindings:
            return self.of_target(self.names.member(scope, name))
        module = scope if isinstance(scope, Module) else scope.module
        return self.of_target(self.names.lookup(name, module))

    def of_target(self, target: Target, receiver: Value | None = None) -> Value:
        """The value of what a name resolved to."""
        match target:
            case Cell():
                return self.cell_value(target)
            case Unknown():
                return unknown(target.why)
            case External():
                return self._library(target.name, receiver)
            case _:
                return Value((Definition(target, None, receiver),))

    def _library(self, name: str, receiver: Value | None) -> Value:
        """A library's symbol itself, or the object that a variable or property of it is known to be."""
        symbol = self.knowledge.symbol(name)
        paths = () if receiver is not None and receiver.paths else (Path(Cell(External(name), "")),)
        if symbol is not None and symbol.type is not None:
            same = (
                [t for t in receiver.things if isinstance(t, Instance) and t.type == External(symbol.type)] if receiver is not None else []
            )
            return Value(tuple(same) or (Instance(External(symbol.type)),), paths)  # `path.parent`: it stems from the same call
        return Value((Definition(External(name), None, receiver),), paths)

    def _yielded(self, thing: Instance) -> Instance | None:
        """What entering or iterating a library's object gives, where the tables say: by the call that made it, then by its type."""
        symbols = (
            [self.knowledge.symbol(n) for n in self.callee(thing.call, thing.frame).externals]
            if thing.call is not None and thing.frame is not None
            else []
        )
        if isinstance(thing.type, External):
            symbols.append(self.knowledge.symbol(thing.type.name))
        found = next((s.yields for s in symbols if s is not None and s.yields is not None), None)
        return Instance(External(found), thing.call, thing.frame) if found is not None else None

    def _local(self, name: str, offset: int | None, frame: Frame) -> Value:
        function = frame.scope
        assert isinstance(function, Function)
        body = function.body
        steps = body.bindings[name] if offset is None else reaching(body, name, offset)
        cell = Cell(function, name)
        value = NOTHING
        for step in steps[:8]:
            value |= self._bound(name, step, frame)
        if function.param(name) is not None and (offset is None or not any(s.region == 0 and s.start < offset for s in steps)):
            value |= self._parameter(name, frame)
        for inner in self.rebinding(function, name) if offset is None else ():
            for step in inner.body.bindings.get(name, ()):
                value |= self._bound(name, step, frame.inner(inner))
        return Value(value.things, (*value.paths, Path(cell)), value.why)

    def rebinding(self, function: Function, name: str) -> Iterator[Function]:
        """The functions inside a function that assign its variable `name`."""
        if function.module.language == "python" and "nonlocal" not in function.words:
            return  # a cheap filter: the language says so where it happens
        for inner in nested(function):
            if name in inner.words:
                declared = inner.body.declared.get(name)
                if declared == "nonlocal":
                    yield inner
                if declared is not None or (inner.param(name) is None and name not in inner.body.bindings):
                    yield from self.rebinding(inner, name)

    def _bound(self, name: str, step: Step, frame: Frame) -> Value:
        """What one step binds to a name."""
        if step.defined is not None:
            return Value((Definition(step.defined, frame),))
        if step.imported is not None:
            scope = frame.scope
            return self.of_target(self.names.lookup(name, scope))
        if step.how == "match":
            return unknown("a pattern")
        if step.value is None:
            return self.annotated(step.annotation, frame) if step.annotation is not None else unknown("declared only")
        if step.how == "iterate":
            value = self._elements(step.value, frame)
        elif step.how == "enter":
            value = self.entered(step.value, frame)
        elif step.how == "except":
            return Value(
                tuple(Instance(t.target) for t in self.evaluate(step.value, frame).definitions if isinstance(t.target, Class | External))
            )
        elif step.how in ("=", ":", "walrus"):
            value = self.evaluate(step.value, frame)
            if step.annotation is not None and not value.things:
                value = self.annotated(step.annotation, frame)
        else:
            value = unknown("an augmented assignment")
        return value if isinstance(step.target, Name) else self._unpacked(name, step.target, value, frame)

    def _unpacked(self, name: str, target: Expr | None, value: Value, frame: Frame) -> Value:
        if not isinstance(target, Collection):
            return value
        for index, item in enumerate(target.items):
            if any(isinstance(t, Name) and t.name == name for t in targets(item)):
                inner = NOTHING
                for thing in value.things:
                    if isinstance(thing, Literal) and isinstance(thing.expr, Collection) and index < len(thing.expr.items):
                        inner |= self.evaluate(thing.expr.items[index], thing.frame)
                    elif isinstance(thing, Instance) and thing.call is not None:
                        inner |= Value((Instance(PART, thing.call, thing.frame),), (), "a part of a value")
                    else:
                        inner |= unknown("a part of a value")
                inner = Value(inner.things, (*inner.paths, *(path / f"[{index!r}]" for path in value.paths)), inner.why or value.why)
                return inner if isinstance(item, Name) else self._unpacked(name, item, inner, frame)
        return unknown("a pattern")

    def _elements(self, expr: Expr, frame: Frame) -> Value:
        value = self.evaluate(expr, frame)
        result = NOTHING
        for thing in value.things:
            match thing:
                case Literal(expr=Collection(kind="list" | "tuple" | "set") as display) if len(display.items) <= 12:
                    for item in display.items:
                        result |= self.evaluate(item, thing.frame)
                case Literal(expr=Collection(kind="dict") as display) if len(display.items) <= 12:
                    for key in display.keys:
                        result |= self.evaluate(key, thing.frame) if key is not None else unknown("a spread")
                case Instance(type=External()) if (inner := self._yielded(thing)) is not None:
                    result |= Value((inner,))
                case _:
                    result |= unknown("an element of a value")
        return Value(result.things, (*result.paths, *(path / EACH for path in value.paths)), result.why or value.why)

    def _parameter(self, name: str, frame: Frame) -> Value:
        function = frame.scope
        assert isinstance(function, Function)
        if name in frame.arguments:
            expr, where = frame.arguments[name]
            return self.evaluate(expr, where)
        parameter = function.param(name)
        if (function.params and function.params[0].name == name and isinstance(function.parent, Class) and frame.call is None) or (
            frame.receiver is not None and function.params[0].name == name
        ):
            return self._self(frame)
        fixture = self._fixture(name, frame)
        if fixture is not None and (frame.fixture is not None or frame.test is not None) and frame.caller is None:
            return self._said(self.fixture_value(fixture, frame.test), parameter, frame)
        if name == "request" and frame.caller is None and (frame.fixture is not None or frame.test is not None):
            return Value((Instance(External(_REQUEST)),))  # closures do not list it
        if parameter is not None and parameter.default is not None and frame.call is not None:
            return self.evaluate(parameter.default, self.lexical_frame(frame, function))
        value = unknown(f"the parameter `{name}`")
        if parameter is not None and parameter.annotation is not None:
            typed = self.annotated(parameter.annotation, self.lexical_frame(frame, function))
            value = Value(typed.things, (), None if typed.things else value.why)
        if not value.things and parameter is not None and parameter.default is not None:
            value |= self.evaluate(parameter.default, self.lexical_frame(frame, function))
        elif name in HANDED_ON and not value.things:
            value = Value((Instance(External(HANDED_ON[name]), declared=True),))
        return Value(value.things, (*value.paths, Path(Cell(function, name))), value.why)

    def _said(self, value: Value, parameter: Param | None, frame: Frame) -> Value:
        """A fixture's value with the type that the parameter is said to have, where nothing tells who made it."""
        function = frame.scope
        if parameter is None or parameter.annotation is None or not isinstance(function, Function):
            return value
        if any(not isinstance(thing, Instance) or not thing.declared for thing in value.things):
            return value
        typed = self.annotated(parameter.annotation, self.lexical_frame(frame, function))
        return Value(typed.things, value.paths, None) if typed.things else value

    def _fixture(self, name: str, frame: Frame) -> Fixture | None:
        if frame.test is None:
            return None
        if frame.fixture is not None and frame.fixture.name == name:
            return frame.fixture.overrides[0] if frame.fixture.overrides else None
        return frame.test.fixture(name)

    def _self(self, frame: Frame) -> Value:
        if frame.receiver is not None:
            return frame.receiver
        function = frame.scope
        assert isinstance(function, Function)
        cls = frame.this if frame.this is not None else function.parent
        got = self.names.receiver_class(Name(0, 0, function.params[0].name), function)
        if got is None or not isinstance(cls, Class):
            return unknown("the first parameter")
        return Value((Instance(cls),)) if got[1] else Value((Definition(cls),))

    def _receiver(self, expr: Attr, frame: Frame) -> Value | None:
        """`self.x`, `cls.x` and `super().x`, looked up in the collecting class."""
        if isinstance(expr.value, Call):
            return self._inherited(expr.name, frame) if isinstance(expr.value.func, Name) and expr.value.func.name == "super" else None
        found = self.names.receiver_class(expr.value, frame.scope)
        if found is None:
            return None
        if frame.receiver is not None:
            return self.attribute(frame.receiver, expr.name, frame)
        cls, instance = found
        if frame.this is not None and cls in self.names.mro(frame.this):
            cls = frame.this
        return self._class_attribute(cls, expr.name, instance, Value((Instance(cls) if instance else Definition(cls),)), frame)

    def _inherited(self, name: str, frame: Frame) -> Value | None:
        """`super().name`: of the classes after the method's own in the order of the object's class, the first that has it."""
        method = enclosing_method(frame.scope)
        if method is None or not isinstance(method.parent, Class):
            return None
        this = frame.this if frame.this is not None and method.parent in self.names.mro(frame.this) else method.parent
        instance = not takes_class(method)
        receiver = (
            frame.receiver
            if frame.receiver is not None and frame.scope is method
            else Value((Instance(this) if instance else Definition(this),))
        )
        order = self.names.mro(this)
        for base in order[order.index(method.parent) + 1 :]:
            match base:
                case Class() if name in self.names.namespace(base, inherited=False):
                    return self._class_attribute(base, name, instance, receiver, frame)
                case External(name=known) if known != "builtins.object":
                    return self._library(f"{known}.{name}", receiver)
                case Unknown():
                    return unknown(base.why)
                case _:
                    continue
        return self._library(f"builtins.object.{name}", receiver)

    # ------------------------------------------------------------------------------------------------- attributes and items

    def _attribute_of(self, thing: Thing, value: Value, name: str, frame: Frame) -> Value:
        match thing:
            case Definition(target=Module() as module):
                return self.of_target(self.names.member(module, name))
            case Definition(target=Class() as cls):
                return self._class_attribute(cls, name, False, value, frame)
            case Definition(target=External(name=base)):
                symbol = self.knowledge.symbol(base)
                if symbol is not None and symbol.returns and thing.receiver is not None and self.knowledge.member(base, name) is None:
                    base = symbol.returns  # a property that the tables list as a method
                return self._library(f"{base}.{name}", value)
            case Definition(target=Function() as function):
                return Value((), (Path(Cell(function, "")) / f".{name}",), "an attribute of a function")
            case Instance(type=Class() as cls):
                return self._class_attribute(cls, name, True, Value((thing,), value.paths), frame)
            case Instance(type=External(name=base)):
                if base == _REQUEST and name == "param":
                    return unknown("a fixture's parameter")
                return self._library(f"{base}.{name}", Value((thing,), value.paths))
            case Literal(expr=Collection() as display):
                return Value((Definition(External(f"builtins.{display.kind}.{name}"), None, Value((thing,), value.paths)),))
            case Literal(expr=Const(value=constant)):
                kind = _LITERAL_TYPES.get(type(constant), "builtins.object")
                return Value((Definition(External(f"{kind}.{name}"), None, Value((thing,), value.paths)),))
            case Literal(expr=Template()):
                return Value((Definition(External(f"builtins.str.{name}"), None, Value((thing,), value.paths)),))
            case _:
                return Value((Member(name, value),), (), "an attribute of something unknown")

    def _class_attribute(self, cls: Class, name: str, instance: bool, receiver: Value, frame: Frame) -> Value:
        found = self.names.attribute(cls, name, instance=instance)
        match found:
            case Function():
                if self.is_property(found):
                    if frame.depth >= MAX_DEPTH or self._recurses(found, frame):
                        return unknown(f"the property `{name}`")
                    return self.result(Frame(found, receiver=receiver, this=cls, test=frame.test, caller=frame, depth=frame.depth + 1))
                static = any(isinstance(d.expr, Name) and d.expr.name == "staticmethod" for d in found.decorators)
                return Value((Definition(found, None, None if static else receiver),))
            case Cell(instance=True):
                made = receiver if _made(receiver) is not None else None
                if frame.test is None and made is None:
                    return self.cell_value(found)
                return self.cell_value(found, Frame(cls, receiver=made, this=cls, test=frame.test, fixture=frame.fixture))
            case Cell():
                field = self._field(cls, name, receiver) if instance else None
                return field if field is not None else self.cell_value(found)
            case External():
                return Value((Definition(found, None, receiver),))
            case Unknown():
                return unknown(found.why)
            case _:
                return self.of_target(found)

    def _field(self, cls: Class, name: str, receiver: Value) -> Value | None:
        """What an object's maker gave to an annotated field of a class without a constructor of its own (a dataclass, a model); None: the
        default."""
        made = _made(receiver)
        if (
            made is None
            or made.call is None
            or made.frame is None
            or isinstance(self.names.attribute(cls, "__init__", instance=True), Function)
        ):
            return None
        fields = self._fields(cls)
        given = made.call.keyword(name) if name in fields else None
        if name in fields and given is None and self._is_record(cls):
            given = made.call.positional(fields.index(name))
        if given is not None:
            return self.evaluate(given, made.frame)
        return unknown(f"the field `{name}`") if name in fields and any(a.spread for a in made.call.args) else None

    def _fields(self, cls: Class) -> list[str]:
        """The names that a class and its bases annotate, in the order of the constructor that is made of them."""
        bases = (base for base in reversed(self.names.mro(cls)) if isinstance(base, Class))
        annotated = (step.target for base in bases for step in base.body.steps if step.how == ":")
        return list(dict.fromkeys(target.name for target in annotated if isinstance(target, Name)))

    def _is_record(self, cls: Class) -> bool:
        """Whether a class's fields are the parameters of its constructor, in order."""
        decorators = (dotted(d.func) or "" for d in cls.decorators)
        return any(d.rpartition(".")[2] in _RECORDS for d in decorators) or External("typing.NamedTuple") in self.names.mro(cls)

    def _item(self, expr: Index, frame: Frame) -> Value:
        value = self.evaluate(expr.value, frame)
        key = self.constant(expr.key, frame)
        step = self.key_step(expr, frame)
        result = NOTHING
        for thing in value.things:
            if isinstance(thing, Literal) and isinstance(thing.expr, Collection) and key is not None:
                result |= self._picked(thing.expr, key, thing.frame)
            elif (
                isinstance(thing, Instance)
                and isinstance(thing.type, External)
                and (member := self.knowledge.member(thing.type.name, "__getitem__")) is not None
                and member.returns
            ):
                result |= Value((Instance(External(member.returns)),))
            elif isinstance(thing, Definition) and isinstance(thing.target, Class):
                result |= Value((thing,))
            elif isinstance(thing, Instance) and thing.type == _TUPLE and thing.call is not None:
                result |= Value((Instance(PART, thing.call, thing.frame),), (), "a part of a value")
            else:
                result |= unknown("an item of a value")
        return Value(result.things, (*result.paths, *(path / step for path in value.paths)), result.why or value.why)

    def key_step(self, expr: Index, frame: Frame) -> str:
        """The step that a subscript adds to a path."""
        key = self.constant(expr.key, frame)
        return f"[{key!r}]" if key is not None else SOME

    def constant(self, expr: Expr, frame: Frame) -> object:
        """The one constant that an expression may be, else None."""
        found = self.evaluate(expr, frame).constants
        return found[0] if len(found) == 1 else None

    def _picked(self, display: Collection, key: object, frame: Frame, depth: int = 0) -> Value:
        if depth > MAX_DEPTH:
            return unknown("a spread of itself")
        if display.kind != "dict":
            index = key if isinstance(key, int) else None
            if index is None or not -len(display.items) <= index < len(display.items) or any(isinstance(i, Spread) for i in display.items):
                return unknown("an item")
            return self.evaluate(display.items[index], frame)
        for name, item in reversed(tuple(zip(display.keys, display.items, strict=True))):
            if name is None:
                inner = self.spread(item.value if isinstance(item, Spread) else item, frame)
                if inner is None:
                    return unknown("a spread")
                found = self._picked(inner.expr, key, inner.frame, depth + 1) if isinstance(inner.expr, Collection) else NOTHING
                if found.things:
                    return found
            elif key in self.evaluate(name, frame).constants:
                return self.evaluate(item, frame)
        return unknown("a missing key")

    # -------------------------------------------------------------------------------------------------------------- calls

    def _call(self, call: Call, frame: Frame) -> Value:
        callee = self.callee(call, frame)
        result = NOTHING
        for thing in callee.things:
            result |= self._result_of(thing, call, frame)
        if callee.why is not None and result.why is None:
            result = replace(result, why=callee.why)
        return result if callee.things or callee.why else unknown("a call of something unknown")

    def _result_of(self, thing: Thing, call: Call, frame: Frame) -> Value:
        match thing:
            case Definition(target=Class() as cls):
                return Value((Instance(cls, call, frame),))
            case Definition(target=Function()):
                inner = self.enter(call, thing, frame)
                return self.result(inner) if inner is not None else unknown("a deep call")
            case Definition(target=External(name=name)):
                return self._external_call(name, thing, call, frame)
            case Instance(type=Class() as cls):
                called = self.names.attribute(cls, "__call__", instance=True)
                if isinstance(called, Function):
                    return self._result_of(Definition(called, None, Value((thing,))), call, frame)
                return unknown("a call of an object")
            case Instance(type=External(name=name)):
                member = self.knowledge.member(name, "__call__")
                if member is not None and member.returns:
                    return Value((Instance(External(member.returns), call, frame),))
                return unknown("a call of a library's object")
            case _:
                return unknown("a call of a value")

    def _external_call(self, name: str, callee: Definition, call: Call, frame: Frame) -> Value:  # noqa: C901  # one by one
        first = call.positional(0)
        if name in _COPIES and first is not None:
            copied = self.evaluate(first, frame)
            return Value(
                tuple(t for t in copied.things if isinstance(t, Literal)) or (Instance(External(name), call, frame),), (), copied.why
            )
        if name == "builtins.dict":
            return Value((Literal(spread_items(call), frame),))
        if name in ("builtins.dict.copy", "builtins.list.copy") and callee.receiver is not None:
            return Value(callee.receiver.things)
        if name == "builtins.getattr" and first is not None and (wanted := call.positional(1)) is not None:
            names = [c for c in self.evaluate(wanted, frame).constants if isinstance(c, str)]
            return (
                self.attribute(self.evaluate(first, frame), names[0], frame) if len(names) == 1 else unknown("getattr of a computed name")
            )
        if name in ("builtins.next", "builtins.iter") and first is not None:
            return self._elements(first, frame) if name.endswith("next") else self.evaluate(first, frame)
        if name == "builtins.type" and first is not None and len(call.args) == 1:
            types = self.evaluate(first, frame).types
            return Value(tuple(dict.fromkeys(Definition(t) for t in types)), (), None if types else "the type of something unknown")
        if name in LAZY_FIXTURES and first is not None and frame.test is not None:
            lazy = [frame.test.fixture(c) for c in self.evaluate(first, frame).constants if isinstance(c, str)]
            return self.fixture_value(lazy[0], frame.test) if len(lazy) == 1 and lazy[0] is not None else unknown("a lazy fixture")
        if name == "functools.partial" and first is not None:
            whole = self.evaluate(first, frame)
            made = (replace(t, given=Given(call, frame)) if isinstance(t, Definition) and t.given is None else t for t in whole.things)
            return replace(whole, things=tuple(made))
        symbol = self.knowledge.symbol(name)
        if symbol is not None:
            if symbol.enters is not None and first is not None and symbol.enters.partition("|")[0] == "0":
                return self.entered(first, frame)
            if symbol.returns is not None and symbol.returns.startswith("="):
                given = call.positional(int(symbol.returns[1:])) if symbol.returns[1:].isdigit() else call.keyword(symbol.returns[1:])
                return self.evaluate(given, frame) if given is not None else NOTHING
            if symbol.returns is not None:
                same = callee.receiver is not None and any(
                    isinstance(t, Instance) and t.type == External(symbol.returns) for t in callee.receiver.things
                )
                return (
                    callee.receiver if same and callee.receiver is not None else Value((Instance(External(symbol.returns), call, frame),))
                )
        if name.rpartition(".")[2][:1].isupper() or (symbol is not None and symbol.opens):
            return Value((Instance(External(name), call, frame),))
        return Value((), (), f"the result of `{name}`")

    # ------------------------------------------------------------------------------------------------------------- cells

    def _cell_value(self, cell: Cell, frame: Frame | None) -> Value:
        value = NOTHING
        owner = cell.owner
        if isinstance(owner, Module):
            for step in owner.body.bindings.get(cell.name, ())[:8]:
                value |= self._bound(cell.name, step, self.module_frame(owner))
        elif isinstance(owner, Class):
            value = self._class_cell(owner, cell, frame)
        elif isinstance(owner, Function):
            value = self._local(cell.name, None, Frame(owner)) if cell.name in owner.body.bindings else unknown("a captured variable")
        elif isinstance(owner, External):
            value = Value((Definition(owner),))
        return Value(value.things, (*value.paths, Path(cell)), value.why if value.things or value.why else "never assigned")

    def _class_cell(self, owner: Class, cell: Cell, frame: Frame | None) -> Value:
        """What methods of the hierarchy assign to an attribute of their instance or class, and what class bodies bind to it."""
        this = frame.this if frame is not None and frame.this is not None else owner
        setters = self._setters_of(this, cell)
        test = frame.test if frame is not None and any(len(method.params) > 1 for method, _, _ in setters) else None
        made = (
            _made(frame.receiver) if frame is not None and any(m.name == "__init__" and len(m.params) > 1 for m, _, _ in setters) else None
        )
        key = (cell, this, test, made)
        if key in self._class_cells:
            return self._class_cells[key]
        value = NOTHING
        for method, step, target in setters:
            inside = (self._constructing(method, made) if made is not None else None) or Frame(method, this=this, test=test)
            if step.value is None:
                value |= self.annotated(step.annotation, inside) if step.annotation is not None else NOTHING
            elif step.target is target:
                value |= self.entered(step.value, inside) if step.how == "enter" else self.evaluate(step.value, inside)
            else:
                value |= unknown("a part of a value")
        for cls in self.names.mro(this):
            if isinstance(cls, Class):
                for step in cls.body.bindings.get(cell.name, ())[:4]:
                    value |= self._bound(cell.name, step, self.module_frame(cls))
        self._class_cells[key] = value
        return value

    def _constructing(self, method: Function, made: Instance) -> Frame | None:
        """The frame of `__init__` as the call that made the object runs it, so that what it keeps is what it was given."""
        if method.name != "__init__" or made.call is None or made.frame is None:
            return None
        return self.enter(made.call, Definition(method, None, Value((made,))), made.frame)

    def _setters_of(self, this: Class, cell: Cell) -> list[tuple[Function, Step, Attr]]:
        """The steps in the methods of a hierarchy that bind an attribute of their instance (or class)."""
        key = (this, cell.name, cell.instance)
        if key not in self._setters:
            found = self._setters[key] = []
            for cls in self.names.mro(this):
                for method in methods(cls) if isinstance(cls, Class) else ():
                    if cell.name in method.words and method.params and takes_class(method) is not cell.instance:
                        first = method.params[0].name
                        for step in method.body.steps:
                            found += [
                                (method, step, target)
                                for target in (targets(step.target) if step.kind == "bind" else ())
                                if isinstance(target, Attr)
                                and target.name == cell.name
                                and isinstance(target.value, Name)
                                and target.value.name == first
                            ]
        return self._setters[key]

    # ------------------------------------------------------------------------------------------------------------ private

    def _is(self, expr: Expr, function: Function, wanted: set[str]) -> bool:
        found = self.names.resolve(expr, function.parent if function.parent is not None else function.module)
        return isinstance(found, External) and found.name in wanted

    def is_property(self, function: Function) -> bool:
        """Whether reading the method from an instance calls it."""
        return any(self._is(d.func, function, _PROPERTIES) for d in function.decorators)

    def is_manager(self, function: Function) -> bool:
        """Whether the function is made a context manager by `contextlib`."""
        return any(self._is(d.func, function, _MANAGERS) for d in function.decorators)

    def instance_class(self, callee: Definition) -> Class | None:
        """The first-party class whose instance (or self) a method is bound to."""
        for thing in callee.receiver.things if callee.receiver is not None else ():
            if isinstance(thing, Instance) and isinstance(thing.type, Class):
                return thing.type
            if isinstance(thing, Definition) and isinstance(thing.target, Class):
                return thing.target
        return None

    @staticmethod
    def _recurses(function: Function, frame: Frame) -> bool:
        at: Frame | None = frame
        while at is not None:
            if at.scope is function:
                return True
            at = at.caller
        return False


def _made(receiver: Value | None) -> Instance | None:
    """The object of a first-party class that a value is, when it is only that and the call that made it is known."""
    if receiver is None or len(receiver.things) != 1:
        return None
    thing = receiver.things[0]
    return (
        thing
        if isinstance(thing, Instance) and thing.call is not None and thing.frame is not None and isinstance(thing.type, Class)
        else None
    )


def _choice(values: tuple[Expr, ...]) -> Expr:
    """One expression that stands for any of several (parametrized values)."""
    if len(values) == 1:
        return values[0]
    return Op(values[0].start, values[-1].end, "or", values)
