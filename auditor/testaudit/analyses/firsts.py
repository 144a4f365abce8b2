"""What one share of a suite is the first to find, where several may find the same."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import Protocol, TypeVar

from testaudit.model import Place, Suite, Telling


class Placed(Protocol):
    """What has a place."""

    @property
    def place(self) -> Place: ...


Found = TypeVar("Found", bound=Placed)
Key = TypeVar("Key", bound=Hashable)


def firsts(suite: Suite, telling: Telling[Collection[Key]], found: Mapping[Key, Found]) -> tuple[Found, ...]:
    """Of what a share has found those that no share before it has, by place; `telling` tells the keys of what each share finds."""
    before = frozenset(key for keys in suite.gather(telling)[: suite.share] for key in keys)
    return tuple(sorted((one for key, one in found.items() if key not in before), key=lambda one: one.place))
