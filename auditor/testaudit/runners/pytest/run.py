"""What one session's collection works with: the settings that decide what is collected, and the tools that read the code."""

from __future__ import annotations

from testaudit.discover.session import Session
from testaudit.knowledge import Knowledge
from testaudit.link.names import Names
from testaudit.model import Fixture
from testaudit.records import dataclass, field
from testaudit.runners.attributes import Attributes
from testaudit.runners.looped import Looped
from testaudit.runners.pytest.marks import Marks
from testaudit.runners.pytest.symbols import OWN
from testaudit.runners.reading import attributes_of, numbers
from testaudit.runners.values import Values
from testaudit.workspace import Workspace


@dataclass(slots=True, eq=False)
class Run:
    """One session being collected."""

    session: Session
    workspace: Workspace
    names: Names
    knowledge: Knowledge
    attributes: Attributes
    marks: Marks
    version: tuple[int, ...]
    looped: Looped
    """The tests that loops make."""
    lengths: dict[Fixture, int] = field(default_factory=dict)
    """How many values a parametrized fixture has."""
    unread_plugins: list[str] = field(default_factory=list)
    """Plugins that the session names and that are neither first-party nor known."""
    named_plugins: list[str] = field(default_factory=list)
    """The distributions of known plugins that `-p` or `pytest_plugins` names."""
    _pulled: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def values(self) -> Values:
        return self.attributes.values

    def pulled_by(self, marker: str) -> tuple[str, ...]:
        """The fixtures that a plugin asks for when a test has this marker: one that the session has, else any that is known."""
        if marker not in self._pulled:
            environment = self.session.environment
            known = self.knowledge.marker(marker, {name: one.version for name, one in environment.distributions.items()})
            if known is None and not environment.exact:
                known = self.knowledge.marker(marker)
            self._pulled[marker] = known.fixtures if known is not None else ()
        return self._pulled[marker]

    @property
    def deep_closures(self) -> bool:
        """Whether pytest's closures have what overridden fixtures ask for: from 9.0 on (pytest issue 13773)."""
        return self.version >= (9, 0)

    @property
    def prunes(self) -> bool:
        """Whether the closure of a test with parameters leaves out again what overridden fixtures ask for: 9.0 only."""
        return (9, 0) <= self.version < (9, 1)

    @property
    def autouse_by_name(self) -> bool:
        """Whether an override of an autouse fixture counts as one itself: until 8.1, pytest kept no more than the names."""
        return self.version < (8, 1)

    @property
    def anyio_auto(self) -> bool:
        """Whether anyio's plugin takes every coroutine for a test of its own (`anyio_mode`)."""
        settings = self.session.settings
        return "auto" in (settings.options.others.get("--anyio-mode"), settings.raw.get("anyio_mode"))

    @property
    def nose(self) -> bool:
        """Whether nose's `setup` and `teardown` count: until 8.0."""
        return self.version < (8, 0)


def new_run(session: Session, workspace: Workspace, names: Names, knowledge: Knowledge) -> Run:
    """The tools for one session."""
    attributes = attributes_of(session, names, OWN)
    return Run(session, workspace, names, knowledge, attributes, Marks(attributes), numbers(session.version) or (9, 2), Looped(attributes))
