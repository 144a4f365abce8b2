"""unittest: what its loader collects in a session, with the setups around every test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from testaudit.discover.session import Session
from testaudit.knowledge import Knowledge
from testaudit.link.names import Names
from testaudit.link.resolution.resolver import Binding
from testaudit.model import Group, Test, TestModule, Truth, place_of
from testaudit.read.facts import Class, Function, Module
from testaudit.runners import setups
from testaudit.runners.attributes import Attributes, Product
from testaudit.runners.levels import Level
from testaudit.runners.looped import Looped
from testaudit.runners.reading import attributes_of
from testaudit.runners.setups import Hook
from testaudit.runners.unittest import setup
from testaudit.runners.unittest.families import is_test_case
from testaudit.runners.unittest.parameterized import classes, expanded
from testaudit.runners.unittest.skips import SKIPPED
from testaudit.runners.unmodelled import unmodelled
from testaudit.runners.values import Written
from testaudit.workspace import Workspace

__all__ = ["collect"]

_MODULE_HOOKS = (Hook(("setUpModule",), "setup", "module"), Hook(("tearDownModule",), "teardown", "module"))


def collect(
    session: Session,
    files: Sequence[str],
    conftests: Callable[[str], Sequence[str]],  # noqa: ARG001  # unittest has none
    workspace: Workspace,
    names: Names,
    knowledge: Knowledge,
    wanted: Callable[[str], bool],
) -> list[TestModule]:
    """The test modules of a session, by path."""
    attributes = attributes_of(session, names, {})
    looped = Looped(attributes)
    modules = (workspace.module(path) for path in sorted(filter(wanted, files)))
    return [_module(module, session, attributes, looped, knowledge) for module in modules if module is not None]


def _module(module: Module, session: Session, attributes: Attributes, looped: Looped, knowledge: Knowledge) -> TestModule:
    group, level = Group(module.path, module, None), Level(None)
    for hook in _MODULE_HOOKS:
        binding = attributes.get(module, hook.names[0])
        product = attributes.product(attributes.target(binding, hook.names[0])) if binding is not None else None
        if product is not None:
            group.fixtures += setups.register(hook, hook.names[0], (product.function,), group, level)
    collected = TestModule(module.path, module, session, group, [], list(group.fixtures))
    shown = attributes.of(module)
    if attributes.left_at(module) == float("inf"):
        for name in sorted(shown):
            target = attributes.target(shown[name], name)
            target = attributes.made_class(target) or target
            if isinstance(target, Class) and is_test_case(target, attributes, knowledge) is not Truth.NO:
                made = classes(name, attributes.decorators.of_class(target), attributes.values) if target.decorators else None
                for one in (name,) if made is None else made:
                    collected.tests += _class(target, one, group, level, collected, attributes, looped)
    collected.not_audited.update(
        Counter(unmodelled(attributes, looped, module, lambda cls: is_test_case(cls, attributes, knowledge) is not Truth.NO))
    )
    if "load_tests" in shown:
        collected.not_audited["load_tests"] = 1
    return collected


def _class(cls: Class, name: str, around: Group, level: Level, into: TestModule, attributes: Attributes, looped: Looped) -> Iterator[Test]:
    """The tests of one test case, by name, as unittest runs them."""
    group, level = Group(name, cls, around), Level(level)
    group.fixtures += setup.register(cls, group, level, attributes)
    into.fixtures += group.fixtures
    shown = attributes.of(cls)
    own = {name: product for name, binding in shown.items() if (product := _product(name, binding, attributes)) is not None}
    products = {**looped.of(cls), **own}
    names = [name for name in sorted(products) if name.startswith("test")]
    found = [test for name in names for test in _tests(name, products[name], cls, group, level, into, attributes)]
    if not found and "runTest" in products:
        found += _tests("runTest", products["runTest"], cls, group, level, into, attributes)
    yield from found


def _product(name: str, binding: Binding, attributes: Attributes) -> Product | None:
    """The function that an attribute named like a test is."""
    if not name.startswith("test") and name != "runTest":
        return None
    target = attributes.target(binding, name)
    return attributes.product(target) if isinstance(target, Function | Written) else None


def _tests(name: str, product: Product, cls: Class, group: Group, level: Level, into: TestModule, attributes: Attributes) -> Iterator[Test]:
    function = product.function
    for test_name in expanded(name, product, attributes.values):
        yield Test(
            id=f"{into.path}::{group.name}::{test_name}",
            path=into.path,
            name=test_name,
            function=function,
            group=group,
            module=into.module,
            runner="unittest",
            session=into.session,
            place=place_of(function.module, function.name_start, function.name_end),
            closure=level.closure((), frozenset()).uses,
            owner=cls,
            expects_failure=any(applied.symbol in SKIPPED for applied in product.applied),
        )
