"""Small repositories that hypothesis makes, as pytest collects them and as testaudit does."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, assume, example, given, settings

from benchmarks.collection import differences, of_testaudit
from tests.auditing import write
from tests.differential.small_trees import Files, small_trees
from tests.differential.worker import Worker

OVERRIDDEN_IN_A_FOLDER = {
    "pytest.ini": "[pytest]\n",
    "conftest.py": "import pytest\n@pytest.fixture\ndef db(): ...\n@pytest.fixture\ndef user(db): ...\n",
    "a/conftest.py": "import pytest\n@pytest.fixture(autouse=True)\ndef db(db, user): ...\n",
    "a/test_a.py": "def test_a(user): ...\n",
}


# What fails is small as it is: looking for something smaller would have pytest collect thousands of trees.
@settings(
    max_examples=40,
    phases=(Phase.explicit, Phase.generate),
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@example(OVERRIDDEN_IN_A_FOLDER)
@given(small_trees())
def test_both_collect_small_trees_alike(asked: Worker, files: Files) -> None:
    with tempfile.TemporaryDirectory() as folder:  # a fixture's folder would be the same for all examples
        root = Path(folder).resolve()
        write(root, files)

        theirs, ours = asked.collect(root), of_testaudit(root, asked.python)

        assume(not theirs.errors)  # pytest 7 refuses some parametrizations that later ones take
        assert [(one.test, one.cause) for one in differences(theirs, ours, variants=True)] == []
        assert theirs.tests != {}
