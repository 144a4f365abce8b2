"""Which fixtures an installed plugin registers. A script for the interpreter that has the plugin; it imports nothing of ours.

    python plugin_oracle.py FILE DISTRIBUTION [MARKER…]      writes FILE: JSON with the version, `name: [scope, autouse, requests, ends]`
    for every fixture (`ends`: it is a generator, or speaks of a finalizer), and for every marker the fixtures that it pulls

The plugin is loaded as pytest loads it, by its entry points, with those plugins only that it needs. It has what its own modules define, and
what they import; autouse is null where pytest does not keep it (8.1 to 8.3).
"""

from __future__ import annotations

import importlib.metadata
import inspect
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

_SETTINGS = """
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
SECRET_KEY = "none"
ROOT_URLCONF = __name__
urlpatterns = []
"""
"""For plugins that do nothing without a project of Django's."""


class Recorder:
    """A plugin that looks at pytest's fixtures once there are any."""

    def __init__(self, distribution: str) -> None:
        self.distribution = distribution
        self.fixtures: dict[str, Any] = {}
        self.owners = importlib.metadata.packages_distributions()
        self.modules: list[Any] = []
        """What its entry points name: what they import from another distribution is theirs, too."""

    def pytest_collection(self, session: pytest.Session) -> None:
        manager = session._fixturemanager
        for name, definition in _definitions(manager):
            module = str(getattr(definition.func, "__module__", "") or "")
            owners = [_plain(owner) for owner in self.owners.get(module.partition(".")[0], [])]
            imported = any(hasattr(one, name) or hasattr(one, getattr(definition.func, "__name__", name)) for one in self.modules)
            if _plain(self.distribution) in owners or (imported and owners != ["pytest"]):
                scope = str(getattr(definition.scope, "value", definition.scope))
                self.fixtures[name] = [scope, _autouse(manager, definition), sorted(definition.argnames), _ends(definition.func)]


class Witness:
    """A plugin that notes which fixtures are set up, or asked for, in each test that runs."""

    def __init__(self) -> None:
        self.seen: dict[str, set[str]] = {}

    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> None:
        self.seen.setdefault(_written(request._pyfuncitem), set()).add(fixturedef.argname)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        self.seen.setdefault(_written(item), set()).update(getattr(item, "fixturenames", ()))


def _written(item: Any) -> str:
    """A test's name without its parameters."""
    return str(getattr(item, "originalname", None) or item.name)


def _ends(function: Any) -> bool:
    function = inspect.unwrap(getattr(function, "func", function))
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        return True
    try:
        return "addfinalizer" in inspect.getsource(function)
    except (OSError, TypeError):
        return False


def _pulled(markers: tuple[str, ...], loading: list[str]) -> dict[str, list[str]]:
    """What a test has with each marker and not without it, synchronous and asynchronous."""
    kinds = {"": "def", "_async": "async def"}
    plain = [f"{word} test_none{kind}(): ..." for kind, word in kinds.items()]
    marked = [f"@pytest.mark.{name}\n{word} test_{name}{kind}(): ..." for name in markers for kind, word in kinds.items()]
    Path("test_marked.py").write_text("\n\n".join(("import pytest", *plain, *marked)), encoding="utf-8")
    Path("settings_of_the_oracle.py").write_text(_SETTINGS, encoding="utf-8")
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings_of_the_oracle"
    sys.path.insert(0, str(Path.cwd()))
    witness = Witness()
    pytest.main(["-q", "-p", "no:cacheprovider", "-W", "ignore", *loading, "test_marked.py"], plugins=[witness])
    seen = witness.seen
    return {
        name: sorted({one for kind in kinds for one in seen.get(f"test_{name}{kind}", set()) - seen.get(f"test_none{kind}", set())})
        for name in markers
    }


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _definitions(manager: Any) -> list[tuple[str, Any]]:
    """All definitions by their names: pytest 9.2 keeps them by node, too."""
    table = getattr(manager, "_arg2fixturedefs", None)
    if table is not None:
        return [(name, definition) for name, definitions in table.items() for definition in definitions]
    by_node = manager._arg2node2fixturedefs
    return [
        (name, one)
        for name, nodes in by_node.items()
        for found in nodes.values()
        for one in (found if isinstance(found, list | tuple) else [found])
    ]


def _autouse(manager: Any, definition: Any) -> bool | None:
    if not hasattr(manager, "_register_fixture"):
        return definition.argname in manager._nodeid_autousenames.get("", ())
    found: bool | None = getattr(definition, "_autouse", None)
    return found


def main(file: str, distribution: str, *markers: str) -> None:
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    needed = {_plain(re.split(r"[^\w.-]", line)[0]) for line in importlib.metadata.requires(distribution) or ()} - {"pytest"}
    points = [point for point in importlib.metadata.entry_points(group="pytest11") if point.dist]
    own = [point for point in points if point.dist is not None and point.dist.name == distribution]
    others = [point for point in points if point.dist is not None and _plain(point.dist.name) in needed]
    loading = [word for point in (*others, *own) for word in ("-p", point.name)]
    recorder = Recorder(distribution)
    os.chdir(tempfile.mkdtemp())
    Path("test_nothing.py").write_text("def test_nothing(): ...\n", encoding="utf-8")
    recorder.modules += [point.load() for point in own]
    status = pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", *loading], plugins=[recorder])
    version = importlib.metadata.version(distribution)
    pulled = _pulled(markers, loading) if markers else {}
    answer = {"version": version, "status": int(status), "fixtures": recorder.fixtures, "markers": pulled}
    Path(file).write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
