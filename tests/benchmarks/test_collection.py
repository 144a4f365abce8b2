"""The comparison with pytest's collection: what counts as a difference, and what is said of it."""

import sys
from pathlib import Path

import pytest

from benchmarks.collection import Answer, Collected, Definition, Difference, differences, main, report
from tests.auditing import write

DB = Definition("conftest.py", 3, "function", False)


def answer(**tests: Collected) -> Answer:
    return Answer({f"test_a.py::{name}": found for name, found in tests.items()}, "9.2.0")


def test_the_same_is_no_difference() -> None:
    both = answer(test_a=Collected(1, {"db": DB}))

    assert list(differences(both, both, variants=True)) == []


def test_tests_that_one_of_both_collects_are_differences() -> None:
    theirs = answer(test_a=Collected(1, {}), test_b=Collected(1, {}))
    ours = Answer({"test_a.py::test_a": Collected(1, {}), "test_a.py::test_c": Collected(1, {}), "test_z.py::test_z": Collected(1, {})})

    assert list(differences(theirs, ours)) == [
        Difference("only pytest collects it", "test_a.py::test_b"),
        Difference("only testaudit collects it", "test_a.py::test_c"),
        Difference("only testaudit collects from its file", "test_z.py::test_z"),
    ]


def test_a_file_that_pytest_cannot_import_is_none() -> None:
    theirs = Answer({"test_a.py::test_a": Collected(1, {})}, "9.2.0", {"test_z.py": "ImportError"})
    ours = Answer({"test_a.py::test_a": Collected(1, {}), "test_z.py::test_z": Collected(1, {})})

    assert list(differences(theirs, ours)) == []


@pytest.mark.parametrize(
    ("found", "cause"),
    [
        ({}, "fixture `db` is missing"),
        ({"db": DB, "x": DB}, "fixture `x` is too many"),
        ({"db": Definition("conftest.py", 9, "function", False)}, "fixture `db` is conftest.py:3, not conftest.py:9"),
        ({"db": Definition("conftest.py", 3, "session", False)}, "fixture `db` has scope function, not session"),
        ({"db": Definition("conftest.py", 3, "function", True)}, "fixture `db` is not autouse"),
    ],
)
def test_fixtures_are_compared_by_name_definition_scope_and_autouse(found: dict[str, Definition], cause: str) -> None:
    told = list(differences(answer(test_a=Collected(1, {"db": DB})), answer(test_a=Collected(1, found))))

    assert told == [Difference(cause, "test_a.py::test_a")]


def test_variants_count_where_they_are_asked_for_only() -> None:
    both = answer(test_a=Collected(2, {})), answer(test_a=Collected(3, {}))

    assert list(differences(*both)) == []
    assert [one.cause for one in differences(*both, variants=True)] == ["2 variants, not 3"]


def test_autouse_that_pytest_does_not_tell_is_not_compared() -> None:
    theirs = answer(test_a=Collected(1, {"db": Definition("conftest.py", 3, "function", None)}))

    assert list(differences(theirs, answer(test_a=Collected(1, {"db": DB})))) == []


def test_differences_are_told_by_their_cause() -> None:
    theirs = answer(test_a=Collected(1, {"db": DB}), test_b=Collected(1, {"db": DB}), test_c=Collected(1, {}))
    ours = answer(test_a=Collected(1, {}), test_b=Collected(1, {}), test_c=Collected(1, {}))

    assert list(report(theirs, ours, 1)) == [
        "pytest 9.2.0 collects 3 test functions; 1 are exactly the same in testaudit",
        "\nfixture `db` is missing: 2 tests",
        "    test_a.py::test_a",
        "    and 1 more",
    ]


def test_a_repository_is_compared_with_its_own_pytest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "import pytest\n@pytest.fixture\ndef db(): ...\ndef test_a(db): ...\n"
    write(tmp_path, {"pytest.ini": "[pytest]\n", "test_a.py": text})

    assert main([str(tmp_path), "--python", sys.executable, "--", "-p", "no:cov"]) == 0
    assert capsys.readouterr().out.endswith(" collects 1 test functions; 1 are exactly the same in testaudit\n")


def test_what_execution_alone_knows_is_a_difference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {"pytest.ini": "[pytest]\n", "test_a.py": "def test_a(): ...\nglobals()['test_' + min('b')] = lambda: None\n"})

    assert main([str(tmp_path), "--python", sys.executable]) == 1
    assert "\nonly pytest collects it: 1 test\n    test_a.py::test_b\n" in capsys.readouterr().out


def test_a_repository_without_tests_cannot_be_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {"pytest.ini": "[pytest]\n"})

    assert main([str(tmp_path), "--python", sys.executable]) == 2
    assert capsys.readouterr().err.startswith("pytest collected no test:\n")
