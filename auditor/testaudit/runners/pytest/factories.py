"""Fixtures that a library's own factories put into a module: `pytest_factoryboy.register`, `factories.postgresql_proc()` and their kind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testaudit.model import External, Fixture, FixtureScope, Group, Target, place_of
from testaudit.read.facts import Attr, Call, Class, Expr, Module, Name, Step
from testaudit.runners.pytest.run import Run
from testaudit.runners.values import Written

_REGISTER = frozenset({"pytest_factoryboy.register", "pytest_factoryboy.fixture.register"})
# Calls whose result is a fixture, by the beginning of their names, with the scope that they have unless told otherwise.
_MAKERS: tuple[tuple[str, FixtureScope], ...] = (
    ("pytest_docker_tools.", "session"),
    ("pytest_elasticsearch.factories.", "session"),
    ("pytest_kafka.make_", "function"),
    ("pytest_mock_resources.create_", "function"),
    ("pytest_mongo.factories.", "session"),
    ("pytest_mysql.factories.", "session"),
    ("pytest_postgresql.factories.", "session"),
    ("pytest_rabbitmq.factories.", "session"),
    ("pytest_redis.factories.", "session"),
)
_PROCESS = ("_proc", "_noproc", "_nooproc")


def library_made(run: Run, module: Module, group: Group | None) -> Iterator[Fixture]:
    """The fixtures that calls to libraries leave in a module's namespace, in the order of the code."""
    for step in module.body.steps:
        call = step.value
        if isinstance(call, Call) and step.kind in ("bind", "eval"):
            target = run.values.target(call.func, module)
            if isinstance(target, External):
                yield from _of_call(run, step, call, target.name, module, group)
        elif isinstance(step.defined, Class) and any(a.symbol in _REGISTER for a in run.attributes.decorators.of_class(step.defined)):
            yield from _registered(run, step.defined, None, module, group, step)


def imported(run: Run, name: str, made: Target | Written, group: Group | None) -> Fixture | None:
    """What such a call leaves in another module of the suite's own, from which its name is imported."""
    if not isinstance(made, Written) or not isinstance(made.expr, Call):
        return None
    target = run.values.target(made.expr.func, made.scope)
    scope = scope_of(target.name) if isinstance(target, External) else None
    home = made.scope if isinstance(made.scope, Module) else made.scope.module
    return _fixture(name, scope, (), made.expr, home, group) if scope is not None else None


def _of_call(run: Run, step: Step, call: Call, symbol: str, module: Module, group: Group | None) -> Iterator[Fixture]:
    if symbol in _REGISTER and call.args:
        cls = run.values.target(call.args[0].value, module)
        named = call.argument(1, "_name")
        if isinstance(cls, Class):
            yield from _registered(run, cls, Written(named, module) if named is not None else None, module, group, step)
        return
    scope = scope_of(symbol)
    if scope is not None and step.kind == "bind" and isinstance(step.target, Name):
        yield _fixture(step.target.name, scope, (), step, module, group)


def scope_of(symbol: str) -> FixtureScope | None:
    """The scope of what a library's function makes; None where it is no maker of fixtures."""
    made = next((scope for prefix, scope in _MAKERS if symbol.startswith(prefix)), None)
    if made is None or symbol.startswith("pytest_docker_tools.") or symbol.endswith(_PROCESS):
        return made
    return "function"


def _registered(run: Run, cls: Class, named: Written | None, module: Module, group: Group | None, step: Step) -> Iterator[Fixture]:
    """A factory's fixtures: the factory itself, the model that it makes, and one for every attribute."""
    factory = _underscored(cls.name)
    text = run.values.value(named)
    model = text if isinstance(text, str) else _model_name(run, cls) or factory.removesuffix("_factory")
    attributes = [
        f"{model}__{name}"
        for name, binding in run.attributes.of(cls).items()
        if not name.startswith("_") and binding.step.defined is None and binding.step.kind == "bind"
    ]
    yield _fixture(factory, "function", (), step, module, group)
    yield _fixture(model, "function", (factory, *attributes), step, module, group)
    for name in attributes:
        yield _fixture(name, "function", (), step, module, group)


def _model_name(run: Run, cls: Class) -> str | None:
    meta = run.names.member(cls, "Meta")
    binding = run.attributes.get(meta, "model") if isinstance(meta, Class) else None
    if binding is None or binding.step.value is None:
        return None
    last = _last_word(run, Written(binding.step.value, binding.owner))
    return _underscored(last) if last else None


def _last_word(run: Run, written: Written) -> str | None:
    """The class's name: of a name the last part, of Django's `"app.Model"` too."""
    text = run.values.value(written)
    if isinstance(text, str):
        return text.rpartition(".")[2]
    expr: Expr = written.expr
    target = run.values.target(expr, written.scope)
    if isinstance(target, Class):
        return target.name
    return expr.name if isinstance(expr, Name | Attr) else None


def _underscored(name: str) -> str:
    return re.sub(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _fixture(name: str, scope: FixtureScope, requests: tuple[str, ...], step: Step | Expr, module: Module, group: Group | None) -> Fixture:
    return Fixture(
        name=name,
        scope=scope,
        kind="value",
        function=None,
        group=group,
        definition=place_of(module, step.start, step.end),
        requests=requests,
        origin="plugin",
    )
