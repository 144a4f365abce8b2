"""The fixtures that pull tests out of the unit layer: those without which a test would be a unit test."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.analyses.effects.effects import Effects, Source
from testaudit.analyses.effects.own_code import origins
from testaudit.analyses.layers.dominators import dominators
from testaudit.analyses.layers.layers import Layers
from testaudit.model import Fixture, FixtureUse, Suite, Test
from testaudit.read.facts import Call, Const
from testaudit.records import dataclass, field

FEW = 4
"""Where one test in so many or more gets the value of an automatic fixture, all are looked at at once."""
_ROOT = "the test"
Above = dict[object, object]
"""The immediate dominator of each fixture of a test."""


@dataclass(slots=True, eq=False)
class Pull:
    """One fixture through which tests are more than unit tests.

    `alone` are the tests that would be unit tests without it, `ways` those of another layer to which it brings an effect (perhaps as one of
    several), `beside` those that are counted as unit tests only because what it brings belongs to a setup of the whole session. `effects`
    are those that it brings itself.
    """

    fixture: Fixture
    alone: list[Test] = field(default_factory=list)
    ways: int = 0
    beside: list[Test] = field(default_factory=list)
    effects: dict[str, None] = field(default_factory=dict)


class Pulls:
    """What would be left of a test if one of its fixtures, with all that only this one asks for, were not there.

    The fixtures of a test are a graph in which the test asks for some and these for others. Without a fixture there is nothing that it
    dominates in this graph, and no call on its value. A test would be a unit test if nothing were left then that makes it another one.
    """

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._dominators: dict[tuple[object, ...], Above] = {}
        self._ranked: tuple[Pull, ...] | None = None
        self.asks: dict[tuple[Fixture, Fixture], None] = {}
        """Which fixture asks for which other one, in the tests that are judged."""

    @property
    def _layers(self) -> Layers:
        return self._suite.ask(Layers)

    @property
    def _effects(self) -> Effects:
        return self._suite.ask(Effects)

    def automatic(self, wanted: frozenset[str]) -> tuple[Pull, ...]:
        """Those of automatic fixtures that the repository defines outside of classes, as far as they bring one of these effects.

        What all tests touch is looked at only where one of these fixtures could bring such an effect: by its own code or, in the tests that
        get its value (as a parameter, or as what a setup assigns), by what they do with that.
        """
        used: dict[tuple[object, ...], tuple[Fixture, Test]] = {}
        given: dict[Test, None] = {}
        total = 0
        for test in self._suite.tests:
            total += 1
            for use in test.closure:
                fixture = use.fixture
                if _is_own_automatic(fixture):
                    chosen = (test.fixture(name) for name in fixture.requests)
                    used.setdefault((fixture, test.owner, *chosen), (fixture, test))
                    if _is_given(use, test):
                        given[test] = None
        if len(given) * FEW < total:
            few = Effects(self._suite, given)
            if not few.could_bring(used.values()) & wanted and all(wanted.isdisjoint(few.of(test).names) for test in given):
                return ()
        return tuple(p for p in self.ranked() if _is_own_automatic(p.fixture) and not wanted.isdisjoint(p.effects))

    def ranked(self) -> tuple[Pull, ...]:
        """Every fixture through which some test is more than a unit test; first those without which the most tests would be unit tests."""
        if self._ranked is None:
            found: dict[Fixture, Pull] = {}
            for test in self._suite.tests:
                if any(self._layers.layer_of(effect.name, effect.symbol) != "unit" for effect in self._effects.of(test).effects):
                    self._judge(test, found)
            self._ranked = tuple(sorted(found.values(), key=lambda pull: (-len(pull.alone), -pull.ways, _order(pull.fixture))))
        return self._ranked

    def _judge(self, test: Test, found: dict[Fixture, Pull]) -> None:
        """Adds what one test says. What a session-wide setup brings counts only where nothing else makes the test more than a unit test."""
        is_unit = self._layers.of(test).layer == "unit"
        above = self._above(test)
        hidden = _hidden(test)
        heavy: dict[Fixture, None] = {}
        common: set[object] | None = None
        for source in self._effects.sources(test):
            effects = [effect for effect, symbol in source.effects if self._layers.layer_of(effect, symbol) != "unit"]
            if not effects or source.ambient is not is_unit:
                continue
            bringer = source.fixture if source.fixture is not None else source.needs[0] if source.on_value else None
            if bringer is not None:
                if bringer not in hidden:
                    pull = found.setdefault(bringer, Pull(bringer))
                    pull.ways += not is_unit and bringer not in heavy
                    pull.effects.update(dict.fromkeys(effects))
                heavy[bringer] = None
            elif common is not None and not common:
                break  # the test's own code comes last, and can only take away
            behind = [*_behind(source, heavy, above, test), *([source.fixture] if source.fixture is not None else ())]
            chain = {fixture for start in behind for fixture in _chain(start, above)}
            common = chain if common is None else common & chain
        for fixture in common or ():
            if isinstance(fixture, Fixture) and fixture not in hidden:
                pull = found.setdefault(fixture, Pull(fixture))
                (pull.beside if is_unit else pull.alone).append(test)

    def _above(self, test: Test) -> Above:
        asked = tuple(dict.fromkeys(_asked(test)))
        key = (tuple([use.fixture for use in test.closure]), asked)
        if key not in self._dominators:
            edges: dict[object, dict[object, None]] = {_ROOT: dict.fromkeys(asked)}
            for asker, fixture in _requests(test.closure):
                self.asks.setdefault((asker, fixture))
                edges.setdefault(asker, {}).setdefault(fixture)
            for use in test.closure:
                if use.dynamic and use.requested_by is not None:
                    edges.setdefault(use.requested_by, {}).setdefault(use.fixture)
            self._dominators[key] = dominators(edges, _ROOT)
        return self._dominators[key]


def _requests(closure: tuple[FixtureUse, ...]) -> Iterator[tuple[Fixture, Fixture]]:
    """Which fixture of a closure asks by name for which other one."""
    gets: dict[str, Fixture] = {}
    for use in closure:
        if not use.overridden:
            gets.setdefault(use.name, use.fixture)
    for use in closure:
        for name in use.fixture.requests:
            wanted = use.fixture.overrides[:1] if name == use.fixture.name else (gets.get(name),)
            for fixture in wanted:
                if fixture is not None:
                    yield use.fixture, fixture


def _is_own_automatic(fixture: Fixture) -> bool:
    return fixture.autouse and fixture.owner is None and fixture.definition is not None


def _is_given(use: FixtureUse, test: Test) -> bool:
    """Whether a test's own code could get hold of the value of a fixture, or of what it assigns."""
    fixture = use.fixture
    assigns = fixture.kind != "value" and fixture.function is not None and fixture.function.params
    return bool(assigns) or any(param.name == use.name for param in test.function.params)


