"""All that a rule may import is there, and costs no more than what is used of it."""

import subprocess
import sys

import pytest

from testaudit import api

LOADED = """
import sys
import testaudit.api
print(*[name for name in sys.modules if name.startswith("testaudit.analyses.")])
"""


@pytest.mark.parametrize("name", api.__all__)
def test_every_name_can_be_had(name: str) -> None:
    assert getattr(api, name) is not None


def test_the_analyses_names_are_among_them() -> None:
    assert set(api._ANALYSES) <= set(api.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(api, "Syntax")


def test_no_analysis_is_imported_before_it_is_asked_for() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)}
    )

    assert done.stdout == "\n"
