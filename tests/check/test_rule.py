"""What a rule is made of, and how it words its findings."""

from testaudit.api import Finding, Horizon, Rule, Severity, Suite, Test, Tier
from tests.check.build import suite_of, verdict_on

TEST = suite_of({"tests/test_a.py": "def test_a(): pass\n"})


def rule(**values: object) -> Rule[None]:
    return Rule("rules.isolation.fixed_port", code="TA233", severity=Severity.ERROR, horizon=Horizon.CHAIN, **values)  # type: ignore[call-overload,no-any-return]


def test_the_name_is_the_modules_last_part() -> None:
    assert rule().name == "fixed-port"


def test_a_rule_is_strict_until_its_precision_is_measured() -> None:
    assert rule().tier is Tier.STRICT


def test_a_finding_carries_the_rules_header_and_the_test_it_is_about() -> None:
    test = next(iter(TEST.tests))

    finding = rule(checklist="isolation.4").found(test.place, "collides", test=test)

    assert (finding.code, finding.rule, finding.checklist, finding.severity) == ("TA233", "fixed-port", "isolation.4", Severity.ERROR)
    assert (finding.test, finding.fixture, finding.affects) == ("tests/test_a.py::test_a", None, 1)


def test_a_finding_may_be_less_severe_than_its_rule() -> None:
    test = next(iter(TEST.tests))

    assert rule().found(test.place, "collides", severity=Severity.INFO).severity is Severity.INFO


def test_the_way_out_is_worded_for_the_tests_runner() -> None:
    verdict = verdict_on(
        {"tests/test_a.py": "def test_a():\n    sleep(1)\nclass TestB(Case):\n    def test_b(self):\n        sleep(1)\n"}, "TA901"
    )

    assert [(f.test, f.way_out) for f in verdict.findings] == [
        ("tests/test_a.py::test_a", "Poll."),
        ("tests/test_a.py::TestB::test_b", "Wait for it."),
    ]


def test_a_way_out_without_runner_is_everybodys() -> None:
    assert rule(way_out="Ask for port 0.").way_out_for("jest") == "Ask for port 0."


def test_no_way_out_is_empty() -> None:
    assert rule().way_out_for("pytest") == ""


def test_one_rule_may_judge_several_kinds_and_what_an_analysis_enumerates() -> None:
    made = rule()

    @made.each(Test)
    def of_a_test(test: Test, suite: Suite) -> list[Finding]:
        return []

    @made.each(str, of=lambda suite: [test.name for test in suite.tests])
    def of_a_name(name: str, suite: Suite) -> list[Finding]:
        return []

    assert [check.kind for check in made.checks] == [Test, str]
