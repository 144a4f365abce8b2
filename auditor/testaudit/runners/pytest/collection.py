"""Collects one Python module as pytest does: its fixtures, its functions and classes, and every test's closure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from testaudit.link.names import Binding
from testaudit.model import Cell, External, Fixture, FixtureUse, Group, Target, Test, TestModule, Truth, place_of
from testaudit.read.facts import Call, Class, Function, Import, Module
from testaudit.runners.attributes import Product
from testaudit.runners.levels import Closure, Level
from testaudit.runners.pytest import xunit
from testaudit.runners.pytest.classes import has_constructor, is_abstract, matches
from testaudit.runners.pytest.dialects import Dialect
from testaudit.runners.pytest.dynamic import dynamic_names, mentions
from testaudit.runners.pytest.fixtures import fixture_of, parameters
from testaudit.runners.pytest.hooks import Generated, generated
from testaudit.runners.pytest.marks import Mark, Parametrization
from testaudit.runners.pytest.run import Run
from testaudit.runners.pytest.signature import Signature, class_patches, signature
from testaudit.runners.pytest.symbols import DESCRIPTORS, FIXTURE, NOT_FUNCTIONS
from testaudit.runners.unittest import setup as unittest_setup
from testaudit.runners.unittest.families import is_test_case
from testaudit.runners.unittest.parameterized import expanded
from testaudit.runners.values import Written

_EXPECTED = frozenset({"unittest.expectedFailure", "unittest.skip", "unittest.case.skip", "unittest.case.expectedFailure"})


@dataclass(slots=True, frozen=True, eq=False)
class Place:
    """Where tests are collected: the group with its level, the marks that they inherit, the hooks that parametrize them."""

    group: Group
    level: Level
    marks: tuple[Mark, ...]
    hooks: tuple[Generated, ...]
    owner: Class | None = None
    case: bool = False
    patched: bool = False
    dialect: Dialect | None = None

    @property
    def takes_functions(self) -> bool:
        return self.dialect is None or self.owner is not None


@dataclass(slots=True, eq=False)
class Collector:
    """Collects the modules of one run."""

    run: Run

    def level_of(self, owner: Module | Class, around: Level) -> tuple[Level, list[Fixture]]:
        """The level of a conftest, a plugin module or a plugin object inside another one, with the fixtures that it registers."""
        level = Level(around)
        found = list(self._registered(owner, level, None))
        return level, found

    def module(self, module: Module, around: Level, hooks: tuple[Generated, ...], dialect: Dialect | None = None) -> TestModule:
        """A test module with everything that pytest would collect from it; a `dialect` has its own rule for classes."""
        run = self.run
        group = Group(module.path, module, None)
        level = Level(around)
        fixtures = list(xunit.register(module, group, level, run.attributes, nose=run.nose))
        fixtures += self._registered(module, level, group)
        group.fixtures = fixtures
        collected = TestModule(module.path, module, run.session, group, [], fixtures)
        if run.attributes.left_at(module) != float("inf") or run.attributes.flag(module, "__test__") is False:
            return collected
        place = Place(group, level, run.marks.of_module(module), hooks + generated(run, module), dialect=dialect)
        collected.tests += self._tests(module, place, collected, module.path)
        return collected

    # ------------------------------------------------------------------------------------------------------------ fixtures

    def _registered(self, owner: Module | Class, level: Level, group: Group | None) -> Iterator[Fixture]:
        """Registers the fixtures of a module or class, in the order of `dir()`."""
        shown = self.run.attributes.of(owner)
        for name in sorted(shown):
            binding = shown[name]
            if not self._may_be_fixture(binding):
                continue
            product = self.run.attributes.product(self.run.attributes.target(binding, name))
            if product is None:
                continue
            holder = binding.owner if isinstance(owner, Class) and isinstance(binding.owner, Class) else None
            fixture = fixture_of(product, name, self.run.attributes, group, holder)
            if fixture is not None:
                self._complete(fixture, product, level)
                level.register(fixture.name, fixture)
                yield fixture

    def _complete(self, fixture: Fixture, product: Product, level: Level) -> None:
        """What a fixture overrides, how many values it has, what it asks for while it runs."""
        fixture.overrides = level.so_far(fixture.name)
        params = parameters(product) if fixture.parametrized else None
        if params is not None:
            length = self.run.values.length(params)
            if length is not None:
                self.run.lengths[fixture] = length
        if mentions(product.function):
            values = self.run.values.items(params) if params is not None else None
            given = {"request.param": tuple(value.expr for value in values) if values is not None else None} if params is not None else {}
            fixture.dynamic_requests = dynamic_names(self.run, product.function, given)

    def _may_be_fixture(self, binding: Binding) -> bool:
        """A cheap look: whether what binds a name can make a fixture at all."""
        step = binding.step
        if isinstance(step.defined, Function):
            return bool(step.defined.decorators)
        if step.imported is not None:
            return self._may_import(step.imported, binding)
        if step.kind != "bind" or not isinstance(step.value, Call):
            return False
        func = step.value.func
        target = self.run.values.target(func.func if isinstance(func, Call) else func, binding.owner)
        match target:
            case External():
                return target.name in FIXTURE
            case Function():
                return "fixture" in target.words or any("fixture" in word for word in target.words)
            case Cell():
                return True
            case _:
                return False

    def _may_import(self, imported: Import, binding: Binding) -> bool:
        if imported.name is None:
            return False
        target = self.run.names.member(binding.owner, imported.bound)
        return isinstance(target, Cell) or (isinstance(target, Function) and bool(target.decorators))

    # --------------------------------------------------------------------------------------------------------------- tests

    def _tests(self, owner: Module | Class, place: Place, into: TestModule, prefix: str) -> Iterator[Test]:
        """The tests of a module or class, classes inside it included."""
        settings = self.run.session.settings
        own_only = isinstance(owner, Module) and not settings.collect_imported_tests
        flagged = b"__test__" in into.module.source
        for name, binding in self.run.attributes.of(owner).items():
            step = binding.step
            if own_only and step.imported is not None:
                continue
            if step.kind == "bind" and not (matches(name, settings.python_functions) or matches(name, settings.python_classes) or place.dialect):
                continue
            target = self.run.attributes.target(binding, name)
            if isinstance(target, Class):
                if not place.case:
                    yield from self._class(target, name, place, into, prefix)
            elif isinstance(target, Function | Written) and place.takes_functions:
                wanted = matches(name, settings.python_functions) if not place.case else name.startswith("test")
                flag = self._flag(owner, binding, name) if flagged else None
                if flag is False or not (wanted or (flag and not place.case)):
                    continue
                yield from self._function(name, target, place, into, prefix)
            elif isinstance(target, External) and target.name.endswith(".TestCase") and matches(name, settings.python_classes):
                _count(into, "state machine")

    def _flag(self, owner: Module | Class, binding: Binding, name: str) -> bool | None:
        flag = self.run.attributes.function_flag(binding.owner, "__test__", name)
        return flag if flag is not None or binding.owner is owner else self.run.attributes.function_flag(owner, "__test__", name)

    def _class(self, cls: Class, name: str, around: Place, into: TestModule, prefix: str) -> Iterator[Test]:
        run = self.run
        case = is_test_case(cls, run.attributes) is not Truth.NO
        flag = run.attributes.flag(cls, "__test__")
        if not case and not self._wanted(cls, name, around, flag):
            return
        if flag is False or is_abstract(cls, run.attributes) or (not case and has_constructor(cls, run.attributes)):
            return
        group = Group(name, cls, around.group)
        level = Level(around.level)
        if case:
            fixtures = [*unittest_setup.register(cls, group, level, run.attributes)]
            fixtures += xunit.register(cls, group, level, run.attributes, nose=False)
        else:
            fixtures = list(xunit.register(cls, group, level, run.attributes, nose=run.nose))
        fixtures += self._registered(cls, level, group)
        group.fixtures = fixtures
        into.fixtures += fixtures
        patched = any(isinstance(base, Class) and base.decorators for base in run.names.mro(cls))
        place = Place(group, level, (*run.marks.of_class(cls), *around.marks), (*around.hooks, *generated(run, cls)), cls, case, patched, around.dialect)
        yield from self._tests(cls, place, into, f"{prefix}::{name}")

    def _wanted(self, cls: Class, name: str, around: Place, flag: bool | None) -> bool:
        if around.dialect is not None:
            return around.dialect.collects(cls, name, self.run.attributes)
        return bool(flag) or matches(name, self.run.session.settings.python_classes)

    def _function(self, name: str, target: Target | Written, place: Place, into: TestModule, prefix: str) -> Iterator[Test]:
        run = self.run
        product = run.attributes.product(target)
        if product is None or any(a.symbol in FIXTURE or a.symbol in DESCRIPTORS or a.symbol in NOT_FUNCTIONS for a in product.applied):
            return
        own = run.marks.of_product(product)
        found = (*own, *place.marks) if place.marks else own
        asked = Signature(())
        if not place.case:
            patches = class_patches(place.owner, name, run.attributes) if place.owner is not None and place.patched else 0
            asked = signature(product, run.attributes, method=place.owner is not None, patched=patches)
        used, readable = run.marks.used_fixtures(found) if found else ((), True)
        parametrization = run.marks.parametrization(found)
        closure, parametrization = self._closed((*used, *asked.names), parametrization, place)
        uses, dynamic = self._dynamic(product.function, closure, parametrization, place)
        if not (asked.certain and readable and parametrization.certain):
            dynamic = Truth.UNKNOWN
        function = product.function
        for test_name, variants in expanded(name, product, run.values):
            yield Test(
                id=f"{prefix}::{test_name}",
                path=into.path,
                name=test_name,
                function=function,
                group=place.group,
                module=into.module,
                runner="pytest",
                session=run.session,
                place=place_of(function.module, function.name_start, function.name_end),
                closure=uses,
                variants=variants * self._variants(parametrization, closure),
                direct=parametrization.direct,
                marks=tuple((mark.name, mark.expr) for mark in found),
                owner=place.owner,
                unresolved=closure.unresolved,
                dynamic=dynamic,
                expects_failure=_expects_failure(product, found),
            )

    def _closed(self, asked: Sequence[str], found: Parametrization, place: Place) -> tuple[Closure, Parametrization]:
        """The closure; what `pytest_generate_tests` fills is known only once it is."""
        deep = self.run.deep_closures
        closure = place.level.closure(asked, frozenset(found.direct), deep=deep)
        if not place.hooks:
            return closure, found
        names = closure.names()
        direct, certain, variants = dict(found.direct), found.certain, found.variants
        for hook in place.hooks:
            if hook.names is None:
                certain = False
            elif set(hook.names) & names:
                variants *= hook.count or 1
                if not hook.indirect:
                    direct.update({name: hook.values.get(name) for name in hook.names})
        if len(direct) != len(found.direct):
            closure = place.level.closure(asked, frozenset(direct), deep=deep)
        return closure, Parametrization(direct, found.indirect, variants, certain)

    def _dynamic(self, function: Function, closure: Closure, found: Parametrization, place: Place) -> tuple[tuple[FixtureUse, ...], Truth]:
        """The closure with what is asked for while the test and its fixtures run."""
        truth = Truth.NO
        wanted: dict[str, Fixture | None] = {}
        if mentions(function):
            names = dynamic_names(self.run, function, {**found.indirect, **found.direct})
            truth = Truth.UNKNOWN if names is None else Truth.of(bool(names))
            wanted.update(dict.fromkeys(names or ()))
        for use in closure.uses:
            if use.fixture.dynamic_requests is None:
                truth = Truth.UNKNOWN
            for name in use.fixture.dynamic_requests or ():
                wanted.setdefault(name, use.fixture)
        if not wanted:
            return closure.uses, truth
        known = {use.fixture for use in closure.uses}
        uses = list(closure.uses)
        for name, by in wanted.items():
            for use in place.level.closure((name,), frozenset(found.direct)).uses:
                if use.fixture not in known:
                    known.add(use.fixture)
                    uses.append(FixtureUse(use.name, use.fixture, use.requested_by or by, dynamic=True, overridden=use.overridden))
        return tuple(uses), Truth.YES if truth is Truth.NO else truth

    def _variants(self, found: Parametrization, closure: Closure) -> int:
        count = found.variants
        for use in closure.uses:
            if use.fixture.parametrized and use.name not in found.indirect and not use.overridden:
                count *= self.run.lengths.get(use.fixture, 1)
        return count


def _expects_failure(product: Product, found: Sequence[Mark]) -> bool:
    """Marked to fail or skipped, both without a condition."""
    if any(a.symbol in _EXPECTED for a in product.applied):
        return True
    return any(m.name == "skip" or (m.name == "xfail" and not _has_condition(m)) for m in found)


def _has_condition(mark: Mark) -> bool:
    return mark.applied.argument(0, "condition") is not None


def _count(into: TestModule, kind: str) -> None:
    into.not_audited[kind] = into.not_audited.get(kind, 0) + 1

