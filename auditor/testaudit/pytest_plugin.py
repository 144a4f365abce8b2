"""The option `--layer` of pytest: run the tests of one inferred layer, with no marker in the code.

Without the option nothing else of testaudit is imported. With it, a process of its own audits the suite, so that no module of ours is in
the one that runs the tests; with xdist once, by the controller.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

LAYERS = ("unit", "integration", "e2e")
OTHERS = "unit"
"""The layer that a test is run with which testaudit does not model (a doctest, an item of a plugin): each test has exactly one layer, so
that the runs of all layers together are the suite."""
_KEY = "testaudit_layers"
Key = tuple[str, str]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option."""
    group = parser.getgroup("testaudit")
    group.addoption(
        "--layer",
        action="append",
        metavar="LAYER",
        help="run the tests of this layer only, as `testaudit report` infers it: unit, integration, e2e; several with commas",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Finds out the layers of all tests, where they are asked for, before anything of the suite is imported."""
    wanted = _wanted(config)
    if wanted:
        config.pluginmanager.register(_Selection(config, wanted), "testaudit-selection")


def _wanted(config: pytest.Config) -> frozenset[str]:
    given = [word.strip() for text in config.getoption("layer", None) or () for word in text.split(",")]
    for word in given:
        if word not in LAYERS:
            raise pytest.UsageError(f"--layer: `{word}` is no layer; there are {', '.join(LAYERS)}")
    return frozenset(given)


class _Selection:
    """Takes out the tests of the layers that are not wanted."""

    def __init__(self, config: pytest.Config, wanted: frozenset[str]) -> None:
        self._wanted = wanted
        self._unknown: set[str] = set()
        given = getattr(config, "workerinput", None)  # a worker of xdist is told what the controller knows
        self._layers: Mapping[Key, str] = _layers(config.rootpath, config.invocation_params.dir) if given is None else dict(given[_KEY])

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of xdist."""
        node.workerinput[_KEY] = list(self._layers.items())

    def pytest_report_header(self) -> str:
        return f"testaudit: the tests of the layer {', '.join(layer for layer in LAYERS if layer in self._wanted)}"

    def pytest_report_collectionfinish(self) -> str:
        number = len(self._unknown)
        return f"testaudit: {number} that it does not know {'is' if number == 1 else 'are'} taken for {OTHERS}" if number else ""

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        chosen = [item for item in items if self._layer(item) in self._wanted]
        left_out = [item for item in items if self._layer(item) not in self._wanted]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = chosen

    def _layer(self, item: pytest.Item) -> str:
        layer = self._layers.get(_key(item))
        if layer is None:
            self._unknown.add(item.nodeid)
        return layer or OTHERS


def _key(item: pytest.Item) -> Key:
    """Where a test is collected, and its name with those of its classes, without parameters."""
    names = [getattr(node, "originalname", None) or node.name for node in item.listchain() if isinstance(node, (pytest.Class, pytest.Item))]
    return str(item.path), "::".join(names)


def _layers(root: Path, folder: Path) -> dict[Key, str]:
    """The layer of every test of the repository around `root`, by the file's absolute path and the names."""
    import json
    import subprocess
    import sys

    program = "import sys; from testaudit.cli.layering import tell_layers; sys.exit(tell_layers(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", program, str(root)], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise pytest.UsageError(f"--layer: {done.stderr.strip()}")
    return {(path, names): layer for path, names, layer in json.loads(done.stdout)}
