"""`# testaudit: ignore[CODE] reason`: what it covers, and what is said of one that covers nothing."""

import pytest

from tests.check.build import found, verdict_on

T = "tests/test_a.py"


@pytest.mark.parametrize(
    "source",
    [
        "def test_a():\n    sleep(1)  # testaudit: ignore[TA901] hardware\n",
        "def test_a():\n    sleep(1)  # testaudit: ignore[sleepy-test]\n",
        "def test_a():\n    sleep(1)  # testaudit:ignore [TA904, TA901] two\n",
        "def test_a():\n    sleep(1)  # noqa: E501  # testaudit: ignore[TA901]\n",
        "def test_a():\n    # testaudit: ignore[TA901] it really must\n\n    # and here is why\n    sleep(1)\n",
        "def test_a():\n    sleep(\n        1,  # one\n    )  # testaudit: ignore[TA901]\n",
        "def test_a():\n    done = ready(  # testaudit: ignore[TA901]\n        sleep(\n            1\n        )\n    )\n",
        "def test_a():  # testaudit: ignore[TA901]\n    sleep(1)\n",
        "@mark.slow  # testaudit: ignore[TA901]\n@mark.other\ndef test_a(\n    db,\n):\n    sleep(1)\n",
        "def test_a(\n    db,\n):  # testaudit: ignore[TA901]\n    sleep(1)\n",
        "# testaudit: ignore[TA901]\n@mark.slow\ndef test_a(db):\n    sleep(1)\n",
        "class TestA:  # testaudit: ignore[TA901]\n    def test_a(self):\n        sleep(1)\n",
        "# testaudit: ignore-file[TA901] all of it waits\n\ndef test_a():\n    sleep(1)\n",
        "def test_a():\n    sleep(1)\n\n# testaudit: ignore-file[TA901]\n",
    ],
)
def test_a_finding_is_suppressed(source: str) -> None:
    verdict = verdict_on({T: source}, "TA901", "TA008")

    assert (found(verdict), verdict.suppressed) == ([], 1)


@pytest.mark.parametrize(
    "source",
    [
        "def test_a():\n    sleep(1)  # testaudit: ignore[TA904]\n",
        "def test_a():\n    sleep(1)  # testaudit: ignore\n",
        "def test_a():\n    sleep(1)  # testaudit: ignored[TA901]\n",
        "def test_a():\n    sleep(1)  # testaudit: ignore[TA9]\n",
        "def test_a():\n    sleep(1)  # see testaudit: ignore[TA901]\n",
        "def test_a():\n    sleep(1)\n    x = 1  # testaudit: ignore[TA901]\n",
        "def test_a():\n    sleep(1)\n    # testaudit: ignore[TA901]\n    x = 1\n",
        "def test_a():\n    # testaudit: ignore[TA901]\n    x = 1\n    sleep(1)\n",
        "def test_a():\n    sleep(1)\n\ndef test_b():  # testaudit: ignore[TA901]\n    pass\n",
        "def test_a():\n    'testaudit: ignore[TA901]'\n    sleep(1)\n",
        "def test_a():\n    with lock:  # testaudit: ignore[TA901]\n        sleep(1)\n",
    ],
)
def test_a_comment_that_says_something_else_suppresses_nothing(source: str) -> None:
    verdict = verdict_on({T: source}, "TA901")

    assert ([code for code, _, _ in found(verdict)], verdict.suppressed) == (["TA901"], 0)


def complaints(source: str, *select: str, whole: bool = True, path: str = T) -> list[tuple[int, int, str]]:
    verdict = verdict_on({path: source}, "TA008", *select, whole=whole)
    return [(f.place.line, f.place.column, f.message) for f in verdict.findings if f.code == "TA008"]


def test_a_suppression_that_covers_nothing_is_found_at_its_code() -> None:
    source = "def test_a():\n    sleep(1)  # testaudit: ignore[TA901, TA904] why\n"

    assert complaints(source, "TA901", "TA904") == [
        (2, 42, "Nothing here breaks `TA904`: this comment suppresses nothing today, and would hide the next real finding")
    ]


def test_an_unknown_code_is_found_with_the_nearest() -> None:
    source = "def test_a(): pass  # testaudit: ignore[sleepy-tests]\n"

    assert complaints(source) == [
        (1, 41, "`sleepy-tests` is no rule's code or name, so that nothing is suppressed; did you mean `sleepy-test`?")
    ]


@pytest.mark.parametrize("comment", ["# testaudit: ignore", "# testaudit: ignore[] why", "# testaudit: ignore-file"])
def test_a_comment_that_names_no_rule_is_found(comment: str) -> None:
    assert [message[:38] for _, _, message in complaints(f"def test_a(): pass  {comment}\n")] == ["This comment names no rule, and so sup"]


@pytest.mark.parametrize(
    ("select", "whole"),
    [
        ((), True),  # the rule is not in force
        (("TA902",), False),  # not judged in a partial run
        (("TA903",), True),  # it failed, so that nobody knows
    ],
)
def test_a_rule_that_did_not_judge_says_nothing_of_its_suppressions(select: tuple[str, ...], whole: bool) -> None:
    source = "# testaudit: ignore-file[TA902]\ndef test_boom(): pass  # testaudit: ignore[TA903, TA901]\n"

    verdict = verdict_on({T: source + "def test_other(): pass  # testaudit: ignore[TA903]\n"}, "TA008", *select, whole=whole)

    assert [f.code for f in verdict.findings if f.code == "TA008"] == []


def test_in_a_partial_run_a_conftest_may_serve_tests_that_were_not_read() -> None:
    source = "@fixture  # testaudit: ignore[TA904, TA901]\ndef db(): return 1\n"

    assert [column for _, column, _ in complaints(source, "TA901", "TA904", path="tests/conftest.py", whole=False)] == [38]
    assert [column for _, column, _ in complaints(source, "TA901", "TA904", path="tests/conftest.py")] == [31, 38]


@pytest.mark.parametrize(
    "source", ["x = 1  # testaudit: ignore[TA999, TA008]\n", "# testaudit: ignore-file[TA008]\nx = 1  # testaudit: ignore[TA999]\n"]
)
def test_the_complaint_itself_can_be_accepted(source: str) -> None:
    assert complaints(source) == []


def test_a_suppression_is_used_in_a_run_that_reports_another_file() -> None:
    files = {T: "def test_a():\n    sleep(1)  # testaudit: ignore[TA901]\n", "tests/test_b.py": "x = 1  # testaudit: ignore[TA999]\n"}

    assert found(verdict_on(files, "TA901", "TA008", names=(T,), whole=False)) == []
