"""The fixtures of pytest and of whatever plugins are installed, as their own sources write them, held against the tables."""

import ast
import importlib.metadata
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import _pytest
import pytest

from testaudit.knowledge import Knowledge, LibraryFixture, load


@cache
def known() -> Knowledge:
    return load()


@dataclass(frozen=True, order=True)
class Written:
    """A fixture as a source says it."""

    name: str
    scope: str
    autouse: bool
    requests: tuple[str, ...]


def written(path: Path) -> Iterator[Written]:
    """The functions of a file that are decorated as fixtures, without those that a function makes."""
    found: list[ast.AST] = [ast.parse(path.read_bytes())]
    for node in found:
        if isinstance(node, ast.FunctionDef):
            yield from (_as_fixture(node, decorator) for decorator in node.decorator_list if _is_fixture(decorator))
        else:
            found += ast.iter_child_nodes(node)


def _is_fixture(decorator: ast.expr) -> bool:
    return ast.unparse(decorator).partition("(")[0].rpartition(".")[2] == "fixture"


def _as_fixture(function: ast.FunctionDef, decorator: ast.expr) -> Written:
    given = {keyword.arg: ast.unparse(keyword.value).strip("'") for keyword in getattr(decorator, "keywords", ())}
    scope = given.get("scope", "function")
    requests = tuple(sorted(argument.arg for argument in function.args.args))
    return Written(given.get("name", function.name), scope if scope.isalpha() else "dynamic", given.get("autouse") == "True", requests)


def as_written(fixture: LibraryFixture) -> Written:
    return Written(fixture.name, fixture.scope, fixture.autouse, tuple(sorted(fixture.requests)))


def installed() -> Iterator[tuple[str, str, Path]]:
    """The known plugins that are installed, with their versions and the file of each of their entry points."""
    for name in known().plugins():
        plugin = known().plugin(name)
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        for _entry_point, module in plugin.entry_points if plugin else ():
            spec = importlib.util.find_spec(module)
            if spec is not None and spec.origin is not None:
                yield name, version, Path(spec.origin)


def test_pytests_own_fixtures_are_those_of_its_source() -> None:
    files = sorted(Path(_pytest.__file__).parent.glob("*.py"))
    source = sorted({fixture for path in files for fixture in written(path)} - {Written("_pytest", "function", False, ("request",))})

    tables = [*known().fixtures_of("pytest", pytest.__version__), *known().fixtures_of("pytester", pytest.__version__)]

    assert sorted(as_written(fixture) for fixture in tables if fixture.name != "request") == source


@pytest.mark.parametrize(("plugin", "version", "path"), [pytest.param(*found, id=found[0]) for found in installed()])
def test_an_installed_plugins_fixtures_are_those_of_its_source(plugin: str, version: str, path: Path) -> None:
    tables = {fixture.name: as_written(fixture) for fixture in known().fixtures_of(plugin, version)}

    source = {fixture.name: fixture for fixture in written(path) if "self" not in fixture.requests}

    assert {name: tables.get(name) for name in source} == source
