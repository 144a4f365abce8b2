"""What a plain name may be: bindings of locals that reach it, parameters, captured variables and module names."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.link.evaluation.annotations import annotated
from testaudit.link.evaluation.deciding import runs
from testaudit.link.evaluation.evaluator import Evaluator
from testaudit.link.evaluation.items import elements, unpacked
from testaudit.link.evaluation.parameters import parameter_value
from testaudit.link.evaluation.results import entered
from testaudit.link.evaluation.symbols import target_value
from testaudit.link.flow import nested, reaching
from testaudit.link.frames import NOTHING, Definition, Frame, Instance, Path, Value, unknown
from testaudit.model import Cell, External
from testaudit.read.facts import Class, Function, Module, Name, Step


def variable(values: Evaluator, name: str, offset: int, frame: Frame) -> Value:
    """What `name` may be where it is read at the byte `offset` of the frame's scope, by Python's scoping rules."""
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
                return local(values, name, offset if own else None, here)
            if scope.param(name) is not None:
                return parameter_value(values, name, here)
        at = at.lexical if at is not None and at.scope is scope else None
        own = False
        scope = scope.parent if scope.parent is not None else scope.module
        if isinstance(scope, Class):
            scope = scope.parent if scope.parent is not None else scope.module
    if isinstance(scope, Class) and any(step.end <= offset for step in scope.body.bindings.get(name, ())):
        # `check = staticmethod(check)`: before a class binds a name, its body sees the module's
        return target_value(values, values.names.member(scope, name))
    module = scope if isinstance(scope, Module) else scope.module
    key = (module, name)
    held = values.libraries.get(key)
    if held is not None:
        return held
    target = values.names.lookup(name, module)
    value = target_value(values, target)
    if isinstance(target, External):
        values.libraries[key] = values.libraries[id(value)] = value
    return value


def local(values: Evaluator, name: str, offset: int | None, frame: Frame) -> Value:
    """What a function's variable may be: where it is read at `offset`, or (None) at any time, as a nested function sees it."""
    function = frame.scope
    assert isinstance(function, Function)
    body = function.body
    steps = body.bindings[name] if offset is None else _decided(values, reaching(body, name, offset), frame)
    cell = Cell(function, name)
    value = NOTHING
    for step in steps[:8]:
        value |= bound(values, name, step, frame)
    if function.param(name) is not None and (offset is None or not any(s.region == 0 and s.start < offset for s in steps)):
        value |= parameter_value(values, name, frame)
    for inner in rebinding(function, name) if offset is None else ():
        for step in inner.body.bindings.get(name, ()):
            value |= bound(values, name, step, frame.inner(inner))
    return Value(value.things, (*value.paths, Path(cell)), value.why)


def _decided(values: Evaluator, steps: list[Step], frame: Frame) -> list[Step]:
    """Of the steps that may bind a name, the latest first, those that run with what the frame's call gives."""
    if len(steps) < 2 or (frame.call is None and frame.test is None):
        return steps
    found: list[Step] = []
    for step in steps:
        verdict = runs(values, frame.scope.body, step.region, frame) if step.region else None
        if verdict is not False:
            found.append(step)
        if verdict:
            break
    return found or steps


def rebinding(function: Function, name: str) -> Iterator[Function]:
    """The functions inside a function that assign its variable `name`."""
    if function.module.language == "python" and "nonlocal" not in function.words:
        return  # a cheap filter: the language says so where it happens
    for inner in nested(function):
        if name in inner.words:
            declared = inner.body.declared.get(name)
            if declared == "nonlocal":
                yield inner
            if declared is not None or (inner.param(name) is None and name not in inner.body.bindings):
                yield from rebinding(inner, name)


def bound(values: Evaluator, name: str, step: Step, frame: Frame) -> Value:
    """What one step binds to a name."""
    if step.defined is not None:
        return Value((Definition(step.defined, frame),))
    if step.imported is not None:
        scope = frame.scope
        return target_value(values, values.names.lookup(name, scope))
    if step.how == "match":
        return unknown("a pattern")
    if step.value is None:
        return annotated(values, step.annotation, frame) if step.annotation is not None else unknown("declared only")
    if step.how == "iterate":
        value = elements(values, step.value, frame)
    elif step.how == "enter":
        value = entered(values, step.value, frame)
    elif step.how == "except":
        return Value(
            tuple(Instance(t.target) for t in values.evaluate(step.value, frame).definitions if isinstance(t.target, Class | External))
        )
    elif step.how in ("=", ":", "walrus"):
        value = values.evaluate(step.value, frame)
        if step.annotation is not None and not value.things:
            value = annotated(values, step.annotation, frame)
    else:
        value = unknown("an augmented assignment")
    return value if isinstance(step.target, Name) else unpacked(values, name, step.target, value, frame)
