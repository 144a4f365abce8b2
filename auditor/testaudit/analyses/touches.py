"""What one stretch of code touches by itself and which code it runs, whoever calls it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from testaudit.analyses.addresses import effect_of, is_meant
from testaudit.analyses.doubles import Cut, Doubles, Extent
from testaudit.analyses.operands import operand
from testaudit.link.flow import heads
from testaudit.link.frames import Definition, Frame, Instance, Thing, Value
from testaudit.link.linked import Linked
from testaudit.link.names import methods
from testaudit.model import External, Place, Unknown, place_of
from testaudit.read.facts import (
    Attr,
    Body,
    Call,
    Class,
    Compare,
    Const,
    Expr,
    FuncRef,
    Function,
    Index,
    Module,
    Name,
    Region,
    Step,
    children,
    does_nothing,
)

START_DEPTH = 3
"""The depth at which summaries begin, so that values are followed through fewer calls than in a trace: 2.5 times faster, 1 effect of 300 lost."""


@dataclass(slots=True, eq=False)
class Node:
    """Some code with its summary: a function (as a method of instances of `frame.this`), a module's own code, or a test's body or fixture."""

    frame: Frame
    name: str
    edges: list[Edge] = field(default_factory=list)
    extents: list[Extent] = field(default_factory=list)
    """What doubles that this code makes cut, and where."""
    unknown: list[Unresolved] = field(default_factory=list)
    read: bool = False
    mask: int = 0
    """The effects that can be reached from here when nothing is cut, as bits."""

    @property
    def module(self) -> Module:
        return self.frame.module


@dataclass(slots=True, frozen=True)
class Unresolved:
    """A relevant name that does not resolve: where, and what is to be said of it."""

    module: Module
    start: int
    why: str


@dataclass(slots=True, eq=False)
class Edge:
    """One thing that code does: it runs other code (`target`), or has an effect by the library's `symbol`.

    `expr` is what is called or used, `frame` the frame that it is written in. `start` is a byte offset in the module of the node.
    """

    start: int
    end: int
    expr: Expr
    frame: Frame
    target: Node | None = None
    effect: str | None = None
    symbol: str = ""
    doubt: int = 0
    """How many conditions stand before it in its own function (a branch, a handler, a return above it)."""

    @property
    def place(self) -> Place:
        return place_of(self.frame.module, self.start, self.end)


class Touches:
    """Reads code into nodes; each node once."""

    def __init__(self, context: Linked, doubles: Doubles) -> None:
        self._context = context
        self._values = context.values
        self._names = context.names
        self._knowledge = context.knowledge
        self._doubles = doubles
        self._nodes: dict[tuple[Function | Module | Class, Class | None], Node] = {}

    def function(self, function: Function, this: Class | None = None) -> Node:
        """The node of a function; of a method as run on an instance of `this`."""
        owner = function.parent
        if isinstance(owner, Class) and (this is None or this is not owner and owner not in self._names.mro(this)):
            this = owner
        if not isinstance(owner, Class) and not isinstance(owner, Function):
            this = None
        key = (function, this)
        node = self._nodes.get(key)
        if node is None:
            frame = Frame(function, lexical=self._lexical(function, this), this=this, depth=START_DEPTH)
            node = self._nodes[key] = Node(frame, function.qualname)
        return node

    def module(self, module: Module) -> Node:
        """The node of what importing a module runs."""
        key = (module, None)
        if key not in self._nodes:
            self._nodes[key] = Node(self._values.module_frame(module), module.path)
        return self._nodes[key]

    def read(self, node: Node) -> None:
        """Fill a node's edges, extents and unknowns."""
        if not node.read:
            node.read = True
            _Reading(self, self._context, self._doubles, node).read()

    def _lexical(self, function: Function, this: Class | None) -> Frame | None:
        parent = function.parent
        if isinstance(parent, Function):
            return Frame(parent, lexical=self._lexical(parent, this), this=this, depth=START_DEPTH)
        return None


