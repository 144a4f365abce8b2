"""What an assignment to an attribute or item of an object does, where the object's class has a say in it."""

from __future__ import annotations

from testaudit.link.frames import Frame, Instance, Value
from testaudit.link.values import Values
from testaudit.read.facts import Attr, Call, Class, Const, Expr, Function, Index, Name, Op, targets, walk

DIVERTED = "its class says where what is assigned to it goes"
"""Why nobody can say what such an assignment changes."""


def diverts(values: Values, target: Attr | Index, frame: Frame) -> bool:
    """Whether `object.name = …` or `object[key] = …` runs a first-party method that does not keep the value in the object itself: it is
    handed on to another one, to the system, to a store."""
    return diverts_in(values, values.evaluate(target.value, frame), "__setattr__" if isinstance(target, Attr) else "__setitem__", frame)


def diverts_in(values: Values, receiver: Value, method: str, frame: Frame) -> bool:
    """The same of one setter, by its name, of what an object may be."""
    for thing in receiver.things:
        if isinstance(thing, Instance) and isinstance(thing.type, Class):
            setter = values.names.attribute(thing.type, method, instance=True)
            if isinstance(setter, Function) and setter is not frame.scope and not _keeps(setter):
                return True
    return False


def is_whole(key: Expr) -> bool:
    """Whether a subscript is `[:]`."""
    return isinstance(key, Op) and key.op == "slice" and all(isinstance(part, Const) and part.value is None for part in key.operands)


def _keeps(setter: Function) -> bool:
    """Whether a setter puts what it is given into its own object, and hands it to nobody else."""
    this, given = (setter.params[0].name, setter.params[-1].name) if setter.params else ("", "")
    keeps = False
    for step in setter.body.steps:
        keeps = keeps or (step.kind == "bind" and any(_root(target) == this for target in targets(step.target)))
        for node in walk(step.value) if step.value is not None else ():
            if isinstance(node, Call) and isinstance(node.func, Name) and node.func.name == "setattr":
                first = node.positional(0)
                if not isinstance(first, Name) or first.name != this:
                    return False
            keeps = keeps or (isinstance(node, Attr) and (node.name in ("__setattr__", "__setitem__") or node.name == "__dict__"))
            if isinstance(node, Call) and _root(node.func) == this:
                keeps = keeps or any(isinstance(n, Name) and n.name == given for a in node.args for n in walk(a.value))
    return keeps


def _root(expr: Expr) -> str:
    """The name that a chain of attributes and items begins with, empty where it is none or has no part of it."""
    at = expr
    while isinstance(at, Attr | Index):
        at = at.value
    return at.name if isinstance(at, Name) and at is not expr else ""
