"""One test function: its marks, the parameters to fill, its closure and its variants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from testaudit.model import Fixture, FixtureUse, Group, Test, TestModule, Truth, place_of
from testaudit.read.facts import Class, Const, Function
from testaudit.records import dataclass, replace
from testaudit.runners.applied import OBJECT
from testaudit.runners.attributes import Product
from testaudit.runners.levels import Closure, Level
from testaudit.runners.pytest.dialects import Dialect
from testaudit.runners.pytest.dynamic import dynamic_names, lazy_names, mentions
from testaudit.runners.pytest.hooks import Generated
from testaudit.runners.pytest.marks import Mark, Parametrization
from testaudit.runners.pytest.run import Run
from testaudit.runners.pytest.signature import Signature, class_patches, signature
from testaudit.runners.pytest.symbols import DESCRIPTORS, FIXTURE, NOT_FUNCTIONS
from testaudit.runners.unittest.parameterized import expanded
from testaudit.runners.unittest.skips import SKIPPED

_NO_TESTS = FIXTURE | DESCRIPTORS | NOT_FUNCTIONS | {OBJECT}


@dataclass(slots=True, frozen=True, eq=False)
class Place:
    """Where tests are collected: the group with its level, the marks that they inherit, hooks that parametrize them. `case` says that it
    is a unittest test case, `patched` that a class of the hierarchy has decorators."""

    group: Group
    level: Level
    marks: tuple[Mark, ...]
    hooks: tuple[Generated, ...]
    owner: Class | None = None
    case: bool = False
    patched: bool = False
    dialect: Dialect | None = None
    function_setups: frozenset[Fixture] = frozenset()
    """The module's `setup_function` and `teardown_function`, which do nothing for methods."""
    added: tuple[str, ...] = ()
    """Names that hooks put into every item's `fixturenames`."""

    @property
    def takes_functions(self) -> bool:
        return self.dialect is None or self.owner is not None


def tests_of(run: Run, name: str, product: Product, place: Place, into: TestModule, prefix: str) -> Iterator[Test]:
    """The test that a function is under the name `name`, or those that a decorator makes of it; none when it is no test function."""
    if any(applied.symbol in _NO_TESTS for applied in product.applied):
        return
    own = run.marks.of_product(product)
    found = (*own, *place.marks) if place.marks else own
    asked = _asked(run, name, product, place)
    used, readable = run.marks.used_fixtures(found) if found else ((), True)
    if product.function.is_async and (run.anyio_auto or any(mark.name == "anyio" for mark in found)):
        used = (*used, "anyio_backend")
    parameters = run.marks.parametrization(found)
    closure, filled = _closed(run, (*used, *asked.names), parameters, place)
    if place.owner is not None and place.function_setups:
        closure = Closure(
            tuple(use for use in closure.uses if use.fixture not in place.function_setups),
            closure.unresolved,
            closure.certain,
            closure.asked,
        )
    uses, dynamic = _with_dynamic(run, product.function, found, closure, filled, place)
    if run.autouse_by_name:
        uses = _automatic_by_name(uses, frozenset(place.level.automatic))
    if not (asked.certain and readable and filled.certain and closure.certain):
        dynamic = Truth.UNKNOWN
    idle = frozenset(parameters.direct) - closure.asked if parameters.direct else frozenset[str]()
    if idle:
        idle -= {name for mark in found for name in run.pulled_by(mark.name)}.union(place.added)
    function = product.function
    for test_name in expanded(name, product, run.values):
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
            variants=_variants(run, filled, closure),
            direct=filled.direct,
            idle=idle,
            marks=tuple((mark.name, mark.expr) for mark in found),
            owner=place.owner,
            unresolved=closure.unresolved,
            dynamic=dynamic,
            expects_failure=_expects_failure(product, found),
        )


def _automatic_by_name(uses: tuple[FixtureUse, ...], names: frozenset[str]) -> tuple[FixtureUse, ...]:
    """The uses, where a name that is used automatically makes all of its definitions so."""
    if all(use.fixture.autouse or use.name not in names for use in uses):
        return uses
    return tuple(replace(use, automatic=True) if use.name in names and not use.fixture.autouse else use for use in uses)


def _asked(run: Run, name: str, product: Product, place: Place) -> Signature:
    """The parameters that fixtures fill: none in a unittest test case."""
    if place.case:
        return Signature(())
    patches = class_patches(place.owner, name, run.attributes) if place.owner is not None and place.patched else 0
    return signature(product, run.attributes, method=place.owner is not None, patched=patches)


def _closed(run: Run, asked: Sequence[str], found: Parametrization, place: Place) -> tuple[Closure, Parametrization]:
    """The closure; what `pytest_generate_tests` fills is known only once it is."""
    closure = place.level.closure(asked, frozenset(found.direct), deep=run.deep_closures)
    if run.prunes and (found.direct or found.indirect or any(use.fixture.parametrized for use in closure.uses)):
        closure = place.level.closure(asked, frozenset(found.direct), deep=False)
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
        closure = place.level.closure(asked, frozenset(direct), deep=run.deep_closures and not run.prunes)
    return closure, Parametrization(direct, found.indirect, variants, certain)


def _with_dynamic(
    run: Run, function: Function, marks: Sequence[Mark], closure: Closure, found: Parametrization, place: Place
) -> tuple[tuple[FixtureUse, ...], Truth]:
    """The closure with what markers pull and what is asked for while the test and its fixtures run, and whether anything is."""
    truth = Truth.NO
    wanted: dict[str, Fixture | None] = {name: None for mark in marks for name in run.pulled_by(mark.name)}
    wanted.update(dict.fromkeys(place.added))
    wanted.update(dict.fromkeys(lazy_names(run, function, found.direct)))
    if mentions(function):
        names = dynamic_names(run, function, {**found.indirect, **found.direct})
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


def _variants(run: Run, found: Parametrization, closure: Closure) -> int:
    count = found.variants
    counted = set(found.indirect)
    for use in reversed(closure.uses):  # an override comes after what it overrides
        if use.fixture.parametrized and use.name not in counted:
            counted.add(use.name)
            count *= run.lengths.get(use.fixture, 1)
    return count


def _expects_failure(product: Product, found: Sequence[Mark]) -> bool:
    """Marked to fail or skipped, both without a condition."""
    if any(applied.symbol in SKIPPED for applied in product.applied):
        return True
    return any(
        m.name == "skip" or (m.name == "xfail" and m.applied.argument(0, "condition") is None) or _is_always_skipped(m) for m in found
    )


def _is_always_skipped(mark: Mark) -> bool:
    """`skipif(True, reason=…)`: a skip that was written in haste."""
    condition = mark.applied.argument(0, "condition") if mark.name == "skipif" else None
    return condition is not None and isinstance(condition.expr, Const) and condition.expr.value in (True, 1, "True")
