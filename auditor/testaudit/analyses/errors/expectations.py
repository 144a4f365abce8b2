"""Which errors a test expects, of which calls."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testaudit.analyses.operands import operand
from testaudit.analyses.runs import Runs
from testaudit.folders import folder_of
from testaudit.knowledge import Symbol
from testaudit.link.frames import Frame, Instance, Value
from testaudit.link.linked import linked
from testaudit.link.trace import Event
from testaudit.model import Place, Suite, Test
from testaudit.read.facts import Call, Class, Collection, Expr, FuncRef, Function, Index, Module, Name, Region, targets, walk
from testaudit.records import dataclass

_EXAMINING = frozenset({"match", "check", "expected_regex", "expected_message"})
_EXAMINED_BY_NAME = ("Regex", "Regexp", "_regex", "Message")
_RAISED = re.compile(rb"\braise (?:Base)?Exception\b")
_BARE = re.compile(
    _RAISED.pattern + rb"|[=(,\[]\s*(?:Base)?Exception\(|\b(?:side_effect|return_value)\s*=\s*(?:Base)?Exception\b"
    rb"|[\[,]\s*(?:Base)?Exception\s*[,\]]|\b(?!\w*(?:raises|Raises|except)\b)\w+\((?:Base)?Exception\s*[,)]"
)
"""Test code that raises the broad type itself, has a double raise it, or holds it in a table or hands it over, to be raised somewhere."""


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
        self._bare: dict[str, bool] = {}

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
        """Whether a bare `Exception` may be what the code under test raises: it is raised in the test's file, in test support that the file
        imports, or beside the code under test that it imports or calls.

        The way from the call to the `raise` is not asked for: it mostly leads through what a value does not show (an address, a command's
        name, an attribute that is set, a plugin).
        """
        test = expected.test
        near = [test.function.module, *(use.fixture.function.module for use in test.closure if use.fixture.function is not None)]
        for event in self._runs.body(test):
            if event.callee is not None and expected.covers(event):
                symbol = self._symbol(event.callee)
                if symbol is not None and symbol.effect == "web-app":  # the application answers, whichever it is
                    return True
                near.extend(_modules(event.callee))
        if expected.covered is not None:
            near.extend(_modules(expected.covered))
        imported = (named for module in near[:1] for one in module.imports for named in self._context.names.named_by(one, module))
        return any(map(self._has_bare, dict.fromkeys((*near, *imported))))

    # ----------------------------------------------------------------------------------------------------------- private

    def _has_bare(self, module: Module) -> bool:
        """Whether a module raises the broad type itself; of the code under test, whether one of its folder does."""
        if self._context.is_test_code(module.path):
            return _BARE.search(module.source) is not None
        folder = folder_of(module.path)
        if folder not in self._bare:
            sources = self._context.workspace.sources(folder, below=False)
            self._bare[folder] = any(_RAISED.search(source) is not None for _, source in sources)
        return self._bare[folder]

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


def _modules(value: Value) -> Iterator[Module]:
    """The modules of the functions and classes that a callee may be."""
    return (d.target.module for d in value.definitions if isinstance(d.target, Function | Class))


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
