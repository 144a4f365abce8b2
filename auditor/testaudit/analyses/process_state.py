"""State of the whole process that tests and fixtures change and nothing puts back."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.analyses.leftovers import Change, Leftovers
from testaudit.analyses.runs import Runs
from testaudit.model import Cell, External, Suite

ENVIRONMENT = Cell(External("os.environ"), "")
_ENVIRONMENT_WORDS = frozenset({"environ", "environb", "putenv", "unsetenv", "load_dotenv"})


class ProcessState:
    """Changes of process state that outlive a test."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._runs = suite.ask(Runs)
        self._leftovers = suite.ask(Leftovers)

    @property
    def environment(self) -> Iterator[Change]:
        """Environment variables that a test, or a fixture for one, sets and nothing in its chain restores; a fixture's once."""
        seen: set[object] = set()
        for test in self._suite.tests:
            if not self._runs.any_of(test, _ENVIRONMENT_WORDS):
                continue
            changes, _ = self._leftovers.of(test, lambda path: path.cell == ENVIRONMENT, _ENVIRONMENT_WORDS)
            for change in changes:
                key = change.fixture if change.fixture is not None else change
                if key not in seen and (change.fixture is None or change.fixture.function is not None):
                    seen.add(key)
                    yield change
