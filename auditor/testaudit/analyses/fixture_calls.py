"""Calls of functions that are fixtures, which pytest refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from testaudit.link.linked import linked
from testaudit.model import External, Fixture, Place, Suite, Test, place_of
from testaudit.read.facts import Attr, Call, Function, Name, walk

_MAKERS = ("pytest.fixture", "pytest_asyncio.fixture")


@dataclass(slots=True, frozen=True, eq=False)
class FixtureCall:
    """One call: of which fixture, where, in which test or fixture."""

    fixture: Fixture
    place: Place
    by: Test | Fixture


class FixtureCalls:
    """The calls of fixtures in a suite's tests and fixtures."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._names = linked(suite).names

    @cached_property
    def all(self) -> tuple[FixtureCall, ...]:
        """All of them, by place."""
        fixtures = {
            f.function: f for f in self._suite.fixtures if f.function is not None and f.kind == "value" and self._is_decorated(f.function)
        }
        names = {function.name for function in fixtures}
        found: dict[Place, FixtureCall] = {}
        callers: list[Test | Fixture] = [*self._suite.tests, *self._suite.fixtures]
        for by in callers:
            if by.function is not None and not names.isdisjoint(by.function.words):
                for call, target in self._calls(by.function, names):
                    if target in fixtures:
                        place = place_of(by.function.module, call.start, call.end)
                        found.setdefault(place, FixtureCall(fixtures[target], place, by))
        return tuple(call for _, call in sorted(found.items(), key=lambda item: item[0]))

    def _is_decorated(self, function: Function) -> bool:
        """Whether the name itself is a fixture: not where a fixture was made of the function under another name."""
        targets = (self._names.resolve(d.func, function.parent or function.module) for d in function.decorators)
        return any(isinstance(target, External) and target.name in _MAKERS for target in targets)

    def _calls(self, function: Function, names: set[str]) -> Iterator[tuple[Call, Function]]:
        for step in function.body.steps:
            for expr in (step.value, step.target):
                for inner in walk(expr) if expr is not None else ():
                    if isinstance(inner, Call) and isinstance(inner.func, Name | Attr) and inner.func.name in names:
                        target = self._names.resolve(inner.func, function)
                        if isinstance(target, Function):
                            yield inner, target
