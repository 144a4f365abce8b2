"""Which argument a parameter receives: calls bound to signatures, packed and spread arguments included."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from testaudit.link.frames import Frame, Literal
from testaudit.read.facts import Call, Collection, Const, Expr, Function, Spread


def bind_arguments(
    call: Call, function: Function, frame: Frame, *, skip: int, expand: Callable[[Expr], Literal | None]
) -> Mapping[str, tuple[Expr, Frame]]:
    """Parameter name -> the expression that the call gives it and the frame in which that is evaluated.

    `skip` leading parameters are bound already (`self`). `expand` gives the display behind a `*` or `**` argument. Parameters that get
    nothing, or nothing that can be told, are absent.
    """
    positional, named, extra = _given(call, frame, expand)
    bound: dict[str, tuple[Expr, Frame]] = {}
    parameters = [p for p in function.params if p.kind in ("positional-only", "positional")][skip:]
    for parameter, given in zip(parameters, positional, strict=False):
        bound[parameter.name] = given
    rest: dict[str, tuple[Expr, Frame]] = {}
    by_name = {p.name for p in function.params if p.kind in ("positional", "keyword-only")}
    for name, given in named.items():
        (bound if name in by_name else rest)[name] = given
    for parameter in function.params:
        if parameter.kind == "variadic":
            tail = positional[len(parameters) :]
            bound[parameter.name] = (Collection(call.start, call.end, "tuple", tuple(e for e, _ in tail)), tail[0][1] if tail else frame)
        elif parameter.kind == "keywords" and (rest or extra):
            same = [(n, e) for n, (e, f) in rest.items() if f is frame]
            items: list[Expr] = [e for _, e in same] + [Spread(e.start, e.end, e) for e in extra]
            keys = tuple(Const(e.start, e.start, n) for n, e in same) + (None,) * len(extra)
            bound[parameter.name] = (Collection(call.start, call.end, "dict", tuple(items), keys), frame)
    return bound


def bind_partial(
    given: Call, call: Call, function: Function, frames: tuple[Frame, Frame], *, skip: int, expand: Callable[[Expr], Literal | None]
) -> Mapping[str, tuple[Expr, Frame]]:
    """The same for a function that `given` (`partial(function, …)`) was given arguments of before `call` gives the rest; `frames` are those
    in which the two are written. What both pack into one parameter is absent."""
    before = Call(given.start, given.end, given.func, given.args[1:])
    bound = bind_arguments(before, function, frames[0], skip=skip, expand=expand)
    taken = sum(1 for argument in before.args if argument.name is None)
    rest = bind_arguments(call, function, frames[1], skip=skip + taken, expand=expand)
    packing = {p.name for p in function.params if p.kind in ("variadic", "keywords")}
    return {name: value for name, value in {**bound, **rest}.items() if not (name in packing and name in bound and name in rest)}


def spread_items(call: Call) -> Collection:
    """The dict display that `dict(a=1, **b)` makes."""
    named = [a for a in call.args if a.name is not None or a.spread == "**"]
    first = call.positional(0)
    items: list[Expr] = [Spread(a.value.start, a.value.end, a.value) if a.name is None else a.value for a in named]
    keys: list[Expr | None] = [None if a.name is None else Const(a.value.start, a.value.start, a.name) for a in named]
    if first is not None:
        items.insert(0, Spread(first.start, first.end, first))
        keys.insert(0, None)
    return Collection(call.start, call.end, "dict", tuple(items), tuple(keys))


def _given(
    call: Call, frame: Frame, expand: Callable[[Expr], Literal | None]
) -> tuple[list[tuple[Expr, Frame]], dict[str, tuple[Expr, Frame]], list[Expr]]:
    positional: list[tuple[Expr, Frame]] = []
    named: dict[str, tuple[Expr, Frame]] = {}
    extra: list[Expr] = []
    readable = True
    for argument in call.args:
        if argument.spread:
            display = expand(argument.value)
            if display is None or not isinstance(display.expr, Collection):
                readable = readable and argument.spread != "*"
                if argument.spread == "**":
                    extra.append(argument.value)
            elif argument.spread == "**":
                extra.append(argument.value)
                named.update(_named(display))
            elif readable:
                positional.extend((item, display.frame) for item in display.expr.items)
        elif argument.name is not None:
            named[argument.name] = (argument.value, frame)
        elif readable:
            positional.append((argument.value, frame))
    return positional, named, extra


def _named(display: Literal) -> dict[str, tuple[Expr, Frame]]:
    assert isinstance(display.expr, Collection)
    pairs = zip(display.expr.keys, display.expr.items, strict=False)
    return {k.value: (v, display.frame) for k, v in pairs if isinstance(k, Const) and isinstance(k.value, str)}
