"""Which rules are in force: tiers, selectors, severities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from testaudit.check.catalogue import RuleCard
from testaudit.check.rule import Tier
from testaudit.config import Config, validate_codes
from testaudit.findings import Severity

EVERYTHING = "ALL"
_WHOLE = 100  # a whole code or name is closer than any beginning of one


def choose(cards: Sequence[RuleCard], config: Config) -> tuple[RuleCard, ...]:
    """The rules that the configuration puts in force, by code.

    A selector is the beginning of codes (`TA2`) or of names, and selects from the tiers in force (default, and strict when that is set;
    declared where `layers.declared` says what the team's markers, paths or classes mean); a rule's whole code or name, and `ALL`, select
    whatever the tier. The longer selector wins over the shorter; of equals `ignore` wins. Raises `ConfigurationError` for selectors that
    mean nothing.
    """
    validate_codes(config, [key for card in cards for key in (card.code, card.name)], [card.name for card in cards])
    return tuple(sorted(card for card in cards if _in_force(card, config)))


def _in_force(card: RuleCard, config: Config) -> bool:
    on = None if config.select is None else _weight(card, config.select)
    usual = config.strict or _is_usual(card.tier, config)
    if config.select is None and usual:
        on = 0
    extended = _weight(card, config.extend_select)
    if extended is not None:
        on = max(extended, on or 0)
    if on is None or not (usual or _is_meant(card, [*(config.select or ()), *config.extend_select])):
        return False
    off = _weight(card, config.ignore)
    return off is None or off < on


def _is_usual(tier: Tier, config: Config) -> bool:
    """Whether rules of a tier are in force where nobody asks for them."""
    return tier in (Tier.DEFAULT, Tier.GATE) or (tier is Tier.DECLARED and bool(config.layers.declared))


def _weight(card: RuleCard, selectors: Iterable[str]) -> int | None:
    """How closely the closest selector describes the rule; None when none does."""
    return max((_closeness(card.code, card.name, s) for s in selectors if matches(card.code, card.name, s)), default=None)


def _closeness(code: str, name: str, selector: str) -> int:
    return 0 if selector == EVERYTHING else _WHOLE if selector in (code, name) else len(selector)


def _is_meant(card: RuleCard, selectors: Sequence[str]) -> bool:
    return any(key in selectors for key in (card.code, card.name, EVERYTHING))


def matches(code: str, name: str, selector: str) -> bool:
    """Whether a selector describes the rule with this code and name."""
    return selector == EVERYTHING or code.startswith(selector) or name.startswith(selector)


def severity_of(code: str, name: str, severities: Mapping[str, str]) -> Severity | None:
    """The severity that the configuration gives a rule by its closest selector; None when it says nothing."""
    selectors = [selector for selector in severities if matches(code, name, selector)]
    return Severity[severities[max(selectors, key=lambda s: _closeness(code, name, s))].upper()] if selectors else None
