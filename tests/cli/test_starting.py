"""`testaudit init`: what it writes is a configuration, and changes nothing until somebody uncomments a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from testaudit.cli import main
from testaudit.config import load_config
from tests.discover.trees import write

SUITE = {"pytest.ini": "[pytest]\n", "tests/test_a.py": "def test_a():\n    assert 1\n"}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(write(tmp_path, SUITE))
    return tmp_path


def uncommented(text: str) -> str:
    """The same with all examples in force."""
    lines = [line.removeprefix("# ") for line in text.splitlines()]
    return "\n".join(line for line in lines if "=" in line or line.startswith("["))


def test_it_writes_a_file_of_its_own_where_there_is_no_pyproject(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init"]) == 0

    assert capsys.readouterr().err.startswith("testaudit: testaudit.toml has the settings")
    assert "# [[sessions]]\n" in (root / "testaudit.toml").read_text(encoding="utf-8")


def test_it_adds_a_table_to_a_pyproject(root: Path) -> None:
    (root / "pyproject.toml").write_text('[project]\nname = "x"', encoding="utf-8")

    assert main(["init"]) == 0
    assert (root / "pyproject.toml").read_text(encoding="utf-8").startswith('[project]\nname = "x"\n\n[tool.testaudit]\n# ')


@pytest.mark.parametrize("files", [{}, {"pyproject.toml": '[project]\nname = "x"\n'}])
def test_nothing_is_in_force_until_a_line_is_uncommented_and_every_line_is_valid(root: Path, files: dict[str, str]) -> None:
    write(root, files)
    assert main(["init"]) == 0
    file = root / ("pyproject.toml" if files else "testaudit.toml")

    before = load_config(root, {})
    text = file.read_text(encoding="utf-8")
    file.write_text(uncommented(text), encoding="utf-8")
    after = load_config(root, {})

    assert (before.strict, before.fail_on, before.sessions) == (False, "warning", ())
    assert (after.strict, after.fail_on, [session.runner for session in after.sessions]) == (True, "error", ["pytest"])


def test_a_configuration_that_is_there_is_left_alone(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(root, {"testaudit.toml": "strict = true\n"})

    assert main(["init"]) == 2
    assert capsys.readouterr().err == "testaudit: testaudit.toml configures testaudit already; `testaudit config` shows what is in force\n"
    assert (root / "testaudit.toml").read_text(encoding="utf-8") == "strict = true\n"
