"""What the answer is asked of that decides whether a test is skipped."""

from pathlib import Path

import pytest

from tests.reporting import reported

SUPPORT = """\
import shutil
import subprocess
import unittest
import pytest


def has_git():
    try:
        return subprocess.run(['git', '--version']).returncode == 0
    except FileNotFoundError:
        return False


def git_before(version):
    return subprocess.check_output(['git', '--version']).split()[-1] < version


HAS_GIT = has_git()
needs_git = pytest.mark.skipif(not HAS_GIT, reason='git is missing')
needs_make = pytest.mark.skipif(shutil.which('make') is None, reason='make is missing')
"""


@pytest.mark.parametrize(
    ("tests", "layers"),
    [
        ("@support.needs_git\ndef test_a():\n    assert 1\n\n\ndef test_b():\n    assert 1\n", ["integration", "unit"]),
        ("@pytest.mark.skipif(not support.has_git(), reason='')\ndef test_a():\n    assert 1\n", ["integration"]),
        ("@pytest.mark.skipif(not support.HAS_GIT, reason='')\nclass TestA:\n    def test_a(self):\n        assert 1\n", ["integration"]),
        ("pytestmark = [pytest.mark.slow, support.needs_git]\n\n\ndef test_a():\n    assert 1\n", ["integration"]),
        (
            "@unittest.skipUnless(support.HAS_GIT, 'git')\nclass TestA(unittest.TestCase):\n    def test_a(self):\n        assert 1\n",
            ["integration"],
        ),
        ("@pytest.mark.skipif(support.git_before('2.30'), reason='')\ndef test_a():\n    assert 1\n", ["unit"]),
        ("@support.needs_make\ndef test_a():\n    assert 1\n", ["unit"]),
        ("@pytest.mark.skipif(sys.platform == 'win32', reason='')\ndef test_a():\n    assert support.HAS_GIT\n", ["unit"]),
    ],
)
def test_who_is_skipped_by_an_answer_needs_what_was_asked(tests: str, layers: list[str], tmp_path: Path) -> None:
    head = "import sys\nimport unittest\nimport pytest\nfrom tests import support\n\n\n"
    document = reported(tmp_path, {"tests/__init__.py": "", "tests/support.py": SUPPORT, "tests/test_a.py": head + tests})

    assert [test.layer for test in document.tests] == layers


def test_the_evidence_leads_to_the_question(tmp_path: Path) -> None:
    tests = "from tests import support\n\n\n@support.needs_git\ndef test_a():\n    assert 1\n"
    document = reported(tmp_path, {"tests/__init__.py": "", "tests/support.py": SUPPORT, "tests/test_a.py": tests})
    (test,) = document.tests

    assert [f"{link.path}:{link.line} {link.message}" for link in test.evidence] == [
        "tests/test_a.py:5 `test_a`",
        "tests/support.py:18 is skipped by the answer to this",
        "tests/support.py:9 `subprocess.run` touches: subprocess",
    ]
