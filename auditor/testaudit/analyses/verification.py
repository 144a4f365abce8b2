"""Whether a test verifies anything."""

from __future__ import annotations

import re

from testaudit.analyses.runs import Runs
from testaudit.knowledge import Symbol
from testaudit.link.frames import Definition, Frame, Instance, Member, Value
from testaudit.link.linked import linked
from testaudit.link.trace import Event
from testaudit.model import External, Suite, Test, Truth
from testaudit.read.facts import Call, Class, Decorator, Expr, Function, Name

_ASSERTS = re.compile(rb"^[ \t]*assert\b|\b(?:assert\w*|pytest\.(?:raises|warns|fail)|raises|fail)\s*\(", re.MULTILINE)
"""What is all but certainly a verification, in the text: most tests have one, and none of them needs to be traced."""

_SAYS_SO = re.compile(r"^_*(?:assert|expect|verif|check|ensure|should|must|valid|fail|compare|raises|match|approv|snapshot|confirm|test)|(?:^|_)(?:assert|check|verify|expect|should|compare)", re.IGNORECASE)
"""Names of functions that may verify although nothing about them is known."""

_RAISES_QUIETLY = frozenset({"StopIteration", "StopAsyncIteration", "KeyboardInterrupt", "SystemExit"})


class Verification:
    """Verifications of a suite's tests. `verified` is three-valued: *no* means that everything which the test runs was resolved and nothing of it verifies."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._context = linked(suite)
        self._runs = suite.ask(Runs)
        self._functions: dict[Function | Class, Truth] = {}

    def verified(self, test: Test) -> Truth:
        """Whether something is verified by the test, its helpers, fixtures, decorators or context managers."""
        if self._plainly_verifies(test.function):
            return Truth.YES
        truth = self._decorated(test)
        for use in test.closure:
            fixture = use.fixture
            if fixture.function is not None and truth is not Truth.YES:
                if self._plainly_verifies(fixture.function):
                    return Truth.YES
            elif fixture.function is None and (use.name in _VERIFYING_FIXTURES or fixture.origin == "unresolved"):
                truth |= Truth.YES if use.name in _VERIFYING_FIXTURES else Truth.UNKNOWN
        if test.unresolved:
            truth |= Truth.UNKNOWN
        for event in () if truth is Truth.YES else self._runs.body(test):
            truth |= self._verifies(event)
            if truth is Truth.YES:
                break
        return truth

    # ----------------------------------------------------------------------------------------------------------- private

    def _verifies(self, event: Event) -> Truth:
        if event.call is None:
            step = event.step
            if step is not None and (step.kind == "assert" or (step.kind == "raise" and self._fails(event))):
                return Truth.YES
            if step is not None and step.how == "enter" and step.value is not None and not isinstance(step.value, Call):
                return self._manager(step.value, event.frame)
            return Truth.NO
        symbol = self._symbol(event)
        if symbol is not None and symbol.verifies is not None and symbol.verifies != "skip":
            return Truth.YES
        callee = event.callee
        if event.entered or callee is None:
            return Truth.NO
        if not callee.things:
            return Truth.NO if symbol is not None else Truth.UNKNOWN
        truth = Truth.NO
        for thing in callee.things:
            match thing:
                case Definition(target=External(name=name)):
                    truth |= Truth.UNKNOWN if symbol is None and _SAYS_SO.search(name.rpartition(".")[2]) else Truth.NO
                case Definition(target=Function() as function):
                    truth |= self._called(function)
                case Definition(target=Class()):
                    truth |= Truth.NO
                case Member(name=name):
                    truth |= Truth.YES if name.startswith("assert") else Truth.UNKNOWN
                case Instance():
                    truth |= Truth.UNKNOWN
                case _:
                    truth |= Truth.NO
        return truth if callee.why is None or truth is not Truth.NO else Truth.UNKNOWN

    def _called(self, function: Function) -> Truth:
        """A function that the trace did not enter: the code under test, or too deep."""
        if not self._context.is_test_code(function.module.path):
            named = _SAYS_SO.search(function.name) is not None
            return (Truth.YES if self._plainly_verifies(function) else Truth.UNKNOWN) if named else Truth.NO
        return Truth.UNKNOWN

    def _manager(self, expr: Expr, frame: Frame) -> Truth:
        """A context manager that is not called where it is entered."""
        value = self._context.values.evaluate(expr, frame)
        truth = Truth.NO if value.things and value.why is None else Truth.UNKNOWN
        for thing in value.things:
            if isinstance(thing, Instance) and thing.call is not None and thing.frame is not None:
                symbol = self._symbol_of(self._context.values.callee(thing.call, thing.frame))
                if symbol is not None and symbol.verifies is not None:
                    return Truth.YES
        return truth

    def _decorated(self, test: Test) -> Truth:
        truth = Truth.NO
        decorators: list[tuple[Decorator, Function | Class]] = [(d, test.function) for d in test.function.decorators]
        owner = test.owner
        if owner is not None:
            decorators += [(d, owner) for d in owner.decorators]
        for decorator, where in decorators:
            scope = where.parent if where.parent is not None else where.module
            value = self._context.values.evaluate(decorator.func, self._context.values.module_frame(where.module if isinstance(scope, Function) else scope))
            for definition in value.definitions:
                match definition.target:
                    case External(name=name):
                        symbol = self._context.knowledge.symbol(name)
                        if symbol is not None and symbol.verifies is not None:
                            return Truth.YES
                        truth |= Truth.UNKNOWN if symbol is None and not name.startswith(_INNOCENT) else Truth.NO
                    case Function() as function:
                        truth |= Truth.YES if self._plainly_verifies(function) else Truth.UNKNOWN
                    case _:
                        truth |= Truth.UNKNOWN
            if not value.definitions:
                truth |= Truth.UNKNOWN
        return truth

    def _plainly_verifies(self, function: Function) -> bool:
        held = self._functions.get(function)
        if held is None:
            found = _ASSERTS.search(function.module.source, function.body_start or function.def_start, function.end)
            held = self._functions[function] = Truth.of(found is not None)
        return held is Truth.YES

    def _fails(self, event: Event) -> bool:
        """Whether a `raise` in test code is a way to fail (not one that control flow catches)."""
        step = event.step
        assert step is not None
        value = step.value.func if isinstance(step.value, Call) else step.value
        return not (isinstance(value, Name) and value.name in _RAISES_QUIETLY)

    def _symbol(self, event: Event) -> Symbol | None:
        return self._symbol_of(event.callee) if event.callee is not None else None

    def _symbol_of(self, callee: Value) -> Symbol | None:
        for name in callee.externals:
            symbol = self._context.knowledge.symbol(name)
            if symbol is not None:
                return symbol
        return None


_INNOCENT = ("pytest.mark.", "pytest.fixture", "unittest.skip", "unittest.mock.", "mock.", "builtins.", "functools.", "contextlib.", "parameterized.")
_VERIFYING_FIXTURES = frozenset({"benchmark", "snapshot", "data_regression", "num_regression", "file_regression", "image_regression", "httpx_mock", "subtests", "check"})
