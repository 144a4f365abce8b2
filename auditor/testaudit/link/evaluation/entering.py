"""Frames to evaluate in: of tests, fixtures and annotations, and of first-party functions with the arguments that a call gives them."""

from __future__ import annotations

from collections.abc import Mapping

from testaudit.link.calls import bind_arguments, bind_partial
from testaudit.link.evaluation.evaluator import Evaluator
from testaudit.link.frames import MAX_DEPTH, Definition, Frame, Instance, Literal
from testaudit.link.resolution.methods import takes_class
from testaudit.model import External, Fixture, Test
from testaudit.read.facts import Call, Class, Collection, Expr, Function, Op
from testaudit.records import replace

LAZY_FIXTURES = frozenset(
    {"pytest_lazyfixture.lazy_fixture", "pytest.lazy_fixture", "pytest_lazy_fixtures.lf", "pytest_lazy_fixtures.lazy_fixture.lf"}
)
"""What stands in a parameter table for the value of a fixture."""


def test_frame(values: Evaluator, test: Test) -> Frame:
    """The frame of a test's own body, its parameters being fixtures and parametrized values."""
    module = values.module_frame(test.function.module)
    arguments = {name: (_choice(table), _table_frame(values, table, module, test)) for name, table in test.direct.items() if table}
    return Frame(test.function, arguments=arguments, this=test.owner, test=test)


def _table_frame(values: Evaluator, table: tuple[Expr, ...], module: Frame, test: Test) -> Frame:
    """The frame of a parameter table; one that names fixtures is the test's own."""
    for value in table:
        target = values.names.resolve(value.func, module.scope) if isinstance(value, Call) else None
        if isinstance(target, External) and target.name in LAZY_FIXTURES:
            return Frame(module.scope, test=test)
    return module


def fixture_frame(fixture: Fixture, test: Test | None) -> Frame | None:
    """The frame of a fixture's code in the closure of a test, or None for a library's fixture."""
    if fixture.function is None:
        return None
    return Frame(fixture.function, this=test.owner if test and fixture.owner else fixture.owner, test=test, fixture=fixture)


def lexical_frame(values: Evaluator, frame: Frame, function: Function) -> Frame:
    """The frame in which a function's decorators, defaults and annotations are evaluated."""
    if frame.lexical is not None:
        return frame.lexical
    parent = function.parent
    return values.module_frame(parent if isinstance(parent, Class) else function.module)


def enter(values: Evaluator, call: Call, callee: Definition, frame: Frame) -> Frame | None:
    """The frame of a first-party function as this call runs it; None when too deep."""
    function = callee.target
    if not isinstance(function, Function) or frame.depth >= MAX_DEPTH or recurses(function, frame):
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
        callee, bound_first = replace(callee, receiver=values.evaluate(first, frame)), False  # `Base.setUp(self)`
    return Frame(
        function,
        arguments=_arguments(values, call, callee, function, frame, skip=1 if bound_first else 0),
        lexical=callee.frame,
        caller=frame,
        call=call,
        receiver=callee.receiver,
        this=instance_class(callee) or (frame.this if callee.frame is not None else None),
        test=frame.test,
        fixture=frame.fixture,
        depth=frame.depth + 1,
    )


def _arguments(
    values: Evaluator, call: Call, callee: Definition, function: Function, frame: Frame, *, skip: int
) -> Mapping[str, tuple[Expr, Frame]]:
    """The arguments of a call by parameter, those that a `partial` gave before included."""

    def expand(expr: Expr) -> Literal | None:
        return spread(values, expr, frame)

    if callee.given is None:
        return bind_arguments(call, function, frame, skip=skip, expand=expand)
    return bind_partial(callee.given.call, call, function, (callee.given.frame, frame), skip=skip, expand=expand)


def spread(values: Evaluator, expr: Expr, frame: Frame) -> Literal | None:
    """The display that `*expr` or `**expr` spreads, when it is one."""
    literals = [t for t in values.evaluate(expr, frame).things if isinstance(t, Literal) and isinstance(t.expr, Collection)]
    return literals[0] if len(literals) == 1 else None


def instance_class(callee: Definition) -> Class | None:
    """The first-party class whose instance (or self) a method is bound to."""
    for thing in callee.receiver.things if callee.receiver is not None else ():
        if isinstance(thing, Instance) and isinstance(thing.type, Class):
            return thing.type
        if isinstance(thing, Definition) and isinstance(thing.target, Class):
            return thing.target
    return None


def recurses(function: Function, frame: Frame) -> bool:
    """Whether the function is running already where a frame is."""
    at: Frame | None = frame
    while at is not None:
        if at.scope is function:
            return True
        at = at.caller
    return False


def _choice(table: tuple[Expr, ...]) -> Expr:
    """One expression that stands for any of several (parametrized values)."""
    if len(table) == 1:
        return table[0]
    return Op(table[0].start, table[-1].end, "or", table)
