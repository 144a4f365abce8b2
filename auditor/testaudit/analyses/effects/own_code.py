"""The code of a test or a fixture itself, parted by the fixtures without whose values a call in it could not be made."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.analyses.effects.touches import MAX_DOUBT, Edge, Node
from testaudit.model import Fixture, FixtureUse, Test
from testaudit.read.facts import Attr, Await, Call, Expr, Function, Index, Name, targets, walk

Needs = tuple[tuple[Fixture, ...], bool]
"""The fixtures whose values a call needs, and whether it is made on the (one) value rather than given it."""


def parts(node: Node, function: Function, test: Test, asker: Fixture | None = None) -> Iterator[tuple[Needs, Node]]:
    """The node of a test (or of a fixture of it, `asker`) as several with some of its edges each: those calls that are made on the value of
    a fixture (or on what was made of it), or are given one; and, with no fixture, all others."""
    held = _held(function, test, asker)
    groups: dict[Needs, list[Edge]] = {}
    for edge in node.edges:
        groups.setdefault(_needs(edge.expr, held), []).append(edge)
    for needs, edges in groups.items():
        reached = 0  # by these edges alone: most parts lead to nothing, and need no search
        for edge in edges:
            reached |= edge.bits if edge.target is None else edge.target.masks[MAX_DOUBT]
        masks = [reached] * (MAX_DOUBT + 1)
        part = Node(node.frame, node.name, is_test=node.is_test, edges=edges, extents=node.extents, read=True, masks=masks)
        yield needs, part


def origins(fixture: Fixture, test: Test) -> Iterator[Fixture]:
    """The fixture and those on whose values its own was made: `return engine.connect()`."""
    at: Fixture | None = fixture
    seen: set[Fixture] = set()
    while at is not None and at not in seen:
        seen.add(at)
        yield at
        function = at.function
        held = _held(function, test, at) if function is not None and at.requests else {}
        given = (
            (_base(step.value) for step in function.body.steps if step.value is not None and step.kind in ("return", "yield"))
            if held and function is not None
            else ()
        )
        at = next((held[name] for name in given if name is not None and name in held), None)


def _held(function: Function, test: Test, asker: Fixture | None) -> dict[str, Fixture]:
    """The local names that hold a fixture's value or something made of it, with the fixture."""
    held = dict(_attributes(test.closure)) if asker is None else {}
    for param in function.params:
        if asker is not None and param.name == asker.name:
            given = asker.overrides[0] if asker.overrides else None
        else:
            given = None if asker is None and param.name in test.direct else test.fixture(param.name)
        if given is not None:
            held[param.name] = given
    for step in function.body.steps:
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
