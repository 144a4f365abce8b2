"""What the runner's own options are when nobody gives them on the command line."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.folders import folders_around
from testaudit.link.evaluation.evaluator import Evaluator
from testaudit.link.frames import Frame
from testaudit.read.facts import Attr, Call, Const, Expr, Function, Module, walk

_NOTHING = Const(0, 0, None)
_BOOLEAN = {"store_true": Const(0, 0, False), "store_false": Const(0, 0, True)}


def option_default(values: Evaluator, expr: Expr, frame: Frame) -> tuple[Expr, Frame] | None:
    """The default of the option that an expression asks pytest for, as it is written, with the frame that it is written in: for
    `config.getoption("--name")` and `config.option.name`; None for anything else, and for options that no conftest above adds."""
    name = _asked(expr)
    if name is None:
        return None
    for module in conftests(values, frame.module):
        for function in module.functions:
            if function.name == "pytest_addoption":
                for call in _added(function):
                    if name in _names(call):
                        default = _default(call)
                        return (default, Frame(function)) if default is not None else None
    return None


def _asked(expr: Expr) -> str | None:
    match expr:
        case Call(func=Attr(name="getoption" | "getvalue")) if isinstance(first := expr.positional(0), Const):
            name = str(first.value)
        case Attr(value=Attr(name="option"), name=name):
            pass
        case _:
            return None
    return name.lstrip("-").replace("-", "_")


def conftests(values: Evaluator, module: Module) -> Iterator[Module]:
    """The conftest files in the folder of a file and above it, the nearest first."""
    for folder in folders_around(module.path):
        path = values.names.workspace.find_in(folder, "conftest")
        found = values.names.workspace.module(path) if path is not None else None
        if found is not None:
            yield found


def _added(function: Function) -> Iterator[Call]:
    for step in function.body.steps:
        for expr in walk(step.value) if step.value is not None else ():
            if isinstance(expr, Call) and isinstance(expr.func, Attr) and expr.func.name in ("addoption", "add_option", "_addoption"):
                yield expr


def _names(call: Call) -> set[str]:
    """The names under which an option's value is asked for."""
    written = [argument.value for argument in call.args if argument.name in (None, "dest")]
    return {expr.value.lstrip("-").replace("-", "_") for expr in written if isinstance(expr, Const) and isinstance(expr.value, str)}


def _default(call: Call) -> Expr | None:
    """None where a conversion makes something else of the text that stands there."""
    default, action = call.keyword("default"), call.keyword("action")
    if default is not None:
        converted = call.keyword("type") is not None and isinstance(default, Const) and isinstance(default.value, str)
        return None if converted else default
    return _BOOLEAN.get(str(action.value), _NOTHING) if isinstance(action, Const) else _NOTHING
