"""Options of rules come from the configuration as the rule's own dataclass."""

import pytest

from testaudit.check.bench import seat
from testaudit.check.options import defaults
from testaudit.errors import ConfigurationError
from tests.check.build import config, rulebook

CARDS = [card for card in rulebook() if card.code in {"TA901", "TA902"}]


def options(written: dict[str, object]) -> object:
    return seat(CARDS, config(rules={"crowded-suite": written}), whole=True).options["TA902"]


def written_as(made: object) -> dict[str, object]:
    return {name: getattr(made, name) for name in ("most_tests", "patience", "passed_over", "weights", "mood")}


DEFAULTS: dict[str, object] = {"most_tests": 2, "patience": 1.0, "passed_over": (), "weights": {}, "mood": "calm"}


@pytest.mark.parametrize(
    ("written", "changed"),
    [
        ({}, {}),
        ({"most-tests": 7}, {"most_tests": 7}),
        ({"patience": 2}, {"patience": 2.0}),
        ({"passed-over": ["a", "b"]}, {"passed_over": ("a", "b")}),
        ({"weights": {"a": 1}, "mood": "stern"}, {"weights": {"a": 1}, "mood": "stern"}),
    ],
)
def test_written_options_replace_the_defaults(written: dict[str, object], changed: dict[str, object]) -> None:
    assert written_as(options(written)) == DEFAULTS | changed


def test_everything_that_does_not_fit_is_told_at_once() -> None:
    written: dict[str, object] = {
        "most-tests": True,
        "patience": "long",
        "passed-over": ["a", 1],
        "weights": {"a": "b"},
        "mood": "odd",
        "most-test": 1,
    }

    with pytest.raises(ConfigurationError) as refused:
        options(written)

    assert sorted(problem.message for problem in refused.value.problems) == [
        "`crowded-suite` has no option `most-test`; did you mean `most-tests`?",
        "`mood` is one of `calm`, `stern`, not 'odd'",
        "`most-tests` is a whole number, not True",
        "`passed-over` is a list (each a string), not ['a', 1]",
        "`patience` is a number, not 'long'",
        "`weights` is a table (each value a whole number), not {'a': 'b'}",
    ]


def test_a_rule_without_options_takes_none() -> None:
    with pytest.raises(ConfigurationError, match="`sleepy-test` has no options"):
        seat(CARDS, config(rules={"sleepy-test": {"most": 1}}), whole=True)


def test_the_defaults_are_told_by_their_names_in_the_configuration() -> None:
    rules = {card.code: card.load() for card in CARDS}

    assert list(defaults(rules["TA901"])) == []
    assert [name for name, _ in defaults(rules["TA902"])] == ["most-tests", "patience", "passed-over", "weights", "mood"]
