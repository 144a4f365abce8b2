"""The fixtures of plugins that stand in the session's virtual environment and that no table knows, read from their source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from testaudit.discover.installed import installed_plugins
from testaudit.link.names import Names
from testaudit.model import Fixture
from testaudit.read.facts import Module
from testaudit.records import replace
from testaudit.runners.levels import Level
from testaudit.runners.pytest import registration
from testaudit.runners.pytest.hooks import listed
from testaudit.runners.pytest.run import Run, new_run
from testaudit.workspace import Workspace


def installed_fixtures(run: Run) -> list[Fixture]:
    """The fixtures of installed plugins, in the order of their registration: of those that their entry points load, and of those that the
    session names and nobody knew so far, which are struck off `run.unread_plugins`. None where no virtual environment is known."""
    environment, options = run.session.environment, run.session.settings.options
    if not environment.exact or environment.site_packages is None:
        return []
    points = [] if options.disable_plugin_autoload else list(installed_plugins(environment))
    unknown = [module for name, module, point in points if run.knowledge.plugin(name) is None and point not in options.blocked_plugins]
    wanted = (*unknown, *run.unread_plugins)
    if not wanted:
        return []
    workspace = Workspace(Path(environment.site_packages), lambda _importer: (".",))
    reading = new_run(run.session, workspace, Names(workspace), run.knowledge)
    found: dict[str, Module] = {}
    for name in dict.fromkeys(wanted):
        _load(reading, name, found)
    run.unread_plugins[:] = [name for name in run.unread_plugins if workspace.find(name, "") is None]
    return [_foreign(fixture) for module in found.values() for fixture in registration.register(reading, module, Level(None), None)]


def _load(reading: Run, name: str, found: dict[str, Module]) -> None:
    """The module of a plugin, then those that it names in turn."""
    path = reading.workspace.find(name, "")
    module = reading.workspace.module(path) if path is not None and path not in found else None
    if module is None or path is None:
        return
    found[path] = module
    for named in _named(reading, module):
        if reading.knowledge.plugin(named) is None:
            _load(reading, named, found)


def _named(reading: Run, module: Module) -> Iterator[str]:
    for text in listed(reading, module, "pytest_plugins"):
        yield from (name.strip() for name in text.split(","))


def _foreign(fixture: Fixture) -> Fixture:
    """A fixture as those of tables are: its code is not the repository's, and is not followed."""
    return replace(fixture, function=None, group=None, definition=None, owner=None, origin="plugin", overrides=())
