"""`check --since` and `check --staged` in real repositories: what is new, and what was there before."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from testaudit.cli import main
from tests.discover.trees import committed, git, write

FILES = {
    "pyproject.toml": '[tool.testaudit]\nselect = ["TA001", "TA005", "TA140"]\n',
    "pytest.ini": "[pytest]\n",
    "tests/conftest.py": "import pytest\n\n\n@pytest.fixture\ndef shelf():\n    return {}\n",
    "tests/test_old.py": "def test_old(shelf):\n    shelf.get(1)\n\n\ndef test_good(shelf):\n    found = shelf.get(1)\n"
    "    assert found is None\n",
}
BAD = "def test_bad(shelf):\n    shelf.get(2)\n"
Check = Callable[..., list[tuple[str, str, int]]]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One commit with one finding, in the current folder."""
    root = committed(write(tmp_path / "repository", FILES))
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def found(capsys: pytest.CaptureFixture[str]) -> Check:
    """Code, path and line of each finding of `check` with these options."""

    def check(*options: str) -> list[tuple[str, str, int]]:
        status = main(["check", *options, "--format", "json"])
        captured = capsys.readouterr()
        assert captured.err == ""
        findings = [(f["code"], f["path"], f["line"]) for f in json.loads(captured.out)["findings"]]
        assert status == int(bool(findings))
        return findings

    return check


def test_without_them_all_findings_are_reported(repository: Path, found: Check) -> None:
    assert found() == [("TA140", "tests/test_old.py", 1)]


@pytest.mark.parametrize("option", [("--since", "HEAD"), ("--staged",)])
def test_nothing_changed_is_nothing_found(repository: Path, found: Check, option: tuple[str, ...]) -> None:
    assert found(*option) == []


def test_a_new_file_is_new_whether_git_knows_it_or_not(repository: Path, found: Check) -> None:
    write(repository, {"tests/test_new.py": BAD})

    assert found("--since", "HEAD") == [("TA140", "tests/test_new.py", 1)]
    assert found("--staged") == []
    git(repository, "add", "-A")
    assert found("--staged") == [("TA140", "tests/test_new.py", 1)]


def test_what_was_there_before_in_a_changed_file_is_not_new(repository: Path, found: Check) -> None:
    write(repository, {"tests/test_old.py": f"{FILES['tests/test_old.py']}\n\n{BAD}"})
    git(repository, "add", "-A")

    assert found("--since", "HEAD") == [("TA140", "tests/test_old.py", 10)]
    assert found("--staged") == [("TA140", "tests/test_old.py", 10)]


def test_lines_that_only_moved_are_not_new(repository: Path, found: Check) -> None:
    write(repository, {"tests/test_old.py": f'"""About the old."""\n\n\n{FILES["tests/test_old.py"]}'})

    assert found("--since", "HEAD") == []


def test_a_line_taken_from_a_test_makes_its_finding_new(repository: Path, found: Check) -> None:
    write(repository, {"tests/test_old.py": FILES["tests/test_old.py"].replace("    assert found is None\n", "")})

    assert found("--since", "HEAD") == [("TA140", "tests/test_old.py", 5)]


def test_a_test_taken_away_leaves_its_neighbour_alone(repository: Path, found: Check) -> None:
    write(repository, {"tests/test_old.py": FILES["tests/test_old.py"].partition("\n\n\n")[0] + "\n"})

    assert found("--since", "HEAD") == []


def test_a_change_elsewhere_brings_findings_about_in_files_that_did_not_change(repository: Path, found: Check) -> None:
    write(repository, {"tests/conftest.py": "import pytest\n\n\n@pytest.fixture\ndef shelves():\n    return {}\n"})
    git(repository, "add", "-A")
    expected = [("TA001", "tests/test_old.py", 1), ("TA001", "tests/test_old.py", 5)]

    assert found("--since", "HEAD", "--select", "TA001") == expected
    assert found("--staged", "--select", "TA001") == expected


def test_a_branch_is_compared_with_where_it_left(repository: Path, found: Check) -> None:
    git(repository, "checkout", "-q", "-b", "feature")
    write(repository, {"tests/test_new.py": BAD})
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "new")
    main_branch = git(repository, "branch", "--format", "%(refname:short)").split()
    trunk = next(name for name in main_branch if name != "feature")
    git(repository, "checkout", "-q", trunk)
    write(repository, {"tests/test_old.py": "def test_else(shelf):\n    assert shelf == {}\n"})
    git(repository, "commit", "-q", "-a", "-m", "mended")
    git(repository, "checkout", "-q", "feature")

    assert found("--since", trunk) == [("TA140", "tests/test_new.py", 1)]
    assert found("--since", trunk, "tests/test_old.py") == []


def test_a_file_that_moved_brings_nothing_new(repository: Path, found: Check) -> None:
    git(repository, "mv", "tests/test_old.py", "tests/test_moved.py")

    assert found("--staged") == []
    assert found("--since", "HEAD") == []


def test_a_commit_is_judged_as_it_is_staged(repository: Path, found: Check) -> None:
    write(repository, {"tests/test_new.py": BAD})
    git(repository, "add", "-A")
    write(repository, {"tests/test_new.py": BAD.replace("shelf.get(2)", "assert shelf.get(2) is None")})

    assert found("--staged") == [("TA140", "tests/test_new.py", 1)]
    assert found("--since", "HEAD") == []


def test_paths_narrow_what_is_staged(repository: Path, found: Check) -> None:
    write(repository, {"tests/test_new.py": BAD, "tests/test_other.py": BAD})
    git(repository, "add", "-A")

    assert found("--staged", "tests/test_other.py") == [("TA140", "tests/test_other.py", 1)]


def test_a_root_below_the_top_of_the_repository_has_its_own_paths(repository: Path, found: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, text in FILES.items():
        write(repository, {f"below/{path}": text})
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "below")
    monkeypatch.chdir(repository / "below")
    write(repository, {"below/tests/test_new.py": BAD, "tests/test_elsewhere.py": BAD})
    git(repository, "add", "-A")

    assert found("--staged") == [("TA140", "tests/test_new.py", 1)]
    assert found("--since", "HEAD") == [("TA140", "tests/test_new.py", 1)]


def test_the_first_commit_is_new_as_a_whole(tmp_path: Path, found: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, FILES)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    monkeypatch.chdir(tmp_path)

    assert found("--staged") == [("TA140", "tests/test_old.py", 1)]


@pytest.mark.parametrize("revision", ["nowhere", "--output=x"])
def test_what_is_no_revision_is_said(repository: Path, capsys: pytest.CaptureFixture[str], revision: str) -> None:
    assert main(["check", f"--since={revision}"]) == 2
    assert capsys.readouterr().err.startswith(f"testaudit: `{revision}` is no revision of this repository")


@pytest.mark.parametrize("option", ["--staged", "--since=HEAD"])
def test_without_git_there_are_no_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    write(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)

    assert main(["check", option]) == 2
    assert "no repository of git" in capsys.readouterr().err


def test_both_at_once_are_refused(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--staged", "--since", "HEAD"]) == 2
    assert "not allowed with" in capsys.readouterr().err
