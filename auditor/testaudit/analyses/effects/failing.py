"""Where code that a test expects to fail leaves: what stands behind the `raise` of the expected error does not run."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

from testaudit.analyses.effects.conditions import around
from testaudit.analyses.effects.touches import Edge, Node
from testaudit.analyses.operands import operand
from testaudit.link.frames import Frame
from testaudit.link.linked import Linked
from testaudit.model import External
from testaudit.read.facts import Body, Call, Class, Collection, Expr, Function, Step

Error = Class | str
"""An exception type: first-party, or by its dotted name."""

_EXPECTING = frozenset({"raises", "assertRaises", "assertRaisesRegex", "assertRaisesMessage", "assertRaisesRegexp", "RaisesGroup"})
_BROAD = frozenset({"builtins.Exception", "builtins.BaseException"})


class Failing:
    """Finds expected errors in tests, and where the code under test raises them; each is found once."""

    def __init__(self, context: Linked) -> None:
        self._context = context
        self._names = context.names
        self._raised: dict[tuple[Node, tuple[Error, ...]], tuple[tuple[int, int], ...]] = {}

    def expected(self, step: Step, body: Body, frame: Frame) -> tuple[Error, ...]:
        """The errors that a test expects of a step, the last one in a `with raises(…):`; none where any error will do."""
        scope = frame.scope
        if not isinstance(scope, Function) or _EXPECTING.isdisjoint(scope.words):
            return ()
        heads = [body.regions[index].head for index in around(body, step.region) if body.regions[index].role == "with"]
        for head in heads if step is _last(body, step.region) else ():
            found = tuple(self._types(head, frame)) if isinstance(head, Call) else ()
            if found:
                return () if any(error in _BROAD for error in found) else found
        return ()

    def _types(self, call: Call, frame: Frame) -> Iterator[Error]:
        callee = self._context.values.callee(call, frame)
        for name in callee.externals:
            symbol = self._context.knowledge.symbol(name)
            given = operand(symbol.expects, call, callee) if symbol is not None and symbol.verifies == "error" else None
            if given is not None:
                for expr in given[0].items if isinstance(given[0], Collection) else (given[0],):
                    yield from self._errors(expr, given[1] or frame)

    def _errors(self, expr: Expr, frame: Frame) -> Iterator[Error]:
        for definition in self._context.values.evaluate(expr, frame).definitions:
            if isinstance(definition.target, Class):
                yield definition.target
            elif isinstance(definition.target, External):
                yield definition.target.name

    def never_comes_to(self, edge: Edge, node: Node, errors: tuple[Error, ...]) -> bool:
        """Whether an edge of a node stands behind all places where the node raises one of these errors, by itself or by what it calls."""
        return bool(self._places(node, errors)) and not self._later(edge, node, errors)

    def passed_on(self, edge: Edge, node: Node, errors: tuple[Error, ...]) -> tuple[Error, ...]:
        """The errors that what an edge runs may be expected to raise: those that the node itself raises nowhere."""
        places = self._places(node, errors)
        return errors if all(start == edge.start for start, _ in places) else ()

    def _later(self, edge: Edge, node: Node, errors: tuple[Error, ...]) -> bool:
        body = node.frame.scope.body
        arms = _arms_at(body, edge.start)
        return any(
            end > edge.start and not any(statement == s and region != r for s, r in arms for statement, region in _arms_at(body, start))
            for start, end in self._places(node, errors)
        )

    def _places(self, node: Node, errors: tuple[Error, ...]) -> tuple[tuple[int, int], ...]:
        """Where a node raises one of the errors: its own `raise`, or the call of a function that does."""
        key = (node, errors)
        if key not in self._raised:
            found = list(self._own(node, errors))
            called = ((edge, edge.target) for edge in node.edges if edge.target is not None and edge.target.is_function)
            found += ((edge.start, edge.end) for edge, target in called if any(True for _ in self._own(target, errors)))
            self._raised[key] = tuple(dict.fromkeys(found))
        return self._raised[key]

    def _own(self, node: Node, errors: tuple[Error, ...]) -> Iterator[tuple[int, int]]:
        for step in node.frame.scope.body.steps:
            raised = self._raised_by(step, node.frame)
            if any(self._is_a(raised, error) for error in errors):
                yield step.start, step.end

    def _raised_by(self, step: Step, frame: Frame) -> object:
        """What a step raises whenever it runs: its own `raise`, or a library's function that raises instead of returning (`sys.exit`)."""
        if step.kind == "raise" and step.value is not None:
            return self._names.resolve(step.value.func if isinstance(step.value, Call) else step.value, frame.scope)
        called = self._context.values.callee(step.value, frame).externals if step.kind == "eval" and isinstance(step.value, Call) else ()
        symbols = (self._context.knowledge.symbol(name) for name in called)
        return next((External(symbol.raises) for symbol in symbols if symbol is not None and symbol.raises is not None), None)

    def _is_a(self, raised: object, error: Error) -> bool:
        if isinstance(raised, Class):
            return any(base is error or (isinstance(base, External) and _inherits(base.name, error)) for base in self._names.mro(raised))
        return isinstance(raised, External) and _inherits(raised.name, error)


def _inherits(name: str, error: Error) -> bool:
    if not isinstance(error, str):
        return False
    one, other = (getattr(builtins, n.removeprefix("builtins."), None) for n in (name, error))
    return name == error or (isinstance(one, type) and isinstance(other, type) and issubclass(one, other))


def _last(body: Body, region: int) -> Step | None:
    inner = [index for index in around(body, region) if body.regions[index].role == "with"]
    return next((s for s in reversed(body.steps) if inner and body.inside(s.region, inner[0]) and s.how != "enter"), None)


def _arms_at(body: Body, offset: int) -> tuple[tuple[int, int], ...]:
    """The arms of `if` statements that a place stands in: the statement, and the arm."""
    return tuple(
        (region.statement, index)
        for index, region in enumerate(body.regions)
        if region.role == "branch" and region.statement >= 0 and region.start <= offset < region.end
    )
