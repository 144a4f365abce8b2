"""Which sessions there are: the configured ones, else one for each folder that pytest would take for a root of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from testaudit.config import Config, SessionConfig
from testaudit.discover.commands.without_pytest import without_pytest
from testaudit.discover.commands.written import Run, Written, agreed
from testaudit.discover.environments import Environments
from testaudit.discover.pytest.collection import Collection
from testaudit.discover.pytest.files import IniFile, pytest_file_in, read_pytest_file
from testaudit.discover.pytest.options import parse_options
from testaudit.discover.pytest.settings import read_settings
from testaudit.discover.session import Distribution, Environment, Session
from testaudit.discover.tree import ROOT, Tree, ancestors, join, parent
from testaudit.discover.unittest import unittest_settings
from testaudit.discover.versions import NEWEST_PYTEST, PYTEST_RELEASES, newest_allowed
from testaudit.records import replace


class Sessions:
    """Answers for one tree: which session a folder belongs to, each found when asked for."""

    def __init__(self, tree: Tree, config: Config) -> None:
        self.tree = tree
        self.config = config
        self._environments = Environments(tree, config.python)
        self.configured = tuple(self._configured(entry) for entry in config.sessions)
        self._owners: dict[str, str] = {}
        self._plain: dict[str, Session] = {}
        self._of_root: dict[str, tuple[Session, ...]] = {}
        self._written = Written(tree)
        self._files: dict[str, IniFile | None] = {}

    def of_folders(self, folders: Iterable[str]) -> tuple[Session, ...]:
        """The sessions that the files of these folders could belong to, by root; configured ones as they were written."""
        if self.configured:
            return self.configured
        return tuple(session for root in sorted({self.owner(folder) for folder in folders}) for session in self.of_root(root))

    def of_root(self, root: str) -> tuple[Session, ...]:
        """The sessions that are inferred for a root: the one that its settings make, then those of commands that set others."""
        if root not in self._of_root:
            self._of_root[root] = self._with_commands(root)
        return self._of_root[root]

    def owner(self, folder: str) -> str:
        """The root of the inferred session that a folder belongs to.

        This is pytest's root for `pytest FOLDER`: the nearest folder upwards with an ini file of pytest's, else with a `pyproject.toml`,
        else with a `setup.py`, else the audited root. Unlike pytest, the search ends at the audited root, and a folder that the settings of
        the session around it rule out by name is no session of its own.
        """
        known = self._owners.get(folder)
        if known is None:
            known = self._owners[folder] = self._owner(folder)
        return known

    def plain(self, root: str) -> Session:
        """The session that a root's settings make, whatever commands say."""
        if root not in self._plain:
            self._plain[root] = self._infer(root, self._file(root))
        return self._plain[root]

    def _owner(self, folder: str) -> str:
        if folder == ROOT:
            return ROOT
        around = self.owner(parent(folder))
        if self._strength(folder) <= 0 or self._strength(folder) < self._strength(around):
            return around
        excluded = Collection(self.tree, around, self.plain(around).settings).rules_out(folder)
        return around if excluded else folder

    def _strength(self, folder: str) -> int:
        names = self.tree.files(folder)
        if self._file(folder) is not None:
            return 3
        return 2 if "pyproject.toml" in names else 1 if "setup.py" in names else 0

    def _file(self, folder: str) -> IniFile | None:
        if folder not in self._files:
            self._files[folder] = pytest_file_in(self.tree, folder, lambda: _pytest_version(self._environments.of(folder))[2])
        return self._files[folder]

    def _with_commands(self, root: str) -> tuple[Session, ...]:
        runs = self._written.of(root, self.owner)
        environment = self._environments.of(root)
        if (
            self._file(root) is None
            and "pytest" not in environment.distributions
            and not any(run.invocation.runner == "pytest" for run in runs)
        ):
            found = without_pytest(self.tree, root, runs)
            if found is not None:
                return (replace(self.plain(root), runner=found.name, settings=found.settings, origin=found.origin),)
        runs = tuple(run for run in runs if run.invocation.runner == "pytest")
        common = agreed(runs)
        main = self._infer(root, self._file(root), common)
        if common:
            main = replace(main, args=common, origin=f"{main.origin}; {_places(runs)}")
        alike = tuple(run for run in runs if run.shape == common)
        main = _with_doctests(_reaching(self.tree, main, alike), alike)
        sessions = [main]
        for shape in dict.fromkeys(run.shape for run in runs if run.shape != common):
            same = tuple(run for run in runs if run.shape == shape)
            other = self._other(root, shape, same)
            if self._adds(main, other, same):
                sessions.append(other)
        return tuple(sessions)

    def _adds(self, main: Session, other: Session, runs: Sequence[Run]) -> bool:
        """Whether these runs, whose session is `other`, collect what the main one does not."""
        collection = Collection(self.tree, main.root, main.settings, main.also)
        if any(not run.paths for run in runs):
            return other.settings.testpaths != main.settings.testpaths
        return any(not (collection.collects(path) or collection.is_inside(path)) for run in runs for path in run.paths)

    def _other(self, root: str, shape: tuple[str, ...], runs: Sequence[Run]) -> Session:
        """The session of commands that set other options than the rest. It collects what they name only."""
        places = _places(runs)
        session = self._infer(root, self._file(root), shape)
        paths = tuple(dict.fromkeys(path for run in runs for path in run.paths))
        if paths:
            below = tuple(path if root == ROOT else os.path.relpath(path, root).replace(os.sep, "/") for path in paths)
            session = replace(session, settings=replace(session.settings, testpaths=below))
        return replace(session, id=f"{root} ({places})", args=(*shape, *paths), origin=places)

    def _infer(self, root: str, file: IniFile | None, args: tuple[str, ...] = ()) -> Session:
        """The session of a root with this ini file (or the one that the arguments name)."""
        environment = self._environments.of(root)
        version, version_origin, major = _pytest_version(environment)
        named = parse_options(args).config_file
        if named is not None and self.tree.is_file(named):
            file = read_pytest_file(self.tree, named, lambda: major)
        settings, problems = read_settings(file, args)
        self.tree.problems.update(problems)
        if file is not None and parent(file.path) != root:
            settings = replace(settings, testpaths=())  # pytest reads them only when it is started in their folder
        return Session(
            id=root,
            root=root,
            config=file.path if file else None,
            settings=settings,
            origin=file.path if file else f"{root}: no settings for pytest, its defaults",
            version=version,
            version_origin=version_origin,
            environment=environment,
            python=environment.python,
        )

    def _configured(self, entry: SessionConfig) -> Session:
        environment = self._environments.of(entry.root)
        added = {name: Distribution(name, None, entry.place) for name in entry.plugins}
        environment = replace(environment, distributions={**added, **environment.distributions})
        version, version_origin, major = _pytest_version(environment)
        if entry.version:
            version, version_origin, major = entry.version, entry.place, int(entry.version.split(".")[0])
        file = None
        if entry.runner == "unittest":
            settings = unittest_settings(entry.args)
        else:
            file = self._named_file(entry, major)
            settings, problems = read_settings(file, entry.args)
            self.tree.problems.update(problems)
        if file is not None and parent(file.path) != entry.root:
            settings = replace(settings, testpaths=())  # pytest reads them only when it is started in their folder
        return Session(
            id=entry.id,
            root=entry.root,
            config=file.path if file else None,
            settings=settings,
            origin=entry.place,
            runner=entry.runner,
            version=version,
            version_origin=version_origin,
            args=entry.args,
            environment=environment,
            python=entry.python or environment.python,
            platform=entry.platform,
        )

    def _named_file(self, entry: SessionConfig, major: int) -> IniFile | None:
        typed = parse_options(entry.args).config_file
        named = entry.config or (join(entry.root, typed) if typed else None)
        if named is not None:
            return read_pytest_file(self.tree, named, lambda: major)
        found = (pytest_file_in(self.tree, above, lambda: major) for above in ancestors(entry.root))
        return next((file for file in found if file is not None), None)


