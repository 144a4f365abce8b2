"""What a test double takes the place of that tests hand to the code under test: parameters, attributes, and all clients of a library."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TypeGuard

from testaudit.analyses.doubles.cuts import Cut
from testaudit.link.frames import Frame, Instance
from testaudit.link.linked import Linked
from testaudit.model import External
from testaudit.read.definitions import methods
from testaudit.read.facts import Argument, Attr, Call, Class, Expr, Function, Name, Op, Param, targets, walk

DEFAULT = "<default>"
"""The way to what a function makes where it is not given what it hands out."""

_DEPTH = 3
"""Through so many calls a parameter is followed on its way to an attribute."""


class Injected:
    """Follows parameters to where they are kept; each is followed once."""

    def __init__(self, context: Linked) -> None:
        self._names = context.names
        self._values = context.values
        self._knowledge = context.knowledge
        self._known: dict[tuple[Function, str], tuple[Cut, ...]] = {}

    def given(self, target: Class | Function, argument: Argument, call: Call, *, bound: bool, depth: int = 0) -> Iterator[Cut]:
        """What is cut when one argument of a call of `target` is a double. `bound`: the first parameter is not among the arguments."""
        init: Function | None = None
        if isinstance(target, Class):
            found = self._names.attribute(target, "__init__", instance=True)
            if not isinstance(found, Function):
                if argument.name is not None:
                    yield Cut("way", target, argument.name)  # the field of a record
                return
            init = found
        function = init if init is not None else target
        assert isinstance(function, Function)
        parameter = parameter_of(function, argument, call, bound=bound or init is not None)
        if parameter is None:
            return
        if isinstance(target, Class):
            held = dict.fromkeys((*_held(function, parameter.name), *self._held_by_factory(function, parameter.name)))
            yield from (Cut("way", target, attribute) for attribute in (*held, *self._handed_out(target, held)))
        key = (function, parameter.name)
        if key not in self._known:
            self._known[key] = ()  # what calls itself brings nothing new
            self._known[key] = tuple(dict.fromkeys(self._of_parameter(function, parameter, depth)))
        yield from self._known[key]

    def _of_parameter(self, function: Function, parameter: Param, depth: int) -> Iterator[Cut]:
        yield Cut("way", function, parameter.name)
        yield from self._of_type(function, parameter)
        if _answers_with(function, parameter.name):
            yield Cut("way", function, DEFAULT)
        if depth >= _DEPTH:
            return
        for step in function.body.steps:
            for expr in walk(step.value) if step.value is not None else ():
                if isinstance(expr, Call):
                    for argument in expr.args:
                        if not argument.spread and any(isinstance(e, Name) and e.name == parameter.name for e in _through(argument.value)):
                            yield from self._handed_on(expr, argument, function, depth)

    def _held_by_factory(self, init: Function, parameter: str) -> Iterator[str]:
        """The attributes that hold what the object's own factory gives, which hands back the parameter where it is given
        (`self.transport = self._make(transport)`)."""
        this = init.params[0].name if init.params else ""
        for step in init.body.steps:
            call = step.value
            if step.kind != "bind" or not isinstance(call, Call) or not isinstance(call.func, Attr):
                continue
            kept = [target.name for target in targets(step.target) if _is_own(target, this, None)]
            handed = next((a for a in call.args if isinstance(a.value, Name) and a.value.name == parameter), None)
            own = self._names.receiver_class(call.func.value, init) if kept and handed is not None else None
            factory = self._names.attribute(own[0], call.func.name, instance=True) if own is not None else None
            if isinstance(factory, Function) and handed is not None:
                taken = parameter_of(factory, handed, call, bound=True)
                returned = (s.value for s in factory.body.steps if s.kind == "return" and s.value is not None)
                if taken is not None and any(isinstance(e, Name) and e.name == taken.name for value in returned for e in _through(value)):
                    yield from kept

    def _handed_out(self, cls: Class, held: Collection[str]) -> Iterator[str]:
        """The attributes and properties of a class that stand for one of its attributes `held`: what is given may be kept once more when it
        is first needed (`self._client = self._given or connect()`), and handed out by a property."""
        known = set(held)
        for method in (*methods(cls), *methods(cls)):  # what is kept lazily is mostly kept once more and then handed out
            if not method.params or known.isdisjoint(method.words):
                continue
            this = method.params[0].name
            for step in method.body.steps:
                if step.value is None or not any(_is_own(e, this, known) for e in _through(step.value)):
                    continue
                kept = [t.name for t in targets(step.target) if _is_own(t, this, None)] if step.kind == "bind" else []
                found = [method.name] if step.kind == "return" and self._values.is_property(method) else kept
                yield from (name for name in found if name not in known)
                known.update(found)

    def _handed_on(self, call: Call, argument: Argument, function: Function, depth: int) -> Iterator[Cut]:
        own = self._names.receiver_class(call.func, function)
        target = own[0] if own is not None and not own[1] else self._names.resolve(call.func, function)  # `cls(…)`
        if isinstance(target, Class | Function):
            bound = isinstance(target, Function) and isinstance(target.parent, Class) and isinstance(call.func, Attr)
            yield from self.given(target, argument, call, bound=bound, depth=depth + 1)

    def _of_type(self, function: Function, parameter: Param) -> Iterator[Cut]:
        """Objects that are known by an annotation only are doubles as well, when one stands where an object of that type should: of a
        library's client, all that comes from the library."""
        if parameter.annotation is None:
            return
        lexical = self._values.lexical_frame(Frame(function), function)
        for thing in self._values.annotated(parameter.annotation, lexical).things:
            if isinstance(thing, Instance) and isinstance(thing.type, Class):
                yield Cut("type", thing.type)
            elif isinstance(thing, Instance) and isinstance(thing.type, External):
                name = self._knowledge.canonical(thing.type.name)
                symbol = self._knowledge.symbol(name)
                is_client = symbol is not None and (symbol.opens is not None or symbol.effect is not None)
                yield Cut("type", name.partition(".")[0] if is_client else name)


