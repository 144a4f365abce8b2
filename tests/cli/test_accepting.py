"""`testaudit baseline`: what is accepted today is not reported tomorrow, and what is mended is taken out."""

import json
from pathlib import Path

import pytest

from testaudit.cli import main
from tests.auditing import write

LEAKY = """
import os


def test_mode():
    os.environ["APP_MODE"] = "test"
    assert os.environ["APP_MODE"] == "test"
"""
CONFIGURATION = '[tool.testaudit]\nselect = ["TA223"]\nbaseline = "accepted.json"\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, {"pyproject.toml": CONFIGURATION, "accepted.json": '{"schema": 1, "findings": []}', "tests/test_a.py": LEAKY})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def codes(project: Path) -> list[str]:
    return [entry["code"] for entry in json.loads((project / "accepted.json").read_text())["findings"]]


def test_an_accepted_finding_is_not_reported_and_a_new_one_is(project: Path) -> None:
    assert main(["check"]) == 1
    assert main(["baseline"]) == 0
    assert main(["check"]) == 0

    write(project, {"tests/test_b.py": LEAKY})

    assert main(["check"]) == 1
    assert codes(project) == ["TA223"]


def test_pruning_takes_out_what_is_mended_and_accepts_nothing_new(project: Path) -> None:
    main(["baseline"])
    write(project, {"tests/test_a.py": "def test_mode():\n    assert True\n", "tests/test_b.py": LEAKY})

    assert main(["baseline", "--prune"]) == 0
    assert codes(project) == []


def test_a_baseline_that_cannot_be_read_is_said(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, {"accepted.json": "[]"})

    assert main(["check"]) == 2
    assert "accepted.json" in capsys.readouterr().err
