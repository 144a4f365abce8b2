"""The outermost level: fixtures of pytest itself and of the plugins that a session has, from knowledge."""

from __future__ import annotations

from testaudit.knowledge import Knowledge, LibraryFixture
from testaudit.model import SCOPES, Fixture
from testaudit.records import dataclass, field
from testaudit.runners.levels import Level


@dataclass(slots=True, eq=False)
class Library(Level):
    """Library fixtures, made when they are asked for. `plugins` are the distributions in force with their versions; where the installed
    ones are not exactly known, any plugin that has the name may give it (`guess`)."""

    knowledge: Knowledge | None = None
    plugins: dict[str, str | None] = field(default_factory=dict)
    guess: bool = True
    _made: dict[str, Fixture | None] = field(default_factory=dict)

    def definitions(self, key: str) -> tuple[Fixture, ...]:
        if key not in self._made:
            self._made[key] = self._make(key)
        fixture = self._made[key]
        read = tuple(reversed(self.fixtures.get(key, ())))  # from an installed plugin's source
        return read if fixture is None else (*read, fixture)

    @property
    def automatic(self) -> tuple[str, ...]:
        if self._automatic is None:
            found = [
                f.name for p, v in (("pytest", self.plugins.get("pytest")), *self.plugins.items()) for f in self._all(p, v) if f.autouse
            ]
            self._automatic = tuple(dict.fromkeys((*self.autouse, *found)))
        return self._automatic

    def _all(self, plugin: str, version: str | None) -> tuple[LibraryFixture, ...]:
        return self.knowledge.fixtures_of(plugin, version) if self.knowledge is not None else ()

    def _make(self, name: str) -> Fixture | None:
        if self.knowledge is None:
            return None
        known = self.knowledge.fixture(name, self.plugins)
        if known is None and self.guess:
            known = self.knowledge.fixture(name, self.knowledge.plugins())
            known = None if known is not None and known.autouse else known
        return None if known is None else library_fixture(known)


def library_fixture(known: LibraryFixture) -> Fixture:
    """A library's fixture in the model's terms."""
    return Fixture(
        name=known.name,
        scope=next((scope for scope in SCOPES if scope == known.scope), "unknown"),
        kind="value",
        function=None,
        group=None,
        definition=None,
        autouse=known.autouse,
        requests=known.requests,
        origin="builtin" if known.plugin == "pytest" else "plugin",
        effect=known.effect,
        returns=known.returns,
    )
