"""The plain value that an expression has without being run: text, numbers, and tuples, lists and dicts of such."""

from __future__ import annotations

import operator
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from testaudit.model import Cell, External
from testaudit.read.facts import (
    Attr,
    Call,
    Class,
    Collection,
    Compare,
    Const,
    Expr,
    Module,
    Name,
    Op,
    Spread,
    Template,
    dotted,
)
from testaudit.runners.values import DEPTH, Values, Written

UNREADABLE = object()
"""The value of what only execution knows."""
MOST = 2000
"""Elements at most: more are not worth naming one by one."""
_WIDTH = re.compile(r"\d{4}|\*|\{[^}]*\{")
ENUMERATIONS = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})
_TEXTUAL = frozenset({"enum.StrEnum", "builtins.str"})
_BINARY: Mapping[str, Callable[..., object]] = {"+": operator.add, "-": operator.sub, "*": operator.mul, "%": operator.mod}
_COMPARE: Mapping[str, Callable[..., object]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda one, many: one in many,
    "not in": lambda one, many: one not in many,
}
_CALLS: Mapping[str, Callable[..., object]] = {
    "builtins.str": str,
    "builtins.repr": repr,
    "builtins.int": int,
    "builtins.len": len,
    "os.path.join": posixpath.join,
    "posixpath.join": posixpath.join,
    "os.path.basename": posixpath.basename,
}
_METHODS = frozenset(
    {"format", "lower", "upper", "title", "strip", "replace", "startswith", "endswith", "removesuffix", "removeprefix", "join"}
)
_MUTATORS = frozenset({"append", "extend", "insert", "add", "update", "remove", "discard", "pop", "clear", "sort", "reverse"})


def plain(values: Values, written: Written, depth: int = 0) -> object:
    """The value of an expression: text, a number, a tuple, list or dict of such; else UNREADABLE."""
    if depth > DEPTH:
        return UNREADABLE
    written = followed(values, written)
    match written.expr:
        case Const(value=value):
            return value
        case Template(parts=parts):
            texts = [part if isinstance(part, str) else plain(values, written.at(part), depth + 1) for part in parts]
            return UNREADABLE if any_unreadable(texts) else "".join(map(str, texts))
        case Collection(kind="tuple" | "list" as kind, items=items) if not any(isinstance(item, Spread) for item in items):
            found = [plain(values, written.at(item), depth + 1) for item in items]
            return UNREADABLE if any_unreadable(found) else tuple(found) if kind == "tuple" else found
        case Collection(kind="dict", items=items, keys=keys) if None not in keys:
            names = [plain(values, written.at(key), depth + 1) for key in keys if key is not None]
            found = [plain(values, written.at(item), depth + 1) for item in items]
            return UNREADABLE if any_unreadable([*names, *found]) else _computed(lambda: dict(zip(names, found, strict=True)))
        case Op(op="-", operands=(operand,)):
            number = plain(values, written.at(operand), depth + 1)
            return -number if isinstance(number, int | float) else UNREADABLE
        case Op(op=op, operands=operands):
            return _operated(values, written, op, operands, depth)
        case Compare(ops=(op,), operands=operands) if op in _COMPARE:
            return _applied(_COMPARE[op], [plain(values, written.at(operand), depth + 1) for operand in operands])
        case Attr(value=value, name="value" | "name" as name):
            return _of_member(values, written.at(value), name)
        case Call(func=func, args=args) if not any(argument.spread or argument.name for argument in args):
            return _called_plain(values, written, func, [plain(values, written.at(a.value), depth + 1) for a in args], depth)
        case _:
            return UNREADABLE


def _operated(values: Values, written: Written, op: str, operands: tuple[Expr, ...], depth: int) -> object:
    found = [plain(values, written.at(operand), depth + 1) for operand in operands]
    if op == "not":
        return _applied(operator.not_, found)
    if op in ("and", "or") and not any_unreadable(found):
        return all(found) if op == "and" else any(found)
    return _applied(_BINARY[op], found) if op in _BINARY and len(found) == 2 and not _may_be_huge(op, *found) else UNREADABLE


def _called_plain(values: Values, written: Written, func: Expr, given: list[object], depth: int) -> object:
    target = values.target(func, written.scope)
    if isinstance(target, External) and target.name in _CALLS:
        return _applied(_CALLS[target.name], given)
    if isinstance(func, Attr) and func.name in _METHODS:
        text = plain(values, written.at(func.value), depth + 1)
        return _applied(getattr(text, func.name), given) if isinstance(text, str) and not _may_be_huge(func.name, text, "") else UNREADABLE
    return UNREADABLE


def _may_be_huge(op: str, left: object, right: object) -> bool:
    """Whether a repetition, or a width in a text that is filled in, could make something that fills the memory."""
    if op == "*":
        sizes = [one if isinstance(one, int) else len(one) for one in (left, right) if isinstance(one, int | str | list | tuple)]
        return len(sizes) < 2 or abs(sizes[0] * sizes[1]) > MOST
    return op in ("%", "format") and isinstance(left, str) and _WIDTH.search(left) is not None


def _of_member(values: Values, member: Written, name: str) -> object:
    """The value or name of an enumeration's member."""
    member = followed(values, member, ENUMERATIONS)
    target = values.target(member.expr, member.scope) if dotted(member.expr) is not None else None
    if not isinstance(target, Cell) or not is_enumeration(values, target.owner):
        return UNREADABLE
    if name == "name":
        return target.name
    behind = values.of_cell(target)
    return plain(values, behind) if behind is not None else UNREADABLE


def followed(values: Values, written: Written, kept: frozenset[str] = frozenset()) -> Written:
    """The expression behind names; a member of an enumeration that is no text itself (nor one of `kept`) is not the constant behind it."""
    for _ in range(DEPTH):
        if dotted(written.expr) is None:
            return written
        bound = isinstance(written.expr, Name) and written.expr.name in written.given
        target = None if bound else values.target(written.expr, written.scope)
        if (
            isinstance(target, Cell)
            and is_enumeration(values, target.owner, kept or ENUMERATIONS)
            and (kept or not is_enumeration(values, target.owner, _TEXTUAL))
        ):
            return written
        behind = values.behind(written)
        if behind is None or (isinstance(target, Cell) and _is_changed(target)):
            return written
        written = behind
    return written


def is_enumeration(values: Values, owner: object, bases: frozenset[str] = ENUMERATIONS) -> bool:
    return isinstance(owner, Class) and any(isinstance(base, External) and base.name in bases for base in values.names.mro(owner))


def _is_changed(cell: Cell) -> bool:
    """Whether a statement of the module changes what one of its names stands for, or hands it to somebody who may."""
    if not isinstance(cell.owner, Module):
        return False
    for step in cell.owner.body.steps:
        if step.kind != "eval" or not isinstance(step.value, Call):
            continue
        func = step.value.func
        if isinstance(func, Attr) and func.name in _MUTATORS and isinstance(func.value, Name) and func.value.name == cell.name:
            return True
        if any(isinstance(argument.value, Name) and argument.value.name == cell.name for argument in step.value.args):
            return True
    return False


def any_unreadable(found: Iterable[object]) -> bool:
    return any(one is UNREADABLE for one in found)


def _applied(function: Callable[..., object], given: Sequence[object]) -> object:
    return UNREADABLE if any_unreadable(given) else _computed(lambda: function(*given))


def _computed(compute: Callable[[], object]) -> object:
    try:
        found = compute()
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return UNREADABLE
    return UNREADABLE if isinstance(found, str | list | tuple) and len(found) > MOST else found
