"""`testaudit check`, `report` and `explain` as processes: what a commit hook and a CI job see."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from testaudit import audit

BROKEN = "def test_total():\n    assert sum([1, 2]) == = 3\n"
SOUND = "def test_total():\n    assert sum([1, 2]) == 3\n"
SELECT = ("--select", "TA009")
needs_report = pytest.mark.skipif(not hasattr(audit, "report"), reason="the pipeline has no `report` yet")
needs_fix = pytest.mark.skipif(not hasattr(audit, "fix"), reason="the pipeline has no `fix` yet")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one file that Python cannot read."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "tests" / "test_a.py").write_text(BROKEN, encoding="utf-8")
    (tmp_path / "tests" / "test_b.py").write_text(SOUND, encoding="utf-8")
    return tmp_path


def run(project: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    command = [sys.executable, "-m", "testaudit", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, encoding="utf-8", env={**inherited, **environ})


def test_a_finding_is_shown_and_makes_the_status_1(project: Path) -> None:
    ended = run(project, "check", *SELECT)

    assert ended.returncode == 1, ended.stderr
    assert ended.stderr == ""
    assert ended.stdout.splitlines()[0] == "tests/test_a.py"
    assert ended.stdout.splitlines()[1].split(" ")[:5] == ["", "", "2:27", "error", "TA009"]
    assert ended.stdout.splitlines()[2] == "    2 │     assert sum([1, 2]) == = 3"
    assert ended.stdout.splitlines()[-2:] == ["1 error in 2 tests (2 files).", "`testaudit rule TA009` explains a rule."]


def test_a_file_without_findings_is_clean(project: Path) -> None:
    ended = run(project, "check", "tests/test_b.py", *SELECT)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "No findings in 1 test (1 file).\n", "")


def test_findings_need_not_fail(project: Path) -> None:
    (project / "testaudit.toml").write_text('severity = { TA009 = "warning" }\n', encoding="utf-8")

    assert run(project, "check", *SELECT).returncode == 1
    assert run(project, "check", *SELECT, "--fail-on", "error").returncode == 0
    assert run(project, "check", *SELECT, "--exit-zero").returncode == 0


def test_information_never_fails(project: Path) -> None:
    (project / "testaudit.toml").write_text('severity = { TA009 = "info" }\n', encoding="utf-8")

    ended = run(project, "check", *SELECT)

    assert (ended.returncode, ended.stdout.splitlines()[-2]) == (0, "1 info in 2 tests (2 files).")


def test_what_cannot_be_done_is_status_2_even_where_findings_do_not_count(project: Path) -> None:
    assert run(project, "check", "--exit-zero", "--select", "TA9999").returncode == 2
    assert run(project, "check", "--exit-zero", "nowhere").returncode == 2
    (project / "testaudit.toml").write_text("fail-on = 'never'\n", encoding="utf-8")
    assert run(project, "check", "--exit-zero").returncode == 2


def test_an_unknown_code_is_named_with_the_nearest(project: Path) -> None:
    ended = run(project, "check", "--select", "TA0O9")

    assert ended.stdout == ""
    assert ended.stderr == "testaudit: --select: `TA0O9` is no rule's code or name, nor the beginning of one; did you mean `TA009`?\n"


@pytest.mark.parametrize("name", ["concise", "json", "sarif", "github", "gitlab", "junit", "markdown"])
def test_every_format_says_it_and_says_the_same_twice(project: Path, name: str) -> None:
    first, second = (run(project, "check", *SELECT, "--format", name, "--jobs", jobs, PYTHONHASHSEED=jobs) for jobs in "12")

    assert (first.returncode, first.stderr) == (1, "")
    assert "TA009" in first.stdout
    assert first.stdout == second.stdout


def test_sarif_explains_its_rules(project: Path) -> None:
    ended = run(project, "check", *SELECT, "--format", "sarif")

    rules = json.loads(ended.stdout)["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["TA009"]
    assert rules[0]["help"]["markdown"].startswith("# TA009 unreadable-file\n")


def test_an_output_file_gets_what_the_terminal_would_have_shown(project: Path) -> None:
    ended = run(project, "check", *SELECT, "--format", "json", "--output", "out.json")

    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "")
    assert (project / "out.json").read_text(encoding="utf-8") == run(project, "check", *SELECT, "--format", "json").stdout


def test_an_output_file_that_cannot_be_written_is_said_first(project: Path) -> None:
    ended = run(project, "check", *SELECT, "--output", "missing/out.txt")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "testaudit: cannot write missing/out.txt: the folder missing does not exist\n"


def test_a_reader_that_leaves_changes_neither_status_nor_standard_error(project: Path) -> None:
    command = [sys.executable, "-m", "testaudit", "check", *SELECT]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()

    assert (said, process.returncode) == ("", 1)


@pytest.mark.parametrize("name", ["café", "naïve 日本", "b c"])
def test_paths_of_any_language_are_shown(project: Path, name: str) -> None:
    (project / "tests" / f"test_{name}.py").write_text(BROKEN, encoding="utf-8")

    ended = run(project, "check", *SELECT, "--format", "concise")

    assert [line.partition(":")[0] for line in ended.stdout.splitlines()] == ["tests/test_a.py", f"tests/test_{name}.py"]


@needs_report
def test_a_report_has_the_pyramid_and_goes_through_its_schema(project: Path) -> None:
    text, document = run(project, "report"), run(project, "report", "--format", "json")

    assert (text.returncode, text.stderr) == (0, "")
    assert text.stdout.splitlines()[0] == "2 tests in 2 files"
    assert json.loads(document.stdout)["pyramid"] == {"unit": 2, "integration": 0, "e2e": 0, "uncertain": 0}


@needs_report
def test_a_report_shows_a_broken_threshold_and_the_check_fails_of_it(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.testaudit.pyramid]\nintegration = '>=50%'\n", encoding="utf-8")

    shown, judged = run(project, "report"), run(project, "check", "--select", "TA101", "--format", "concise")

    assert (shown.returncode, "✗ threshold integration >=50% fails: 0.0 %" in shown.stdout) == (0, True)
    assert (judged.returncode, judged.stdout.startswith("pyproject.toml:2:1: TA101")) == (1, True)


def test_the_tests_of_a_layer_are_named_for_pytest(project: Path) -> None:
    unit = run(project, "report", "--select-layer", "unit", "--format", "nodeids")
    other = run(project, "report", "--select-layer", "e2e", "--format", "nodeids")

    assert unit.stdout == "tests/test_a.py::test_total\ntests/test_b.py::test_total\n"
    assert (other.returncode, other.stdout) == (0, "")


@needs_report
def test_one_test_is_explained(project: Path) -> None:
    ended = run(project, "explain", "tests/test_b.py::test_total")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines()[0] == "tests/test_b.py::test_total"
    assert "Layer unit" in ended.stdout.splitlines()


@needs_report
def test_a_test_that_nobody_collects_is_answered_with_the_nearest(project: Path) -> None:
    ended = run(project, "explain", "tests/test_b.py::test_totl")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "testaudit: tests/test_b.py::test_totl: no runner collects such a test; did you mean `tests/test_b.py::test_total`?\n"
    )


@needs_fix
def test_a_diff_of_nothing_is_empty_and_changes_nothing(project: Path) -> None:
    ended = run(project, "check", *SELECT, "--diff")

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "testaudit: --fix would mend 0 findings in 0 files\n"
    assert (project / "tests" / "test_a.py").read_text(encoding="utf-8") == BROKEN
