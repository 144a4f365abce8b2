"""The interpreters whose pytest is asked: those that `TESTAUDIT_PYTESTS` names, else the one that runs the tests."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from tests.differential.worker import Worker, worker

PYTHONS = [python for python in os.environ.get("TESTAUDIT_PYTESTS", "").split(os.pathsep) if python] or [sys.executable]


@pytest.fixture(scope="module", params=PYTHONS)
def asked(request: pytest.FixtureRequest) -> Iterator[Worker]:
    """One of these interpreters, ready to be asked."""
    with worker(request.param) as found:
        yield found