def _behind(source: Source, heavy: dict[Fixture, None], above: Above, test: Test) -> Iterator[Fixture]:
    """The fixtures without any of which a call could not be made: the one whose value it is made on, with those that it was made on;
    of those that it is given only such as bring an effect themselves, for a call that is given a path is not the path's doing."""
    for fixture in source.needs:
        if source.on_value:
            yield from origins(fixture, test)
        elif any(fixture in _chain(bringer, above) for bringer in heavy):
            yield fixture


def _asked(test: Test) -> Iterator[Fixture]:
    """The fixtures that the test asks for by name or marker, and those that it gets without asking."""
    names = {param.name for param in test.function.params} - set(test.direct)
    for mark, expr in test.marks:
        if mark == "usefixtures" and isinstance(expr, Call):
            names.update(a.value.value for a in expr.args if isinstance(a.value, Const) and isinstance(a.value.value, str))
    for use in test.closure:
        if use.requested_by is None or use.fixture.autouse or (use.name in names and not use.overridden):
            yield use.fixture


def _hidden(test: Test) -> set[Fixture]:
    """The fixtures of plugins that only other fixtures of plugins ask for: what is inside a plugin."""
    return {
        use.fixture
        for use in test.closure
        if use.fixture.origin == "plugin" and use.requested_by is not None and use.requested_by.origin == "plugin"
    }


def _chain(fixture: object, above: Above) -> Iterator[object]:
    """A fixture and its dominators up to the test."""
    while fixture in above and fixture != _ROOT:
        yield fixture
        fixture = above[fixture]


def _order(fixture: Fixture) -> tuple[str, int, str]:
    place = fixture.definition
    return (place.path, place.line, fixture.name) if place is not None else ("", 0, fixture.name)
