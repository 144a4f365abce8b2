"""unittest's setups and teardowns as fixtures of their class: `setUpClass`, `setUp` and the families' own ones."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.model import Fixture, FixtureScope, Group
from testaudit.read.facts import Class, Function
from testaudit.runners.attributes import Attributes
from testaudit.runners.levels import Level
from testaudit.runners.pytest.xunit import setup_fixture

# In the order in which they run; teardowns in the order in which unittest names them.
HOOKS: tuple[tuple[str, str, FixtureScope], ...] = (
    ("setUpClass", "setup", "class"),
    ("setUpTestData", "setup", "class"),
    ("tearDownClass", "teardown", "class"),
    ("setUp", "setup", "function"),
    ("asyncSetUp", "setup", "function"),
    ("asyncTearDown", "teardown", "function"),
    ("tearDown", "teardown", "function"),
)


def register(cls: Class, group: Group, level: Level, attributes: Attributes) -> Iterator[Fixture]:
    """Registers the setups and teardowns of a test case, and hands them out; what they extend by `super()` stands in `overrides`."""
    for name, kind, scope in HOOKS:
        chain = definitions(cls, name, attributes)
        if chain:
            fixtures = [setup_fixture(name, function, kind, scope, group) for function in chain]
            for index, fixture in enumerate(fixtures):
                fixture.overrides = tuple(fixtures[index + 1 :])
            level.register(f" {name} of {group.name}", fixtures[0])
            yield fixtures[0]


def definitions(cls: Class, name: str, attributes: Attributes) -> tuple[Function, ...]:
    """The method in force and those that it reaches by `super()`, first-party ones only."""
    found: list[Function] = []
    for base in attributes.values.names.mro(cls):
        if not isinstance(base, Class):
            continue
        binding = attributes.own(base).get(name)
        function = binding.step.defined if binding is not None else None
        if isinstance(function, Function):
            found.append(function)
            if "super" not in function.words and not any(isinstance(b, Class) and b.name in function.words for b in attributes.values.names.mro(base)[1:]):
                break
    return tuple(found)
