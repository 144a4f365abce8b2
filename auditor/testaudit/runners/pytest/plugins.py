"""Which plugins a session has: pytest's own, installed ones, and those that the repository is or loads itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from testaudit.discover.entry_points import declared
from testaudit.folders import folders_around
from testaudit.read.facts import Call, Class, Module, dotted
from testaudit.runners.pytest.hooks import listed
from testaudit.runners.pytest.plugin_level import Library
from testaudit.runners.pytest.run import Run
from testaudit.runners.values import Written

# The modules that pytest loads into itself, for its own repository (`_pytest.config.default_plugins`).
_ESSENTIAL = [
    "mark",
    "main",
    "runner",
    "fixtures",
    "helpconfig",
    "python",
    "terminal",
    "debugging",
    "unittest",
    "capture",
    "skipping",
    "legacypath",
    "tmpdir",
    "monkeypatch",
    "recwarn",
    "pastebin",
    "assertion",
    "junitxml",
    "doctest",
    "cacheprovider",
    "setuponly",
    "setupplan",
    "stepwise",
    "unraisableexception",
    "threadexception",
    "warnings",
    "logging",
    "reports",
    "faulthandler",
    "subtests",
    "freeze_support",
]


def library(run: Run) -> Library:
    """The level of library fixtures: those of pytest and of the distributions that the session is known to have, and of those that were
    named while the session's own plugins were looked for."""
    session = run.session
    options = session.settings.options
    plugins: dict[str, str | None] = {"pytest": session.version}
    named = frozenset(run.named_plugins)
    blocked = {plugin.name for name in options.blocked_plugins if (plugin := run.knowledge.plugin(name)) is not None}
    for name in run.knowledge.plugins():
        known = run.knowledge.plugin(name)
        if name in blocked or known is None or name == "pytest":
            continue
        if name in named or (not known.opt_in and not options.disable_plugin_autoload and session.has(name)):
            plugins[name] = session.environment.version_of(name)
    return Library(None, knowledge=run.knowledge, plugins=plugins, guess=not session.environment.exact)


def own_plugins(run: Run, naming: Iterable[str]) -> list[Module]:
    """The first-party modules that are plugins for the whole session, in the order of their registration.

    `naming` are the conftests and the test modules that may say `pytest_plugins`. What a test module names is there for all that are
    collected after it, and is said here to be there for all.
    """
    root = "" if run.session.root == "." else f"{run.session.root}/"
    importer = f"{root}conftest.py"
    found: dict[str, Module] = {}
    if run.workspace.find("_pytest.fixtures", importer) is not None:
        for name in _ESSENTIAL:
            _load(run, f"_pytest.{name}", importer, found)
    for name in (*entry_points(run), *run.session.settings.options.plugins):
        _load(run, name, importer, found)
    for path in naming:
        module = run.workspace.module(path)
        if module is not None:
            _load_named(run, module, found)
    return list(found.values())


def _load(run: Run, dotted: str, importer: str, found: dict[str, Module]) -> None:
    path = run.workspace.find(dotted, importer)
    if path is None and "." not in dotted:
        path = run.workspace.find(f"_pytest.{dotted}", importer)
    if path is None:
        plugin = run.knowledge.plugin(dotted)
        (run.unread_plugins if plugin is None else run.named_plugins).append(dotted if plugin is None else plugin.name)
    module = run.workspace.module(path) if path is not None and path not in found else None
    if module is not None and path is not None:
        found[path] = module
        _load_named(run, module, found)


def _load_named(run: Run, module: Module, found: dict[str, Module]) -> None:
    for text in listed(run, module, "pytest_plugins"):
        for name in text.split(","):
            _load(run, name.strip(), module.path, found)


def plugin_objects(run: Run, module: Module) -> Iterator[Class]:
    """The classes whose instances a plugin module's functions register as plugins: `config.pluginmanager.register(Plugin())`."""
    if b"manager.register(" not in module.source:
        return
    for function in module.functions:
        if "register" not in function.words:
            continue
        for step in function.body.steps:
            call = step.value
            if isinstance(call, Call) and (dotted(call.func) or "").endswith("manager.register") and call.args:
                plugin = run.values.followed(Written(call.args[0].value, function)).expr
                target = run.values.target(plugin.func if isinstance(plugin, Call) else plugin, function)
                if isinstance(target, Class):
                    yield target


def entry_points(run: Run) -> Iterator[str]:
    """The modules that the repository's own projects register as pytest plugins, from the session's root up to the audited one."""
    root = "" if run.session.root == "." else run.session.root
    for folder in (root, *folders_around(root)):
        yield from (value.partition(":")[0] for value in declared(run.workspace.root, folder).get("pytest11", {}).values())
