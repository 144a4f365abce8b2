"""Whether first-party code runs a function that it is given, or only keeps it: a decorator's wrapper runs it when it is called itself."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.analyses.doubles.injected import parameter_of
from testaudit.link.linked import Linked
from testaudit.link.resolution.methods import takes_class
from testaudit.read.facts import Argument, Attr, Await, Call, Class, Expr, Function, Name, walk

_LOOKS = frozenset(
    {
        "wraps",
        "update_wrapper",
        "partial",
        "callable",
        "isinstance",
        "getattr",
        "hasattr",
        "setattr",
        "signature",
        "iscoroutinefunction",
        "id",
    }
)
"""Functions that look at a function and do not call it."""


_DEPTH = 3


Answers = dict[tuple[Function, str, int], bool]
"""Whether a function keeps its parameter of this name, asked so deep."""


def is_kept(
    target: Function | Class, argument: Argument, call: Call, context: Linked, answers: Answers, *, bound: bool, depth: int = 0
) -> bool:
    """Whether what a call of `target` gives is kept only: its own code does not call it, and neither does whoever it is handed on to.

    `answers` are those that were given before.
    """
    function: object = target
    if isinstance(target, Class):
        function = context.names.attribute(target, "__init__", instance=True)
    if not isinstance(function, Function) or argument.spread or depth > _DEPTH:
        return False
    method = isinstance(function.parent, Class) and (isinstance(target, Class) or bound or takes_class(function))
    parameter = parameter_of(function, argument, call, bound=method)
    if parameter is None:
        return False
    key = (function, parameter.name, depth)
    if key not in answers:
        answers[key] = not any(_runs(expr, parameter.name, function, context, answers, depth) for expr in _expressions(function))
    return answers[key]


def _expressions(function: Function) -> Iterator[Expr]:
    """Every expression in a function's body."""
    body = function.body
    written = [region.head for region in body.regions] + [expr for step in body.steps for expr in (step.value, step.target)]
    return (expr for outer in written if outer is not None for expr in walk(outer))


def _runs(expr: Expr, name: str, function: Function, context: Linked, answers: Answers, depth: int) -> bool:
    """Whether an expression of a function calls what its parameter holds, or gives it to somebody who may."""
    match expr:
        case Call(func=Name(name=called)) if called == name:
            return True
        case Call(func=func, args=args):
            given = [argument for argument in args if isinstance(argument.value, Name) and argument.value.name == name]
            return (
                bool(given) and getattr(func, "name", "") not in _LOOKS and not _handed_on(expr, given, function, context, answers, depth)
            )
        case Await(value=Name(name=awaited)):
            return awaited == name
        case _:
            return False


def _handed_on(call: Call, given: list[Argument], function: Function, context: Linked, answers: Answers, depth: int) -> bool:
    """Whether a call hands arguments on to first-party code that only keeps them, too."""
    target = context.names.resolve(call.func, function)
    return isinstance(target, Class | Function) and all(
        is_kept(target, argument, call, context, answers, bound=isinstance(call.func, Attr), depth=depth + 1) for argument in given
    )