class _Reading:
    """One pass over one node's code."""

    def __init__(self, touches: Touches, context: Linked, doubles: Doubles, node: Node) -> None:
        self.touches = touches
        self.values = context.values
        self.names = context.names
        self.knowledge = context.knowledge
        self.context = context
        self.doubles = doubles
        self.node = node
        self.seen: set[tuple[Node, int]] = set()
        self.doubt = 0

    def read(self) -> None:
        frame = self.node.frame
        scope = frame.scope
        if isinstance(scope, Function):
            self._decorators(scope, frame)
        self._body(scope.body, frame)

    def _decorators(self, function: Function, frame: Frame) -> None:
        """A decorator's own function runs around the decorated one; what it doubles is doubled for the whole of it."""
        outside = self.values.lexical_frame(Frame(function), function)
        for decorator in function.decorators:
            value = self.values.evaluate(decorator.func, outside)
            for definition in value.definitions:
                if isinstance(definition.target, Function):
                    self._runs(definition, decorator.expr, outside)
            cuts = self.doubles.made_by(decorator.expr, value, outside)
            self.node.extents.extend(Extent(function.start, function.end, cut) for cut in cuts)

    # ------------------------------------------------------------------------------------------------------------ bodies

    def _body(self, body: Body, frame: Frame) -> None:
        module_level = not isinstance(frame.scope, Function)
        skipped = _not_run(body) if module_level else frozenset()
        outer, left = self.doubt, 0
        for step in body.steps:
            self.doubt = outer + _doubt(body, step.region) + left
            if step.kind == "return" and step.region and not module_level:
                left = 1
            if skipped and any(region in skipped for region in _around(body, step.region)):
                continue
            self._step(step, body, frame, module_level)
        for index, region in heads(body):
            if region.head is not None and index not in skipped:
                self.doubt = outer + _doubt(body, region.parent)
                self._expression(region.head, frame, None, body)
        self.doubt = outer

    def _step(self, step: Step, body: Body, frame: Frame, module_level: bool) -> None:
        if step.defined is not None:
            self._defined(step.defined, frame, module_level)
            return
        for expr in (step.value, step.target):
            if expr is not None:
                self._expression(expr, frame, step, body)
        if step.how == "enter" and step.value is not None:
            self._enter(step.value, frame)
        if step.kind == "bind" and step.how == "=" and step.value is not None and isinstance(step.target, Attr | Index):
            for cut in self.doubles.assigned(step.target, step.value, frame):
                self.node.extents.append(Extent(step.end, _scope_end(frame), cut, lasting=True))

    def _defined(self, defined: Function | Class, frame: Frame, module_level: bool) -> None:
        """A function written in a function is taken to run with it; one of a module or class runs when it is called."""
        if isinstance(defined, Class):
            if module_level:
                self._body(defined.body, self.values.module_frame(defined))
            else:
                for method in methods(defined):
                    self._body(method.body, Frame(method, lexical=frame, this=defined, test=frame.test, depth=START_DEPTH))
            return
        for decorator in defined.decorators if module_level else ():
            if decorator.call is not None:
                self._expression(decorator.call, frame, None, None)
        if not module_level:
            self._body(defined.body, frame.inner(defined))

    def _expression(self, expr: Expr, frame: Frame, step: Step | None, body: Body | None) -> None:
        stack: list[tuple[Expr, Frame]] = [(expr, frame)]
        while stack:
            node, inside = stack.pop()
            match node:
                case Call():
                    self._call(node, inside, step, body)
                case Attr():
                    self._attribute(node, inside)
                case Index():
                    self._item(node, inside)
                case FuncRef():
                    inner = inside.inner(node.function)
                    lowered = node.function.body
                    stack.extend((e, inner) for s in lowered.steps for e in (s.value, s.target) if e is not None)
                    stack.extend((r.head, inner) for _, r in heads(lowered) if r.head is not None)
                case _:
                    pass
            stack.extend((child, inside) for child in children(node))

    # ------------------------------------------------------------------------------------------------------------- calls

    def _call(self, call: Call, frame: Frame, step: Step | None, body: Body | None) -> None:
        callee = self.values.callee(call, frame)
        for thing in callee.things:
            self._called(thing, call, callee, frame)
        if not callee.things:
            self._unresolved(call.func, callee, frame)
        cuts = self.doubles.made_by(call, callee, frame)
        if cuts:
            self._extend(cuts, call, frame, step, body)
        elif any(isinstance(d.target, Class) for d in callee.definitions):
            for cut in self.doubles.injected(call, callee, frame):
                self.node.extents.append(Extent(call.start, _scope_end(frame), cut, lasting=True))

    def _called(self, thing: Thing, call: Call, callee: Value, frame: Frame) -> None:
        match thing:
            case Definition(target=Function()):
                self._runs(thing, call, frame)
                self._handed_over(call, frame)
            case Definition(target=Class() as cls):
                self._constructs(cls, call, frame)
            case Definition(target=External(name=name)):
                self._library(name, thing, call, callee, frame)
            case Instance(type=Class() as cls):
                self._method(cls, "__call__", call, frame)
            case Instance(type=External(name=name)):
                self._library(f"{name}.__call__", thing, call, callee, frame)
            case _:
                self._handed_over(call, frame)

    def _library(self, name: str, thing: Thing, call: Call, callee: Value, frame: Frame) -> None:
        symbol = self.knowledge.symbol(name)
        if symbol is None:
            return
        if symbol.effect is not None and is_meant(name, self.knowledge):
            effect = effect_of(symbol, thing, call, frame, self.values)
            if effect is not None:
                self._effect(call, frame, effect, name)
        for spec in symbol.calls:
            if spec == "self":
                continue
            given = operand(spec, call, callee)
            if given is not None:
                self._function_value(given[0], given[1] or frame, call)

    def _handed_over(self, call: Call, frame: Frame) -> None:
        """Functions that are given to first-party or unknown code are taken to be called by it."""
        for argument in call.args:
            if isinstance(argument.value, Name | Attr):
                value = self.values.evaluate(argument.value, frame)
                for definition in value.definitions:
                    if isinstance(definition.target, Function):
                        self._runs(definition, argument.value, frame)

    def _function_value(self, expr: Expr, where: Frame, call: Call) -> None:
        for thing in self.values.evaluate(expr, where).things:
            match thing:
                case Definition(target=Function()):
                    self._runs(thing, call, self.node.frame)
                case Definition(target=Class() as cls):
                    self._constructs(cls, call, self.node.frame)
                case Instance(type=Class() as cls):
                    self._method(cls, "__call__", call, self.node.frame)
                case _:
                    pass

    def _runs(self, definition: Definition, expr: Expr, frame: Frame) -> None:
        function = definition.target
        assert isinstance(function, Function)
        if does_nothing(function):
            return
        self._edge(self.touches.function(function, _receiver(definition)), expr, frame)

    def _constructs(self, cls: Class, call: Expr, frame: Frame) -> None:
        for name in ("__init__", "__new__", "__post_init__"):
            self._method(cls, name, call, frame)
        for base in self.names.mro(cls):
            if isinstance(base, External) and (symbol := self.knowledge.symbol(base.name)) is not None and symbol.effect is not None and symbol.class_:
                self._effect(call, frame, symbol.effect, base.name)

    def _method(self, cls: Class, name: str, expr: Expr, frame: Frame) -> None:
        found = self.names.attribute(cls, name, instance=True)
        if isinstance(found, Function):
            self._edge(self.touches.function(found, cls), expr, frame)

    def _edge(self, node: Node, expr: Expr, frame: Frame) -> None:
        if node is not self.node and (node, expr.start) not in self.seen:
            self.seen.add((node, expr.start))
            self.node.edges.append(Edge(expr.start, expr.end, expr, frame, target=node, doubt=self.doubt))

    def _effect(self, expr: Expr, frame: Frame, effect: str, symbol: str) -> None:
        self.node.edges.append(Edge(expr.start, expr.end, expr, frame, effect=effect, symbol=symbol, doubt=self.doubt))

    # --------------------------------------------------------------------------------------------- attributes, items, with

    def _attribute(self, expr: Attr, frame: Frame) -> None:
        """A property of a first-party object runs code."""
        if not isinstance(expr.value, Name | Attr):
            return
        for thing in self.values.evaluate(expr.value, frame).things:
            if isinstance(thing, Instance) and isinstance(thing.type, Class):
                found = self.names.attribute(thing.type, expr.name, instance=True)
                if isinstance(found, Function) and self.values.is_property(found):
                    self._edge(self.touches.function(found, thing.type), expr, frame)

    def _item(self, expr: Index, frame: Frame) -> None:
        if not isinstance(expr.value, Name | Attr):
            return
        for thing in self.values.evaluate(expr.value, frame).things:
            if isinstance(thing, Instance) and isinstance(thing.type, External):
                symbol = self.knowledge.member(thing.type.name, "__getitem__")
                if symbol is not None and symbol.effect is not None and is_meant(f"{thing.type.name}.__getitem__", self.knowledge):
                    self._effect(expr, frame, symbol.effect, thing.type.name)
            elif isinstance(thing, Instance) and isinstance(thing.type, Class):
                self._method(thing.type, "__getitem__", expr, frame)

    def _enter(self, expr: Expr, frame: Frame) -> None:
        for thing in self.values.evaluate(expr, frame).things:
            if isinstance(thing, Instance) and isinstance(thing.type, Class):
                for name in ("__enter__", "__exit__", "__aenter__", "__aexit__"):
                    self._method(thing.type, name, expr, frame)
            elif isinstance(thing, Instance) and isinstance(thing.type, External):
                symbol = self.knowledge.member(thing.type.name, "__enter__")
                if symbol is not None and symbol.effect is not None and not symbol.name.endswith("*"):
                    self._effect(expr, frame, symbol.effect, thing.type.name)

    # --------------------------------------------------------------------------------------------------------------- doubles

    def _extend(self, cuts: tuple[Cut, ...], call: Call, frame: Frame, step: Step | None, body: Body | None) -> None:
        """The extent of what a call doubles: the `with` that it heads, or the rest of the code (and of the test, when a fixture or helper does it)."""
        region = _headed(step, call, body)
        for cut in cuts:
            if region is not None and body is not None:
                yields = any(s.kind == "yield" and body.inside(s.region, body.regions.index(region)) for s in body.steps)
                self.node.extents.append(Extent(region.start, region.end, cut, lasting=yields))
            else:
                self.node.extents.append(Extent(call.start, _scope_end(frame), cut, lasting=True))

    def _unresolved(self, func: Expr, callee: Value, frame: Frame) -> None:
        """Only a first-party name that should be there and is not makes a test uncertain; a value that cannot be followed does not."""
        root = func
        while isinstance(root, Attr | Call | Index):
            root = root.func if isinstance(root, Call) else root.value
        if isinstance(root, Name):
            found = self.names.lookup(root.name, frame.scope)
            if isinstance(found, Unknown) and callee.why is not None and "star import" in found.why:
                self.node.unknown.append(Unresolved(frame.module, root.start, found.why))


