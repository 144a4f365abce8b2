"""Which rules are in force."""

from dataclasses import replace

import pytest

from testaudit.check import Tier
from testaudit.check.selection import choose, severity_of
from testaudit.config import DeclaredLayers, LayerTable
from testaudit.errors import ConfigurationError
from testaudit.findings import Severity
from tests.check.build import config, rulebook

# TA008 and TA009 are built in, and default; so is TA901 sleepy-test. TA903 faulty-rule is a gate, TA902 crowded-suite and
# TA904 open-fixture are strict.
USUAL = ["TA008", "TA009", "TA901", "TA903"]
ALL = ["TA008", "TA009", "TA901", "TA902", "TA903", "TA904"]


def chosen(**values: object) -> list[str]:
    return [card.code for card in choose([card for card in rulebook() if card.code in ALL], config(**values))]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, USUAL),
        ({"strict": True}, ALL),
        ({"select": ("TA9",)}, ["TA901", "TA903"]),
        ({"select": ("TA9",), "strict": True}, ["TA901", "TA902", "TA903", "TA904"]),
        ({"select": ("TA902",)}, ["TA902"]),
        ({"select": ("crowded-suite", "sleepy-test")}, ["TA901", "TA902"]),
        ({"select": ("crowded",)}, []),
        ({"select": ("ALL",)}, ALL),
        ({"select": ()}, []),
        ({"extend_select": ("TA904",)}, [*USUAL, "TA904"]),
        ({"select": ("TA901",), "extend_select": ("TA904",)}, ["TA901", "TA904"]),
        ({"ignore": ("TA0",)}, ["TA901", "TA903"]),
        ({"ignore": ("faulty-rule",)}, ["TA008", "TA009", "TA901"]),
        ({"select": ("TA901",), "ignore": ("TA9",)}, ["TA901"]),
        ({"select": ("TA9",), "ignore": ("TA9",)}, []),
        ({"select": ("TA9",), "ignore": ("TA901",)}, ["TA903"]),
        ({"ignore": ("ALL",)}, []),
        ({"select": ("TA901",), "ignore": ("ALL",)}, ["TA901"]),
    ],
)
def test_rules_are_chosen_by_tier_and_selectors(values: dict[str, object], expected: list[str]) -> None:
    assert chosen(**values) == expected


NONE_DECLARED = LayerTable(effects={"subprocess": "unit"}, paths={"tests/slow/**": "integration"})
SOME_DECLARED = LayerTable(declared=DeclaredLayers(paths={"tests/unit/**": "unit"}))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        ({"layers": NONE_DECLARED}, []),
        ({"layers": SOME_DECLARED}, ["TA904"]),
        ({"layers": SOME_DECLARED, "ignore": ("TA904",)}, []),
        ({"layers": SOME_DECLARED, "select": ("TA9",)}, ["TA904"]),
        ({"strict": True}, ["TA904"]),
        ({"select": ("TA9",)}, []),
        ({"select": ("TA904",)}, ["TA904"]),
    ],
)
def test_a_rule_about_declared_layers_is_in_force_where_the_team_has_declared_some(values: dict[str, object], expected: list[str]) -> None:
    cards = [replace(card, tier=Tier.DECLARED) for card in rulebook() if card.code == "TA904"]

    assert [card.code for card in choose(cards, config(**values))] == expected


def test_selectors_that_mean_nothing_are_all_named() -> None:
    with pytest.raises(ConfigurationError) as refused:
        chosen(select=("TA9O1",), ignore=("sleepy-tests",), from_command_line=frozenset({"select", "ignore"}))

    assert [str(problem) for problem in refused.value.problems] == [
        "--ignore: `sleepy-tests` is no rule's code or name, nor the beginning of one; did you mean `sleepy-test`?",
        "--select: `TA9O1` is no rule's code or name, nor the beginning of one; did you mean `TA901`?",
    ]


@pytest.mark.parametrize(
    ("severities", "expected"),
    [
        ({}, None),
        ({"TA1": "info"}, None),
        ({"TA9": "info"}, Severity.INFO),
        ({"TA9": "info", "TA901": "error"}, Severity.ERROR),
        ({"ALL": "error", "TA9": "warning"}, Severity.WARNING),
        ({"sleepy-test": "info"}, Severity.INFO),
    ],
)
def test_the_closest_selector_gives_the_severity(severities: dict[str, str], expected: Severity | None) -> None:
    assert severity_of("TA901", "sleepy-test", severities) == expected
