"""The questions to the machine that decide whether a test is skipped: a test that needs the answer yes needs what was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testaudit.link.frames import Frame
from testaudit.link.linked import Linked
from testaudit.model import Cell, External, Test
from testaudit.read.facts import Attr, Call, Class, Collection, Const, Expr, Module, Name, walk

_SKIPS = frozenset({"pytest.mark.skipif", "unittest.skipIf", "unittest.skipUnless"})
_VERSION = re.compile(r"\d+(\.\d+)+")
_DEPTH = 3
"""Through so many variables a condition is followed (`needs_git = skipif(not HAS_GIT)`, `HAS_GIT = has_git()`)."""


class Skips:
    """Follows the conditions of skips to the calls in them."""

    def __init__(self, context: Linked) -> None:
        self._names = context.names
        self._values = context.values

    def asked(self, test: Test) -> Iterator[tuple[Call, Frame]]:
        """The calls in the conditions under which a test, its class or its file is skipped, with the frames that they are written in."""
        for expr, module in dict.fromkeys(self._marks(test)):
            for skip, frame in self._behind(expr, self._values.module_frame(module), _DEPTH):
                if self._is_skip(skip, frame):
                    condition = skip.positional(0) or skip.keyword("condition")
                    yield from self._calls(condition, frame, _DEPTH) if condition is not None else ()

    def _marks(self, test: Test) -> Iterator[tuple[Expr, Module]]:
        """The decorators of the test and its classes, and its file's `pytestmark`, each with the file that it is written in."""
        yield from ((decorator.expr, test.function.module) for decorator in test.function.decorators)
        for base in self._names.mro(test.owner) if test.owner is not None else ():
            if isinstance(base, Class):
                yield from ((decorator.expr, base.module) for decorator in base.decorators)
        for step in test.function.module.body.bindings.get("pytestmark", ()):
            marks = step.value.items if isinstance(step.value, Collection) else (step.value,)
            yield from ((mark, test.function.module) for mark in marks if mark is not None)

    def _is_skip(self, call: Call, frame: Frame) -> bool:
        target = self._names.resolve(call.func, frame.scope)
        return isinstance(target, External) and target.name in _SKIPS

    def _behind(self, expr: Expr, frame: Frame, depth: int) -> Iterator[tuple[Call, Frame]]:
        """A call itself, or those that a module's variable was bound to."""
        if isinstance(expr, Call):
            yield expr, frame
        elif depth:
            for value, inside in self._bound(expr, frame):
                yield from self._behind(value, inside, depth - 1)

    def _calls(self, expr: Expr, frame: Frame, depth: int) -> Iterator[tuple[Call, Frame]]:
        """The calls in an expression and in what the variables that it names were bound to."""
        for part in walk(expr):
            if isinstance(part, Call):
                if not any(_is_version(argument.value) for argument in part.args):
                    yield part, frame
            elif depth and isinstance(part, Name | Attr):
                for value, inside in self._bound(part, frame):
                    yield from self._calls(value, inside, depth - 1)

    def _bound(self, expr: Expr, frame: Frame) -> Iterator[tuple[Expr, Frame]]:
        target = self._names.resolve(expr, frame.scope) if isinstance(expr, Name | Attr) else None
        if isinstance(target, Cell) and isinstance(target.owner, Module):
            for step in target.owner.body.bindings.get(target.name, ())[:2]:
                if step.value is not None:
                    yield step.value, self._values.module_frame(target.owner)


def _is_version(expr: Expr) -> bool:
    """Whether it is which version is there that is asked, not whether something is (`skipIf(vault_version_lt("0.10.0"))`)."""
    return isinstance(expr, Const) and isinstance(expr.value, str) and _VERSION.match(expr.value) is not None
