"""Setup and teardown functions that nobody asks for by name, as fixtures that are used automatically."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from testaudit.model import Fixture, FixtureScope, Group, place_of
from testaudit.read.facts import Class, Function
from testaudit.records import dataclass
from testaudit.runners.levels import Level


@dataclass(slots=True, frozen=True)
class Hook:
    """One kind of setup or teardown: of several names the first that is defined counts."""

    names: tuple[str, ...]
    kind: Literal["setup", "teardown"]
    scope: FixtureScope


def register(hook: Hook, name: str, chain: Sequence[Function], group: Group, level: Level) -> Iterator[Fixture]:
    """Registers the first function of a chain, the one in force; those that it extends stand in its `overrides`."""
    fixtures = [_fixture(hook, name, function, group) for function in chain]
    for index, fixture in enumerate(fixtures):
        fixture.overrides = tuple(fixtures[index + 1 :])
    if fixtures:
        level.register(f" {name} of {group.name}", fixtures[0])
        yield fixtures[0]


def _fixture(hook: Hook, name: str, function: Function, group: Group) -> Fixture:
    return Fixture(
        name=name,
        scope=hook.scope,
        kind=hook.kind,
        function=function,
        group=group,
        definition=place_of(function.module, function.start, function.name_end),
        autouse=True,
        origin="builtin",
        owner=function.parent if isinstance(function.parent, Class) else None,
    )
