"""Fixtures that are asked for while code runs: the names that can reach `request.getfixturevalue`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testaudit.link.evaluation.entering import LAZY_FIXTURES
from testaudit.model import External
from testaudit.read.facts import Attr, Call, Const, Expr, FuncRef, Function, Name, Step, Template, walk
from testaudit.runners.applied import arguments
from testaudit.runners.pytest.branches import Given, defaults, steps
from testaudit.runners.pytest.run import Run
from testaudit.runners.values import Written

WORDS = ("getfixturevalue", "getfuncargvalue")
_DEPTH = 3
_HANDED = re.compile(rb"\brequest\b(?!\s*\.)")
"""`request` itself, not an attribute of it."""


def dynamic_names(run: Run, function: Function, given: Given, depth: int = 0) -> tuple[str, ...] | None:
    """The names that a function asks for, directly or through helpers that it hands its `request` to; None when one cannot be read.

    `given` are the values that parametrization gives to its parameters.
    """
    if depth > _DEPTH:
        return None
    if not _may_ask(function):
        return ()
    names: dict[str, None] = {}
    certain = True
    for call in _calls(function, given):
        found: tuple[str, ...] | None = ()
        if isinstance(call.func, Attr) and call.func.name in WORDS:
            named = call.argument(0, "argname")
            found = _strings(run, named, function, given) if named is not None else None
        elif "request" in function.words and any(isinstance(a.value, Name) and a.value.name == "request" for a in call.args):
            found = _through(run, call, function, given, depth)
        certain = certain and found is not None
        names.update(dict.fromkeys(found or ()))
    return tuple(names) if certain else None


def lazy_names(run: Run, function: Function, given: Given) -> Iterator[str]:
    """The fixtures whose values stand in the test's parameter tables (`pytest_lazyfixture`, `pytest_lazy_fixtures`)."""
    for values in given.values():
        for value in values or ():
            if isinstance(value, Call):
                target = run.values.target(value.func, function.module)
                name = run.values.value(Written(value.args[0].value, function.module)) if value.args else None
                if isinstance(target, External) and target.name in LAZY_FIXTURES and isinstance(name, str):
                    yield name


def mentions(function: Function) -> bool:
    """Whether a function can ask for fixtures at all, itself or through a helper that gets its `request`."""
    return any(param.name == "request" for param in function.params)


def _may_ask(function: Function) -> bool:
    """A cheap look at the text, for most fixtures take nothing but `request.param`: their bodies need not be lowered."""
    source = function.module.source
    return not function.words.isdisjoint(WORDS) or _HANDED.search(source, function.body_start, function.end) is not None


def _calls(function: Function, given: Given) -> Iterator[Call]:
    for step, _ in steps(function, given):
        for expr in _expressions(step):
            for inner in walk(expr):
                if isinstance(inner, Call):
                    yield inner
                elif isinstance(inner, FuncRef):
                    yield from _calls(inner.function, {})
        if isinstance(step.defined, Function):
            yield from _calls(step.defined, {})
    for region in function.body.regions:
        if region.head is not None and region.role in ("branch", "loop", "with"):
            yield from (inner for inner in walk(region.head) if isinstance(inner, Call))


def _expressions(step: Step) -> Iterator[Expr]:
    if step.value is not None:
        yield step.value
    if step.target is not None and step.kind != "bind":
        yield step.target


def _through(run: Run, call: Call, function: Function, given: Given, depth: int) -> tuple[str, ...] | None:
    target = run.values.target(call.func, function)
    if not isinstance(target, Function) or not any(word in target.words for word in WORDS):
        return ()
    passed = defaults(target)
    for name, written in arguments(target, call, Written(call, function)).items():
        if isinstance(written.expr, Const):
            passed[name] = (written.expr,)
            continue
        texts = _strings(run, written.expr, function, given) if name != "request" else ()
        passed[name] = tuple(Const(written.expr.start, written.expr.end, text) for text in texts) if texts is not None else None
    return dynamic_names(run, target, passed, depth + 1)


def _strings(run: Run, expr: Expr, function: Function, given: Given) -> tuple[str, ...] | None:
    """The strings that an expression can be: a constant, a parameter's values, the elements of a loop, `request.param`'s values."""
    single = run.values.value(Written(expr, function))
    if isinstance(single, str):
        return (single,)
    key = expr.name if isinstance(expr, Name) else "request.param" if isinstance(expr, Attr) and expr.name == "param" else None
    if key is None:
        return None
    if key in given:
        return _constants(run, given[key], function)
    for bound in function.body.bindings.get(key, ()):
        if bound.how == "iterate" and bound.value is not None:
            return run.values.strings(Written(bound.value, function)) or _looped(run, bound.value, function, given)
    return _assigned(run, key, function, given)


def _assigned(run: Run, name: str, function: Function, given: Given) -> tuple[str, ...] | None:
    """The strings that a local variable is set to, in whatever branch: constants, and templates that extend what it was before."""
    found: dict[str, None] = {}
    bindings = function.body.bindings.get(name, ())
    for bound, surely in steps(function, given):
        if bound not in bindings:
            continue
        if bound.how != "=" or bound.value is None:
            return None
        if isinstance(bound.value, Template):
            if not all(isinstance(part, str) or (isinstance(part, Name) and part.name == name) for part in bound.value.parts):
                return None
            texts = ["".join(part if isinstance(part, str) else before for part in bound.value.parts) for before in found]
        else:
            text = run.values.value(Written(bound.value, function))
            if not isinstance(text, str):
                return None
            texts = [text]
        if surely:
            found.clear()
        found.update(dict.fromkeys(texts))
    return tuple(found) or None


def _looped(run: Run, expr: Expr, function: Function, given: Given) -> tuple[str, ...] | None:
    values = given.get(expr.name) if isinstance(expr, Name) else None
    found: list[str] = []
    for value in values or ():
        texts = run.values.strings(Written(value, function))
        if texts is None:
            return None
        found += texts
    return tuple(found) if values is not None else None


def _constants(run: Run, values: tuple[Expr, ...] | None, function: Function) -> tuple[str, ...] | None:
    if values is None:
        return None
    found = [run.values.value(Written(value, function.module)) for value in values]
    texts = tuple(dict.fromkeys(text for text in found if isinstance(text, str)))
    return texts if len([t for t in found if isinstance(t, str) or t is None]) == len(found) else None
