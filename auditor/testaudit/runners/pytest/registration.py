"""Registers the fixtures of a module or class at its level, in the order in which pytest finds them."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from testaudit.link.resolution.resolver import Binding
from testaudit.model import Cell, External, Fixture, Group, Unknown, place_of
from testaudit.read.facts import Attr, Call, Class, Function, Import, Module, Name
from testaudit.runners.attributes import Product
from testaudit.runners.levels import Level
from testaudit.runners.pytest.dynamic import dynamic_names, mentions
from testaudit.runners.pytest.factories import imported, library_made, scope_of
from testaudit.runners.pytest.fixtures import fixture_of, parameters
from testaudit.runners.pytest.run import Run
from testaudit.runners.pytest.symbols import FIXTURE


def register(run: Run, owner: Module | Class, level: Level, group: Group | None) -> list[Fixture]:
    """All fixtures of a module or class, in the order of `dir()`, registered at its level."""
    if isinstance(owner, Module):
        _note_libraries(run, owner, level)
    found = []
    for fixture in _fixtures(run, owner, level, group):
        level.register(fixture.name, fixture)
        found.append(fixture)
    return found


def _note_libraries(run: Run, module: Module, level: Level) -> None:
    """What a module imports from libraries, and what it lets their functions make: any of it may be a fixture, and a star may bring more
    than can be named."""
    for step in module.body.steps:
        imported = step.imported
        if step.kind == "bind" and step.how == "=" and isinstance(step.target, Name) and isinstance(step.value, Call):
            if "fixture" in module.text(step.value.func.start, step.value.func.end) and _is_unread(run, step.value, module):
                level.imported[step.target.name] = place_of(module, step.start, step.end)
            continue
        if imported is None or imported.name is None or imported.level or imported.module.partition(".")[0] in sys.stdlib_module_names:
            continue
        if run.workspace.find(imported.module, module.path) is None:
            if imported.name == "*":
                level.opaque = True
            elif imported.bound[:1].islower() or imported.bound[:1] == "_":
                level.imported[imported.bound] = place_of(module, step.start, step.end)


def _is_unread(run: Run, call: Call, module: Module) -> bool:
    """Whether a call is one of a library that no fixture is known to come from; one of pytest's own is read elsewhere."""
    func = call.func.func if isinstance(call.func, Call) else call.func
    target = run.values.target(func, module)
    return isinstance(target, Unknown) or (isinstance(target, External) and target.name not in FIXTURE)


def _fixtures(run: Run, owner: Module | Class, level: Level, group: Group | None) -> Iterator[Fixture]:
    shown = run.attributes.of(owner)
    for name in sorted(shown):
        binding = shown[name]
        if not _may_be_fixture(run, binding, owner):
            continue
        thing = run.attributes.target(binding, name)
        product = run.attributes.product(thing)
        if product is None:
            if isinstance(owner, Module) and _is_from_elsewhere(binding, owner) and (made := imported(run, name, thing, group)) is not None:
                yield made
            continue
        holder = binding.owner if isinstance(owner, Class) and isinstance(binding.owner, Class) else None
        fixture = fixture_of(product, name, run.attributes, group, holder)
        if fixture is not None:
            _complete(run, fixture, product, level)
            yield fixture
    if isinstance(owner, Module):
        yield from library_made(run, owner, group)


def _complete(run: Run, fixture: Fixture, product: Product, level: Level) -> None:
    """What a fixture overrides, how many values it has, what it asks for while it runs."""
    fixture.overrides = level.so_far(fixture.name)
    params = parameters(product) if fixture.parametrized else None
    length = run.values.length(params) if params is not None else None
    if length is not None:
        run.lengths[fixture] = length
    if mentions(product.function) and fixture.dynamic_requests is not None:
        values = run.values.items(params) if params is not None else None
        given = {"request.param": tuple(value.expr for value in values) if values is not None else None} if params is not None else {}
        fixture.dynamic_requests = dynamic_names(run, product.function, given)


def _is_from_elsewhere(binding: Binding, owner: Module | Class) -> bool:
    """Whether a module has a name from another one."""
    return binding.owner is not owner or binding.step.imported is not None


def _may_be_fixture(run: Run, binding: Binding, owner: Module | Class) -> bool:
    """A cheap look: whether what binds a name can make a fixture at all."""
    step = binding.step
    if isinstance(step.defined, Function):
        return bool(step.defined.decorators)
    if step.imported is not None:
        return _may_import(run, step.imported, binding)
    if step.kind != "bind" or not isinstance(step.value, Call | Name | Attr):
        return False
    func = step.value.func if isinstance(step.value, Call) else step.value
    target = run.values.target(func.func if isinstance(func, Call) else func, binding.owner)
    if not isinstance(step.value, Call):
        return isinstance(target, Function) and bool(target.decorators)
    match target:
        case External():
            return target.name in FIXTURE or (_is_from_elsewhere(binding, owner) and scope_of(target.name) is not None)
        case Function():
            return any("fixture" in word for word in target.words)
        case Cell():
            return True
        case _:
            return False


def _may_import(run: Run, imported: Import, binding: Binding) -> bool:
    if imported.name is None:
        return False
    target = run.names.member(binding.owner, imported.bound)
    return isinstance(target, Cell) or (isinstance(target, Function) and bool(target.decorators))
