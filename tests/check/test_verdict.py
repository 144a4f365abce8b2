"""What the engine makes of what rules say."""

from dataclasses import replace

import pytest

from testaudit.check import Count, Dealt, conclude, judge, merge, reported
from testaudit.check.bench import seat
from testaudit.check.catalogue import RuleCard
from testaudit.check.selection import choose
from testaudit.config import PathIgnores
from testaudit.findings import Severity
from tests.check.build import config, found, rulebook, suite_of, verdict_on

A, B, C = "tests/test_a.py", "tests/test_b.py", "tests/conftest.py"
SLEEPS = "def test_a():\n    sleep(1)\n    x = 1\n    sleep(1)\n"
SHARED = {
    C: "@fixture\ndef db():\n    return 1\n",
    A: "def test_a(db): pass\ndef test_b(db): pass\n",
    B: "def test_c(db, nothing): sleep(2)\n",
}


def test_findings_are_sorted_by_place_and_code() -> None:
    verdict = verdict_on({B: SLEEPS, A: "def test_boom():\n    sleep(1)\n"}, "TA901", "TA903")

    assert found(verdict) == [("TA903", A, 1), ("TA901", A, 2), ("TA901", B, 2), ("TA901", B, 4)]


def test_one_cause_is_one_finding_that_affects_all_its_tests() -> None:
    (finding,) = verdict_on(SHARED, "TA904").findings

    assert (finding.place.path, finding.fixture, finding.affects, finding.test) == (C, "db", 3, "tests/test_a.py::test_a")


def test_what_is_cleaned_up_is_not_found() -> None:
    files = {A: "@fixture\ndef db():\n    yield 1\n    close()\ndef test_a(db): pass\n"}

    assert found(verdict_on(files, "TA904")) == []


def test_a_rule_that_raises_is_told_with_its_code_and_place_while_the_others_go_on() -> None:
    verdict = verdict_on({A: "def test_x(): pass\ndef test_boom():\n    sleep(1)\ndef test_boom_too(): pass\n"}, "TA901", "TA903")

    assert found(verdict) == [("TA903", A, 2), ("TA901", A, 3), ("TA903", A, 4)]
    assert [(problem.path, problem.line, problem.message) for problem in verdict.errors] == [
        (A, 2, "TA903 faulty-rule could not judge this: ValueError: no such thing (faulty_rule.py:12)")
    ]


def test_a_rule_that_cannot_be_imported_is_told_while_the_others_go_on() -> None:
    cards = [card if card.code != "TA903" else replace(card, module="tests.check.gone") for card in rulebook()]
    bench = seat([card for card in cards if card.code in {"TA901", "TA903"}], config(), whole=True)

    assert [rule.code for rule in bench.rules] == ["TA901"]
    assert [(code, problem.message) for code, problem in bench.faults] == [
        ("TA903", "TA903 faulty-rule (tests.check.gone) cannot be loaded: ModuleNotFoundError: No module named 'tests.check.gone'")
    ]


def test_a_partial_run_does_not_judge_what_needs_the_whole_suite() -> None:
    files = {A: "def test_a(): pass\ndef test_b(): pass\ndef test_c(): pass\n"}

    assert (found(verdict_on(files, "TA902")), verdict_on(files, "TA902").not_judged) == ([("TA902", A, 1)], ())
    assert (found(verdict_on(files, "TA902", whole=False)), verdict_on(files, "TA902", whole=False).not_judged) == ([], ("TA902",))


def test_what_a_rule_judged_and_did_not_know_is_counted() -> None:
    assert verdict_on(SHARED, "TA904", "TA901").counts == {"TA901": Count(3, 0), "TA904": Count(3, 1)}


def test_the_configuration_changes_severities_and_ignores_by_path() -> None:
    verdict = verdict_on(
        {A: SLEEPS, "tests/slow/test_b.py": SLEEPS}, "TA901", severity={"TA901": "info"}, per_path=(PathIgnores("slow/", ("TA9",)),)
    )

    assert [(f.place.path, f.severity) for f in verdict.findings] == [(A, Severity.INFO), (A, Severity.INFO)]


def test_options_reach_the_rule() -> None:
    files = {A: "def test_a(): pass\ndef test_b(): pass\n"}

    (finding,) = verdict_on(files, "TA902", rules={"crowded-suite": {"most-tests": 1}}).findings

    assert finding.message == "2 tests are more than 1"


