"""What is counted over a report's tests: effects per layer, uncertain ones, sessions, layers that are declared otherwise."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from testaudit.model import Layer
from testaudit.records import dataclass
from testaudit.report.documents import TestEntry


@dataclass(slots=True, frozen=True)
class Figures:
    """The counts, each list with the largest first (equal ones by name)."""

    files: int
    variants: int
    by_session: Mapping[str, int]
    uncertain: Mapping[Layer, int]
    effects: Mapping[Layer, tuple[tuple[str, int], ...]]


def figures_of(tests: Iterable[TestEntry]) -> Figures:
    """Count over `tests` in one pass."""
    files: set[str] = set()
    sessions: Counter[str] = Counter()
    uncertain: Counter[Layer] = Counter()
    effects: defaultdict[Layer, Counter[str]] = defaultdict(Counter)
    variants = 0
    for test in tests:
        files.add(test.path)
        variants += test.variants
        sessions[test.session] += 1
        uncertain[test.layer] += not test.certain
        effects[test.layer].update(test.effects)
    return Figures(
        files=len(files),
        variants=variants,
        by_session=sessions,
        uncertain=uncertain,
        effects={layer: tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))) for layer, counts in effects.items()},
    )


def disagreements(tests: Iterable[TestEntry]) -> dict[tuple[Layer, Layer], list[TestEntry]]:
    """The tests whose declared layer is another than the inferred one, by both, the most frequent disagreement first."""
    found: dict[tuple[Layer, Layer], list[TestEntry]] = {}
    for test in tests:
        if test.declared_layer is not None and test.declared_layer != test.layer:
            found.setdefault((test.declared_layer, test.layer), []).append(test)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))
