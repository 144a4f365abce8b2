"""Suites built by hand from files given as text: real modules, and a plain notion of what a test and a fixture is."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from testaudit.check import RuleCard, Verdict, catalogue, check
from testaudit.config import Config
from testaudit.discover.pytest.settings import PytestSettings
from testaudit.discover.session import Session
from testaudit.model import Fixture, FixtureUse, Group, Suite, Test, TestModule, place_of
from testaudit.read.facts import Class, Function, Module, dotted
from testaudit.read.python import read_python

Found = tuple[str, str, int]


def suite_of(files: Mapping[str, str], *, whole: bool = True) -> Suite:
    """A suite of these files: `test_…` functions are tests, functions with a `fixture` decorator fixtures that every file sees."""
    modules = [read_python(path, source.encode()) for path, source in sorted(files.items())]
    fixtures = {made.name: made for module in modules for made in fixtures_of(module)}
    return Suite([test_module(module, fixtures) for module in modules], whole)


def test_module(module: Module, fixtures: Mapping[str, Fixture]) -> TestModule:
    group = Group(module.path, module, None)
    session = Session("pytest", ".", None, PytestSettings(), "a test")
    made = TestModule(
        module.path, module, session, group, [], [f for f in fixtures.values() if f.definition and f.definition.path == module.path]
    )
    for function, owner in functions(module):
        if function.name.startswith("test"):
            made.tests.append(test_of(function, owner, made, fixtures))
    return made


test_module.__test__ = False  # type: ignore[attr-defined]  # it only makes one


def test_of(function: Function, owner: Class | None, home: TestModule, fixtures: Mapping[str, Fixture]) -> Test:
    names = [param.name for param in function.params if param.name != "self"]
    return Test(
        id="::".join([home.path, *([owner.name] if owner else []), function.name]),
        path=home.path,
        name=function.name,
        function=function,
        group=home.group,
        module=home.module,
        runner="unittest" if owner and owner.bases else "pytest",
        session=home.session,
        place=place_of(home.module, function.name_start, function.name_end),
        closure=tuple(FixtureUse(name, fixtures[name]) for name in names if name in fixtures),
        unresolved=tuple(name for name in names if name not in fixtures),
        owner=owner,
    )


test_of.__test__ = False  # type: ignore[attr-defined]  # it only makes one


def functions(module: Module) -> Iterator[tuple[Function, Class | None]]:
    yield from ((function, None) for function in module.functions)
    for cls in module.classes:
        yield from ((step.defined, cls) for step in cls.body.steps if isinstance(step.defined, Function))


def fixtures_of(module: Module) -> Iterator[Fixture]:
    for function, _ in functions(module):
        if any(dotted(decorator.func) == "fixture" for decorator in function.decorators):
            definition = place_of(module, function.name_start, function.name_end)
            yield Fixture(function.name, "function", "value", function, None, definition)


def rulebook() -> tuple[RuleCard, ...]:
    """The rules of the tests' own rulebook, and the engine's."""
    engines = [card for card in catalogue() if card.code in {"TA008", "TA009"}]
    return tuple(sorted([*engines, *catalogue(built_in="tests.check.rulebook")]))


def config(**values: object) -> Config:
    return Config(root=Path(), **values)  # type: ignore[arg-type]  # each test names real keys


def verdict_on(
    files: Mapping[str, str], *select: str, names: tuple[str, ...] | None = None, whole: bool = True, **values: object
) -> Verdict:
    """The verdict of the rulebook's rules that `select` names on a hand-built suite."""
    return check(suite_of(files, whole=whole), rulebook(), config(select=select or None, **values), names)


def found(verdict: Verdict) -> list[Found]:
    """Code, path and line of each finding, in order."""
    return [(finding.code, finding.place.path, finding.place.line) for finding in verdict.findings]
