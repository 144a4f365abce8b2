"""One pass over one node's code: which code it runs, what it touches, what it doubles, and under how many conditions."""

from __future__ import annotations

from collections.abc import Iterable

from testaudit.analyses.doubles.cuts import Cut, Extent
from testaudit.analyses.effects.argument_types import types_decide
from testaudit.analyses.effects.conditions import (
    arms_of,
    doubt_exceptions,
    doubt_of,
    handlers,
    is_guarded,
    leaves_to_others,
    name_alternatives,
    not_always_evaluated,
    not_run,
    parameters_decide,
    settle,
)
from testaudit.analyses.effects.running import Running
from testaudit.analyses.effects.touches import MAX_DOUBT
from testaudit.analyses.effects.wrappers import handed_out, wrappers
from testaudit.link.flow import heads
from testaudit.link.frames import Frame, Instance, Literal, Value
from testaudit.model import External, Unknown
from testaudit.read.facts import (
    Attr,
    Body,
    Call,
    Class,
    Collection,
    Compare,
    Const,
    Expr,
    FuncRef,
    Function,
    Index,
    Module,
    Name,
    Op,
    Step,
    children,
)

INLINE = 2
"""A condition within an expression (`a and f()`) counts like two: where it alone decided the layer, it never held (10 tests)."""

MAX_CHOICE = 24
"""Of a larger table of functions nothing is known."""


_SILENT: frozenset[type[Expr]] = frozenset({Name})
"""The expressions in which nothing happens, and those where no string names an entry point."""
_SILENT_ALONE: frozenset[type[Expr]] = frozenset({Name, Const})


