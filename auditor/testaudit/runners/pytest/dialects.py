"""Libraries whose pytest plugins say themselves what a test class is."""

from __future__ import annotations

from testaudit.model import External
from testaudit.read.facts import Class, Module
from testaudit.records import dataclass
from testaudit.runners.attributes import Attributes


@dataclass(slots=True, frozen=True)
class Dialect:
    """A rule that replaces `python_classes`: classes below these bases are collected, whatever their names, and no plain functions."""

    plugin: str
    bases: tuple[str, ...]

    def collects(self, cls: Class, name: str, attributes: Attributes) -> bool:
        mro = attributes.values.names.mro(cls)
        return not name.startswith("_") and any(isinstance(base, External) and base.name.startswith(self.bases) for base in mro)


DIALECTS = (Dialect("sqlalchemy.testing.plugin.pytestplugin", ("sqlalchemy.testing.fixtures.", "sqlalchemy.testing.fixtures.base.")),)


def dialect_of(conftest: Module) -> Dialect | None:
    """The dialect that a conftest brings by importing its hooks."""
    imported = {step.module for step in conftest.imports if step.name == "*"}
    return next((dialect for dialect in DIALECTS if dialect.plugin in imported), None)
