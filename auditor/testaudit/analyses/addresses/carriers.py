"""What carries the calls of a client out: a transport or an application that it was given instead of the network."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.analyses.operands import operand
from testaudit.knowledge import Symbol
from testaudit.link.frames import Frame, Instance
from testaudit.link.linked import Linked
from testaudit.model import External
from testaudit.read.facts import Attr, Call, Class, Const, Function, walk

_APPLICATION = "app"
"""The operand that takes an application, not a transport: `httpx.Client(app=FastAPI())`."""


def carried(symbol: Symbol, call: Call, frame: Frame, context: Linked) -> str | None:
    """What the operand of a call that carries out what the `symbol` does says: an effect, or an empty string for none; None when nothing
    was handed over that could replace the network."""
    for spec in symbol.through:
        given = operand(spec, call, None)
        if given is None or (isinstance(given[0], Const) and given[0].value is None):
            continue
        value = context.values.evaluate(given[0], given[1] or frame)
        for thing in value.things:
            if isinstance(thing, Instance) and isinstance(thing.type, External):
                return _of_library(context.knowledge.symbol(thing.type.name), is_application=spec == _APPLICATION)
            if isinstance(thing, Instance) and isinstance(thing.type, Class):
                return _own(thing.type, context)
        return "web-app" if value.things else ""
    return None


def carried_by_own(cls: Class, context: Linked) -> str | None:
    """The same for an object of a first-party class that derives from a library's client: what its constructor hands to that of the
    library."""
    init = context.names.attribute(cls, "__init__", instance=True)
    if not isinstance(init, Function):
        return None
    frame = Frame(init, this=cls)
    for base in context.names.mro(cls):
        symbol = context.knowledge.symbol(base.name) if isinstance(base, External) else None
        for call in _constructions(init) if symbol is not None and symbol.through else ():
            assert symbol is not None
            found = carried(symbol, call, frame, context)
            if found is not None:
                return found
    return None


def _constructions(init: Function) -> Iterator[Call]:
    """The calls of a base's constructor (`super().__init__(…)`)."""
    for step in init.body.steps:
        for expr in walk(step.value) if step.value is not None else ():
            if isinstance(expr, Call) and isinstance(expr.func, Attr) and expr.func.name == "__init__":
                yield expr


def _of_library(known: Symbol | None, *, is_application: bool) -> str | None:
    """The same for an object of a library's type."""
    if known is not None and known.opens:
        return None
    effect = (known.effect or "") if known is not None else ""
    return "web-app" if is_application and not effect and not (known is not None and known.makes_double) else effect


def _own(cls: Class, context: Linked) -> str | None:
    """A first-party application; or a transport, which is a double in the tests, and around a real one it is the network still."""
    externals = [base for base in context.names.mro(cls) if isinstance(base, External)]
    for base in externals:
        known = context.knowledge.symbol(base.name)
        if known is not None and known.opens:
            return None
    return "" if externals and context.stands_with_tests(cls.module.path) else "web-app"
