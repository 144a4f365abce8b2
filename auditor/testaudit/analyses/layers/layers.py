"""The layer of every test: what it touches decides, by the team's table; what its names declare stands beside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from testaudit.analyses.effects.effects import Effect, Effects, Touched
from testaudit.analyses.effects.roots import Link
from testaudit.config import Config, DeclaredLayers
from testaudit.config.globs import path_matcher
from testaudit.knowledge.schema import LIGHT
from testaudit.link.linked import linked
from testaudit.model import Layer, Suite, Test, Truth
from testaudit.records import dataclass

TABLE: Mapping[str, Layer] = {
    "browser": "e2e",
    **dict.fromkeys(
        ("database", "database-server", "cache", "queue", "http", "web-app", "socket", "cloud", "mail", "container", "subprocess"),
        "integration",
    ),
    **dict.fromkeys(LIGHT, "unit"),
}
"""The layer that each effect makes of a test, where the team says nothing else."""

WEIGHT: Mapping[Layer, int] = {"unit": 0, "integration": 1, "e2e": 2}

_WORDS: tuple[tuple[Layer, re.Pattern[str]], ...] = (
    ("e2e", re.compile(r"^(?:tests?[_-]?)?(?:e2e|end[_-]?to[_-]?end|system|acceptance|ui)(?:[_-]?tests?)?$")),
    ("integration", re.compile(r"^(?:tests?[_-]?)?(?:integration|integ|int)(?:[_-]?tests?)?$")),
    ("unit", re.compile(r"^(?:tests?[_-]?)?units?(?:[_-]?tests?)?$")),
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")


@dataclass(slots=True, frozen=True)
class Verdict:
    """A test's layer; `deciding` are the effects that make it so (none for unit), `certain` whether nothing relevant was left
    unresolved."""

    layer: Layer
    certain: bool
    declared: Layer | None
    touched: Touched
    deciding: tuple[Effect, ...] = ()
    unresolved: tuple[Link, ...] = ()
    missing: tuple[str, ...] = ()
    """The names among what did not resolve: libraries, fixtures, names of the project's own."""


class Layers:
    """Layers of a suite's tests, by the team's table; of those whose `effects` are given, or of all."""

    def __init__(self, suite: Suite, effects: Effects | None = None) -> None:
        self.config = linked(suite).config
        self._knowledge = linked(suite).knowledge
        self._effects = suite.ask(Effects) if effects is None else effects
        self._answers: dict[Test, Verdict] = {}
        self._table: dict[tuple[str, str, str | None], Layer] = {}
        self._said: dict[object, Layer | None] = {}

    def of(self, test: Test) -> Verdict:
        """The test's layer with what decided it."""
        if test not in self._answers:
            self._answers[test] = self._judge(test)
        return self._answers[test]

    def _judge(self, test: Test) -> Verdict:
        touched = self._effects.of(test)
        layers = [(self.layer_of(effect.name, effect.symbol, effect.host), effect) for effect in touched.effects if not effect.ambient]
        heaviest = max((WEIGHT[layer] for layer, _ in layers), default=0)
        layer: Layer = next(name for name, weight in WEIGHT.items() if weight == heaviest)
        deciding = tuple(effect for name, effect in layers if WEIGHT[name] == heaviest and heaviest)
        fixed = self._by_path(test)
        if fixed is not None:
            layer, deciding = fixed, tuple(e for name, e in layers if name == fixed and fixed != "unit")
        unresolved = (*self._unresolved(test, touched), *self._possible(touched, layer))
        if deciding and fixed is None and all(effect.doubt for effect in deciding):
            unresolved = (*unresolved, _condition(deciding[0]))
        certain = fixed is not None or not unresolved or any(not effect.doubt for effect in deciding)
        missing = (*(f"fixture {name}" for name in test.unresolved), *(one.name for one in touched.unknown))
        return Verdict(layer, certain, self._declared(test), touched, deciding, unresolved, tuple(dict.fromkeys(missing)))

    def _declared(self, test: Test) -> Layer | None:
        """What the test's names declare: the same for all tests of a file and class with the same markers."""
        key = (test.path, test.owner, tuple([name for name, _ in test.marks]))
        if key not in self._said:
            self._said[key] = declared(test, self.config)
        return self._said[key]

    def layer_of(self, effect: str, symbol: str, host: str | None = None) -> Layer:
        """The layer that an effect makes of a test which has it by this symbol of a library, at this fixed host if any."""
        key = (effect, symbol, host)
        if key not in self._table:
            self._table[key] = self._looked_up(effect, symbol, host)
        return self._table[key]

    def _looked_up(self, effect: str, symbol: str, host: str | None) -> Layer:
        """What the team says of the host, the library or the effect; else what is everybody's: a fixed host is one's own where no known
        service has it."""
        table = self.config.layers if self.config is not None else None
        if table is not None:
            if host is not None and (layer := _of_host(host, table.hosts)) is not None:
                return layer
            prefix = max((p for p in table.libraries if symbol == p or symbol.startswith(p + ".")), key=len, default=None)
            if prefix is not None:
                return table.libraries[prefix]
            if effect in table.effects:
                return table.effects[effect]
        return "e2e" if host is not None and self._knowledge.service(host) is None else TABLE[effect]

    def _by_path(self, test: Test) -> Layer | None:
        table = self.config.layers.paths if self.config is not None else {}
        return next((layer for pattern, layer in table.items() if path_matcher((pattern,))(test.path)), None)

    def _possible(self, touched: Touched, layer: Layer) -> Iterator[Link]:
        """What conditions of the code under test may lead to, where that would make the test a heavier one."""
        for effect in touched.doubtful:
            if not effect.ambient and WEIGHT[self.layer_of(effect.name, effect.symbol, effect.host)] > WEIGHT[layer]:
                yield _condition(effect)

    @staticmethod
    def _unresolved(test: Test, touched: Touched) -> tuple[Link, ...]:
        """What could have another effect: fixtures that nothing defines, or whose names are computed, and first-party names that are not
        there."""
        found = [Link(test.place, f"the fixture `{name}` does not resolve") for name in test.unresolved]
        if test.dynamic is Truth.UNKNOWN:
            found.append(Link(test.place, "asks for fixtures by names that the source does not fix"))
        return (*found, *(one.link for one in touched.unknown))


