"""Which errors a test expects, of which calls."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testaudit.analyses.operands import operand
from testaudit.analyses.runs import Runs
from testaudit.knowledge import Symbol
from testaudit.link.frames import Frame, Instance, Value
from testaudit.link.linked import linked
from testaudit.link.trace import Event
from testaudit.model import Place, Suite, Test
from testaudit.read.facts import Call, Class, Collection, Expr, FuncRef, Function, Index, Module, Name, Region, targets, walk
from testaudit.records import dataclass

_EXAMINING = frozenset({"match", "check", "expected_regex", "expected_message"})
_EXAMINED_BY_NAME = ("Regex", "Regexp", "_regex", "Message")
_BARE = re.compile(
    rb"\braise (?:Base)?Exception\b|[=(,\[]\s*(?:Base)?Exception\(|\b(?:side_effect|return_value)\s*=\s*(?:Base)?Exception\b"
    rb"|_raise\((?:Base)?Exception\b"
)
"""Code that raises the broad type itself, or has a double raise it."""


@dataclass(slots=True, frozen=True, eq=False)
class Expectation:
    """An expected error: where it stands, which exception types it names, and what it covers: a region of a body
    or the call of some callables.

    `examined` says whether the error is looked at: by a pattern, or afterwards through the name that it is bound to.
    """

    test: Test
    place: Place
    call: Call
    frame: Frame
    types: tuple[Expr, ...]
    region: Region | None
    covered: Value | None
    functions: tuple[Function, ...]
    examined: bool

    def covers(self, event: Event) -> bool:
        """Whether an event of the test's trace is under this expectation."""
        if self.region is not None and any(region is self.region for region, _ in event.regions()):
            return True
        return event.call is not None and any(function is at.frame.scope for function in self.functions for at in event.chain())