def parameter_of(function: Function, argument: Argument, call: Call, *, bound: bool) -> Param | None:
    """The parameter that an argument of a call is for."""
    if argument.name is not None:
        return function.param(argument.name)
    positional = [a for a in call.args if a.name is None and not a.spread]
    parameters = [p for p in function.params if p.kind in ("positional-only", "positional")][int(bound) :]
    index = next((i for i, other in enumerate(positional) if other is argument), len(parameters))
    return parameters[index] if index < len(parameters) else None


def _answers_with(function: Function, parameter: str) -> bool:
    """Whether a function hands out, on a condition, what it is given, and otherwise makes something (`if client: return client`)."""
    return any(
        step.kind == "return" and step.region > 0 and isinstance(step.value, Name) and step.value.name == parameter
        for step in function.body.steps
    )


def _held(init: Function, parameter: str) -> Iterator[str]:
    """The attributes in which a constructor keeps a parameter as it is (or one of several that may be given)."""
    this = init.params[0].name if init.params else ""
    for step in init.body.steps:
        if (
            step.kind == "bind"
            and step.value is not None
            and any(isinstance(e, Name) and e.name == parameter for e in _through(step.value))
        ):
            for target in targets(step.target):
                if isinstance(target, Attr) and isinstance(target.value, Name) and target.value.name == this:
                    yield target.name


def _is_own(expr: Expr, this: str, names: Collection[str] | None) -> TypeGuard[Attr]:
    """Whether an expression is an attribute of the method's own object, one of `names`."""
    return isinstance(expr, Attr) and isinstance(expr.value, Name) and expr.value.name == this and (names is None or expr.name in names)


def _through(expr: Expr) -> tuple[Expr, ...]:
    """An expression with the alternatives of `a or b`, and what `cast(T, a)` hands on."""
    if isinstance(expr, Op):
        return (expr, *expr.operands)
    if isinstance(expr, Call) and isinstance(expr.func, Name | Attr) and expr.func.name == "cast":
        return (expr, *(argument.value for argument in expr.args))
    return (expr,)
