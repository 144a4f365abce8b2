"""The code of a test itself, parted by the fixtures without whose values a call in it could not be made."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.analyses.touches import Edge, Node
from testaudit.model import Fixture, FixtureUse, Test
from testaudit.read.facts import Attr, Await, Call, Expr, Function, Index, Name, targets, walk

Needs = tuple[tuple[Fixture, ...], bool]
"""The fixtures whose values a call needs, and whether it is made on the (one) value rather than given it."""


def parts(node: Node, test: Test) -> Iterator[tuple[Needs, Node]]:
    """A test's node as several with some of its edges each: those calls that are made on the value of a fixture (or on what the test made
    of it), or are given one; and, with no fixture, all others."""
    named = {use.name: use.fixture for use in test.closure if not use.overridden and use.name not in test.direct}
    held = _held(node, named, test)
    groups: dict[Needs, list[Edge]] = {}
    for edge in node.edges:
        groups.setdefault(_needs(edge.expr, held), []).append(edge)
    for needs, edges in groups.items():
        part = Node(node.frame, node.name, is_test=node.is_test, edges=edges, extents=node.extents, read=True, masks=node.masks)
        yield needs, part


def _held(node: Node, named: dict[str, Fixture], test: Test) -> dict[str, Fixture]:
    """The local names of the test that hold a fixture's value or something made of it, with the fixture."""
    held = {param.name: named[param.name] for param in test.function.params if param.name in named}
    held.update(_attributes(test.closure))
    scope = node.frame.scope
    for step in scope.body.steps if isinstance(scope, Function) else ():
        value = _base(step.value) if step.value is not None else None
        if step.kind != "bind" or value is None:
            continue
        for target in targets(step.target):
            if isinstance(target, Name):
                if value in held:
                    held[target.name] = held[value]
                else:
                    held.pop(target.name, None)
    return held


def _attributes(closure: tuple[FixtureUse, ...]) -> Iterator[tuple[str, Fixture]]:
    """The attributes (`self.client`) that setups of a class assign."""
    for use in closure:
        function = use.fixture.function
        if use.fixture.kind != "setup" or function is None or not function.params:
            continue
        for step in function.body.steps:
            for target in targets(step.target) if step.kind == "bind" else ():
                if isinstance(target, Attr) and isinstance(target.value, Name) and target.value.name == function.params[0].name:
                    yield f"self.{target.name}", use.fixture


def _needs(expr: Expr, held: dict[str, Fixture]) -> Needs:
    base = _base(expr)
    if base is not None and base in held:
        return (held[base],), True
    if not isinstance(expr, Call):
        return (), False
    given = (name for argument in expr.args for part in walk(argument.value) if (name := _base(part)) is not None and name in held)
    return tuple(dict.fromkeys(held[name] for name in given)), False


def _base(expr: Expr) -> str | None:
    """The name that an expression begins with: `client` of `client.session().get(…)`, `self.client` of what is called on that."""
    while True:
        match expr:
            case Attr(value=Name(name="self" | "cls"), name=name):
                return f"self.{name}"
            case Attr(value=inner) | Index(value=inner) | Call(func=inner) | Await(value=inner):
                expr = inner
            case Name(name=name):
                return name
            case _:
                return None
