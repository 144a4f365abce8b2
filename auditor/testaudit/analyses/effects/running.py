"""What one call runs or touches: the functions and methods behind it, and the effects of libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from testaudit.analyses.addresses.addresses import effect_of, is_meant
from testaudit.analyses.addresses.hosts import fixed_host
from testaudit.analyses.effects.alternatives import is_one_of_several
from testaudit.analyses.effects.kept import is_kept
from testaudit.analyses.effects.own_libraries import INSIDE, known_symbol
from testaudit.analyses.effects.receivers import declared, is_made, is_picked, owners
from testaudit.analyses.effects.touches import Edge, Node
from testaudit.analyses.effects.unknowns import may_reach_out
from testaudit.analyses.operands import operand
from testaudit.knowledge import Symbol
from testaudit.link.evaluation.loading import entry_target, points_above
from testaudit.link.frames import NOTHING, Definition, Frame, Instance, Thing, Value
from testaudit.model import External
from testaudit.read.facts import Attr, Call, Class, Expr, Function, Module, Name, does_nothing

if TYPE_CHECKING:
    from testaudit.analyses.effects.readings import Readings

_ENTER = ("__enter__", "__exit__", "__aenter__", "__aexit__")


class Running:
    """Adds edges to one node. `doubt` and `when` are those of the place that is being read."""

    def __init__(self, readings: Readings, node: Node) -> None:
        context = readings.context
        self.readings = readings
        self.context = context
        self.values = context.values
        self.names = context.names
        self.knowledge = context.knowledge
        self.doubles = readings.doubles
        self.node = node
        self.is_test = node.is_test
        self.seen: set[tuple[Node, int]] = set()
        self.doubt = 0
        self.when: tuple[tuple[str, bool], ...] = ()
        self.entry_points = points_above(context.values, node.module.path.rpartition("/")[0])

    def commands_called(self, call: Call, frame: Frame) -> None:
        """What tests run of a command line without its runner."""
        if self.is_test:
            for command in self.readings.commands.called(call, frame):
                self.runs(command, call, frame)

    def called(self, thing: Thing, call: Call, callee: Value, frame: Frame) -> None:
        match thing:
            case Definition(target=Function()):
                uncertain = not self.is_test and is_one_of_several(thing, callee, self.values)
                self.doubt += uncertain
                self.runs(thing, call, frame, callee)
                self.doubt -= uncertain
                self.handed_over(call, frame, thing)
            case Definition(target=Class() as cls):
                self.constructs(cls, call, frame, picked=thing.picked)
                self.handed_over(call, frame, thing)
            case Definition(target=External(name=name)):
                self.calls_library(name, thing, call, callee, frame)
            case Instance(type=Class() as cls):
                self.method(cls, "__call__", call, frame)
            case Instance(type=External(name=name)):
                self.calls_library(f"{name}.__call__", thing, call, callee, frame)
            case _:
                self.handed_over(call, frame)

    def calls_library(self, name: str, thing: Thing, call: Call, callee: Value, frame: Frame) -> None:
        symbol = self.knowledge.symbol(name)
        handed_out = isinstance(thing, Instance) and thing.call is None and not thing.declared  # by a plugin's fixture, as the tables say
        if symbol is None or (self.is_own(name) and not handed_out):
            if symbol is None and may_reach_out(name, self.knowledge) and not self.is_own(name):
                self.unresolved(call, frame, name, f"nothing is known of `{name}`")
            if symbol is not None and self.is_test and symbol.effect is not None and symbol.effect not in INSIDE and is_made(thing):
                self.effect(call, frame, symbol.effect, name, symbol)  # the library's own suite
                self.node.edges[-1].undoubled = True
            self.handed_over(call, frame)
            return
        if symbol.opens:
            self.makes(name.partition(".")[0])
        if symbol.effect is not None and is_meant(name, self.knowledge):
            effect = effect_of(symbol, thing, call, frame, self.context)
            if effect is not None:
                needs = None if self.is_test else declared(thing)
                self.effect(call, frame, effect, name, symbol, needs, None if self.is_test else self.typed(callee))
                self.node.edges[-1].host = fixed_host(effect, symbol, thing, call, frame, self.context)
            path = symbol.request or (symbol.address if effect == "web-app" != symbol.effect else None)
            if path is not None and self.is_test:
                self.requests(call, path, name, frame)
        if symbol.enters is not None and (given := operand(symbol.enters, call, callee)) is not None:
            self.enter(given[0], given[1] or frame)
        self.calls_of(symbol, thing, call, callee, frame)

    def calls_of(self, symbol: Symbol, thing: Thing, call: Call, callee: Value, frame: Frame) -> None:
        """What a library's function calls of what it is given, or of its receiver."""
        if symbol.chooses is not None:
            refused = self.readings.commands.refused_at(symbol, call, frame, callee)
            if refused == 0:
                return
            for command in self.readings.commands.invoked(symbol, call, frame, callee) if refused is None else ():
                self.runs(command, call, frame)
        for spec in (*symbol.calls, *((symbol.finalizer,) if symbol.finalizer is not None else ())):
            given = operand(spec, call, callee) if spec != "self" else None
            for receiver in owners(thing) if spec == "self" else ():
                if isinstance(receiver.type, Class) and (method := self.running_method(receiver.type)) is not None:
                    self.method(receiver.type, method, call, frame)
            if spec == "self" and isinstance(thing, Definition) and thing.receiver is not None:
                for definition in thing.receiver.definitions:  # a function that a decorator has made an object of
                    if isinstance(definition.target, Function):
                        self.edge(self.readings.function(definition.target), call, frame)
            if given is not None:
                self.function_value(given[0], given[1] or frame, call)

    def requests(self, call: Call, path: str, name: str, frame: Frame) -> None:
        """A request of an in-process client runs the application's handler of that path."""
        handlers, certain = self.readings.applications.answering(call, path, name, frame)
        self.doubt += not certain
        for handler in handlers:
            self.edge(self.readings.function(handler), call, frame)
        self.doubt -= not certain

    def is_own(self, name: str) -> bool:
        """Whether a name that does not resolve lies in a first-party package (a compiled or generated module of it); in a namespace
        package, for code that is part of it, what the tables say of the whole of it only: other parts may be libraries (`poetry.core`)."""
        package, path = name.partition(".")[0], self.node.module.path
        workspace = self.context.workspace
        if workspace.find(package, path) is not None:
            return True
        is_part = not self.is_test and package in path.split("/")[:-1] and workspace.has_folder(package, path)
        return is_part and self.knowledge.entry_name(name) in (None, f"{package}.*")

    def handed_over(self, call: Call, frame: Frame, callee: Definition | None = None) -> None:
        """Functions that are given to first-party or unknown code are taken to be called by it; in the code under test not where it
        is to be seen that they are only kept."""
        target = callee.target if callee is not None and not self.is_test else None
        for argument in call.args:
            expr = argument.value
            if (
                isinstance(expr, Name | Attr)
                and isinstance(target, Function | Class)
                and is_kept(
                    target, argument, call, self.context, self.readings.kept, bound=callee is not None and callee.receiver is not None
                )
            ):
                continue
            if isinstance(expr, Name):
                function = self.names.lookup(expr.name, frame.scope)
                if isinstance(function, Function) and not does_nothing(function):
                    self.later(self.readings.function(function, None, frame), expr, frame)
            elif isinstance(expr, Attr):
                for definition in self.values.evaluate(expr, frame).definitions:
                    if isinstance(definition.target, Function) and not does_nothing(definition.target):
                        self.later(
                            self.readings.function(definition.target, self.values.instance_class(definition), definition.frame), expr, frame
                        )

    def function_value(self, expr: Expr, where: Frame, call: Call) -> None:
        for thing in self.values.evaluate(expr, where).things:
            match thing:
                case Definition(target=Function()):
                    self.runs(thing, expr, where)  # whoever replaces the operand (`partial(module.run, …)`) cuts it
                case Definition(target=Class() as cls):
                    self.constructs(cls, call, where)
                case Instance(type=Class() as cls):
                    self.method(cls, self.running_method(cls) or "__call__", call, where)
                case _:
                    pass

    def running_method(self, cls: Class) -> str | None:
        """The method that a library runs on objects of a class that derives from one of its own."""
        symbols = (self.knowledge.symbol(base.name) for base in self.names.mro(cls) if isinstance(base, External))
        return next((symbol.runs for symbol in symbols if symbol is not None and symbol.runs is not None), None)

    def runs(self, definition: Definition, expr: Expr, frame: Frame, callee: Value = NOTHING) -> None:
        function = definition.target
        assert isinstance(function, Function)
        base = declared(definition)
        if does_nothing(function) and not isinstance(base, Class):
            return
        this = self.values.instance_class(definition)
        known = None
        if self.is_test and not self.context.is_test_code(function.module.path):
            func = expr.func if isinstance(expr, Call) else expr
            known = known_symbol(function, func.name if isinstance(func, Name | Attr) else function.name, this, self.knowledge)
        if known is not None and known.effect is not None:
            self.effect(expr, frame, known.effect, known.name, known)
            self.node.edges[-1].undoubled = True
        node = self.with_classes(definition, expr, frame)
        if node is None:
            node = self.readings.function(function, this, definition.frame)
        needs = base if base is not None and (not self.is_test or is_picked(definition)) else None
        self.edge(node, expr, frame, needs, base if isinstance(base, Class) else None, None if self.is_test else self.typed(callee))

    def with_classes(self, definition: Definition, expr: Expr, frame: Frame) -> Node | None:
        """A helper of the tests that is told which class to make objects of, in which module to replace something, or a command
        line's words, has a node of its own for each such call."""
        function = definition.target
        if not isinstance(expr, Call) or not isinstance(function, Function) or not self.context.is_test_code(function.module.path):
            return None
        given = (a.value for a in expr.args if isinstance(a.value, Name | Attr))
        told = (d.target for value in given for d in self.values.evaluate(value, frame).definitions)
        if not (expr.args and self.knowledge.words("chooses") & function.words) and not any(
            isinstance(target, Class | External | Module) for target in told
        ):
            return None
        inner = self.values.enter(expr, definition, frame)
        return self.readings.told(inner, function, expr) if inner is not None else None

    def constructs(self, cls: Class, call: Expr, frame: Frame, *, picked: bool = False) -> None:
        """`picked`: one of several entry points, of which the one runs whose name somebody says."""
        if not picked:
            self.makes(cls)
        for name in ("__init__", "__new__", "__post_init__"):
            self.method(cls, name, call, frame, needs=cls if picked else None)
        for base in self.names.mro(cls):
            symbol = self.knowledge.symbol(base.name) if isinstance(base, External) else None
            if symbol is not None and isinstance(base, External) and symbol.class_:
                if symbol.opens:
                    self.makes(base.name.partition(".")[0])
                if symbol.effect is not None and is_meant(base.name, self.knowledge):
                    self.effect(call, frame, symbol.effect, base.name, symbol)

    def makes(self, kind: Class | str) -> None:
        """Notes what the code makes objects of, unless only a condition leads there."""
        if not self.doubt:
            self.node.makes.setdefault(kind)

    def mentions(self, text: str) -> None:
        """A string that is the name of an entry point of the project picks what it stands for."""
        if self.doubt or not self.entry_points:
            return
        for points in self.entry_points.values():
            target = entry_target(self.values, points[text], self.node.module) if text in points else None
            if isinstance(target, Class):
                self.makes(target)

    def method(self, cls: Class, name: str, expr: Expr, frame: Frame, needs: Class | None = None) -> None:
        found = self.names.attribute(cls, name, instance=True)
        if isinstance(found, Function):
            self.edge(self.readings.function(found, cls), expr, frame, needs)

    def typed(self, callee: Value) -> Class | str | None:
        """The annotated type of a method's receiver, even where something that the code makes itself may stand there as well."""
        for receiver in (owner for thing in callee.things for owner in owners(thing)):
            if receiver.declared:
                return receiver.type if isinstance(receiver.type, Class) else self.knowledge.canonical(receiver.type.name)
        return None

    def edge(
        self,
        node: Node,
        expr: Expr,
        frame: Frame,
        needs: Class | str | None = None,
        base: Class | None = None,
        typed: Class | str | None = None,
    ) -> None:
        if node is not self.node and (node, expr.start) not in self.seen:
            self.seen.add((node, expr.start))
            doubt = self.doubt + self.readings.left_out(node)
            self.node.edges.append(
                Edge(expr.start, expr.end, expr, frame, target=node, doubt=doubt, needs=needs, base=base, when=self.when, typed=typed)
            )

    def later(self, node: Node, expr: Expr, frame: Frame) -> None:
        """Code that is handed on: in the code under test it is not sure that somebody runs it."""
        self.doubt += not self.is_test
        self.edge(node, expr, frame)
        self.doubt -= not self.is_test

    def effect(
        self,
        expr: Expr,
        frame: Frame,
        effect: str,
        name: str,
        symbol: Symbol,
        needs: Class | str | None = None,
        typed: Class | str | None = None,
    ) -> None:
        effects = [effect]
        if effect == "subprocess" and symbol.opens == "server":
            effects.append("socket")  # a server in another process is spoken to over a socket
        for one in effects:
            self.node.edges.append(
                Edge(expr.start, expr.end, expr, frame, effect=one, symbol=name, doubt=self.doubt, needs=needs, when=self.when, typed=typed)
            )

    def unresolved(self, expr: Expr, frame: Frame, name: str, why: str) -> None:
        """A call of something of which nothing is known."""
        self.node.edges.append(Edge(expr.start, expr.end, expr, frame, symbol=name, doubt=self.doubt, when=self.when, unknown=why))

    def enter(self, expr: Expr, frame: Frame) -> None:
        for thing in self.values.evaluate(expr, frame).things:
            if isinstance(thing, Instance) and isinstance(thing.type, Class):
                for name in _ENTER:
                    self.method(thing.type, name, expr, frame)
            elif isinstance(thing, Instance) and isinstance(thing.type, External):
                self.special(thing.type.name, "__enter__", expr, frame)
                client = self.knowledge.symbol(thing.type.name) if self.is_test else None
                if client is not None and client.effect == "web-app":
                    for handler in self.readings.applications.starting(frame):
                        self.edge(self.readings.function(handler), expr, frame)

    def special(self, type_name: str, method: str, expr: Expr, frame: Frame) -> None:
        """A method that syntax calls; a wildcard of the type does not mean it."""
        symbol = self.knowledge.member(type_name, method)
        if (
            symbol is not None
            and symbol.effect is not None
            and not (self.knowledge.entry_name(f"{type_name}.{method}") or "*").endswith("*")
        ):
            self.effect(expr, frame, symbol.effect, type_name, symbol)
