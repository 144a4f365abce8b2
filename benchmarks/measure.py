"""How a command is measured: CPU seconds and peak memory from the kernel's own accounts, in alternating runs."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.errors import BenchmarkError

# Linux counts in KiB, macOS in bytes (getrusage(2)).
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Command:
    """What to run where; `statuses` are the exit statuses of a run that did its work."""

    argv: Sequence[str]
    folder: Path
    statuses: frozenset[int] = frozenset({0})


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds of CPU (user and system, with its children) and of the clock; bytes at its peak (its largest process)."""

    cpu: float
    wall: float
    peak: int


def measured(command: Command) -> tuple[Run, bytes]:
    """Run `command` to its end; the figures and what it wrote to its standard output.

    Raises BenchmarkError, with the end of its standard error, when it ends with an unexpected status.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as complaints:
        started = time.perf_counter()
        process = subprocess.Popen(
            command.argv, cwd=command.folder, env=environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=complaints
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        complaints.seek(0)
        if process.returncode not in command.statuses:
            tail = complaints.read().decode(errors="replace")[-2000:]
            raise BenchmarkError(f"{' '.join(command.argv)[:300]} ended with status {process.returncode}:\n{tail}")
        return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * MAXRSS_UNIT), output.read()


def environment() -> dict[str, str]:
    """The caller's environment without what changes a tool's work; one thread for the peer that would take all cores."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST_", "RUFF_", "FORCE_COLOR"))}
    return {**kept, "PYTHONHASHSEED": "0", "RAYON_NUM_THREADS": "1", "NO_COLOR": "1"}


def alternating(commands: Mapping[str, Command], rounds: int, progress: Callable[[str], None]) -> dict[str, list[Run]]:
    """Run all `commands` once a round, each round beginning with another one, so that a slow minute of the machine hits them alike."""
    names = list(commands)
    runs: dict[str, list[Run]] = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            progress(f"round {number + 1} of {rounds}: {name}")
            runs[name].append(measured(commands[name])[0])
    return runs


def median(runs: Sequence[Run]) -> Run:
    """The median of each figure by itself."""
    return Run(
        statistics.median(run.cpu for run in runs),
        statistics.median(run.wall for run in runs),
        int(statistics.median(run.peak for run in runs)),
    )
