"""What an operator gives: alternatives, merged displays, texts one after another and joined paths."""

from __future__ import annotations

from testaudit.link.evaluation.deciding import holds
from testaudit.link.evaluation.evaluator import Evaluator
from testaudit.link.frames import NOTHING, Frame, Instance, Literal, Thing, Value, unknown
from testaudit.model import External
from testaudit.read.facts import Argument, Attr, Call, Collection, Const, Op, Template


def operation(values: Evaluator, expr: Op, frame: Frame) -> Value:
    """What an operation gives: any operand of an alternative, a merged display, a sum of texts as a template, a joined path; else
    nothing known."""
    if expr.op == "if-else":
        test, then, other = expr.operands
        verdict = holds(values, test, frame)
        if verdict is not None:
            return values.evaluate(then if verdict else other, frame)
        return values.evaluate(then, frame) | values.evaluate(other, frame)
    if expr.op in ("or", "and"):
        value = NOTHING
        for operand in expr.operands:
            value |= values.evaluate(operand, frame)
        return value
    if expr.op in ("+", "|", "%"):
        parts = NOTHING
        for operand in expr.operands:
            parts |= values.evaluate(operand, frame)
        if expr.op == "|" and any(isinstance(t, Literal) and isinstance(t.expr, Collection) for t in parts.things):
            return Value(parts.things, (), parts.why)
        if expr.op == "+" and any(_is_text(thing) for thing in parts.things):
            return Value((Literal(Template(expr.start, expr.end, expr.operands), frame),))
    if expr.op == "/" and len(expr.operands) == 2:
        left, right = expr.operands
        if any(isinstance(t, Instance) and isinstance(t.type, External) for t in values.evaluate(left, frame).things):
            joined = Call(expr.start, expr.end, Attr(left.start, left.end, left, "__truediv__"), (Argument(None, right),))
            return values.evaluate(joined, frame)
    return unknown("a computed value")


def _is_text(thing: Thing) -> bool:
    if not isinstance(thing, Literal):
        return False
    return isinstance(thing.expr, Template) or (isinstance(thing.expr, Const) and isinstance(thing.expr.value, str))
