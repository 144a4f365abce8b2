"""A process of another interpreter that collects folders with its pytest, one after the other."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from benchmarks.collection import ORACLE, Answer, of_pytest
from benchmarks.pytest_oracle import ANSWER


class Worker:
    """Asks one interpreter's pytest; `python` is that interpreter."""

    def __init__(self, python: str, questions: IO[str], answers: IO[str]) -> None:
        self.python = python
        self._questions = questions
        self._answers = answers

    def collect(self, root: Path) -> Answer:
        """What pytest collects below `root`."""
        print(root, file=self._questions, flush=True)
        for line in self._answers:
            if line.startswith(ANSWER):
                return of_pytest(json.loads(line.removeprefix(ANSWER)))
        raise AssertionError(f"{self.python} ended")


@contextmanager
def worker(python: str) -> Iterator[Worker]:
    """A running process; it is ended afterwards."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHONPATH", "COV_"))}
    process = subprocess.Popen(
        [python, "-W", "ignore", str(ORACLE), "--serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        yield Worker(python, process.stdin, process.stdout)
        process.stdin.close()
