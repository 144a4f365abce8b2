"""Where fixtures are visible, from the session down to a class, and what a test gets from there, in setup order."""

from __future__ import annotations

from collections.abc import Sequence

from testaudit.model import SCOPES, Fixture, FixtureUse, Place
from testaudit.records import dataclass, field

_WIDTH = {scope: width for width, scope in enumerate(SCOPES)}


@dataclass(slots=True, eq=False)
class Level:
    """The fixtures of one place (a plugin, a folder, a module, a class, a `describe`) and the level around it.

    Of several fixtures registered under one name the last counts. `autouse` are names in the order of their registration: whoever overrides
    an autouse fixture is used automatically too. Names that begin with a space belong to setups that nobody can ask for.
    `imported` are names from libraries, any of which may be a fixture; `opaque` says that more came from a library than can be named.
    """

    parent: Level | None
    fixtures: dict[str, list[Fixture]] = field(default_factory=dict)
    autouse: list[str] = field(default_factory=list)
    imported: dict[str, Place] = field(default_factory=dict)
    opaque: bool = False
    _found: dict[str, tuple[Fixture, ...]] = field(default_factory=dict)
    _closures: dict[tuple[object, ...], Closure] = field(default_factory=dict)
    _automatic: tuple[str, ...] | None = None
    _libraries: dict[str, Fixture] = field(default_factory=dict)

    def register(self, key: str, fixture: Fixture) -> None:
        self.fixtures.setdefault(key, []).append(fixture)
        if fixture.autouse:
            self.autouse.append(key)

    def definitions(self, key: str) -> tuple[Fixture, ...]:
        """The fixtures of a name that are visible here, the one in force first."""
        found = self._found.get(key)
        if found is None:
            own = tuple(reversed(self.fixtures.get(key, ())))
            around = self.parent.definitions(key) if self.parent is not None else ()
            found = self._found[key] = own + around if own else around
        return found

    def so_far(self, key: str) -> tuple[Fixture, ...]:
        """The same while registration still goes on."""
        own = tuple(reversed(self.fixtures.get(key, ())))
        return own + (self.parent.definitions(key) if self.parent is not None else ())

    def from_library(self, key: str) -> Fixture | None:
        """What was imported from a library under a name that no fixture has that could be looked into."""
        if key not in self.imported:
            return self.parent.from_library(key) if self.parent is not None else None
        if key not in self._libraries:
            place = self.imported[key]
            self._libraries[key] = Fixture(key, scope="unknown", kind="value", function=None, group=None, definition=place, origin="plugin")
        return self._libraries[key]

    @property
    def may_have_more(self) -> bool:
        """Whether some level from here outwards cannot be seen through."""
        return self.opaque or (self.parent is not None and self.parent.may_have_more)

    @property
    def automatic(self) -> tuple[str, ...]:
        """The names that every test here uses, the widest level's first."""
        if self._automatic is None:
            around = self.parent.automatic if self.parent is not None else ()
            self._automatic = around + tuple(self.autouse) if self.autouse else around
        return self._automatic

    def closure(self, asked: Sequence[str], filled: frozenset[str], *, deep: bool = True) -> Closure:
        """All fixtures that a test here needs which asks for these names, when `filled` are given otherwise (by parametrization).

        `deep` says whether the runner counts what an overridden fixture asks for (pytest from 9.0 on); else that is a dynamic use.
        """
        if not self.fixtures and not self.imported and not self.opaque and self.parent is not None:
            return self.parent.closure(asked, filled, deep=deep)
        key = (tuple(asked), filled, deep)
        if key not in self._closures:
            self._closures[key] = _Walk(self, filled, deep).closure((*self.automatic, *asked))
        return self._closures[key]


@dataclass(slots=True, frozen=True)
class Closure:
    """What a test uses, in setup order, and the names that nothing defines; `certain` is False where a library may define one of these.
    `asked` are all names that something asks for, those that parametrization fills included."""

    uses: tuple[FixtureUse, ...]
    unresolved: tuple[str, ...]
    certain: bool = True
    asked: frozenset[str] = frozenset()

    def names(self) -> frozenset[str]:
        return frozenset(use.name for use in self.uses) | frozenset(self.unresolved)


class _Walk:
    """One computation of a closure."""

    def __init__(self, level: Level, filled: frozenset[str], deep: bool) -> None:
        self.level = level
        self.filled = filled
        self.deep = deep
        self.order: dict[str, Fixture | None] = {}
        """The names of the runner's static closure, each with who asked for it."""
        self.uses: list[FixtureUse] = []
        self.done: set[Fixture] = set()
        self.unresolved: dict[str, None] = {}

    def closure(self, asked: Sequence[str]) -> Closure:
        """The names sorted by scope, the widest first, and each after what it asks for."""
        for name in dict.fromkeys(asked):
            self._reach(name, None, {})
        names = [name for name in self.order if name not in self.filled and name != "request"]
        for name in sorted(names, key=self._width):
            self._set_up(name, 0, self.order[name])
        return Closure(tuple(self.uses), tuple(self.unresolved), not (self.unresolved and self.level.may_have_more), frozenset(self.order))

    def _definitions(self, name: str) -> tuple[Fixture, ...]:
        """What is visible under a name. What a file imports from elsewhere under the name of a plugin's fixture is probably another one."""
        found = self.level.definitions(name)
        if found and found[0].function is None and found[0].origin == "plugin" and self.level.from_library(name) is not None:
            return ()
        return found

    def _width(self, name: str) -> int:
        found = self._definitions(name)
        return -_WIDTH.get(found[0].scope, 0) if found else 0

    def _reach(self, name: str, by: Fixture | None, depths: dict[str, int]) -> None:
        if depths.get(name, -1) == -1 and name in self.order:
            return
        self.order.setdefault(name, by)
        found = () if name in self.filled else self._definitions(name)
        depth = depths.get(name, -1) + 1
        if depth >= len(found) or (depth and not self.deep):
            return
        fixture = found[depth]
        depths[name] = depth
        for request in fixture.requests:
            if request != "request":
                self._reach(request, fixture, depths)
        depths[name] = depth - 1

    def _set_up(self, name: str, depth: int, by: Fixture | None) -> None:
        if name in self.filled:
            return
        found = self._definitions(name)
        if depth >= len(found):
            if not depth and name not in self.unresolved:
                self._missing(name, by)
            return
        fixture = found[depth]
        if fixture in self.done:
            return
        self.done.add(fixture)
        for request in fixture.requests:
            if request != "request":
                self._set_up(request, depth + 1 if request == name else 0, fixture)
        shown = fixture.name if name.startswith(" ") else name
        self.uses.append(FixtureUse(shown, fixture, by, dynamic=name not in self.order, overridden=depth > 0))

    def _missing(self, name: str, by: Fixture | None) -> None:
        """A name that no level defines: something imported from a library, or unresolved."""
        fixture = self.level.from_library(name)
        if fixture is None:
            self.unresolved[name] = None
        elif all(use.name != name for use in self.uses):
            self.uses.append(FixtureUse(name, fixture, by, dynamic=name not in self.order))
