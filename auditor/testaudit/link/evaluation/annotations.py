"""What an annotation says: the object of the type that it names."""

from __future__ import annotations

from testaudit.link.evaluation.evaluator import Evaluator
from testaudit.link.frames import NOTHING, Frame, Instance, Value, unknown
from testaudit.model import External
from testaudit.read.facts import Class, Collection, Const, Expr, Index, Op


def annotated(values: Evaluator, annotation: Expr, frame: Frame) -> Value:
    """An object of the annotated type; unions, `Optional`, `Annotated` and generators' element types are looked into."""
    if isinstance(annotation, Const):
        return unknown("a quoted annotation") if isinstance(annotation.value, str) else NOTHING
    if isinstance(annotation, Op) and annotation.op == "|":
        value = NOTHING
        for operand in annotation.operands:
            value |= annotated(values, operand, frame)
        return value
    if isinstance(annotation, Index):
        outer = values.names.resolve(annotation.value, frame.scope)
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
            return annotated(values, inner, frame)
        annotation = annotation.value
    target = values.names.resolve(annotation, frame.scope)
    if isinstance(target, Class) or (isinstance(target, External) and not target.name.startswith("typing.")):
        return Value((Instance(target, declared=True),))
    return unknown("an annotation that does not resolve")
