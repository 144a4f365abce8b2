"""Accepted findings: written, read, filtered, pruned."""

from pathlib import Path

import pytest

from testaudit.check.baseline import entries, new_findings, pruned, read_baseline, write_baseline
from testaudit.errors import ConfigurationError
from testaudit.findings import Finding
from tests.check.build import verdict_on

A, B = "tests/test_a.py", "tests/test_b.py"
OLD = {A: "def test_a():\n    sleep(1)\n", B: "def test_ü():\n    sleep(1)\n"}


def findings(files: dict[str, str]) -> tuple[Finding, ...]:
    return verdict_on(files, "TA901").findings


def test_a_baseline_is_one_sorted_line_an_entry(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"

    write_baseline(file, entries(reversed(findings(OLD))))

    first, second = (finding.fingerprint for finding in findings(OLD))
    assert file.read_text(encoding="utf-8") == (
        '{"schema": 1, "findings": [\n'
        f'  {{"path": "tests/test_a.py", "code": "TA901", "fingerprint": "{first}", "message": "`test_a` sleeps"}},\n'
        f'  {{"path": "tests/test_b.py", "code": "TA901", "fingerprint": "{second}", "message": "`test_ü` sleeps"}}\n'
        " ]}\n"
    )


@pytest.mark.parametrize("files", [OLD, {}])
def test_what_is_written_is_read_again(tmp_path: Path, files: dict[str, str]) -> None:
    file = tmp_path / "baseline.json"

    write_baseline(file, entries(findings(files)))

    assert read_baseline(file) == entries(findings(files))


def test_only_new_findings_are_told() -> None:
    today = OLD | {A: f"import os\n\n{OLD[A]}    sleep(1)\n"}

    assert [(f.place.path, f.place.line) for f in new_findings(findings(today), entries(findings(OLD)))] == [(A, 5)]


def test_pruning_forgets_what_is_mended() -> None:
    mended = findings({A: "def test_a(): pass\n", B: OLD[B]})

    assert [entry.path for entry in pruned(entries(findings(OLD)), mended, judged={"TA901"})] == [B]


@pytest.mark.parametrize(("judged", "files"), [(set(), None), ({"TA901"}, {B}), ({"TA902"}, {A, B})])
def test_pruning_draws_no_conclusion_from_what_was_not_judged_or_read(judged: set[str], files: set[str] | None) -> None:
    accepted = entries(findings(OLD))

    assert pruned(accepted, findings({B: OLD[B]}), judged, files) == accepted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "baseline.json:1: is not JSON: Expecting property name enclosed in double quotes"),
        ("[]", "baseline.json: is no baseline: `testaudit baseline` writes one"),
        ('{"schema": 1, "findings": [{"path": "a"}]}', "baseline.json: is no baseline: `testaudit baseline` writes one"),
        ('{"schema": 2, "findings": []}', "baseline.json:1: was written by another version (schema 2, not 1)"),
    ],
)
def test_a_file_that_is_no_baseline_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(text)

    with pytest.raises(ConfigurationError) as refused:
        read_baseline(file)

    assert str(refused.value) == message


def test_a_baseline_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"baseline\.json: cannot be read: No such file"):
        read_baseline(tmp_path / "baseline.json")