def _of_host(host: str, table: Mapping[str, Layer]) -> Layer | None:
    """What the team says of a host, or of the nearest domain above it."""
    said = {name.lower(): layer for name, layer in table.items()}
    labels = host.lower().rstrip(".").split(".")
    return next((said[name] for at in range(len(labels)) if (name := ".".join(labels[at:])) in said), None)


def _condition(effect: Effect) -> Link:
    end = effect.chain[-1]
    return Link(end.place, f"conditions decide whether {end.message}")


def declared(test: Test, config: Config | None) -> Layer | None:
    """The layer that the test's marker, class or path declares: the nearest to the test counts, the team's own words first."""
    own = config.layers.declared if config is not None else DeclaredLayers()
    for found, words in zip(_said(test, own), _usual(test), strict=True):
        layer = found or next((layer for word in words if (layer := _word(word)) is not None), None)
        if layer is not None:
            return layer
    return None


def declared_by_team(test: Test, own: DeclaredLayers) -> Layer | None:
    """The same by the team's own words alone."""
    return next((layer for layer in _said(test, own) if layer is not None), None)


def _said(test: Test, own: DeclaredLayers) -> Iterator[Layer | None]:
    """What the team's words say of the test's markers, its class and its path."""
    yield next((own.markers[name] for name, _ in test.marks if name in own.markers), None)
    yield own.classes.get(test.owner.name) if test.owner is not None else None
    yield next((layer for pattern, layer in own.paths.items() if path_matcher((pattern,))(test.path)), None)


def _usual(test: Test) -> Iterator[Sequence[str]]:
    """The words that many teams use, in the test's markers, in its class and in its path, innermost first."""
    yield [name for name, _ in test.marks]
    yield [word.lower() for word in _CAMEL.split(test.owner.name)] if test.owner is not None else []
    *folders, file = test.path.split("/")
    words = [*folders, file.removesuffix(".py").removeprefix("test_").removesuffix("_test")]
    yield [word.lower() for word in reversed(words)]


def _word(word: str) -> Layer | None:
    return next((layer for layer, pattern in _WORDS if pattern.match(word)), None)
