"""Objects of which a function makes one or the other: which of them it hands out is decided by a condition."""

from __future__ import annotations

from testaudit.analyses.effects.conditions import around, is_exception
from testaudit.link.frames import Definition, Frame, Instance, Value
from testaudit.link.values import Values
from testaudit.read.facts import Call, Class, Function


def is_one_of_several(definition: Definition, callee: Value, values: Values) -> bool:
    """Whether a method is that of an object which a function makes on a condition only, where the callee may be that of another one."""
    made = [thing for thing in _receivers(definition) if isinstance(thing.type, Class)]
    classes = {thing.type for other in callee.definitions for thing in _receivers(other)}
    return bool(made) and len(classes) > 1 and all(_on_condition(thing, values) for thing in made)


def _receivers(definition: Definition) -> tuple[Instance, ...]:
    things = definition.receiver.things if definition.receiver is not None else ()
    return tuple(thing for thing in things if isinstance(thing, Instance))


def _on_condition(thing: Instance, values: Values) -> bool:
    if thing.call is None or thing.frame is None or not isinstance(thing.frame.scope, Function):
        return False
    return _stands_on_condition(thing.call, thing.frame, values)


def _stands_on_condition(call: Call, frame: Frame, values: Values) -> bool:
    """Whether a call stands in an arm of an `if` that is not known to run, the `else` left out."""
    body = frame.scope.body
    region = next((step.region for step in body.steps if step.start <= call.start < step.end), 0)
    exceptions = [index for index in around(body, region) if is_exception(body.regions[index])]
    return bool(exceptions) and values.runs(body, region, frame) is not True
