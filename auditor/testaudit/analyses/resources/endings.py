"""What ends what was opened: calls, finalizers, `with` and teardowns."""

from __future__ import annotations

from collections.abc import Iterable

from testaudit.analyses.operands import operand
from testaudit.analyses.resources.escapes import Escapes, called_name
from testaudit.analyses.resources.identities import Identities
from testaudit.analyses.resources.locations import Locations, Root
from testaudit.analyses.resources.opened import ON_DISK, Opened
from testaudit.analyses.roles import REGISTERS
from testaudit.knowledge import Symbol
from testaudit.link.frames import Definition, Frame, Instance, Member, Value
from testaudit.link.linked import Linked
from testaudit.link.trace import Event, Tracer
from testaudit.model import External
from testaudit.read.facts import Call, Class, Expr, Function


class Endings:
    """Finds in traced code what ends resources."""

    def __init__(self, context: Linked, locations: Locations, identities: Identities) -> None:
        self._context = context
        self._locations = locations
        self._identities = identities
        self._escapes = Escapes(context, identities)

    def end(self, opened: list[Opened], events: Iterable[Event], *, safe: bool, only_finalizers: bool = False) -> None:
        """Note in the resources what the events end. `safe`: they run whether the test passed or not; `only_finalizers`: what they do at
        once is passed over."""
        for event in events:
            if event.call is not None:
                self._call(opened, event, safe, only_finalizers)
            elif event.step is not None and event.step.how == "enter" and event.step.value is not None and not only_finalizers:
                value = self._context.values.evaluate(event.step.value, event.frame)
                for resource in self._identities.among(opened, value):
                    resource.end(event, safe=True)
                self._left(opened, value, event)
            elif event.step is not None and isinstance(event.step.defined, Function):
                self._decorated(opened, event.step.defined, event)
            elif event.step is not None and event.step.kind in ("bind", "yield", "return") and event.step.value is not None:
                self._escapes.by_step(opened, event)

    def _decorated(self, opened: list[Opened], function: Function, event: Event) -> None:
        """A function that its decorator registers to run when the test is over: `@request.addfinalizer`."""
        for decorator in function.decorators:
            for definition in self._context.values.evaluate(decorator.expr, event.frame).definitions:
                name = definition.target.name if isinstance(definition.target, External) else ""
                symbol = self._context.knowledge.symbol(name) if name else None
                if symbol is not None and symbol.finalizer is not None:
                    self.end(opened, self._tracer().function(event.frame.inner(function)), safe=True)

    def _call(self, opened: list[Opened], event: Event, safe: bool, only_finalizers: bool) -> None:
        """What one call ends, registers for the end, or takes to where nobody can say."""
        call = event.call
        assert call is not None
        known = keeps = False
        in_finally = safe or any(region.role in ("finally", "handler") for region, _ in event.regions())
        for _, symbol, definition in self._identities.symbols(event):
            known = True
            keeps = keeps or not (
                symbol.pure or symbol.reads or symbol.verifies or symbol.changes or symbol.finalizer or symbol.ends or symbol.opens
            )
            if symbol.finalizer is not None and (found := operand(symbol.finalizer, call, event.callee)) is not None:
                self._finalized(opened, found[0], event)
            if symbol.enters is not None and (found := operand(symbol.enters, call, event.callee)) is not None:
                for resource in self._identities.among(opened, self._context.values.evaluate(found[0], event.frame)):
                    resource.end(event, safe=True)
            if symbol.ends is None or only_finalizers:
                continue
            if symbol.ends == "all":
                for resource in self._identities.of_library(opened, symbol.name):
                    resource.end(event, safe=in_finally)
                continue
            value = definition.receiver if symbol.ends == "self" else self._identities.operand_value(symbol.ends, event)
            self._ends(opened, value, symbol, event, in_finally)
        if not known and call.args and REGISTERS.search(called_name(event)):
            self._finalized(opened, call.args[0].value, event)  # `addCleanup` of a base class that does not resolve, or of the suite's own
        if not event.entered and not only_finalizers:
            self._escapes.by_call(opened, event, known, keeps, safe)

    def _ends(self, opened: list[Opened], value: Value | None, symbol: Symbol, event: Event, safe: bool) -> None:
        """One value is ended: the resources that it is, and the files that lie there. A removed file leaves its folder, a closed descriptor
        its file."""
        ended = list(self._identities.among(opened, value))
        for resource in ended:
            one_file = symbol.name in ("os.remove", "os.unlink", "pathlib.Path.unlink")
            if not (one_file and resource.kind.endswith("directory")) and (resource.kind != "temporary-file" or symbol.effect is not None):
                resource.end(event, safe=safe, waits=symbol.blocks)
        removes = symbol.effect in ("filesystem", "temporary-files") and not ended
        if value is not None and removes and self._locations.root(value) is Root.UNKNOWN:
            for resource in opened:
                if resource.kind in ON_DISK:
                    resource.lose()

    def _left(self, opened: list[Opened], value: Value, event: Event) -> None:
        """Objects of first-party classes that a `with` enters end, when it is left, what they hold."""
        for thing in value.things:
            if isinstance(thing, Instance) and isinstance(thing.type, Class):
                names = self._context.names
                leaves = [names.attribute(thing.type, name, instance=True) for name in ("__exit__", "__aexit__")]
                for leave in (leave for leave in leaves if isinstance(leave, Function)):
                    inside = Frame(leave, receiver=Value((thing,)), this=thing.type, test=event.frame.test, fixture=event.frame.fixture)
                    self.end(opened, self._tracer().function(inside), safe=True)
                for resource in opened:
                    if thing.call is not None and any(at.call is thing.call for at in resource.event.chain()):
                        resource.lose()

    def _tracer(self) -> Tracer:
        return Tracer(self._context.values, lambda function, _: self._context.is_test_code(function.module.path))

    def _finalized(self, opened: list[Opened], expr: Expr, event: Event) -> None:
        """A callable that runs when the test is over: a bound method that ends, or a function whose body does."""
        value = self._context.values.evaluate(expr, event.frame)
        for definition in value.definitions:
            match definition.target:
                case External(name=name):
                    self._library_finalizer(opened, name, definition, expr, event)
                case Function() as function:
                    frame = (definition.frame or event.frame).inner(function)
                    frame.receiver = definition.receiver
                    self.end(opened, self._tracer().function(frame), safe=True)
                case _:
                    continue
        for thing in value.things:
            if isinstance(thing, Member):
                for resource in self._identities.among(opened, thing.receiver):
                    resource.lose()
        if not value.definitions:
            for resource in opened:
                resource.lose()

    def _library_finalizer(self, opened: list[Opened], name: str, definition: Definition, expr: Expr, event: Event) -> None:
        """A library's function or method that runs when the test is over: what it ends, or what it may end where the tables do not say."""
        symbol = self._context.knowledge.symbol(name)
        if symbol is not None and symbol.ends == "all":
            for resource in self._identities.of_library(opened, name):
                resource.end(event, safe=True)
        elif symbol is not None and symbol.ends == "self" and definition.receiver is not None:
            for resource in self._identities.among(opened, definition.receiver):
                resource.end(event, safe=True)
        elif symbol is None or symbol.ends is not None:
            self._arguments(opened, expr, event, symbol)
            for resource in self._identities.among(opened, definition.receiver):
                resource.lose()

    def _arguments(self, opened: list[Opened], expr: Expr, event: Event, symbol: Symbol | None) -> None:
        """`addCleanup(shutil.rmtree, path)`, `addCleanup(partial(shutil.rmtree, path))`: the arguments after the callable are what it
        ends."""
        assert event.call is not None
        bound = expr.args[1:] if isinstance(expr, Call) else ()
        for argument in (*bound, *event.call.args[1:]):
            value = self._context.values.evaluate(argument.value, event.frame)
            if symbol is not None:
                self._ends(opened, value, symbol, event, True)
            for resource in self._identities.among(opened, value) if symbol is None else ():
                resource.lose()
