"""The ways on which code gets at what it calls: whoever replaces something on one of them cuts it."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.analyses.doubles.cuts import Cut, Way
from testaudit.analyses.doubles.injected import DEFAULT
from testaudit.link.flow import reaching
from testaudit.link.frames import Definition, Frame, Instance, Value
from testaudit.link.linked import Linked
from testaudit.model import External
from testaudit.read.facts import Attr, Await, Call, Class, Expr, Function, Index, Module, Name, Spread, Step


class Ways:
    """Finds ways, and says whether a cut lies on one."""

    def __init__(self, context: Linked) -> None:
        self._context = context
        self._values = context.values
        self._names = context.names
        self._knowledge = context.knowledge

    def of(self, expr: Expr, frame: Frame, depth: int = 0) -> Iterator[Way]:
        """How an expression gets at what it stands for; whoever replaces one of these replaces it."""
        if depth > 8:
            return
        match expr:
            case Call():
                yield from self.of(expr.func, frame, depth + 1)
            case Await() | Index() | Spread():
                yield from self.of(expr.value, frame, depth + 1)
            case Attr():
                yield from self.of(expr.value, frame, depth + 1)
                yield from self._member_ways(expr, frame, depth)
            case Name():
                yield from self._name_ways(expr, frame, depth)
            case _:
                return

    def _member_ways(self, expr: Attr, frame: Frame, depth: int) -> Iterator[Way]:
        own = self._names.receiver_class(expr.value, frame.scope)
        if own is not None:
            cls = frame.this if frame.this is not None and own[0] in self._names.mro(frame.this) else own[0]
            yield cls, expr.name
            yield from self._property_ways(cls, expr.name, depth)
            yield from self._made(self._values.evaluate(expr, frame), depth)
            return
        value = self._values.evaluate(expr.value, frame)
        for thing in value.things:
            match thing:
                case Definition(target=Module() | Class() as owner) | Instance(type=Class() as owner):
                    yield owner, expr.name
                case Definition(target=Function() as function):
                    yield function, expr.name
                    if (made := self._values.decorated_type(function)) is not None:
                        yield self._knowledge.canonical(f"{made}.{expr.name}"), ""
                case Definition(target=External(name=dotted)) | Instance(type=External(name=dotted)):
                    yield self._knowledge.canonical(f"{dotted}.{expr.name}"), ""
                case _:
                    continue
        yield from self._made(value, depth)

    def _property_ways(self, cls: Class, name: str, depth: int) -> Iterator[Way]:
        """The ways through what a property, or a method that hands out what the object keeps, returns."""
        found = self._names.attribute(cls, name, instance=True)
        if isinstance(found, Function):
            inside = Frame(found, this=cls)
            for step in found.body.steps:
                if step.kind == "return" and step.value is not None:
                    yield from self.of(step.value, inside, depth + 2)

    def _made(self, value: Value, depth: int) -> Iterator[Way]:
        """The ways to the constructor of an object, and to the factories that were called to have it made."""
        for thing in value.things:
            if isinstance(thing, Instance) and thing.call is not None:
                call: Call | None = thing.call
                at = thing.frame
                while call is not None and at is not None:
                    yield from self.of(call.func, at, depth + 2)
                    if isinstance(at.scope, Function):
                        yield at.scope, DEFAULT
                    call, at = at.call, at.caller

    def _name_ways(self, expr: Name, frame: Frame, depth: int) -> Iterator[Way]:
        at: Frame | None = frame
        scope = frame.scope
        while isinstance(scope, Function):
            if expr.name in scope.body.bindings:
                if at is not None and at.scope is scope:
                    for step in reaching(scope.body, expr.name, expr.start)[:4]:
                        yield from self._bound_ways(step, scope, at, depth)
                return
            if scope.param(expr.name) is not None:
                yield scope, expr.name
                yield from self._made(self._values.evaluate(expr, frame), depth)
                return
            at = at.lexical if at is not None and at.scope is scope else None
            scope = scope.parent if scope.parent is not None else scope.module
            if isinstance(scope, Class):
                scope = scope.module
        yield scope if isinstance(scope, Module) else scope.module, expr.name

    def _bound_ways(self, step: Step, scope: Function, frame: Frame, depth: int) -> Iterator[Way]:
        imported = step.imported
        if imported is not None:
            source = self._context.workspace.find(imported.module, scope.module.path) if not imported.level else None
            module = self._context.workspace.module(source) if source is not None else None
            if module is not None and imported.name is not None:
                yield module, imported.name
            elif imported.name is not None:
                yield self._knowledge.canonical(f"{imported.module}.{imported.name}"), ""
        elif step.value is not None and step.how in ("=", "enter", ":", "walrus"):
            yield from self.of(step.value, frame, depth + 1)

    def cuts_way(self, cut: Cut, way: Way) -> bool:
        """Whether a cut of the kind `way` replaces something on a way."""
        owner, name = way
        if isinstance(owner, str):
            return isinstance(cut.owner, str) and (owner == cut.owner or owner.startswith(cut.owner + "."))
        if name != cut.name or isinstance(cut.owner, str):
            return False
        if owner is cut.owner:
            return True
        if isinstance(owner, Class) and isinstance(cut.owner, Class):
            return cut.owner in self._names.mro(owner) or owner in self._names.mro(cut.owner)
        return False
