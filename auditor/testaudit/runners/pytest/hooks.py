"""What conftests and test modules say to pytest in code: lists of names, and the parameters that `pytest_generate_tests` gives."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.read.facts import Attr, Call, Class, Expr, Function, Module, Name, Op, Step, dotted, walk
from testaudit.records import dataclass
from testaudit.runners.applied import arguments
from testaudit.runners.pytest.marks import column
from testaudit.runners.pytest.run import Run
from testaudit.runners.values import Values, Written

_ITEM_HOOKS = ("pytest_itemcollected", "pytest_collection_modifyitems", "pytest_runtest_setup", "pytest_runtest_protocol")
_DEPTH = 3
_JOINS = ("join", "joinpath", "Path", "PurePath", "str", "abspath", "resolve", "absolute")


@dataclass(slots=True, frozen=True, eq=False)
class Generated:
    """One `metafunc.parametrize` call: the names that it fills, whether they are passed on to fixtures, how many values there are. `names`
    is None where they cannot be read."""

    names: tuple[str, ...] | None
    indirect: bool
    count: int | None
    values: dict[str, tuple[Expr, ...] | None]


def listed(run: Run, module: Module, name: str) -> Iterator[str]:
    """The strings that a module puts into a list of its own: at its assignment, by `+=`, `append` and `extend`."""
    if name not in module.body.bindings:
        return
    for step in module.body.steps:
        given = _added(step, name)
        if given is None or run.attributes.conditions.runs(module, step.region) is not True:
            continue
        written = Written(given, module)
        items = run.values.items(written) if run.values.value(written) is None else None
        for item in (written,) if items is None else items:
            text = _path_text(run.values, item)
            if text is not None:
                yield text


def _added(step: Step, name: str) -> Expr | None:
    """What a step puts into the list `name`."""
    if step.kind == "bind" and isinstance(step.target, Name) and step.target.name == name and step.how in ("=", ":", "+="):
        return step.value
    if (
        step.kind == "eval"
        and isinstance(step.value, Call)
        and isinstance(step.value.func, Attr)
        and step.value.func.name in ("append", "extend", "insert")
    ):
        receiver = step.value.func.value
        if isinstance(receiver, Name) and receiver.name == name and step.value.args:
            return step.value.args[-1].value
    return None


def _path_text(values: Values, written: Written) -> str | None:
    """The path that an expression is: a string, or one joined to the conftest's folder."""
    written = values.followed(written)
    text = values.value(written)
    if isinstance(text, str):
        return text
    expr = written.expr
    if isinstance(expr, Call) and (dotted(expr.func) or "").rpartition(".")[2] in _JOINS:
        parts = [_path_text(values, written.at(a.value)) for a in expr.args if a.name is None]
        known = [part for part in parts if part is not None]
        return "/".join(known) if known and parts[-1] is not None else None
    if isinstance(expr, Op) and expr.op == "/":
        return _path_text(values, written.at(expr.operands[-1]))
    return None


def added_names(run: Run, module: Module) -> tuple[str, ...]:
    """What a conftest's hooks put into the `fixturenames` of every item; what depends on a condition is left out."""
    if b"fixturenames" not in module.source:
        return ()
    found: list[str] = []
    for function in module.functions:
        if function.name in _ITEM_HOOKS and "fixturenames" in function.words:
            found += _added_names(run, function)
    return tuple(found)


def _added_names(run: Run, function: Function) -> Iterator[str]:
    for step in function.body.steps:
        call = step.value
        if not isinstance(call, Call) or any(region.role in ("branch", "handler") for region in function.body.enclosing(step.region)):
            continue
        if (dotted(call.func) or "").endswith((".fixturenames.append", ".fixturenames.insert", ".fixturenames.extend")) and call.args:
            yield from run.values.strings(Written(call.args[-1].value, function)) or ()


# ------------------------------------------------------------------------------------------------------ pytest_generate_tests


def generated(run: Run, owner: Module | Class) -> tuple[Generated, ...]:
    """The `metafunc.parametrize` calls of a module's or class's `pytest_generate_tests`."""
    binding = run.attributes.get(owner, "pytest_generate_tests")
    target = run.attributes.target(binding, "pytest_generate_tests") if binding is not None else None
    if not isinstance(target, Function):
        return ()
    skip = 1 if isinstance(owner, Class) else 0
    if len(target.params) <= skip:
        return ()
    return tuple(_calls(run, target, target.params[skip].name))


def _calls(run: Run, function: Function, metafunc: str, depth: int = 0) -> Iterator[Generated]:
    """The calls in a function, and in those that it hands its `metafunc` to."""
    for step in function.body.steps:
        for expr in (e for whole in (step.value,) if whole is not None for e in walk(whole)):
            if not isinstance(expr, Call):
                continue
            if dotted(expr.func) == f"{metafunc}.parametrize":
                yield from _of_call(run, expr, function)
            else:
                yield from _handed_on(run, expr, function, metafunc, depth)


def _handed_on(run: Run, call: Call, function: Function, metafunc: str, depth: int) -> Iterator[Generated]:
    if not any(isinstance(a.value, Name) and a.value.name == metafunc for a in call.args):
        return
    target = run.values.target(call.func, function)
    if not isinstance(target, Function) or depth >= _DEPTH:
        yield Generated(None, False, None, {})
        return
    given = arguments(target, call, Written(call, function))
    for name, written in given.items():
        if isinstance(written.expr, Name) and written.expr.name == metafunc:
            yield from _calls(run, target, name, depth + 1)


def _of_call(run: Run, call: Call, function: Function) -> Iterator[Generated]:
    named = call.argument(0, "argnames")
    given = call.argument(1, "argvalues")
    indirect = call.argument(2, "indirect")
    passed = indirect is not None and run.values.value(Written(indirect, function), otherwise=True) is not False
    count = run.values.length(Written(given, function)) if given is not None else None
    for names in _names(run, named, function):
        width = len(names or ())
        values = {
            n: column(run.values, Written(given, function), i, width) if given is not None else None for i, n in enumerate(names or ())
        }
        yield Generated(names, passed, count, values)


def _names(run: Run, named: Expr | None, function: Function) -> Iterator[tuple[str, ...] | None]:
    """The names that a call fills; of a loop over constants each."""
    if named is None:
        yield None
        return
    found = run.values.names_in(Written(named, function))
    if found is not None:
        yield found
        return
    if isinstance(named, Name):
        for bound in function.body.bindings.get(named.name, ()):
            if bound.how == "iterate" and bound.value is not None:
                items = run.values.strings(Written(bound.value, function))
                if items is not None:
                    yield from ((item,) for item in items)
                    return
    yield None
