"""What a storage cell may hold: all that modules, classes, functions and methods bind to it."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.link.evaluation.annotations import annotated
from testaudit.link.evaluation.entering import enter
from testaudit.link.evaluation.evaluator import Evaluator
from testaudit.link.evaluation.records import made_object
from testaudit.link.evaluation.results import entered
from testaudit.link.evaluation.variables import bound, local
from testaudit.link.frames import NOTHING, Definition, Frame, Instance, Path, Value, unknown
from testaudit.link.resolution.methods import takes_class
from testaudit.model import Cell, External
from testaudit.read.definitions import functions_of, methods
from testaudit.read.facts import Attr, Class, Function, Module, Name, Step, targets


def cell_contents(values: Evaluator, cell: Cell, frame: Frame | None) -> Value:
    """What binds a cell; for an attribute `frame` says of which object, and in which test's closure."""
    value = NOTHING
    owner = cell.owner
    if isinstance(owner, Module):
        for step in owner.body.bindings.get(cell.name, ())[:8]:
            value |= bound(values, cell.name, step, values.module_frame(owner))
        for function in _rebinding(owner, cell.name):
            for step in function.body.bindings.get(cell.name, ())[:4]:
                value |= bound(values, cell.name, step, Frame(function))
    elif isinstance(owner, Class):
        value = _class_cell(values, owner, cell, frame)
    elif isinstance(owner, Function):
        value = local(values, cell.name, None, Frame(owner)) if cell.name in owner.body.bindings else unknown("a captured variable")
    elif isinstance(owner, External):
        value = Value((Definition(owner),))
    return Value(value.things, (*value.paths, Path(cell)), value.why if value.things or value.why else "never assigned")


def _rebinding(module: Module, name: str) -> Iterator[Function]:
    """The functions and methods of a module that say `global name`: what is only made when it is first asked for is bound there."""
    if module.language != "python" or b"global " not in module.source:
        return
    for function in functions_of(module):
        if "global" in function.words and name in function.words and function.body.declared.get(name) == "global":
            yield function


def _class_cell(values: Evaluator, owner: Class, cell: Cell, frame: Frame | None) -> Value:
    """What methods of the hierarchy assign to an attribute of their instance or class, and what class bodies bind to it."""
    this = frame.this if frame is not None and frame.this is not None else owner
    setters = _setters_of(values, this, cell)
    test = frame.test if frame is not None and any(len(method.params) > 1 for method, _, _ in setters) else None
    made = (
        made_object(frame.receiver)
        if frame is not None and any(m.name == "__init__" and len(m.params) > 1 for m, _, _ in setters)
        else None
    )
    key = (cell, this, test, made)
    if key in values.class_cells:
        return values.class_cells[key]
    value = NOTHING
    for method, step, target in setters:
        inside = (_constructing(values, method, made) if made is not None else None) or Frame(method, this=this, test=test)
        if step.value is None:
            value |= annotated(values, step.annotation, inside) if step.annotation is not None else NOTHING
        elif step.target is target:
            value |= entered(values, step.value, inside) if step.how == "enter" else values.evaluate(step.value, inside)
        else:
            value |= unknown("a part of a value")
    for cls in values.names.mro(this):
        if isinstance(cls, Class):
            for step in cls.body.bindings.get(cell.name, ())[:4]:
                value |= bound(values, cell.name, step, values.module_frame(cls))
    values.class_cells[key] = value
    return value


def _constructing(values: Evaluator, method: Function, made: Instance) -> Frame | None:
    """The frame of `__init__` as the call that made the object runs it, so that what it keeps is what it was given."""
    if method.name != "__init__" or made.call is None or made.frame is None:
        return None
    return enter(values, made.call, Definition(method, None, Value((made,))), made.frame)


def _setters_of(values: Evaluator, this: Class, cell: Cell) -> list[tuple[Function, Step, Attr]]:
    """The steps in the methods of a hierarchy that bind an attribute of their instance (or class)."""
    key = (this, cell.name, cell.instance)
    if key not in values.setters:
        found = values.setters[key] = []
        for cls in values.names.mro(this):
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
    return values.setters[key]
