"""testaudit audits its own tests, and has nothing to say."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("arguments", [(), ("--strict",)])
def test_its_own_tests_are_clean(arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "testaudit", "check", "tests", "--format", "concise", *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, encoding="utf-8")

    assert (ended.stdout, ended.stderr, ended.returncode) == ("", "", 0)
