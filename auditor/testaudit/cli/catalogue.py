"""The commands `rules` and `rule`, and the rules' texts for formats that explain them."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Collection

from testaudit.check.catalogue import RuleCard, catalogue
from testaudit.cli.running import configuration, put, screen
from testaudit.config import Config
from testaudit.errors import UsageError, did_you_mean
from testaudit.report.documents import RuleText
from testaudit.report.draw import draw
from testaudit.report.lines import Line, Span, wrap
from testaudit.report.page import page_text
from testaudit.report.screen import cells, clean


def rules(arguments: Namespace) -> None:
    """List all rules, one a line where the width is not limited."""
    target = screen(None)
    cards = _cards(configuration(arguments, []))
    lines = [line for card in cards for line in _row(card, max(cells(card.name) for card in cards), target.width)]
    put(draw(lines, target))


def rule(arguments: Namespace) -> None:
    """Show one rule's page."""
    cards = _cards(configuration(arguments, []))
    wanted = arguments.code.lower()
    card = next((card for card in cards if wanted in (card.code.lower(), card.name)), None)
    if card is None:
        known = [key for card in cards for key in (card.code, card.name)]
        raise UsageError(f"`{arguments.code}` is no rule's code or name{did_you_mean(arguments.code, known)}")
    put(page_text(_page(card), screen(None)))


def rule_texts(config: Config, codes: Collection[str]) -> tuple[RuleText, ...]:
    """What is to be said of the rules with these codes, by code."""
    cards = [card for card in _cards(config) if card.code in codes]
    return tuple(RuleText(card.code, card.name, card.summary, card.severity, _page(card)) for card in cards)


def _cards(config: Config) -> tuple[RuleCard, ...]:
    return catalogue(getattr(config, "plugins", ()))


def _page(card: RuleCard) -> str:
    """The rule's page under a heading with its facts; a rule without a page has its summary."""
    written = card.page.read_text(encoding="utf-8") if card.page.is_file() else card.summary
    body = written.partition("\n")[2] if written.startswith("# ") else written
    facts = [f"severity `{card.severity.name.lower()}`", f"tier `{card.tier.value}`", f"horizon `{card.horizon.value}`"]
    facts += [f"checklist `{card.checklist}`"] if card.checklist else []
    return f"# {card.code} {card.name}\n\n{', '.join(facts)}\n\n{body.strip()}\n"


def _row(card: RuleCard, widest: int, width: int | None) -> list[Line]:
    head = f"{card.name:<{widest}}  {card.tier.value:<8}  "
    start = len(card.code) + 2 + len(head)
    summary = list(wrap([Span(clean(card.summary))], 0, 0, None if width is None else max(24, width - start)))
    first = (Span(card.code, card.severity.name.lower()), Span("  "), Span(head, "dim"), *summary[0])
    return [first, *((Span(" " * start), *line) for line in summary[1:])]