class Expectations:
    """Expected errors of a suite's tests: `with` blocks, callables handed over, chained matchers, values from tables."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        self._runs = suite.ask(Runs)

    def of(self, test: Test) -> Iterator[Expectation]:
        """The errors that the test expects, in order."""
        for event in self._runs.body(test):
            if event.call is not None and event.callee is not None:
                symbol = self._symbol(event.callee)
                if symbol is not None and symbol.verifies == "error":
                    yield self._expectation(test, event.call, event.frame, symbol, event, _opened_region(event))
            elif event.step is not None and event.step.how == "enter" and isinstance(event.step.value, Name | Index):
                region = event.frame.scope.body.regions[event.step.region]
                for thing in self._context.values.evaluate(event.step.value, event.frame).things:
                    if isinstance(thing, Instance) and thing.call is not None and thing.frame is not None:
                        symbol = self._symbol(self._context.values.callee(thing.call, thing.frame))
                        if symbol is not None and symbol.verifies == "error":
                            yield self._expectation(test, thing.call, thing.frame, symbol, event, region)

    def broadest(self, expected: Expectation) -> frozenset[str]:
        """The names of the built-in exception types that are surely expected (a parameter that stands for one of several is not)."""
        found: set[str] = set()
        for expr in expected.types:
            value = self._context.values.evaluate(expr, expected.frame)
            found.update(name.rpartition(".")[2] for name in value.externals if name.startswith("builtins.") and len(value.things) == 1)
        return frozenset(found)

    def raised_bare(self, expected: Expectation) -> bool:
        """Whether the first-party code that is covered, the fixtures or the test's own file raise a bare `Exception`, or may do so where it
        is not seen: behind a client of the application, or behind a command's name.
        """
        test = expected.test
        if _BARE.search(test.function.module.source) is not None:  # the file's own classes, views and tables
            return True
        if any(_makes_bare(use.fixture.function) for use in test.closure if use.fixture.function is not None):
            return True
        functions = [*expected.functions, *self._named(test.function)]
        if expected.covered is not None:
            functions.extend(_defined(expected.covered))
        for event in self._runs.body(expected.test):
            if event.call is not None and event.callee is not None and expected.covers(event):
                if self._hides_code(event.call, event.callee, event.frame):
                    return True
                functions.extend(_defined(event.callee))
        seen: set[Function] = set()
        while functions and len(seen) < 60:
            function = functions.pop()
            if function in seen:
                continue
            seen.add(function)
            if _makes_bare(function):
                return True
            functions.extend(self._named(function))
        return False

    # ----------------------------------------------------------------------------------------------------------- private

    def _hides_code(self, call: Call, callee: Value, frame: Frame) -> bool:
        """Whether a library's function runs first-party code that a value does not show: an address or a name chooses it."""
        symbol = self._symbol(callee)
        if symbol is None:
            return False
        handed = (operand(spec, call, callee) for spec in symbol.calls if spec != "self")
        return symbol.effect == "web-app" or any(
            given is not None and not self._context.values.evaluate(given[0], given[1] or frame).definitions for given in handed
        )

    def _named(self, function: Function) -> Iterator[Function]:
        """The first-party functions that a function's code names, methods of its own class among them."""
        if isinstance(function.parent, Class):
            yield from (method for method in _methods(function.parent) if method.name in function.words)
        for name in function.words & self._context.names.namespace(function.module).keys():
            target = self._context.names.member(function.module, name)
            if isinstance(target, Function):
                yield target
            elif isinstance(target, Module):
                members = (
                    self._context.names.member(target, word) for word in function.words & self._context.names.namespace(target).keys()
                )
                yield from (member for member in members if isinstance(member, Function))

    def _symbol(self, callee: Value) -> Symbol | None:
        return next((s for n in callee.externals if (s := self._context.knowledge.symbol(n)) is not None), None)

    def _expectation(self, test: Test, call: Call, frame: Frame, symbol: Symbol, event: Event, region: Region | None) -> Expectation:
        callee = self._context.values.callee(call, frame)
        types = operand(symbol.expects, call, callee)
        covered = operand(symbol.covers, call, callee) if region is None else None
        value = None
        functions: tuple[Function, ...] = ()
        if covered is not None:
            value = self._context.values.evaluate(covered[0], covered[1] or frame)
            functions = tuple(d.target for d in value.definitions if isinstance(d.target, Function))
            if isinstance(covered[0], FuncRef):
                functions = (covered[0].function,)
        exprs = () if types is None else types[0].items if isinstance(types[0], Collection) else (types[0],)
        examined = any(a.name in _EXAMINING for a in call.args) or symbol.name.endswith(_EXAMINED_BY_NAME) or _read_later(event)
        return Expectation(test, event.place, call, frame, exprs, region, value, functions, examined)


def _defined(value: Value) -> Iterator[Function]:
    """The functions that a callee may be, and all methods of the classes."""
    for definition in value.definitions:
        if isinstance(definition.target, Function):
            yield definition.target
        elif isinstance(definition.target, Class):
            yield from _methods(definition.target)


def _methods(cls: Class) -> Iterator[Function]:
    return (step.defined for step in cls.body.steps if isinstance(step.defined, Function))


def _makes_bare(function: Function) -> bool:
    return _BARE.search(function.module.source, function.start, function.end) is not None


def _opened_region(event: Event) -> Region | None:
    """The region that a `with` opens when the event's call is its head."""
    step = event.step
    if step is not None and step.how == "enter" and step.value is event.call:
        return event.frame.scope.body.regions[step.region]
    return None


def _read_later(event: Event) -> bool:
    """Whether the name that the caught error is bound to is used afterwards."""
    step = event.step
    if step is None or step.target is None:
        return False
    names = {target.name for target in targets(step.target) if isinstance(target, Name)}
    for later in event.frame.scope.body.steps:
        if later.start > step.end:
            for expr in (later.value, later.target):
                if expr is not None and any(isinstance(node, Name) and node.name in names for node in walk(expr)):
                    return True
    return not names  # bound to an attribute: examined elsewhere
