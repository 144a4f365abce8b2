"""unittest's setups and teardowns of a class: `setUpClass`, `setUp` and what its families add."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.model import Fixture, Group
from testaudit.read.facts import Class, Function
from testaudit.runners import setups
from testaudit.runners.attributes import Attributes
from testaudit.runners.levels import Level
from testaudit.runners.setups import Hook

# In the order in which they run; teardowns in the order in which unittest names them.
CLASS_HOOKS = (
    Hook(("setUpClass",), "setup", "class"),
    Hook(("setUpTestData",), "setup", "class"),
    Hook(("tearDownClass",), "teardown", "class"),
    Hook(("setUp",), "setup", "function"),
    Hook(("asyncSetUp",), "setup", "function"),
    Hook(("asyncTearDown",), "teardown", "function"),
    Hook(("tearDown",), "teardown", "function"),
)


def register(cls: Class, group: Group, level: Level, attributes: Attributes) -> Iterator[Fixture]:
    """Registers the setups and teardowns of a test case, and hands them out."""
    for hook in CLASS_HOOKS:
        yield from setups.register(hook, hook.names[0], _chain(cls, hook.names[0], attributes), group, level)


def _chain(cls: Class, name: str, attributes: Attributes) -> tuple[Function, ...]:
    """The method in force and those that it reaches by `super()` or by the name of a base, first-party ones only."""
    found: list[Function] = []
    bases = [base for base in attributes.values.names.mro(cls) if isinstance(base, Class)]
    for index, base in enumerate(bases):
        binding = attributes.own(base).get(name)
        function = binding.step.defined if binding is not None else None
        if isinstance(function, Function):
            found.append(function)
            if "super" not in function.words and not any(other.name in function.words for other in bases[index + 1 :]):
                break
    return tuple(found)
