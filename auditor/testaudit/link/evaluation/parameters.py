"""What a parameter may be: the argument of a call, a receiver, a fixture, a default, or what its annotation says."""

from __future__ import annotations

from testaudit.link.evaluation.annotations import annotated, says_nothing
from testaudit.link.evaluation.entering import lexical_frame
from testaudit.link.evaluation.evaluator import Evaluator
from testaudit.link.frames import Definition, Frame, Instance, Literal, Path, Value, unknown
from testaudit.model import Cell, External, Fixture
from testaudit.read.facts import Call, Class, Collection, Expr, Function, Name, Param

_MANY = 12
"""So many rows of a parameter table are looked at."""

REQUEST = "pytest.FixtureRequest"
"""The type of the `request` that fixtures and tests may ask for."""

HANDED_ON = {"monkeypatch": "pytest.MonkeyPatch", "mocker": "pytest_mock.MockerFixture"}
"""Fixtures that tests hand to their helpers, whose parameter of that name is nothing else."""


def parameter_value(values: Evaluator, name: str, frame: Frame) -> Value:
    """What the parameter `name` of the frame's function may be."""
    function = frame.scope
    assert isinstance(function, Function)
    if name in frame.arguments:
        expr, where = frame.arguments[name]
        given = values.evaluate(expr, where)
        return _said(values, given, function.param(name), frame) if frame.test is not None and frame.caller is None else given
    parameter = function.param(name)
    if (function.params and function.params[0].name == name and isinstance(function.parent, Class) and frame.call is None) or (
        frame.receiver is not None and function.params[0].name == name
    ):
        return _self(values, frame)
    fixture = _fixture(name, frame)
    if fixture is not None and (frame.fixture is not None or frame.test is not None) and frame.caller is None:
        return _said(values, values.fixture_value(fixture, frame.test), parameter, frame)
    if name == "request" and frame.caller is None and (frame.fixture is not None or frame.test is not None):
        return Value((Instance(External(REQUEST)),))  # closures do not list it
    if parameter is not None and parameter.default is not None and frame.call is not None:
        return values.evaluate(parameter.default, lexical_frame(values, frame, function))
    value = unknown(f"the parameter `{name}`")
    if parameter is not None and parameter.annotation is not None:
        typed = annotated(values, parameter.annotation, lexical_frame(values, frame, function))
        value = Value(typed.things, (), None if typed.things else value.why)
    if not value.things and parameter is not None and parameter.default is not None:
        value |= values.evaluate(parameter.default, lexical_frame(values, frame, function))
    elif name in HANDED_ON and not value.things:
        value = Value((Instance(External(HANDED_ON[name]), declared=True),))
    return Value(value.things, (*value.paths, Path(Cell(function, name))), value.why)


def _said(values: Evaluator, value: Value, parameter: Param | None, frame: Frame) -> Value:
    """A fixture's value with the type that the parameter is said to have, where nothing tells who made it."""
    function = frame.scope
    if parameter is None or parameter.annotation is None or not isinstance(function, Function):
        return value
    if not all(map(says_nothing, value.things)):
        return value
    typed = annotated(values, parameter.annotation, lexical_frame(values, frame, function))
    return Value(typed.things, value.paths, None) if typed.things else value


def requested_parameter(values: Evaluator, frame: Frame) -> Value:
    """What `request.param` may be in the fixture of a frame: any of the values that its decorator lists."""
    fixture = frame.fixture
    function = fixture.function if fixture is not None else None
    value = Value()
    for decorator in function.decorators if function is not None else ():
        listed = decorator.call.keyword("params") if decorator.call is not None else None
        for thing in (
            values.evaluate(listed, values.module_frame(function.module)).things if listed is not None and function is not None else ()
        ):
            if isinstance(thing, Literal) and isinstance(thing.expr, Collection) and thing.expr.kind != "dict":
                for item in thing.expr.items[:_MANY]:
                    value |= values.evaluate(_bare(values, item, thing.frame), thing.frame)
    return Value(value.things, (), None if value.things and value.why is None else "a fixture's parameter")


def _bare(values: Evaluator, item: Expr, frame: Frame) -> Expr:
    """What a row of a parameter table gives: `pytest.param(value, id=…)` gives its value."""
    if isinstance(item, Call) and (given := item.positional(0)) is not None:
        target = values.names.resolve(item.func, frame.scope)
        if isinstance(target, External) and target.name == "pytest.param":
            return given
    return item


def _fixture(name: str, frame: Frame) -> Fixture | None:
    """The fixture that a parameter requests; in a fixture that asks for its own name, the one that it overrides."""
    if frame.test is None:
        return None
    if frame.fixture is not None and frame.fixture.name == name:
        return frame.fixture.overrides[0] if frame.fixture.overrides else None
    return frame.test.fixture(name)


def _self(values: Evaluator, frame: Frame) -> Value:
    """What the first parameter of a method is bound to."""
    if frame.receiver is not None:
        return frame.receiver
    function = frame.scope
    assert isinstance(function, Function)
    cls = frame.this if frame.this is not None else function.parent
    got = values.names.receiver_class(Name(0, 0, function.params[0].name), function)
    if got is None or not isinstance(cls, Class):
        return unknown("the first parameter")
    return Value((Instance(cls),)) if got[1] else Value((Definition(cls),))
