"""Which sessions there are: the configured ones, else one for each folder that pytest would take for a root of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from testaudit.config import Config, SessionConfig
from testaudit.discover.environments import Environments
from testaudit.discover.pytest.collection import Collection
from testaudit.discover.pytest.files import IniFile, pytest_file_in, read_pytest_file
from testaudit.discover.pytest.options import parse_options
from testaudit.discover.pytest.settings import PYTHON_FILES, read_settings
from testaudit.discover.session import NEWEST_PYTEST, Distribution, Environment, Session
from testaudit.discover.tree import ROOT, Tree, ancestors, join, parent
from testaudit.discover.unittest import UNITTEST_FILES, unittest_settings


class Sessions:
    """Answers for one tree: which session a folder belongs to, each found when asked for."""

    def __init__(self, tree: Tree, config: Config) -> None:
        self.tree = tree
        self.config = config
        self._environments = Environments(tree, config.python)
        self.configured = tuple(self._configured(entry) for entry in config.sessions)
        self._owners: dict[str, str] = {}
        self._inferred: dict[str, Session] = {}
        self._files: dict[str, IniFile | None] = {}

    def of_folders(self, folders: Iterable[str]) -> tuple[Session, ...]:
        """The sessions that the files of these folders could belong to, by root; configured ones as they were written."""
        if self.configured:
            return self.configured
        return tuple(self.inferred(root) for root in sorted({self.owner(folder) for folder in folders}))

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

    def inferred(self, root: str) -> Session:
        """The session that is inferred for a root."""
        if root not in self._inferred:
            self._inferred[root] = self._infer(root)
        return self._inferred[root]

    def _owner(self, folder: str) -> str:
        if folder == ROOT:
            return ROOT
        around = self.owner(parent(folder))
        if self._strength(folder) <= 0 or self._strength(folder) < self._strength(around):
            return around
        excluded = Collection(self.tree, around, self.inferred(around).settings).rules_out(folder)
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

    def _infer(self, root: str) -> Session:
        file = self._file(root)
        environment = self._environments.of(root)
        settings, problems = read_settings(file)
        self.tree.problems.update(problems)
        version, version_origin, _ = _pytest_version(environment)
        origin = file.path if file else f"{root}: no settings for pytest, its defaults"
        if file is None and "manage.py" in self.tree.files(root) and "pytest" not in environment.distributions:
            settings = replace(settings, python_files=(*UNITTEST_FILES, *PYTHON_FILES))
            origin = f"{join(root, 'manage.py')}: no settings for pytest, files as Django's runner finds them"
        return Session(
            id=root,
            root=root,
            config=file.path if file else None,
            settings=settings,
            origin=origin,
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
    version, origin = (found.version, found.origin) if found and found.version else (NEWEST_PYTEST, "the newest")
    major = version.split(".")[0]
    return version, origin, int(major) if major.isdigit() else int(NEWEST_PYTEST.split(".")[0])