class Reading(Running):
    """One pass over one node's code."""

    def read(self) -> None:
        frame = self.node.frame
        scope = frame.scope
        if isinstance(scope, Function):
            self._decorators(scope)
        if frame.test is not None and frame.fixture is None and frame.caller is None and self.readings.inert.is_inert(frame):
            return
        self._body(scope.body, frame)
        self.node.decided = any(edge.when or edge.kinds for edge in self.node.edges)
        name_alternatives(self.node.edges)
        if not self.is_test:
            self.node.arms = tuple(arms_of(scope.body, self.node.edges))
            settle(self.node.arms)
            doubt_exceptions(scope.body, self.node.edges)

    def _decorators(self, function: Function) -> None:
        """A decorator's wrapper runs around the decorated function; what it doubles is doubled for the whole of it."""
        outside = self.values.lexical_frame(Frame(function), function)
        for decorator in function.decorators:
            value = self.values.evaluate(decorator.func, outside)
            for definition in value.definitions:
                if isinstance(definition.target, Function):
                    self.runs(definition, decorator.expr, outside)
                    for wrapper in wrappers(definition.target):
                        self.edge(self.readings.function(wrapper), decorator.expr, outside)
            cuts = self.doubles.made_by(decorator.expr, value, outside)
            self.node.extents.extend(Extent(function.start, function.end, cut) for cut in cuts)

    def _body(self, body: Body, frame: Frame) -> None:
        function = frame.scope if isinstance(frame.scope, Function) else None
        sure, skipped = self._decided(body, frame)
        if function is None:
            skipped |= not_run(body)
        returned, outer, left, exits = 0, self.doubt, 0, 0
        automatic = frame.fixture is not None and frame.fixture.autouse  # one that leaves early is not meant for every test
        for step in body.steps:
            if skipped and step.region in skipped:
                continue
            if self.is_test:
                self.doubt = left + handlers(body, step.region)
            else:
                self.doubt = outer + doubt_of(body, step.region, function, sure) + returned + INLINE * is_guarded(body, step)
            self.when = parameters_decide(body, step.region, function) if function is not None and step.region and not self.is_test else ()
            before = len(self.node.edges)
            self._step(step, body, frame, function is None)
            if len(self.node.edges) > before and function is not None:
                self._circumstances(before, step, body, function, doubt_of(body, step.region, function) + returned if self.is_test else 0)
            if step.kind == "return" and function is not None:
                if step.region in sure:
                    break
                returned = max(returned, leaves_to_others(body, step))
                if automatic and step.region and not left:
                    left, exits = MAX_DOUBT, step.end
        self.when = ()
        for index, region in heads(body):
            if region.head is not None and index not in skipped:
                if self.is_test:
                    self.doubt = handlers(body, region.parent) + (left if region.start > exits else 0)
                else:
                    self.doubt = outer + doubt_of(body, region.parent, function, sure)
                self._expression(region.head, frame, None, body)
        self.doubt = outer

    def _circumstances(self, first: int, step: Step, body: Body, function: Function, aside: int) -> None:
        """Says of the edges from `first` on, what a step calls, which errors a test expects of them, or which types they are for."""
        errors = self.readings.failing.expected(step, body, self.node.frame) if self.is_test else ()
        kinds = types_decide(body, step.region, function) if step.region and not self.is_test else ()
        for edge in self.node.edges[first:] if errors or kinds or aside else ():
            edge.fails, edge.kinds, edge.aside = errors, kinds, aside

    def _decided(self, body: Body, frame: Frame) -> tuple[frozenset[int], frozenset[int]]:
        """The regions that surely run, and those that surely do not, where something is known of what decides."""
        if frame.test is None and frame.call is None:
            words = frame.scope.words if isinstance(frame.scope, Function) else frozenset[str]()
            if "platform" not in words and not {"os", "name"} <= words:
                return frozenset(), frozenset()
        branches = {index for index, region in enumerate(body.regions) if region.role == "branch"}
        verdicts = {
            index: self.values.runs(body, index, frame)
            for index in range(1, len(body.regions))
            if any(index == branch or body.inside(index, branch) for branch in branches)
        }
        return frozenset(i for i, v in verdicts.items() if v), frozenset(i for i, v in verdicts.items() if v is False)

    def _step(self, step: Step, body: Body, frame: Frame, module_level: bool) -> None:
        if step.defined is not None:
            self._defined(step.defined, frame, module_level)
            return
        handed_out = step.value if step.kind in ("return", "yield") and isinstance(step.value, FuncRef) else None
        for expr in (step.value, step.target):
            if expr is not None and expr is not handed_out:
                self._expression(expr, frame, step, body)
        if step.how == "enter" and step.value is not None:
            self.enter(step.value, frame)
        if step.kind == "bind" and step.how == "=" and step.value is not None and isinstance(step.target, Attr | Index):
            for cut in self.doubles.assigned(step.target, step.value, frame):
                self.node.extents.append(Extent(step.end, _scope_end(frame), cut, lasting=True))

    def _defined(self, defined: Function | Class, frame: Frame, module_level: bool) -> None:
        """A function written in a function runs when that calls it or hands it on; one that is registered by a decorator, or in the code
        under test, is taken to run some time."""
        if isinstance(defined, Class):
            if module_level:
                self._body(defined.body, self.values.module_frame(defined))
            return
        for decorator in defined.decorators if module_level else ():
            if decorator.call is not None:
                self._expression(decorator.call, frame, None, None)
        if isinstance(frame.scope, Function) and defined not in handed_out(frame.scope) and (defined.decorators or not self.is_test):
            name = Name(defined.name_start, defined.name_end, defined.name)
            self.later(self.readings.function(defined, frame.this, frame), name, frame)

    def _expression(self, expr: Expr, frame: Frame, step: Step | None, body: Body | None) -> None:
        outer = self.doubt
        silent = _SILENT if self.entry_points else _SILENT_ALONE
        stack: list[tuple[Expr, Frame, int]] = [(expr, frame, outer)]
        while stack:
            node, inside, guarded = stack.pop()
            self.doubt = guarded
            inner: Iterable[Expr]
            match node:
                case Call():
                    self._call(node, inside, step, body)
                    func = node.func.value if isinstance(node.func, Attr) else node.func  # a method is no property
                    inner = (func, *(argument.value for argument in node.args))
                case Attr():
                    self._attribute(node, inside)
                    inner = (node.value,)
                case Index():
                    self._item(node, inside)
                    inner = (node.value, node.key)
                case Const(value=str() as text):
                    self.mentions(text)
                    continue
                case Compare(operands=operands):  # what is compared with is not chosen
                    inner = [operand for operand in operands if not isinstance(operand, Const)]
                case Op(operands=(first, *_)) if not self.is_test and (others := not_always_evaluated(node)):
                    stack.append((first, inside, guarded))
                    stack.extend((operand, inside, guarded + INLINE) for operand in others)
                    continue
                case FuncRef():
                    within = inside.inner(node.function)
                    lowered = node.function.body
                    stack.extend((e, within, guarded) for s in lowered.steps for e in (s.value, s.target) if e is not None)
                    stack.extend((r.head, within, guarded) for _, r in heads(lowered) if r.head is not None)
                    continue
                case _:
                    inner = children(node)
            stack += [(child, inside, guarded) for child in inner if child.__class__ not in silent]
        self.doubt = outer

    def _call(self, call: Call, frame: Frame, step: Step | None, body: Body | None) -> None:
        callee = self.values.callee(call, frame)
        for thing in callee.things:
            self.called(thing, call, callee, frame)
        if not callee.things and isinstance(call.func, Index):
            self._chosen(call.func, frame)
        elif not callee.things:
            self._unresolved(call.func, callee, frame)
        self.commands_called(call, frame)
        cuts = self.doubles.made_by(call, callee, frame)
        if cuts:
            self._extend(cuts, call, frame, step, body)
        elif self.is_test and call.args and any(isinstance(d.target, Class | Function) for d in callee.definitions):
            for cut in self.doubles.injected(call, callee, frame):
                self.node.extents.append(Extent(call.start, _scope_end(frame), cut, lasting=True))

    def _chosen(self, func: Index, frame: Frame) -> None:
        """A function out of a table, by a key that is not known: any of them."""
        for table in self.values.evaluate(func.value, frame).things:
            if isinstance(table, Literal) and isinstance(table.expr, Collection):
                for item in table.expr.items[:MAX_CHOICE]:
                    for definition in self.values.evaluate(item, table.frame).definitions:
                        if isinstance(definition.target, Function):
                            self.later(self.readings.function(definition.target), func, frame)

    def _attribute(self, expr: Attr, frame: Frame) -> None:
        """A property of a first-party object runs code."""
        if not isinstance(expr.value, Name | Attr):
            return
        for thing in self.values.evaluate(expr.value, frame).things:
            if isinstance(thing, Instance) and isinstance(thing.type, Class):
                found = self.names.attribute(thing.type, expr.name, instance=True)
                if isinstance(found, Function) and self.values.is_property(found):
                    base = thing.type if thing.declared else None
                    self.edge(self.readings.function(found, thing.type), expr, frame, None if self.is_test else base, base)

    def _item(self, expr: Index, frame: Frame) -> None:
        if not isinstance(expr.value, Name | Attr):
            return
        for thing in self.values.evaluate(expr.value, frame).things:
            if isinstance(thing, Instance) and isinstance(thing.type, External):
                self.special(thing.type.name, "__getitem__", expr, frame)
            elif isinstance(thing, Instance) and isinstance(thing.type, Class):
                self.method(thing.type, "__getitem__", expr, frame)

    def _extend(self, cuts: tuple[Cut, ...], call: Call, frame: Frame, step: Step | None, body: Body | None) -> None:
        """The extent of what a call doubles: the `with` that it heads, or the rest of the code (and of the test, when a fixture or helper
        does it)."""
        inside = step.region if step is not None and step.how == "enter" and step.value is call and body is not None else None
        for cut in cuts:
            if inside is not None and body is not None:
                region = body.regions[inside]
                yields = any(s.kind == "yield" and body.inside(s.region, inside) for s in body.steps)
                self.node.extents.append(Extent(region.start, region.end, cut, lasting=yields))
            else:
                self.node.extents.append(Extent(call.start, _scope_end(frame), cut, lasting=True))

    def _unresolved(self, func: Expr, callee: Value, frame: Frame) -> None:
        """Only a first-party name that should be there and is not makes a test uncertain; a value that cannot be followed does not."""
        root = func
        while isinstance(root, Attr | Call | Index):
            root = root.func if isinstance(root, Call) else root.value
        if isinstance(root, Name) and callee.why is not None:
            found = self.names.lookup(root.name, frame.scope)
            if isinstance(found, Unknown) and ("star import" in found.why or "not there to import" in found.why):
                self.unresolved(func, frame, root.name, found.why)


def _scope_end(frame: Frame) -> int:
    scope = frame.scope
    while isinstance(scope, Function) and scope.kind != "def" and isinstance(scope.parent, Function):
        scope = scope.parent
    return len(scope.source) if isinstance(scope, Module) else scope.end