def _receiver(definition: Definition) -> Class | None:
    """The class of the object that a method is bound to."""
    for thing in definition.receiver.things if definition.receiver is not None else ():
        if isinstance(thing, Instance) and isinstance(thing.type, Class):
            return thing.type
        if isinstance(thing, Definition) and isinstance(thing.target, Class):
            return thing.target
    return None


def _headed(step: Step | None, call: Call, body: Body | None) -> Region | None:
    if step is None or step.how != "enter" or body is None or step.value is not call:
        return None
    return body.regions[step.region]


def _scope_end(frame: Frame) -> int:
    scope = frame.scope
    while isinstance(scope, Function) and scope.kind != "def" and isinstance(scope.parent, Function):
        scope = scope.parent
    return len(scope.source) if isinstance(scope, Module) else scope.end


def _not_run(body: Body) -> frozenset[int]:
    """The regions of a module that importing it does not run: `if __name__ == "__main__"`, `if TYPE_CHECKING`."""
    found: set[int] = set()
    for index, region in enumerate(body.regions):
        head = region.head
        if region.role == "branch" and (
            (isinstance(head, Compare) and any(isinstance(o, Name) and o.name == "__name__" for o in head.operands))
            or (isinstance(head, Name | Attr) and head.name == "TYPE_CHECKING")
            or (isinstance(head, Const) and not head.value)
        ):
            found.add(index)
    return frozenset(found)


def _doubt(body: Body, region: int) -> int:
    return sum(body.regions[at].role in ("branch", "handler") for at in _around(body, region))


def _around(body: Body, region: int) -> Iterator[int]:
    while region > 0:
        yield region
        region = body.regions[region].parent
