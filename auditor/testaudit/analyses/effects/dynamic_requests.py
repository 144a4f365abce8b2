"""Fixtures that are asked for while code runs, and only under a condition."""

from __future__ import annotations

from testaudit.analyses.effects.conditions import doubt_of
from testaudit.model import Fixture
from testaudit.read.facts import Attr, Call, Const, walk

_WORDS = ("getfixturevalue", "getfuncargvalue")


def guarded_requests(fixture: Fixture) -> frozenset[str]:
    """The names that a fixture asks for in branches only (`if "app" in request.fixturenames: request.getfixturevalue("app")`): who does not
    ask for them by itself does not get them."""
    function = fixture.function
    if function is None or function.words.isdisjoint(_WORDS):
        return frozenset()
    always: set[str] = set()
    guarded: set[str] = set()
    body = function.body
    for step in body.steps:
        for expr in (step.value, step.target):
            for inner in walk(expr) if expr is not None else ():
                if isinstance(inner, Call) and isinstance(inner.func, Attr) and inner.func.name in _WORDS:
                    name = inner.argument(0, "argname")
                    if isinstance(name, Const) and isinstance(name.value, str):
                        (guarded if doubt_of(body, step.region) else always).add(name.value)
    return frozenset(guarded - always)
