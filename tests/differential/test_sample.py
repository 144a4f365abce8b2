"""The sample suite of pytest's features, as pytest collects it and as testaudit does."""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.collection import differences, of_testaudit
from tests.differential.worker import Worker

SUITE = Path(__file__).resolve().parents[2] / "fixtures" / "pytest_features"


def test_both_collect_the_sample_suite_alike(asked: Worker, tmp_path: Path) -> None:
    root = shutil.copytree(SUITE, tmp_path / "suite")

    theirs, ours = asked.collect(root), of_testaudit(root, asked.python)

    assert theirs.errors == {}
    assert [(one.test, one.cause) for one in differences(theirs, ours, variants=True)] == []
    assert len(theirs.tests) == 53
