"""What one decorator applies to a function, and what a call hands to a function's parameters."""

from __future__ import annotations

from testaudit.read.facts import Argument, Call, Expr, Function, Name
from testaudit.records import dataclass
from testaudit.runners.values import Written

WRAPS = frozenset(
    {"functools.wraps", "functools.update_wrapper", "wrapt.decorator", "six.wraps", "decorator.decorator", "decorator.decorate"}
)
CAST = frozenset({"typing.cast", "typing_extensions.cast"})
OBJECT = "<object>"
"""The symbol of a decorator that hands back an object of the suite's own instead of a function."""


@dataclass(slots=True, frozen=True, eq=False)
class Applied:
    """One library symbol applied to a function (`symbol`, with its `call` where it has arguments), or (`wrapper`) a function of the suite's
    own that takes the decorated one's place without passing on its signature. `known` is False for a decorator that does not resolve."""

    symbol: str
    where: Written
    call: Call | None = None
    wrapper: Function | None = None
    known: bool = True

    def argument(self, index: int, name: str) -> Written | None:
        """What the decorator was given for a parameter."""
        found = self.call.argument(index, name) if self.call is not None else None
        return self.where.at(found) if found is not None else None

    @property
    def arguments(self) -> tuple[Argument, ...]:
        return self.call.args if self.call is not None else ()


def spliced(expr: Expr, given: dict[str, Written]) -> tuple[Expr, dict[str, Written]]:
    """A call that passes on `*args` and `**kwargs`, with what they stand for in their place (`given` has it under `*name` and `**name`)."""
    if not isinstance(expr, Call) or not any(a.spread for a in expr.args):
        return expr, given
    more = dict(given)
    args: list[Argument] = []
    for argument in expr.args:
        passed = given.get(f"{argument.spread}{argument.value.name}") if argument.spread and isinstance(argument.value, Name) else None
        if passed is None or not isinstance(passed.expr, Call):
            args.append(argument)
            continue
        for index, one in enumerate(passed.expr.args):
            name = f"{argument.spread}{index}"
            more[name] = passed.at(one.value)
            args.append(Argument(one.name, Name(one.value.start, one.value.end, name)))
    return Call(expr.start, expr.end, expr.func, tuple(args)), more


def arguments(function: Function, call: Call, written: Written, skip: int = 0) -> dict[str, Written]:
    """What a call gives to a function's parameters, defaults included; to `*args` and `**kwargs` as calls that hold their share."""
    given: dict[str, Written] = {}
    named = {param.name for param in function.params}
    positions = sum(param.kind in ("positional", "positional-only") for param in function.params[skip:])
    plain = [a for a in call.args if a.name is None and not a.spread]
    for param in function.params:
        if param.kind == "variadic":
            given[f"*{param.name}"] = written.at(Call(call.start, call.end, call.func, tuple(plain[positions:])))
        elif param.kind == "keywords":
            rest = tuple(a for a in call.args if a.name is not None and a.name not in named)
            given[f"**{param.name}"] = written.at(Call(call.start, call.end, call.func, rest))
    for index, param in enumerate(function.params[skip:]):
        value = call.keyword(param.name) if param.kind != "variadic" else None
        if value is None and param.kind in ("positional", "positional-only"):
            value = call.positional(index)
        if value is not None:
            given[param.name] = written.at(value)
        elif param.default is not None:
            given[param.name] = Written(param.default, function.parent if function.parent is not None else function.module)
    return given
