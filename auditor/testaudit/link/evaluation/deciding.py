"""Which branches run: what arguments, parametrization, options of the runner and the platform decide about a condition."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

from testaudit.link.evaluation.entering import lexical_frame
from testaudit.link.evaluation.evaluator import Evaluator
from testaudit.link.evaluation.marked import has_mark, is_keyword
from testaudit.link.evaluation.options import option_default
from testaudit.link.flow import reaching
from testaudit.link.frames import Frame
from testaudit.model import Cell, External
from testaudit.read.facts import Attr, Body, Call, Class, Collection, Compare, Const, Expr, FuncRef, Function, Module, Name, Op, Param

MACHINE: Mapping[str, object] = {"sys.platform": "linux", "os.name": "posix", "platform.system": "Linux"}
"""The platform that tests are taken to run on."""

OBJECT = object()
"""Something that is not None, of which nothing else is known."""

_DEPTH = 6
_MAX_BINDINGS = 4
"""Of a variable that is assigned more often nothing is asked: each assignment stands in branches of its own, and the work multiplies."""

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": operator.eq,
    "==": operator.eq,
    "is not": operator.ne,
    "!=": operator.ne,
    "in": lambda item, whole: item in whole,
    "not in": lambda item, whole: item not in whole,
}


def runs(values: Evaluator, body: Body, region: int, frame: Frame, depth: int = 0) -> bool | None:
    """Whether a region of the frame's body runs: False where a condition around it is known to fail, True where none can."""
    certain: bool | None = True
    while region > 0:
        at = body.regions[region]
        verdict = (
            _arm(values, body, region, frame, depth) if at.role == "branch" else True if at.role in ("with", "finally", "try") else None
        )
        if verdict is False:
            return False
        certain = certain if verdict else None
        region = at.parent
    return certain


def holds(values: Evaluator, expr: Expr, frame: Frame, depth: int = 0) -> bool | None:
    """Whether a condition is true, false, or not decided here."""
    if isinstance(expr, Op) and expr.op == "not":
        inner = holds(values, expr.operands[0], frame, depth)
        return None if inner is None else not inner
    if isinstance(expr, Op) and expr.op in ("and", "or"):
        decisive = expr.op == "or"
        verdict: bool | None = not decisive
        for operand in expr.operands:
            one = holds(values, operand, frame, depth)
            if one is decisive:
                return decisive
            verdict = None if one is None else verdict
        return verdict
    if isinstance(expr, Compare):
        return _compared(values, expr, frame, depth)
    if isinstance(expr, Call) and isinstance(expr.func, Attr) and expr.func.name == "startswith":
        return _starts(values, expr, expr.func.value, frame, depth)
    known = _known(values, expr, frame, depth)
    truths = {bool(value) for value in known} if known and OBJECT not in known else set[bool]()
    return truths.pop() if len(truths) == 1 else None


def _arm(values: Evaluator, body: Body, region: int, frame: Frame, depth: int) -> bool | None:
    """An arm runs when its own condition holds and those of the arms before it do not."""
    at = body.regions[region]
    own = True if at.head is None else holds(values, at.head, frame, depth)
    for earlier in body.regions[:region] if own is not False else ():
        if earlier.role == "branch" and earlier.statement == at.statement and earlier.head is not None:
            before = holds(values, earlier.head, frame, depth)
            own = False if before is True else own if before is False or own is False else None
    return own


def _compared(values: Evaluator, expr: Compare, frame: Frame, depth: int) -> bool | None:
    if len(expr.ops) != 1 or expr.ops[0] not in _COMPARE:
        return None
    if expr.ops[0] in ("in", "not in"):
        marked = is_keyword(values, expr.operands[0], expr.operands[1], frame)
        if marked is not None:
            return marked is (expr.ops[0] == "in")
    left = _known(values, expr.operands[0], frame, depth)
    right = _known(values, expr.operands[1], frame, depth) if left else None
    if not left or not right:
        return None
    verdicts: set[bool] = set()
    for one, other in product(left, right):
        if OBJECT in (one, other) and (None not in (one, other) or expr.ops[0] in ("in", "not in")):
            return None
        try:
            verdicts.add(_COMPARE[expr.ops[0]](one, other))
        except TypeError:
            return None
    return verdicts.pop() if len(verdicts) == 1 else None


def _starts(values: Evaluator, call: Call, whole: Expr, frame: Frame, depth: int) -> bool | None:
    """`sys.platform.startswith("win")`"""
    known, first = _known(values, whole, frame, depth), call.positional(0)
    prefix = _known(values, first, frame, depth) if first is not None else None
    if known is None or prefix is None or not all(isinstance(text, str) for text in (*known, *prefix)):
        return None
    verdicts = {str(text).startswith(str(start)) for text, start in product(known, prefix)}
    return verdicts.pop() if len(verdicts) == 1 else None


