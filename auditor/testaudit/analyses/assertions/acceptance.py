"""Tests that something is accepted: their counterparts in the same file expect an error of the same call."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testaudit.read.definitions import all_functions
from testaudit.read.facts import Attr, Await, Call, Expr, Function, Module, Name, Step

_EXPECTS_ERROR = re.compile(r"raises|should_?raise", re.IGNORECASE)
_MAY_EXPECT_ERROR = re.compile(rb"raises|should_?raise", re.IGNORECASE)


class Acceptance:
    """Which callables each file expects errors of, by their last names.

    `validate({})` beside `with raises(E): validate({"a": 1})` verifies that the first is not rejected, for it would raise.
    """

    def __init__(self) -> None:
        self._rejecting: dict[Module, frozenset[str]] = {}

    def accepts(self, function: Function) -> bool:
        """Whether the test function makes a call, as a statement of its own, that its file elsewhere expects to raise."""
        rejecting = self._of(function.module)
        return bool(rejecting) and any(_last(call.func) in rejecting for step in function.body.steps if (call := _called(step)) is not None)

    def _of(self, module: Module) -> frozenset[str]:
        if module not in self._rejecting:
            expecting = (f for f in all_functions(module) if _MAY_EXPECT_ERROR.search(module.source, f.def_start, f.end))
            self._rejecting[module] = frozenset(name for function in expecting for name in _rejected(function))
        return self._rejecting[module]


def _rejected(function: Function) -> Iterator[str]:
    """The last names of what a function expects errors of: called in a `with raises(…)` block, or handed to `assertRaises`."""
    body = function.body
    guarded = {
        index
        for index, region in enumerate(body.regions)
        if region.role == "with" and isinstance(region.head, Call) and _expects_error(region.head)
    }
    for step in body.steps:
        call = _called(step)
        if call is None:
            continue
        if any(region in guarded for region in _around(step, function)) and not _expects_error(call):
            yield _last(call.func)
        elif _expects_error(call) and (handed := call.positional(1)) is not None:
            yield _last(handed)


def _around(step: Step, function: Function) -> Iterator[int]:
    region = step.region
    while region > 0:
        yield region
        region = function.body.regions[region].parent


def _called(step: Step) -> Call | None:
    """The call that a statement consists of, its result bound or not."""
    value = step.value if step.kind in ("eval", "bind", "return") else None
    while isinstance(value, Await):
        value = value.value
    return value if isinstance(value, Call) else None


def _expects_error(call: Call) -> bool:
    return _EXPECTS_ERROR.search(_last(call.func)) is not None


def _last(expr: Expr) -> str:
    return expr.name if isinstance(expr, Name | Attr) else ""
