"""xunit-style setup and teardown: `setup_module` and its kin."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.model import Fixture, Group
from testaudit.read.facts import Class, Function, Module
from testaudit.runners import setups
from testaudit.runners.attributes import Attributes
from testaudit.runners.levels import Level
from testaudit.runners.pytest.symbols import FIXTURE
from testaudit.runners.setups import Hook

_FUNCTION = (Hook(("setup_function",), "setup", "function"), Hook(("teardown_function",), "teardown", "function"))
_CLASS = (Hook(("setup_class",), "setup", "class"), Hook(("teardown_class",), "teardown", "class"))
MODULE_HOOKS = (
    Hook(("setUpModule", "setup_module"), "setup", "module"),
    Hook(("tearDownModule", "teardown_module"), "teardown", "module"),
    *_FUNCTION,
)
CLASS_HOOKS = (*_CLASS, Hook(("setup_method",), "setup", "function"), Hook(("teardown_method",), "teardown", "function"))
# nose's names count for pytest before 8
NOSE_MODULE_HOOKS = (
    Hook(("setUpModule", "setup_module", "setup"), "setup", "module"),
    Hook(("tearDownModule", "teardown_module", "teardown"), "teardown", "module"),
    *_FUNCTION,
)
NOSE_CLASS_HOOKS = (
    *_CLASS,
    Hook(("setup_method", "setup"), "setup", "function"),
    Hook(("teardown_method", "teardown"), "teardown", "function"),
)
_HOOKS = {(True, False): MODULE_HOOKS, (True, True): NOSE_MODULE_HOOKS, (False, False): CLASS_HOOKS, (False, True): NOSE_CLASS_HOOKS}


def register(owner: Module | Class, group: Group, level: Level, attributes: Attributes, *, nose: bool) -> Iterator[Fixture]:
    """Registers the setups and teardowns of a module or class, and hands them out."""
    for hook in _HOOKS[isinstance(owner, Module), nose]:
        found = _first(owner, hook.names, attributes)
        if found is not None:
            yield from setups.register(hook, found[0], (found[1],), group, level)


def _first(owner: Module | Class, names: tuple[str, ...], attributes: Attributes) -> tuple[str, Function] | None:
    """The first of these attributes that is a function and no fixture."""
    for name in names:
        binding = attributes.get(owner, name)
        product = attributes.product(attributes.target(binding, name)) if binding is not None else None
        if product is not None and not product.has(FIXTURE):
            return name, product.function
    return None
