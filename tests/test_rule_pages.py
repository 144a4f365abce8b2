"""Each built-in rule is two files that agree: the page's header, its sections in order, and its examples, which are audited."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from testaudit.check import RuleCard, catalogue
from testaudit.check.options import defaults
from testaudit.check.pages import SECTIONS, Example, Page, parse_page
from tests.auditing import audited, places
from tests.rule_names import FOLDERS, NAMES

RULES = Path(__file__).resolve().parent.parent / "rules" / "testaudit_rules"
CARDS = catalogue()
JUDGED_BY_THE_ENGINE = {"TA008"}
OPTION = re.compile(r"^(?:- )?`([\w-]+)` \(default `(.+?)`\): ", re.MULTILINE)

each_rule = pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)


def page_of(card: RuleCard) -> Page:
    return parse_page(card.page.read_text(encoding="utf-8"))


def examples() -> Iterator[object]:
    """Every example of every page, named by rule, section and line."""
    for card in CARDS:
        for example in page_of(card).examples if card.page.is_file() else ():
            yield pytest.param(card, example, id=f"{card.name}-{example.section.lower().replace(' ', '-')}-{example.line}")


@pytest.mark.parametrize(("card", "example"), list(examples()))
def test_an_example_has_the_findings_that_it_marks_and_no_other(card: RuleCard, example: Example, tmp_path: Path) -> None:
    document = audited(tmp_path, example.files, select=[card.code])

    assert places(document) == [(card.code, marker.path, marker.line) for marker in example.markers]


@each_rule
def test_bad_examples_are_marked_and_all_others_are_not(card: RuleCard) -> None:
    marked = {example.line: [marker.name for marker in example.markers] for example in page_of(card).examples}
    bad = {example.line for example in page_of(card).examples if example.section == "Bad"}

    assert {line for line, names in marked.items() if names} == bad
    assert {name for names in marked.values() for name in names} == {card.name}


@each_rule
def test_a_page_has_good_examples_beside_the_bad(card: RuleCard) -> None:
    assert {"Bad", "Good"} <= {example.section for example in page_of(card).examples}


@each_rule
def test_a_page_has_the_rules_name_and_goes_straight_to_its_sections(card: RuleCard) -> None:
    page = page_of(card)

    assert (page.title, page.preface) == (card.name, "")


@each_rule
def test_a_page_has_its_sections_in_order_and_none_is_empty(card: RuleCard) -> None:
    sections = page_of(card).sections

    assert tuple(sections) == SECTIONS
    assert [name for name, text in sections.items() if not text] == []


@each_rule
def test_the_options_are_documented_with_their_defaults(card: RuleCard) -> None:
    text = page_of(card).sections["Options"]
    options = {name: json.dumps(value) for name, value in defaults(card.load())}

    assert dict(OPTION.findall(text)) == options
    assert (text == "None.") is (not options)


@each_rule
def test_a_rule_says_what_its_card_says(card: RuleCard) -> None:
    rule = card.load()

    header = (rule.code, rule.name, rule.module, rule.severity, rule.horizon, rule.tier, rule.checklist)
    assert header == (card.code, card.name, card.module, card.severity, card.horizon, card.tier, card.checklist)
    assert card.summary.endswith((".", "?"))
    assert bool(rule.checks) is (card.code not in JUDGED_BY_THE_ENGINE)


@each_rule
def test_a_rule_has_the_code_the_name_and_the_folder_that_the_checklist_gives_it(card: RuleCard) -> None:
    assert (card.name, card.checklist) == NAMES[card.code]
    assert card.group == FOLDERS[card.code[:3]]


def test_rules_and_pages_are_one_to_one() -> None:
    pages = {path.relative_to(RULES).with_suffix("") for path in RULES.rglob("*.md")}
    modules = {path.relative_to(RULES).with_suffix("") for path in RULES.rglob("*.py") if not path.name.startswith("_")}

    assert pages == modules
    assert modules == {Path(card.file).relative_to(RULES).with_suffix("") for card in CARDS}


def test_names_are_as_unique_as_codes() -> None:
    assert len({name for name, _ in NAMES.values()}) == len(NAMES)
