"""Small repositories, collected by testaudit and by pytest: both must say what is written beside them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from testaudit.model import TestModule
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
def pytest_says(roots: Mapping[str, Path]) -> Mapping[str, Any]:
    """pytest's view of all of them, from one process."""
    script = Path(__file__).with_name("pytest_says.py")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, str(script), *map(str, roots.values())]
    done = subprocess.run(command, capture_output=True, text=True, env={**environment, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree.name)
def test_pytest_collects_what_the_tree_says(tree: Tree, roots: Mapping[str, Path], pytest_says: Mapping[str, Any]) -> None:
    said = pytest_says[str(roots[tree.name])]

    assert not said["errors"], said["output"]
    assert tuple(sorted(line(test, entry["variants"], entry["fixtures"]) for test, entry in said["tests"].items())) == tree.expected


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree.name)
def test_we_collect_what_the_tree_says(tree: Tree, roots: Mapping[str, Path]) -> None:
    modules = collect(roots[tree.name])

    assert tuple(sorted(shown(modules))) == tree.expected


def shown(modules: list[TestModule]) -> list[str]:
    """The tests of modules as trees write them."""
    lines = []
    for test in (test for module in modules for test in module.tests):
        uses = [use for use in test.closure if use.fixture.origin == "repository" and not use.overridden and not use.dynamic]
        places = {use.name: f"{use.fixture.definition.path}:{use.fixture.definition.line}" for use in uses if use.fixture.definition}
        lines.append(line(test.id, test.variants, places))
    return lines
