"""Whether a `with` may take back what is done to an object inside it: one that the object itself, or code that it is given to, makes."""

from __future__ import annotations

from testaudit.link.frames import Frame, Instance, Path, Value
from testaudit.link.linked import Linked
from testaudit.link.trace import Event
from testaudit.model import External
from testaudit.read.facts import Attr, Call, Class, Expr, Function


def may_take_back(context: Linked, path: Path, event: Event) -> bool:
    """Whether one of the `with` blocks around an event is about the storage at `path`, and what it does when it is left is code that is not
    a library's known one."""
    return any(
        region.role == "with" and region.head is not None and _is_about(context, region.head, path, frame)
        for region, frame in event.regions()
    )


def is_to_fail(context: Linked, event: Event) -> bool:
    """Whether an event is the last thing in a `with` that expects an error: then it does not come about."""
    body = event.frame.scope.body
    for index, region in enumerate(body.regions):
        if region.role != "with" or not isinstance(region.head, Call) or not body.inside(event.region, index):
            continue
        names = context.values.callee(region.head, event.frame).externals
        fails = any((symbol := context.knowledge.symbol(name)) is not None and symbol.verifies == "error" for name in names)
        if fails and event.step is not None and event.step is [s for s in body.steps if body.inside(s.region, index)][-1]:
            return True
    return False


def _is_about(context: Linked, head: Expr, path: Path, frame: Frame) -> bool:
    values = context.values
    if not isinstance(head, Call):
        value = values.evaluate(head, frame)
        return _covers(value, path) and any(_leaves(context, thing) for thing in value.things)
    told = [argument.value for argument in head.args]
    if isinstance(head.func, Attr):
        told.append(head.func.value)
    if not any(_covers(values.evaluate(expr, frame), path) for expr in told):
        return False
    callee = values.callee(head, frame)
    known = [d for d in callee.definitions if isinstance(d.target, External) and context.knowledge.symbol(d.target.name) is not None]
    own = any(isinstance(d.target, Function | Class) for d in callee.definitions)
    return own or not known


def _covers(value: Value, path: Path) -> bool:
    """Whether a value is the object at a path, or one that holds it."""
    return any(p.cell == path.cell and p.keys == path.keys[: len(p.keys)] for p in value.paths)


def _leaves(context: Linked, thing: object) -> bool:
    """Whether a thing is an object of a first-party class that does something when its `with` is left."""
    if not isinstance(thing, Instance) or not isinstance(thing.type, Class):
        return False
    return any(isinstance(context.names.attribute(thing.type, name, instance=True), Function) for name in ("__exit__", "__aexit__"))
