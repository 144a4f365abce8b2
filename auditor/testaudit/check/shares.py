"""Which subjects of a suite are one process's to judge, where several judge it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from testaudit.check.rule import Check
from testaudit.check.subjects import place_of_subject
from testaudit.model import Fixture, Suite, TestModule
from testaudit.records import dataclass


class Share(Protocol):
    """One process's part."""

    def has(self, check: Check, subject: object) -> bool:
        """Whether this process judges a subject."""

    def has_file(self, path: str) -> bool:
        """Whether this process says what stands in a file's comments; several may say the same."""


@dataclass(slots=True, frozen=True)
class Dealt:
    """A part of a suite that one process has read: the subjects that stand in `files`; where `others` is given (the files of the other
    parts), those that stand nowhere, or in the code under test, as well."""

    files: frozenset[str]
    others: frozenset[str] | None = None

    def has(self, check: Check, subject: object) -> bool:  # noqa: ARG002  # the same for all
        place = place_of_subject(subject)
        if self.others is None:
            return place is not None and place.path in self.files
        return place is None or place.path not in self.others

    def has_file(self, path: str) -> bool:
        return path in self.files


ModuleKey = tuple[str, str]
"""The id of a session, and the path of a file in it."""


@dataclass(slots=True, frozen=True, eq=False)
class Read:
    """What a process has read itself. `foreign` are the conftests and plugins that it has read, too, and another process answers for;
    `first` says that it judges what there is once (the suite)."""

    foreign: frozenset[ModuleKey]
    fixtures: frozenset[Fixture]
    """The fixtures of the foreign modules."""
    first: bool

    @staticmethod
    def of(suite: Suite, foreign: Collection[ModuleKey], *, first: bool) -> Read:
        fixtures = (fixture for m in suite.modules if key_of(m) in foreign for fixture in m.fixtures)
        return Read(frozenset(foreign), frozenset(fixtures), first)

    def has(self, check: Check, subject: object) -> bool:
        if check.of is not None:
            return True  # the rule has promised that one process only enumerates it
        match subject:
            case Suite():
                return self.first
            case TestModule():
                return key_of(subject) not in self.foreign
            case Fixture():
                return subject not in self.fixtures
            case _:
                return True

    def has_file(self, path: str) -> bool:  # noqa: ARG002
        return True


def key_of(module: TestModule) -> ModuleKey:
    """What a module is known by in every process."""
    return module.session.id, module.path
