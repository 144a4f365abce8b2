"""xunit-style setup and teardown (`setup_module` and its kin) as fixtures that are used automatically."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from testaudit.model import Fixture, FixtureScope, Group, place_of
from testaudit.read.facts import Class, Function, Module
from testaudit.runners.attributes import Attributes
from testaudit.runners.levels import Level
from testaudit.runners.pytest.symbols import FIXTURE

# (names for setup, names for teardown, scope), in the order of registration; of several names the first that exists counts.
MODULE: tuple[tuple[tuple[str, ...], tuple[str, ...], FixtureScope], ...] = (
    (("setUpModule", "setup_module"), ("tearDownModule", "teardown_module"), "module"),
    (("setup_function",), ("teardown_function",), "function"),
)
CLASS: tuple[tuple[tuple[str, ...], tuple[str, ...], FixtureScope], ...] = (
    (("setup_class",), ("teardown_class",), "class"),
    (("setup_method",), ("teardown_method",), "function"),
)
NOSE_MODULE = ((("setUpModule", "setup_module", "setup"), ("tearDownModule", "teardown_module", "teardown"), "module"), MODULE[1])
NOSE_CLASS = (CLASS[0], (("setup_method", "setup"), ("teardown_method", "teardown"), "function"))


def register(owner: Module | Class, group: Group, level: Level, attributes: Attributes, *, nose: bool) -> Iterator[Fixture]:
    """Registers the setups and teardowns of a module or class, and hands them out. `nose` is for pytest before 8."""
    pairs: Sequence[tuple[tuple[str, ...], tuple[str, ...], FixtureScope]]
    if isinstance(owner, Module):
        pairs = NOSE_MODULE if nose else MODULE
    else:
        pairs = NOSE_CLASS if nose else CLASS
    for setups, teardowns, scope in pairs:
        for kind, names in (("setup", setups), ("teardown", teardowns)):
            found = _first(owner, names, attributes)
            if found is not None:
                fixture = setup_fixture(found[0], found[1], "setup" if kind == "setup" else "teardown", scope, group)
                level.register(f" {found[0]} of {group.name}", fixture)
                yield fixture


def setup_fixture(name: str, function: Function, kind: str, scope: FixtureScope, group: Group) -> Fixture:
    """One setup or teardown function as a fixture under its own name."""
    return Fixture(
        name=name,
        scope=scope,
        kind="teardown" if kind == "teardown" else "setup",
        function=function,
        group=group,
        definition=place_of(function.module, function.start, function.name_end),
        autouse=True,
        origin="builtin",
        owner=function.parent if isinstance(function.parent, Class) else None,
    )


def _first(owner: Module | Class, names: tuple[str, ...], attributes: Attributes) -> tuple[str, Function] | None:
    """The first of these attributes that is a function and no fixture."""
    for name in names:
        binding = attributes.get(owner, name)
        product = attributes.product(attributes.target(binding, name)) if binding is not None else None
        if product is not None and not product.has(FIXTURE):
            return name, product.function
    return None