# ------------------------------------------------------------------------------------------------------------ what is reported


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (None, [(A, 2), (A, 5), (B, 2)]),
        ((A,), [(A, 2), (A, 5)]),
        ((f"{A}::test_a",), [(A, 2)]),
        ((f"{A}::TestA",), [(A, 5)]),
        ((f"{A}::TestA::test_b", B), [(A, 5), (B, 2)]),
        ((f"{A}::test",), []),
        ((), []),
    ],
)
def test_only_what_was_named_is_reported(names: tuple[str, ...] | None, expected: list[tuple[str, int]]) -> None:
    files = {A: "def test_a():\n    sleep(1)\nclass TestA:\n    def test_b(self):\n        sleep(1)\n", B: "def test_a():\n    sleep(1)\n"}

    assert [(path, line) for _, path, line in found(verdict_on(files, "TA901", names=names))] == expected


def test_a_file_alone_says_what_the_whole_run_says_of_it() -> None:
    whole = verdict_on({A: SLEEPS, B: SLEEPS}, "TA901")

    assert verdict_on({A: SLEEPS, B: SLEEPS}, "TA901", names=(A,), whole=False).findings == whole.findings[:2]


# ---------------------------------------------------------------------------------------------------------------- fingerprints


def prints(source: str, *select: str) -> list[str]:
    return [finding.fingerprint for finding in verdict_on({A: source}, *(select or ("TA901",))).findings]


@pytest.mark.parametrize(
    "changed",
    [
        f"import os\n\n\n{SLEEPS}",
        f"def test_0():\n    sleep(1)\n{SLEEPS}",
        SLEEPS.replace("x = 1", "y = [\n        2\n    ]"),
        SLEEPS.replace("sleep(1)", "sleep(1)  # why"),
    ],
    ids=["lines above", "an equal finding in another test", "lines between", "comments"],
)
def test_a_fingerprint_survives_moved_lines(changed: str) -> None:
    assert prints(changed)[-2:] == prints(SLEEPS)


def test_indentation_and_blanks_do_not_change_a_fingerprint() -> None:
    assert prints("def test_a():\n  if x:\n      sleep( 1,  2 )\n") == prints("def test_a():\n  sleep( 1, 2 )\n")


@pytest.mark.parametrize(
    "changed", [SLEEPS.replace("sleep(1)", "sleep(2)"), SLEEPS.replace("test_a", "test_b"), f"class TestA:\n    {SLEEPS}"]
)
def test_another_finding_has_another_fingerprint(changed: str) -> None:
    assert not set(prints(changed)) & set(prints(SLEEPS))


def test_equal_findings_are_told_apart() -> None:
    assert len(set(prints(SLEEPS))) == 2


def test_a_fingerprint_is_the_same_tomorrow() -> None:
    assert prints("def test_a():\n    sleep(1)\n") == ["157dd5865e6919dd"]


def test_suppressing_one_finding_leaves_the_others_fingerprints() -> None:
    suppressed = SLEEPS.replace("sleep(1)\n    x", "sleep(1)  # testaudit: ignore[TA901]\n    x")

    assert prints(suppressed) == prints(SLEEPS)[1:]


# --------------------------------------------------------------------------------------------------------------------- workers


@pytest.mark.parametrize("split", [[{A}, {B, C}], [{A, B, C}, set()], [{C}, {B}, {A}]])
def test_workers_say_together_what_one_says(split: list[set[str]]) -> None:
    files = SHARED | {B: SHARED[B] + "# testaudit: ignore[TA999]\ndef test_boom(db): sleep(1)  # testaudit: ignore[TA901]\n"}
    suite, conf = suite_of(files), config(select=("ALL",))
    cards: list[RuleCard] = list(rulebook())
    bench = seat(choose(cards, conf), conf, whole=True)
    wanted = reported(suite, None)

    shares = [Dealt(frozenset(mine), None if index else frozenset().union(*split[1:])) for index, mine in enumerate(split)]
    parts = [judge(suite, bench.rules, bench.options, wanted, share) for share in shares]
    together = conclude(merge(reversed(parts)), bench, cards, conf, whole=True)

    assert together == verdict_on(files, "ALL")
    assert found(together) == [("TA904", C, 2), ("TA902", B, 1), ("TA901", B, 1), ("TA008", B, 2), ("TA903", B, 3)]
    assert together.counts == {code: Count(4, int(code == "TA904")) for code in ("TA901", "TA903", "TA904")} | {
        "TA008": Count(),
        "TA009": Count(3),
        "TA902": Count(1),
    }
