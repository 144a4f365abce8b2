"""The rules that sit in judgement in one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from testaudit.check.catalogue import RuleCard
from testaudit.check.options import options_of
from testaudit.check.rule import Horizon, Rule
from testaudit.config import Config
from testaudit.errors import Problem
from testaudit.records import dataclass


@dataclass(slots=True, frozen=True)
class Bench:
    """Imported rules with their options by code. `not_judged` are the codes in force that a partial run cannot judge, `faults` those whose
    modules could not be imported, each with what happened."""

    rules: tuple[Rule[Any], ...]
    options: Mapping[str, object]
    not_judged: tuple[str, ...] = ()
    faults: tuple[tuple[str, Problem], ...] = ()


def seat(cards: Iterable[RuleCard], config: Config, whole: bool) -> Bench:
    """Import the rules that can judge: all but those with suite horizon where the run is partial.

    Raises `ConfigurationError` for options that a rule does not understand.
    """
    rules, not_judged, faults = [], [], []
    for card in cards:
        if card.horizon is Horizon.SUITE and not whole:
            not_judged.append(card.code)
            continue
        try:
            rules.append(card.load())
        except Exception as error:  # noqa: BLE001  # a module of anybody's; the fault is reported, and the other rules go on
            message = f"{card.code} {card.name} ({card.module}) cannot be loaded: {type(error).__name__}: {error}"
            faults.append((card.code, Problem(".", 0, message)))
    return Bench(tuple(rules), options_of(rules, config), tuple(sorted(not_judged)), tuple(faults))
