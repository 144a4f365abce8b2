"""The team's thresholds on the pyramid, held against the layers of a suite's tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from testaudit.analyses.layers.layers import Layers
from testaudit.config import Threshold
from testaudit.link.linked import linked
from testaudit.model import Place, Suite
from testaudit.records import dataclass


@dataclass(slots=True, frozen=True)
class Kept:
    """One threshold with the share that it bounds: `count` of `total` tests."""

    threshold: Threshold
    count: int
    total: int

    @property
    def percent(self) -> float:
        return 100 * self.count / self.total if self.total else 0.0

    @property
    def holds(self) -> bool:
        """Whether the bound is kept; a suite without tests keeps every bound."""
        return not self.total or self.threshold.holds(self.percent)


def kept(thresholds: Sequence[Threshold], counts: Mapping[str, int], total: int) -> tuple[Kept, ...]:
    """Each threshold with its share of `total` tests, of which `counts` has how many each layer has (and how many are uncertain)."""
    return tuple(Kept(threshold, counts[threshold.layer], total) for threshold in thresholds)


def counted(suite: Suite) -> Counter[str]:
    """How many tests of a share each layer has, and of how many it is uncertain; nothing where nobody has set a threshold."""
    config = linked(suite).config
    if config is None or not config.pyramid:
        return Counter()
    layers = suite.ask(Layers)
    verdicts = [layers.of(test) for test in suite.tests]
    counts = Counter[str](verdict.layer for verdict in verdicts)
    counts["uncertain"] = sum(not verdict.certain for verdict in verdicts)
    return counts


class Thresholds:
    """What a suite's pyramid makes of the thresholds; the layers are asked for only where there are any."""

    tellings = (counted,)

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._config = linked(suite).config

    def kept(self) -> tuple[Kept, ...]:
        """Each threshold that is set, in order."""
        if self._config is None or not self._config.pyramid:
            return ()
        counts = sum(self._suite.gather(counted), Counter[str]())
        return kept(self._config.pyramid, counts, counts.total() - counts["uncertain"])

    def place_of(self, threshold: Threshold) -> Place:
        """Where the team wrote the threshold."""
        assert self._config is not None
        line = max(1, self._config.line_of("pyramid", threshold.layer))
        return Place(self._config.path or "pyproject.toml", line, 1, line, 1)
