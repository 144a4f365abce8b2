"""Collects one Python module as pytest does: its fixtures, its functions and its classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from testaudit.link.resolution.resolver import Binding
from testaudit.model import Group, Test, TestModule, Truth
from testaudit.read.facts import Call, Class, Expr, Function, Module, Name
from testaudit.records import dataclass
from testaudit.runners.levels import Level
from testaudit.runners.pytest import registration, xunit
from testaudit.runners.pytest.classes import has_constructor, is_abstract, matches
from testaudit.runners.pytest.dialects import Dialect
from testaudit.runners.pytest.hooks import Generated, generated
from testaudit.runners.pytest.items import Place, tests_of
from testaudit.runners.pytest.run import Run
from testaudit.runners.pytest.symbols import NOT_CLASSES
from testaudit.runners.pytest.unmodelled import unmodelled
from testaudit.runners.unittest import setup as unittest_setup
from testaudit.runners.unittest.families import is_test_case
from testaudit.runners.unittest.parameterized import classes
from testaudit.runners.values import Written


@dataclass(slots=True, frozen=True, eq=False)
class Folder:
    """What a module finds around it: the level of its conftests, hooks that parametrize, names that hooks add, a rule for classes."""

    level: Level
    hooks: tuple[Generated, ...] = ()
    added: tuple[str, ...] = ()
    dialect: Dialect | None = None


def collect_module(run: Run, module: Module, around: Folder) -> TestModule:
    """A test module with everything that pytest would collect from it."""
    group = Group(module.path, module, None)
    level = Level(around.level)
    group.fixtures += xunit.register(module, group, level, run.attributes, nose=run.nose)
    group.fixtures += registration.register(run, module, level, group)
    collected = TestModule(module.path, module, run.session, group, [], list(group.fixtures))
    if run.attributes.left_at(module) == float("inf") and run.attributes.flag(module, "__test__") is not False:
        hooks = around.hooks + generated(run, module)
        setups = frozenset(f for f in group.fixtures if f.origin == "builtin" and f.scope == "function")
        marks = run.marks.of_module(module)
        place = Place(group, level, marks, hooks, dialect=around.dialect, function_setups=setups, added=around.added)
        collected.tests += _tests(run, module, place, collected, module.path)
    collected.not_audited.update(Counter(unmodelled(run, module)))
    return collected


def _tests(run: Run, owner: Module | Class, place: Place, into: TestModule, prefix: str) -> Iterator[Test]:
    """The tests of a module or class, classes inside it included."""
    settings = run.session.settings
    own_only = isinstance(owner, Module) and not settings.collect_imported_tests
    flagged = b"__test__" in into.module.source
    for name, binding in run.attributes.of(owner).items():
        step = binding.step
        if own_only and step.imported is not None:
            continue
        fits = name.startswith("test") if place.case else matches(name, settings.python_functions)
        if step.kind == "bind" and not (fits or place.dialect or matches(name, settings.python_classes) or _may_be_case(name, step.value)):
            continue
        target = run.attributes.target(binding, name)
        target = run.attributes.made_class(target) or target
        if isinstance(target, Class):
            if not place.case:
                yield from _class(run, target, name, place, into, prefix)
        elif isinstance(target, Function | Written) and place.takes_functions:
            flag = _flag(run, owner, binding, name, target) if flagged or _flagged_at_home(target, into.module, owner) else None
            product = run.attributes.product(target) if flag is not False and (fits or (flag and not place.case)) else None
            if product is not None:
                yield from tests_of(run, name, product, place, into, prefix)
    for name, product in run.looped.of(owner).items():
        fits = name.startswith("test") if place.case else matches(name, settings.python_functions)
        if fits and place.takes_functions and name not in run.attributes.of(owner):
            yield from tests_of(run, name, product, place, into, prefix)


def _may_be_case(name: str, value: Expr | None) -> bool:
    """A cheap look: whether what is assigned can be a test case, which is collected under any name."""
    return isinstance(value, Name | Call) and name[0].isupper()


def _flagged_at_home(target: Function | Written, module: Module, owner: Module | Class) -> bool:
    """Whether the other module that a function is imported from may set its `__test__`."""
    if not isinstance(owner, Module) or not isinstance(target, Function) or target.module is module:
        return False
    return b"__test__" in target.module.source


def _flag(run: Run, owner: Module | Class, binding: Binding, name: str, target: Function | Written) -> bool | None:
    """`__test__` on a function, set where it is bound, collected or defined."""
    places: list[tuple[Module | Class, str]] = [(binding.owner, name), (owner, name)]
    if isinstance(target, Function) and target.parent is None:
        places.append((target.module, target.name))
    flags = (run.attributes.function_flag(place, "__test__", written) for place, written in dict.fromkeys(places))
    return next((flag for flag in flags if flag is not None), None)


def _class(run: Run, cls: Class, name: str, around: Place, into: TestModule, prefix: str) -> Iterator[Test]:
    """The tests of a class, or of those that a decorator makes of it; none when a decorator puts something else in its place."""
    applied = run.attributes.decorators.of_class(cls) if cls.decorators else ()
    if any(one.wrapper is not None or one.symbol in NOT_CLASSES for one in applied):
        return
    made = classes(name, applied, run.values) if applied else None
    for one in (name,) if made is None else made:
        yield from _one_class(run, cls, one, around, into, prefix)


def _one_class(run: Run, cls: Class, name: str, around: Place, into: TestModule, prefix: str) -> Iterator[Test]:
    case = is_test_case(cls, run.attributes, run.knowledge) is not Truth.NO
    if not _collects(run, cls, name, around, case=case):
        return
    group = Group(name, cls, around.group)
    level = Level(around.level)
    if case:
        group.fixtures += unittest_setup.register(cls, group, level, run.attributes)
    group.fixtures += xunit.register(cls, group, level, run.attributes, nose=run.nose and not case)
    group.fixtures += registration.register(run, cls, level, group)
    into.fixtures += group.fixtures
    patched = any(isinstance(base, Class) and base.decorators for base in run.names.mro(cls))
    marks = (*run.marks.of_class(cls), *around.marks)
    place = Place(
        group, level, marks, (*around.hooks, *generated(run, cls)), cls, case, patched, around.dialect, around.function_setups, around.added
    )
    found = list(_tests(run, cls, place, into, f"{prefix}::{name}"))
    binding = run.attributes.get(cls, "runTest") if case and not found else None
    product = run.attributes.product(run.attributes.target(binding, "runTest")) if binding is not None else None
    if product is not None:
        found += tests_of(run, "runTest", product, place, into, f"{prefix}::{name}")
    yield from found


def _collects(run: Run, cls: Class, name: str, around: Place, *, case: bool) -> bool:
    """Whether pytest makes a collector of a class."""
    flag = run.attributes.flag(cls, "__test__")
    if flag is False:
        return False
    if not case and not (
        around.dialect.collects(cls, name, run.attributes) if around.dialect else flag or matches(name, run.session.settings.python_classes)
    ):
        return False
    return not is_abstract(cls, run.attributes) and (case or not has_constructor(cls, run.attributes))