def _known(values: Evaluator, expr: Expr, frame: Frame, depth: int) -> tuple[object, ...] | None:
    """Every value that an expression can have, where nothing can change it before it is read; None where that is not so."""
    if depth > _DEPTH:
        return None
    match expr:
        case Const(value=value):
            return (value,)
        case Collection(kind="tuple" | "list" | "set", items=items):
            parts = [_known(values, item, frame, depth + 1) for item in items]
            return (tuple(p[0] for p in parts if p),) if all(p is not None and len(p) == 1 for p in parts) else (OBJECT,)
        case Collection() | FuncRef():
            return (OBJECT,)
        case Op(op="or", operands=operands):
            return _any(values, operands, frame, depth)
        case Op(op="if-else", operands=(test, then, other)):
            verdict = holds(values, test, frame, depth + 1)
            return _any(values, (then, other) if verdict is None else (then,) if verdict else (other,), frame, depth)
        case Name(name=name):
            return _named(values, name, expr.start, frame, depth)
        case Attr() | Call():
            return _computed(values, expr, frame, depth)
        case _:
            return None


def _any(values: Evaluator, alternatives: tuple[Expr, ...], frame: Frame, depth: int) -> tuple[object, ...] | None:
    found: list[object] = []
    for expr in alternatives:
        known = _known(values, expr, frame, depth + 1)
        if known is None:
            return None
        found += known
    return tuple(found)


def _named(values: Evaluator, name: str, offset: int, frame: Frame, depth: int) -> tuple[object, ...] | None:
    function = frame.scope
    if not isinstance(function, Function) or function.kind == "comprehension" or name in function.body.declared:
        return _symbol(values, Name(offset, offset, name), frame)
    if name in function.body.bindings:
        steps = reaching(function.body, name, offset)
        if function.param(name) is not None or any(not isinstance(s.target, Name) or s.how not in ("=", ":") for s in steps):
            return None
        if depth >= _DEPTH or len(steps) > _MAX_BINDINGS:
            return None
        parts = [
            s.value
            for s in steps
            if s.value is not None and (not s.region or runs(values, function.body, s.region, frame, depth + 2) is not False)
        ]
        return _any(values, tuple(parts), frame, depth)
    parameter = function.param(name)
    return _given(values, parameter, frame, depth) if parameter is not None else _symbol(values, Name(offset, offset, name), frame)


def _given(values: Evaluator, parameter: Param, frame: Frame, depth: int) -> tuple[object, ...] | None:
    """What a parameter is given: by the call, by parametrization, by a fixture, or by default."""
    if parameter.name in frame.arguments:
        expr, where = frame.arguments[parameter.name]
        return _known(values, expr, where, depth + 1)
    function = frame.scope
    assert isinstance(function, Function)
    if frame.call is not None:
        if parameter.default is None or any(argument.spread for argument in frame.call.args):
            return None
        return _known(values, parameter.default, lexical_frame(values, frame, function), depth + 1)
    return None


def _computed(values: Evaluator, expr: Attr | Call, frame: Frame, depth: int) -> tuple[object, ...] | None:
    option = option_default(values, expr, frame)
    if option is not None:
        return _known(values, option[0], option[1], depth + 1)
    marked = has_mark(values, expr, frame)
    if marked is not None:
        return (OBJECT,) if marked else (None,)
    if isinstance(expr, Call):
        target = values.names.resolve(expr.func, frame.scope)
        if isinstance(target, External) and target.name in MACHINE:
            return (MACHINE[target.name],)
        return (OBJECT,) if isinstance(target, Class) else None
    return _symbol(values, expr, frame)


def _symbol(values: Evaluator, expr: Name | Attr, frame: Frame) -> tuple[object, ...] | None:
    """A platform's name, a definition, or a constant of a class's body (a member of an enumeration)."""
    target = values.names.resolve(expr, frame.scope)
    if isinstance(target, External):
        return (MACHINE[target.name],) if target.name in MACHINE else None
    if isinstance(target, Function | Class | Module):
        return (OBJECT,)
    if isinstance(target, Cell) and isinstance(target.owner, Class) and not target.instance and _is_enum(values, target.owner):
        return ((target.owner, target.name),)
    return None


def _is_enum(values: Evaluator, cls: Class) -> bool:
    return any(isinstance(base, External) and base.name.startswith("enum.") for base in values.names.mro(cls))
