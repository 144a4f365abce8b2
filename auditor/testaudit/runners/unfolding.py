"""The elements of sequences that expressions make: comprehensions, `range`, `zip`, `itertools.product`, the items of a dict, the members of
an enumeration."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from testaudit.model import External
from testaudit.read.facts import Attr, Call, Class, Collection, Const, Expr, FuncRef, Function, Name, Op, Spread
from testaudit.runners.plain import MOST, UNREADABLE, any_unreadable, followed, is_enumeration, plain
from testaudit.runners.values import DEPTH, Values, Written

_AS_THEY_ARE = frozenset({"builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset", "builtins.sorted", "builtins.iter"})
_COMBINED: Mapping[str, Callable[..., Iterable[Sequence[Written]]]] = {
    "itertools.product": itertools.product,
    "itertools.combinations": itertools.combinations,
    "itertools.permutations": itertools.permutations,
    "builtins.zip": zip,
}

Elements = tuple[Written, ...]


def length(values: Values, written: Written) -> int | None:
    """How many elements a sequence has."""
    known = values.length(written)
    if known is None:
        found = elements(values, written)
        known = len(found) if found is not None else None
    return known


def elements(values: Values, written: Written, depth: int = 0) -> Elements | None:
    """The elements of a sequence, each with what the names in it stand for; None where they cannot be told."""
    if depth > DEPTH:
        return None
    written = followed(values, written)
    match written.expr:
        case Const(value=str()):
            return values.items(written)
        case Collection(kind="dict"):
            pairs = _pairs(values, written, depth)
            return tuple(key for key, _ in pairs) if pairs is not None else None
        case Collection(items=items):
            return _joined(elements(values, written.at(i.value), depth + 1) if isinstance(i, Spread) else (written.at(i),) for i in items)
        case Op(op="+", operands=operands):
            return _joined(elements(values, written.at(operand), depth + 1) for operand in operands)
        case Op(op="*", operands=(left, right)):
            times = plain(values, written.at(right))
            found = elements(values, written.at(left), depth + 1)
            return found * times if found is not None and isinstance(times, int) and len(found) * times <= MOST else None
        case FuncRef(function=function) if function.kind == "comprehension" and function.name != "<dict>":
            return _all_or_none(_comprehended(values, function, 0, Written(written.expr, function, dict(written.given)), depth))
        case Call():
            return _called(values, written, written.expr, depth)
        case Name() | Attr():
            target = values.target(written.expr, written.scope)
            return _members(values, target, written) if isinstance(target, Class) else None
        case _:
            return None


def _called(values: Values, written: Written, call: Call, depth: int) -> Elements | None:
    if isinstance(call.func, Attr) and call.func.name in ("items", "keys", "values") and not call.args:
        pairs = _pairs(values, written.at(call.func.value), depth + 1)
        if pairs is None:
            return None
        if call.func.name == "items":
            return tuple(_row(pair, written) for pair in pairs)
        return tuple(pair[call.func.name == "values"] for pair in pairs)
    target = values.target(call.func, written.scope)
    given = [argument.value for argument in call.args if argument.name is None and not argument.spread]
    if not isinstance(target, External) or any(a.spread for a in call.args):
        return None
    if target.name == "builtins.range" and len(given) == len(call.args):
        return _numbers([plain(values, written.at(one)) for one in given], written)
    parts = [elements(values, written.at(one), depth + 1) for one in given]
    if not parts:
        return None
    if target.name in _AS_THEY_ARE:
        return parts[0]
    if target.name == "itertools.chain":
        return _joined(parts)
    if target.name == "builtins.enumerate" and parts[0] is not None:
        begin = plain(values, written.at(given[1])) if len(given) > 1 else 0
        counted = _numbers([begin, begin + len(parts[0])], written) if isinstance(begin, int) else None
        return tuple(_row(pair, written) for pair in zip(counted, parts[0], strict=True)) if counted is not None else None
    return _combined(values, target.name, written, call, parts)


def _combined(values: Values, symbol: str, written: Written, call: Call, parts: list[Elements | None]) -> Elements | None:
    known = [part for part in parts if part is not None]
    if symbol in ("itertools.combinations", "itertools.permutations"):
        size = plain(values, written.at(call.args[1].value)) if len(call.args) == 2 else None
        rows = _COMBINED[symbol](known[0], size) if isinstance(size, int) and known else None
    elif symbol not in _COMBINED or len(known) != len(call.args):
        return None
    else:
        rows = _COMBINED[symbol](*known)
    few = list(itertools.islice(rows, MOST + 1)) if rows is not None else None
    return tuple(_row(row, written) for row in few) if few is not None and len(few) <= MOST else None


def _numbers(bounds: Sequence[object], written: Written) -> Elements | None:
    whole = [bound for bound in bounds if isinstance(bound, int)]
    if not 0 < len(whole) == len(bounds) < 4 or whole[2:] == [0] or len(range(*whole)) > MOST:
        return None
    return tuple(written.at(Const(written.expr.start, written.expr.end, number)) for number in range(*whole))


def _row(parts: Sequence[Written], at: Written) -> Written:
    """A tuple of expressions of several places: names that stand for them."""
    names = [f"<{index}>" for index in range(len(parts))]
    start, end = at.expr.start, at.expr.end
    return Written(
        Collection(start, end, "tuple", tuple(Name(start, end, name) for name in names)), at.scope, dict(zip(names, parts, strict=True))
    )


def _pairs(values: Values, written: Written, depth: int) -> list[tuple[Written, Written]] | None:
    """The keys and values of a dict display, and of others that are spread into it."""
    written = followed(values, written)
    expr = written.expr
    if depth > DEPTH or not isinstance(expr, Collection) or expr.kind != "dict":
        return None
    found: list[tuple[Written, Written]] = []
    for key, item in zip(expr.keys, expr.items, strict=True):
        inner = item.value if isinstance(item, Spread) else item
        more = _pairs(values, written.at(inner), depth + 1) if key is None else [(written.at(key), written.at(item))]
        if more is None:
            return None
        found += more
    return found


def _members(values: Values, cls: Class, written: Written) -> Elements | None:
    """The members of an enumeration, in order, without those that are other names of one before."""
    if not is_enumeration(values, cls):
        return None
    found: dict[object, Written] = {}
    for name, steps in cls.body.bindings.items():
        step = steps[-1]
        if name.startswith("_") or step.kind != "bind" or step.how != "=" or step.value is None:
            continue
        value = plain(values, Written(step.value, cls))
        key = name if value is UNREADABLE or isinstance(value, list | dict) else ("value", value)
        found.setdefault(key, written.at(Attr(written.expr.start, written.expr.end, written.expr, name)))
    return tuple(found.values())


def _comprehended(values: Values, function: Function, first: int, inside: Written, depth: int) -> Iterator[Written | None]:
    """The elements of a comprehension from its step `first` on; None for what cannot be told."""
    steps = function.body.steps
    for index in range(first, len(steps)):
        step = steps[index]
        if step.value is None or not isinstance(step.value, Expr):
            yield None
            return
        holds = _holds(values, function, step.region, inside)
        if holds is not True:
            if holds is None:
                yield None
            return
        if step.kind == "yield":
            yield inside.at(step.value)
        elif step.kind == "bind" and step.how == "iterate" and step.target is not None:
            found = elements(values, inside.at(step.value), depth + 1)
            for item in (None,) if found is None else found:
                given = unpacked(values, step.target, item) if item is not None else None
                if given is None:
                    yield None
                    return
                yield from _comprehended(values, function, index + 1, Written(inside.expr, function, {**inside.given, **given}), depth)
            return


def _holds(values: Values, function: Function, region: int, inside: Written) -> bool | None:
    """Whether the conditions of a comprehension around a step let it be reached."""
    verdicts = [plain(values, inside.at(at.head)) for at in function.body.enclosing(region) if at.role == "branch" and at.head is not None]
    if any(verdict is not UNREADABLE and not verdict for verdict in verdicts):
        return False
    return None if any_unreadable(verdicts) else True


def unpacked(values: Values, target: Expr, item: Written) -> dict[str, Written] | None:
    """What the names of a loop's target stand for."""
    if isinstance(target, Name):
        return {target.name: item}
    if not isinstance(target, Collection):
        return None
    parts = elements(values, item)
    if parts is None or len(parts) != len(target.items):
        return None
    found: dict[str, Written] = {}
    for one, part in zip(target.items, parts, strict=True):
        given = unpacked(values, one, part)
        if given is None:
            return None
        found.update(given)
    return found


def _joined(parts: Iterable[Elements | None]) -> Elements | None:
    found: list[Written] = []
    for part in parts:
        if part is None or len(found) + len(part) > MOST:
            return None
        found += part
    return tuple(found)


def _all_or_none(found: Iterable[Written | None]) -> Elements | None:
    known: list[Written] = []
    for one in itertools.islice(found, MOST + 1):
        if one is None:
            return None
        known.append(one)
    return tuple(known) if len(known) <= MOST else None
