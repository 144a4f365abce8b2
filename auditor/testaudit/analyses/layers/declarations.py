"""Tests that are heavier than the layer which their marker, class or path declares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from testaudit.analyses.effects.effects import Effect, Effects
from testaudit.analyses.layers.layers import WEIGHT, Layers, declared, declared_by_team
from testaudit.folders import folder_of
from testaudit.link.linked import linked
from testaudit.model import Layer, Suite, Test
from testaudit.records import dataclass

FEW = 4
"""Where one in so many tests or more declares a layer, the layers of all are asked for: another rule might need them, too."""
_HEAVIEST: Layer = "e2e"


@dataclass(slots=True, frozen=True, eq=False)
class Mismatch:
    """A test of the layer `layer` that is declared `declared`, with the effect that decides."""

    test: Test
    declared: Layer
    layer: Layer
    effect: Effect


class Declarations:
    """What tests declare, beside what they do."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._config = linked(suite).config

    @property
    def has_words(self) -> bool:
        """Whether the team has written down what its markers, paths or classes mean."""
        return self._config is not None and bool(self._config.layers.declared)

    def mismatch(self, test: Test) -> Mismatch | None:
        """The mismatch of a test with the team's own words; None where there is none, or it is not certain."""
        assert self._config is not None
        layer = declared_by_team(test, self._config.layers.declared)
        return None if layer is None else self._against(test, layer, self._suite.ask(Layers))

    def by_folder(self) -> Iterator[list[Mismatch]]:
        """The mismatches with the words that many teams use, folder by folder; of a whole suite only."""
        found: dict[str, list[Mismatch]] = {}
        tests = list(self._suite.tests) if self._suite.whole else []
        said = [(test, layer) for test in tests if (layer := declared(test, self._config)) is not None and layer != _HEAVIEST]
        layers = self._layers([test for test, _ in said], len(tests))
        for test, layer in said:
            mismatch = self._against(test, layer, layers)
            if mismatch is not None:
                found.setdefault(folder_of(test.path), []).append(mismatch)
        yield from found.values()

    def _layers(self, tests: Sequence[Test], total: int) -> Layers:
        """The layers of these tests: by themselves where they are few, for they cost as much as there are tests."""
        return Layers(self._suite, Effects(self._suite, tests)) if len(tests) * FEW < total else self._suite.ask(Layers)

    @staticmethod
    def _against(test: Test, declared: Layer, layers: Layers) -> Mismatch | None:
        verdict = layers.of(test)
        if not verdict.certain or not verdict.deciding or WEIGHT[verdict.layer] <= WEIGHT[declared]:
            return None
        return Mismatch(test, declared, verdict.layer, min(verdict.deciding, key=lambda effect: effect.rank))
