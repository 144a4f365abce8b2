"""What a call gives: of first-party functions and classes, of objects, and of library symbols."""

from __future__ import annotations

from testaudit.link.calls import spread_items
from testaudit.link.evaluation.annotations import annotated
from testaudit.link.evaluation.attributes import attribute
from testaudit.link.evaluation.entering import LAZY_FIXTURES, enter, instance_class
from testaudit.link.evaluation.evaluator import Evaluator
from testaudit.link.evaluation.items import elements
from testaudit.link.evaluation.loading import handed_out, loaded
from testaudit.link.evaluation.results import entered, result
from testaudit.link.evaluation.symbols import target_value
from testaudit.link.frames import NOTHING, Definition, Frame, Given, Instance, Literal, Thing, Value, unknown
from testaudit.link.public_names import public_names
from testaudit.model import External
from testaudit.read.facts import Attr, Call, Class, Function, Name
from testaudit.records import replace

_COPIES = {f"builtins.{n}" for n in ("list", "dict", "set", "tuple", "sorted", "frozenset", "reversed")} | {"copy.copy", "copy.deepcopy"}
_CASTS = {"typing.cast", "typing_extensions.cast"}
_OWN_COPIES = {"builtins.dict.copy", "builtins.list.copy"}


def call_result(values: Evaluator, call: Call, frame: Frame) -> Value:
    """What `call`, written in `frame`, gives."""
    callee = values.evaluate(call.func, frame)
    given = NOTHING
    for thing in callee.things:
        given |= _result_of(values, thing, call, frame)
    if callee.why is not None and given.why is None:
        given = replace(given, why=callee.why)
    return given if callee.things or callee.why else unknown("a call of something unknown")


def _result_of(values: Evaluator, thing: Thing, call: Call, frame: Frame) -> Value:
    """What the call gives if `thing` is what it calls."""
    match thing:
        case Definition(target=Class() as cls):
            return Value((Instance(cls, call, frame, declared=thing.picked),))
        case Definition(target=Function() as function):
            points = handed_out(values, function, call, frame)
            if points is not None:
                return points
            inner = enter(values, call, thing, frame)
            given = result(values, inner) if inner is not None else unknown("a deep call")
            known = None if given.things else _by_the_tables(values, function, thing, call, frame)
            return given if known is None else Value((known,), given.paths)
        case Definition(target=External(name=name)):
            return _external_call(values, name, thing, call, frame)
        case Instance(type=Class() as cls):
            called = values.names.attribute(cls, "__call__", instance=True)
            if isinstance(called, Function):
                return _result_of(values, Definition(called, None, Value((thing,))), call, frame)
            return unknown("a call of an object")
        case Instance(type=External(name=name)):
            member = values.knowledge.member(name, "__call__")
            if member is not None and member.returns:
                return Value((Instance(External(member.returns), call, frame),))
            return unknown("a call of a library's object")
        case _:
            return unknown("a call of a value")


def _by_the_tables(values: Evaluator, function: Function, callee: Definition, call: Call, frame: Frame) -> Instance | None:
    """What a library's own function gives where its source does not show it (a client whose class is made while it runs)."""
    written = call.func.name if isinstance(call.func, Name | Attr) else function.name
    for name in public_names(function, written, instance_class(callee), values.knowledge):
        symbol = values.knowledge.symbol(name)
        if symbol is not None and symbol.returns is not None and not symbol.returns.startswith("="):
            return Instance(External(symbol.returns), call, frame)
    return None


def _external_call(values: Evaluator, name: str, callee: Definition, call: Call, frame: Frame) -> Value:
    """What a library's function or class gives: by what is known of a few builtins, then by the tables, then by how it is written."""
    found = _builtin_call(values, name, callee, call, frame)
    if found is not None:
        return found
    first = call.positional(0)
    if name in _CASTS and first is not None and (held := call.positional(1)) is not None:
        value = values.evaluate(held, frame)
        return value if value.types or value.definitions else annotated(values, first, frame)
    if name == "importlib.import_module" and first is not None and len(call.args) == 1:
        return _module_called(values, values.evaluate(first, frame).constants, frame)
    symbol = values.knowledge.symbol(name)
    if symbol is not None:
        if symbol.loads and (points := loaded(values, callee, call, frame)) is not None:
            return points
        if symbol.enters is not None and first is not None and symbol.enters.partition("|")[0] == "0":
            return entered(values, first, frame)
        if symbol.returns is not None and symbol.returns.startswith("="):
            given = call.positional(int(symbol.returns[1:])) if symbol.returns[1:].isdigit() else call.keyword(symbol.returns[1:])
            return values.evaluate(given, frame) if given is not None else NOTHING
        if symbol.returns is not None:
            made = External(symbol.returns)
            same = callee.receiver is not None and any(isinstance(t, Instance) and t.type == made for t in callee.receiver.things)
            return callee.receiver if same and callee.receiver is not None else Value((Instance(made, call, frame),))
    if name.rpartition(".")[2][:1].isupper() or (symbol is not None and symbol.opens):
        return Value((Instance(External(name), call, frame),))
    return Value((), (), f"the result of `{name}`")


def _builtin_call(values: Evaluator, name: str, callee: Definition, call: Call, frame: Frame) -> Value | None:  # one by one
    """What a function gives that copies, hands on or looks into what it is given; None for any other function."""
    first = call.positional(0)
    if name in _COPIES and first is not None:
        copied = values.evaluate(first, frame)
        return Value(tuple(t for t in copied.things if isinstance(t, Literal)) or (Instance(External(name), call, frame),), (), copied.why)
    if name == "builtins.dict":
        return Value((Literal(spread_items(call), frame),))
    if name in _OWN_COPIES and callee.receiver is not None:
        return Value(callee.receiver.things)
    if first is None:
        return None
    if name == "builtins.getattr" and (wanted := call.positional(1)) is not None:
        names = [c for c in values.evaluate(wanted, frame).constants if isinstance(c, str)]
        return (
            attribute(values, values.evaluate(first, frame), names[0], frame) if len(names) == 1 else unknown("getattr of a computed name")
        )
    if name == "builtins.next":
        return elements(values, first, frame)
    if name == "builtins.iter":
        return values.evaluate(first, frame)
    if name == "builtins.type" and len(call.args) == 1:
        types = values.evaluate(first, frame).types
        return Value(tuple(dict.fromkeys(Definition(t) for t in types)), (), None if types else "the type of something unknown")
    if name in LAZY_FIXTURES and frame.test is not None:
        lazy = [frame.test.fixture(c) for c in values.evaluate(first, frame).constants if isinstance(c, str)]
        return values.fixture_value(lazy[0], frame.test) if len(lazy) == 1 and lazy[0] is not None else unknown("a lazy fixture")
    if name == "functools.partial":
        whole = values.evaluate(first, frame)
        made = (replace(t, given=Given(call, frame)) if isinstance(t, Definition) and t.given is None else t for t in whole.things)
        return replace(whole, things=tuple(made))
    return None


def _module_called(values: Evaluator, names: tuple[object, ...], frame: Frame) -> Value:
    """The module of a name that is written out."""
    if len(names) != 1 or not isinstance(names[0], str) or names[0].startswith("."):
        return unknown("a module of a computed name")
    return target_value(values, values.names.imported(names[0], frame.module))
