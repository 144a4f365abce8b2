"""The hooks that others put into their pre-commit configuration, run by pre-commit itself from real git repositories."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PRE_COMMIT = Path(sys.executable).with_name("pre-commit")
SHIPPED = ("auditor", "rules", "pyproject.toml", "hatch_build.py", "README.md", "LICENSE", ".pre-commit-hooks.yaml")

CONFTEST = """\
import pytest


@pytest.fixture
def row():
    return {"id": 1}


@pytest.fixture(scope="SCOPE")
def table(row):
    return [row]
"""
USES_THE_TABLE = """\
def test_a_table_has_its_row(table):
    assert table == [{"id": 1}]
"""


def in_git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, env=environment())


def environment() -> dict[str, str]:
    """The caller's, without what a git hook that runs these tests would have set."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}


def repository(folder: Path, files: Mapping[str, str]) -> Path:
    """A git repository with `files` in its only commit."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    in_git(folder, "init", "--quiet")
    in_git(folder, "add", "--all")
    in_git(folder, "commit", "--quiet", "--no-verify", "--message", "A suite")
    return folder


@pytest.fixture
def hooks(tmp_path: Path) -> Path:
    """What this working tree ships, committed to a repository as pre-commit wants to have it."""
    folder = tmp_path / "testaudit"
    folder.mkdir()
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "compiled.jsonl"))
        else:
            shutil.copy(source, folder / name)
    return repository(folder, {})


def run_hook(hooks: Path, suite: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(PRE_COMMIT), "try-repo", str(hooks), *arguments, "--all-files", "--color", "never"]
    return subprocess.run(command, cwd=suite, capture_output=True, text=True, check=False, env=environment())


def test_a_fixture_that_outlives_what_it_uses_fails_the_hook_with_its_place(hooks: Path, tmp_path: Path) -> None:
    suite = repository(tmp_path / "suite", {"tests/conftest.py": CONFTEST.replace("SCOPE", "session"), "tests/test_a.py": USES_THE_TABLE})

    run = run_hook(hooks, suite, "testaudit")

    assert run.returncode == 1, run.stdout + run.stderr
    assert "tests/conftest.py" in run.stdout
    assert "TA002" in run.stdout


def test_a_sound_suite_passes_the_gate(hooks: Path, tmp_path: Path) -> None:
    suite = repository(tmp_path / "suite", {"tests/conftest.py": CONFTEST.replace("SCOPE", "function"), "tests/test_a.py": USES_THE_TABLE})

    run = run_hook(hooks, suite, "testaudit-gate", "--hook-stage", "manual")

    assert run.returncode == 0, run.stdout + run.stderr
    assert "Passed" in run.stdout