def _pytest_version(environment: Environment) -> tuple[str, str, int]:
    """pytest's version, where it is known from, and its first number."""
    found = environment.distributions.get("pytest")
    version, origin = NEWEST_PYTEST, "the newest"
    if found and found.version:
        version, origin = found.version, found.origin
    elif found and found.allowed and (newest := newest_allowed(PYTEST_RELEASES, (found.allowed,))) not in (None, NEWEST_PYTEST):
        version, origin = newest, f"the newest that {found.origin} allows ({found.allowed})"
    major = version.split(".")[0]
    return version, origin, int(major) if major.isdigit() else int(NEWEST_PYTEST.split(".")[0])


def _reaching(tree: Tree, session: Session, runs: Iterable[Run]) -> Session:
    """The session with what these runs name and it does not collect."""
    collection = Collection(tree, session.root, session.settings)
    also: dict[str, str] = {}
    for run in runs:
        for path in run.paths:
            if not (collection.collects(path) or collection.is_inside(path)):
                also.setdefault(path, run.invocation.origin)
    if not also:
        return session
    told = "; ".join(f"{path} by {origin}" for path, origin in also.items())
    return replace(session, also=tuple(also), origin=f"{session.origin}; {told}")


def _with_doctests(session: Session, runs: Iterable[Run]) -> Session:
    """The session that looks for doctests where one of these runs does."""
    options, given = session.settings.options, [run.invocation.options for run in runs]
    globs = tuple(dict.fromkeys(glob for one in (options, *given) for glob in one.doctest_globs))
    if globs == options.doctest_globs and not any(one.doctest_modules for one in given):
        return session
    options = replace(options, doctest_globs=globs, doctest_modules=options.doctest_modules or any(one.doctest_modules for one in given))
    return replace(session, settings=replace(session.settings, options=options))


def _places(runs: Iterable[Run]) -> str:
    """Where runs are written; of many the first."""
    first, *others = dict.fromkeys(run.invocation.origin for run in runs)
    return f"{first} and {len(others)} more" if others else first
