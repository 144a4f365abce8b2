"""A session: one invocation of a runner, with what is known of its interpreter and plugins."""

from __future__ import annotations

import re
from collections.abc import Mapping

from testaudit.discover.pytest.settings import PytestSettings
from testaudit.discover.versions import NEWEST_PYTEST
from testaudit.records import dataclass, field


def normalised(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution that is installed, locked or asked for; `version` is None where it is not known, `origin` is who says so;
    `allowed` are then the versions that may be installed, as requirements say it (`>=7,<9`)."""

    name: str
    version: str | None
    origin: str
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class Environment:
    """What a session runs in. `distributions` are by normalised name (`pytest-django`); `exact` when they are those of a virtual
    environment, so that what is not among them is not installed. `site_packages` is its absolute folder, `development_paths` are the
    absolute folders that it imports from in place."""

    distributions: Mapping[str, Distribution] = field(default_factory=dict)
    exact: bool = False
    python: str | None = None
    site_packages: str | None = None
    development_paths: tuple[str, ...] = ()
    origin: str = ""

    def version_of(self, name: str) -> str | None:
        """The version of a distribution, where it is known."""
        found = self.distributions.get(name)
        return found.version if found else None


@dataclass(frozen=True, slots=True)
class Session:
    """One invocation of a runner: from `root` (relative to the audited root), with the settings of `config` (the ini file) and of `args`.

    `plugins` are the names of the distributions that are known to be installed, locked or asked for, normalised and sorted; `origin` says
    where the session was inferred from, `version_origin` where the runner's version is known from. `also` are files and folders (relative
    to the audited root) that commands of the project name beside what the settings say.
    """

    id: str
    root: str
    config: str | None
    settings: PytestSettings
    origin: str
    runner: str = "pytest"
    version: str = NEWEST_PYTEST
    version_origin: str = "the newest"
    args: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    environment: Environment = field(default_factory=Environment, repr=False)
    python: str | None = None
    platform: str | None = None

    @property
    def plugins(self) -> tuple[str, ...]:
        """The names of all known distributions, plugins among them, sorted."""
        return tuple(sorted(self.environment.distributions))

    def has(self, distribution: str) -> bool | None:
        """Whether a distribution is there; None when nothing says that it is, and nothing rules it out."""
        if distribution in self.environment.distributions:
            return True
        return False if self.environment.exact else None

    @property
    def major(self) -> int:
        """The runner's major version."""
        return int(self.version.split(".")[0])
