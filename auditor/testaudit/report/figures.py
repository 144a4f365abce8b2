"""What is counted over a report's tests: effects per layer, uncertain ones, sessions, the uses of each fixture."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from testaudit.model import Layer
from testaudit.report.documents import TestEntry


@dataclass(slots=True, frozen=True)
class FixtureUses:
    """One fixture of the repository, where it is defined (`path:line`), and how many tests have it in their closure."""

    name: str
    scope: str
    where: str
    tests: int


@dataclass(slots=True, frozen=True)
class Figures:
    """The counts, each list with the largest first (equal ones by name)."""

    files: int
    variants: int
    by_session: Mapping[str, int]
    uncertain: Mapping[Layer, int]
    effects: Mapping[Layer, tuple[tuple[str, int], ...]]
    fixtures: tuple[FixtureUses, ...]


def figures_of(tests: Iterable[TestEntry]) -> Figures:
    """Count over `tests` in one pass."""
    files: set[str] = set()
    sessions: Counter[str] = Counter()
    uncertain: Counter[Layer] = Counter()
    effects: defaultdict[Layer, Counter[str]] = defaultdict(Counter)
    uses: Counter[tuple[str, str, str]] = Counter()
    variants = 0
    for test in tests:
        files.add(test.path)
        variants += test.variants
        sessions[test.session] += 1
        uncertain[test.layer] += not test.certain
        effects[test.layer].update(test.effects)
        uses.update((f.name, f.scope, f"{f.path}:{f.line}") for f in test.fixtures if f.origin == "repository" and f.path is not None)
    return Figures(
        files=len(files),
        variants=variants,
        by_session=sessions,
        uncertain=uncertain,
        effects={layer: tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))) for layer, counts in effects.items()},
        fixtures=tuple(FixtureUses(*fixture, number) for fixture, number in sorted(uses.items(), key=lambda item: (-item[1], item[0]))),
    )
