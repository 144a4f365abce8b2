"""Small repositories, collected by testaudit and by pytest: both must say what is written beside them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from testaudit.model import TestModule
from tests.differential.worker import Worker, worker
from tests.runners.collecting import collect
from tests.runners.trees import Tree, line, trees

TREES = trees()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trees").resolve()


@pytest.fixture(scope="module")
def roots(folder: Path) -> Mapping[str, Path]:
    """Every repository, written once."""
    return {tree.name: tree.write(folder) for tree in TREES}


@pytest.fixture(scope="module")
def installed() -> Iterator[Worker]:
    """The pytest that runs these tests, in one other process for all of them."""
    with worker(sys.executable) as found:
        yield found


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree.name)
def test_pytest_collects_what_the_tree_says(tree: Tree, roots: Mapping[str, Path], installed: Worker) -> None:
    said = installed.collect(roots[tree.name])

    places = {test: {name: f"{one.path}:{one.line}" for name, one in found.fixtures.items()} for test, found in said.tests.items()}
    assert said.errors == {}
    assert tuple(sorted(line(test, found.variants, places[test]) for test, found in said.tests.items())) == tree.expected


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree.name)
def test_we_collect_what_the_tree_says(tree: Tree, roots: Mapping[str, Path]) -> None:
    found = tuple(sorted(shown(collect(roots[tree.name]))))

    assert found == tree.expected


def shown(modules: list[TestModule]) -> list[str]:
    """The tests of modules as trees write them."""
    lines = []
    for test in (test for module in modules for test in module.tests):
        uses = [use for use in test.closure if use.fixture.origin == "repository" and not use.overridden and not use.dynamic]
        places = {use.name: f"{use.fixture.definition.path}:{use.fixture.definition.line}" for use in uses if use.fixture.definition}
        lines.append(line(test.id, test.variants, places))
    return lines
