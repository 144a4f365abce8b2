"""What an attribute of a value may be, by what the value is: an object, a class, a module, a literal."""

from __future__ import annotations

from testaudit.link.evaluation.entering import lexical_frame, recurses
from testaudit.link.evaluation.evaluator import Evaluator
from testaudit.link.evaluation.loading import loaded
from testaudit.link.evaluation.parameters import REQUEST, requested_parameter
from testaudit.link.evaluation.records import given_field, made_object
from testaudit.link.evaluation.results import result
from testaudit.link.evaluation.symbols import library_symbol, target_value
from testaudit.link.frames import MAX_DEPTH, Definition, Frame, Instance, Literal, Member, Path, Thing, Value, unknown
from testaudit.model import Cell, External, Unknown
from testaudit.read.facts import Class, Collection, Const, Function, Module, Name, Template
from testaudit.records import replace

_LITERAL_TYPES = {str: "builtins.str", bytes: "builtins.bytes", int: "builtins.int", float: "builtins.float", bool: "builtins.bool"}
_PROPERTIES = {"builtins.property", "functools.cached_property", "django.utils.functional.cached_property"}


def attribute(values: Evaluator, value: Value, name: str, frame: Frame) -> Value:
    """`value.name`"""
    if id(value) not in values.libraries:
        return _attribute(values, value, name, frame)
    key = (id(value), name, frame.module)
    held = values.libraries.get(key)
    if held is None:
        held = values.libraries[key] = _attribute(values, value, name, frame)
        if all(isinstance(thing, Definition) and isinstance(thing.target, External) for thing in held.things):
            values.libraries[id(held)] = held
    return held


def _attribute(values: Evaluator, value: Value, name: str, frame: Frame) -> Value:
    found = Value((), tuple(path / f".{name}" for path in value.paths), value.why)
    if not value.things:
        return replace(found, things=(Member(name, value),), why=value.why or f"an attribute `{name}` of nothing known")
    for thing in value.things:
        found |= _attribute_of(values, thing, value, name, frame)
    return found


def _attribute_of(values: Evaluator, thing: Thing, value: Value, name: str, frame: Frame) -> Value:
    match thing:
        case Definition(target=Module() as module):
            return target_value(values, values.names.member(module, name))
        case Definition(target=Class() as cls):
            return class_attribute(values, cls, name, False, Value((thing,), value.paths), frame)
        case Definition(target=External()):
            return _of_library(values, thing, value, name, frame)
        case Definition(target=Function() as function):
            made = decorated(values, function)
            if made is not None and values.knowledge.member(made, name) is not None:
                return library_symbol(values, f"{made}.{name}", Value((Instance(External(made)), thing), value.paths))
            return Value((), (Path(Cell(function, "")) / f".{name}",), "an attribute of a function")
        case Instance(type=Class() as cls):
            return class_attribute(values, cls, name, True, Value((thing,), value.paths), frame)
        case Instance(type=External(name=base)):
            return _of_library_object(values, thing, base, name, value, frame)
        case Literal(expr=Collection() as display):
            return Value((Definition(External(f"builtins.{display.kind}.{name}"), None, Value((thing,), value.paths)),))
        case Literal(expr=Const(value=constant)):
            kind = _LITERAL_TYPES.get(type(constant), "builtins.object")
            return Value((Definition(External(f"{kind}.{name}"), None, Value((thing,), value.paths)),))
        case Literal(expr=Template()):
            return Value((Definition(External(f"builtins.str.{name}"), None, Value((thing,), value.paths)),))
        case _:
            return Value((Member(name, value),), (), "an attribute of something unknown")


def _of_library(values: Evaluator, thing: Definition, value: Value, name: str, frame: Frame) -> Value:
    """An attribute of a library's symbol, or a first-party module in a namespace package."""
    assert isinstance(thing.target, External)
    base = thing.target.name
    symbol = values.knowledge.symbol(base)
    if symbol is not None and symbol.returns and thing.receiver is not None and values.knowledge.member(base, name) is None:
        base = symbol.returns  # a property that the tables list as a method
    inner = values.names.within(base, name, frame.module) if thing.receiver is None else None
    return Value((Definition(inner),)) if inner is not None else library_symbol(values, f"{base}.{name}", value)


def _of_library_object(values: Evaluator, thing: Instance, base: str, name: str, value: Value, frame: Frame) -> Value:
    if base == REQUEST and name == "param":
        return requested_parameter(values, frame)
    symbol = values.knowledge.member(base, name)
    if symbol is not None and symbol.loads and symbol.type is not None and thing.call is not None and thing.frame is not None:
        points = loaded(values, Definition(thing.type), thing.call, thing.frame)
        return points if points is not None else unknown("an object that is loaded by name")
    return library_symbol(values, f"{base}.{name}", Value((thing,), value.paths))


def class_attribute(values: Evaluator, cls: Class, name: str, instance: bool, receiver: Value, frame: Frame) -> Value:
    """An attribute looked up on a class or, `instance`, on an object of it; `receiver` is what it is read from."""
    found = values.names.attribute(cls, name, instance=instance)
    match found:
        case Function():
            if is_property(values, found):
                if frame.depth >= MAX_DEPTH or recurses(found, frame):
                    return unknown(f"the property `{name}`")
                return result(values, Frame(found, receiver=receiver, this=cls, test=frame.test, caller=frame, depth=frame.depth + 1))
            static = any(isinstance(d.expr, Name) and d.expr.name == "staticmethod" for d in found.decorators)
            return Value((Definition(found, None, None if static else receiver),))
        case Cell(instance=True):
            made = receiver if made_object(receiver) is not None else None
            if frame.test is None and made is None:
                return values.cell_value(found)
            return values.cell_value(found, Frame(cls, receiver=made, this=cls, test=frame.test, fixture=frame.fixture))
        case Cell():
            field = given_field(values, cls, name, receiver) if instance else None
            return field if field is not None else values.cell_value(found)
        case External():
            return Value((Definition(found, None, receiver),))
        case Unknown():
            return unknown(found.why)
        case _:
            return target_value(values, found)


def decorated(values: Evaluator, function: Function) -> str | None:
    """The library's type of which a decorator makes an object out of a function (`@app.task`)."""
    if function.decorators and function not in values.decorated:
        outside = lexical_frame(values, Frame(function), function)
        names = (name for d in function.decorators for name in values.evaluate(d.func, outside).externals)
        symbols = (values.knowledge.symbol(name) for name in names)
        returned = (symbol.returns for symbol in symbols if symbol is not None and symbol.wraps)
        values.decorated[function] = next((name for name in returned if name is not None), None)
    return values.decorated.get(function)


def is_property(values: Evaluator, function: Function) -> bool:
    """Whether reading the method from an instance calls it."""
    scope = function.parent if function.parent is not None else function.module
    found = (values.names.resolve(decorator.func, scope) for decorator in function.decorators)
    return any(isinstance(target, External) and target.name in _PROPERTIES for target in found)
