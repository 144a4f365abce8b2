"""What an annotation says: the object of the type that it names."""

from __future__ import annotations

from testaudit.link.evaluation.evaluator import Evaluator
from testaudit.link.frames import NOTHING, Definition, Frame, Instance, Member, Thing, Value, unknown
from testaudit.model import External
from testaudit.read.facts import Attr, Class, Collection, Const, Expr, Index, Name, Op


def annotated(values: Evaluator, annotation: Expr, frame: Frame) -> Value:
    """An object of the annotated type; unions, `Optional`, `Annotated` and generators' element types are looked into."""
    if isinstance(annotation, Const):
        if not isinstance(annotation.value, str):
            return NOTHING
        quoted = _unquoted(annotation.value, annotation)
        return annotated(values, quoted, frame) if quoted is not None else unknown("a quoted annotation")
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


def says_nothing(thing: Thing) -> bool:
    """Whether an annotation can only add to this: an object whose type is declared as well, or an attribute of a library's object."""
    match thing:
        case Instance(declared=declared):
            return declared
        case Definition(target=External(), receiver=receiver):
            return receiver is not None and any(isinstance(owner, Instance) for owner in receiver.things)
        case _:
            return isinstance(thing, Member)


def _unquoted(text: str, at: Const) -> Expr | None:
    """The expression in a quoted annotation: a dotted name, alternatives of such (`Cart | None`), or a generic (`Optional[Cart]`); None
    for anything else."""
    text = text.strip()
    if "|" in text and "[" not in text:
        parts = [_unquoted(part, at) for part in text.split("|")]
        known = tuple(part for part in parts if part is not None)
        return Op(at.start, at.end, "|", known) if len(known) == len(parts) else None
    if text == "None":
        return Const(at.start, at.end, None)
    outer, bracket, inner = text.partition("[")
    if not all(part.isidentifier() for part in outer.split(".")) or (bracket and not inner.endswith("]")):
        return None
    first, *attributes = outer.split(".")
    expr: Expr = Name(at.start, at.end, first)
    for attribute in attributes:
        expr = Attr(at.start, at.end, expr, attribute)
    if bracket:
        key = _unquoted(inner[:-1].partition(",")[0], at)
        return Index(at.start, at.end, expr, key) if key is not None else expr
    return expr
