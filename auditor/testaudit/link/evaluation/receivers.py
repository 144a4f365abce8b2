"""What `self.x`, `cls.x` and `super().x` may be: attributes looked up in the class that collects the test."""

from __future__ import annotations

from testaudit.link.evaluation.attributes import attribute, class_attribute
from testaudit.link.evaluation.evaluator import Evaluator
from testaudit.link.evaluation.symbols import library_symbol
from testaudit.link.frames import Definition, Frame, Instance, Value, unknown
from testaudit.link.resolution.methods import enclosing_method, takes_class
from testaudit.model import External, Unknown
from testaudit.read.facts import Attr, Call, Class, Name


def receiver_attribute(values: Evaluator, expr: Attr, frame: Frame) -> Value | None:
    """`self.x`, `cls.x` and `super().x`, looked up in the collecting class."""
    if isinstance(expr.value, Call):
        return _inherited(values, expr.name, frame) if isinstance(expr.value.func, Name) and expr.value.func.name == "super" else None
    found = values.names.receiver_class(expr.value, frame.scope)
    if found is None:
        return None
    if frame.receiver is not None:
        return attribute(values, frame.receiver, expr.name, frame)
    cls, instance = found
    if frame.this is not None and cls in values.names.mro(frame.this):
        cls = frame.this
    return class_attribute(values, cls, expr.name, instance, Value((Instance(cls) if instance else Definition(cls),)), frame)


def _inherited(values: Evaluator, name: str, frame: Frame) -> Value | None:
    """`super().name`: of the classes after the method's own in the order of the object's class, the first that has it."""
    method = enclosing_method(frame.scope)
    if method is None or not isinstance(method.parent, Class):
        return None
    this = frame.this if frame.this is not None and method.parent in values.names.mro(frame.this) else method.parent
    instance = not takes_class(method)
    receiver = (
        frame.receiver
        if frame.receiver is not None and frame.scope is method
        else Value((Instance(this) if instance else Definition(this),))
    )
    order = values.names.mro(this)
    for base in order[order.index(method.parent) + 1 :]:
        match base:
            case Class() if name in values.names.namespace(base, inherited=False):
                return class_attribute(values, base, name, instance, receiver, frame)
            case External(name=known) if known != "builtins.object":
                return library_symbol(values, f"{known}.{name}", receiver)
            case Unknown():
                return unknown(base.why)
            case _:
                continue
    return library_symbol(values, f"builtins.object.{name}", receiver)
