"""Branches that are for arguments of one built-in type (`if isinstance(source, str):`), and which of them a call leaves out."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.analyses.effects.conditions import around
from testaudit.analyses.effects.touches import Edge, Kinds, Node
from testaudit.link.frames import Definition, Frame, Instance, Literal, Thing
from testaudit.link.values import Values
from testaudit.model import External
from testaudit.read.facts import Argument, Body, Call, Class, Collection, Compare, Const, Expr, Function, Name

_TYPES = frozenset({"str", "bytes", "int", "float", "bool", "dict", "list", "tuple", "set"})


def types_decide(body: Body, region: int, function: Function) -> Kinds:
    """The parameters that must be of a built-in type for a region to run, each with the types that do; one that is bound anew before must
    be so for one of these, or else it says nothing."""
    found: list[tuple[str, frozenset[str]]] = []
    parameters = {param.name for param in function.params}
    for at in around(body, region):
        name, types = _test(body.regions[at].head) if body.regions[at].role == "branch" else ("", frozenset[str]())
        if name in parameters:
            earlier = [_guard(body, step.region, name) for step in body.bindings.get(name, ()) if step.start < body.regions[at].start]
            if all(earlier):
                found.append((name, types.union(*earlier)))
    return tuple(found)


def _guard(body: Body, region: int, name: str) -> frozenset[str]:
    """The types that a name must have for a region to run."""
    for at in around(body, region):
        tested, types = _test(body.regions[at].head)
        if tested == name and body.regions[at].role == "branch":
            return types
    return frozenset()


def _test(head: Expr | None) -> tuple[str, frozenset[str]]:
    """`isinstance(x, (str, bytes))`, `type(x) is tuple`: the name, and the types."""
    match head:
        case Call(func=Name(name="isinstance"), args=(Argument(value=Name(name=name)), Argument(value=Name(name=kind)))):
            kinds = frozenset({kind})
        case Call(func=Name(name="isinstance"), args=(Argument(value=Name(name=name)), Argument(value=Collection(items=items)))):
            kinds = frozenset(item.name if isinstance(item, Name) else "" for item in items)
        case Compare(ops=("is" | "==",), operands=(Call(func=Name(name="type"), args=(Argument(value=Name(name=name)),)), Name(name=kind))):
            kinds = frozenset({kind})
        case _:
            return "", frozenset()
    return (name, kinds) if kinds and kinds <= _TYPES else ("", frozenset())


def left_out(call: Expr, node: Node, frame: Frame, values: Values) -> frozenset[Edge]:
    """The edges of a node that a call does not come to, because an argument is of none of the types that they are for."""
    function = node.frame.scope
    deciding = [edge for edge in node.edges if edge.kinds]
    if not deciding or not isinstance(call, Call) or not isinstance(function, Function) or any(a.spread for a in call.args):
        return frozenset()
    given = dict(_given(call, function))
    known: dict[str, frozenset[str] | None] = {}
    for name in {name for edge in deciding for name, _ in edge.kinds if name in given}:
        value = values.evaluate(given[name], frame)
        kinds = [_kind(thing, values) for thing in value.things]
        complete = bool(kinds) and value.why is None and None not in kinds
        known[name] = frozenset(kind for one in kinds if one is not None for kind in one) if complete else None
    return frozenset(edge for edge in deciding if any(_differs(known.get(name), types) for name, types in edge.kinds))


def _differs(known: frozenset[str] | None, types: frozenset[str]) -> bool:
    return known is not None and known.isdisjoint(types)


def _given(call: Call, function: Function) -> Iterator[tuple[str, Expr]]:
    bound = 1 if isinstance(function.parent, Class) else 0
    names = [param.name for param in function.params if param.kind in ("positional-only", "positional")][bound:]
    yield from zip(names, (a.value for a in call.args if a.name is None), strict=False)
    yield from ((a.name, a.value) for a in call.args if a.name is not None)


def _kind(thing: Thing, values: Values) -> frozenset[str] | None:
    """The built-in types that something has, none for an object of another; None where that is not known."""
    match thing:
        case Literal(expr=Const(value=value)):
            return frozenset({type(value).__name__})
        case Literal(expr=Collection(kind=kind)):
            return frozenset({kind})
        case Literal():
            return frozenset({"str", "bytes"})
        case Instance(type=Class() as cls):
            bases = [base for base in values.names.mro(cls) if not isinstance(base, Class)]
            if all(isinstance(base, External) for base in bases):
                return frozenset(base.name.removeprefix("builtins.") for base in bases if isinstance(base, External)) - {"object"}
            return None
        case Instance(type=External(name=name)):
            return frozenset({name.removeprefix("builtins.")})
        case Definition():
            return frozenset()
        case _:
            return None
