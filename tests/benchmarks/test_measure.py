import re
import sys
from pathlib import Path

import pytest

from benchmarks.errors import BenchmarkError
from benchmarks.measure import Command, Run, alternating, measured, median


def python(code: str, folder: Path) -> Command:
    return Command((sys.executable, "-c", code), folder)


def test_a_run_counts_the_processor_time_and_the_memory_of_the_command(tmp_path: Path) -> None:
    idle, _ = measured(python("import time; time.sleep(0.3)", tmp_path))
    busy, _ = measured(python("import time; b = bytearray(100 << 20)\nwhile time.process_time() < 0.5: pass", tmp_path))

    assert idle.wall >= 0.3
    assert busy.cpu >= 0.5
    assert busy.cpu > idle.cpu
    assert busy.peak >= 100 << 20


def test_what_a_command_writes_to_its_standard_output_is_handed_back(tmp_path: Path) -> None:
    assert measured(python("print('found')", tmp_path))[1].split() == [b"found"]


def test_a_command_that_fails_stops_the_benchmark_with_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match=re.compile(r"ended with status 3:\nno such folder", re.DOTALL)):
        measured(python("import sys; sys.stderr.write('no such folder'); sys.exit(3)", tmp_path))


def test_a_status_that_means_findings_is_no_failure(tmp_path: Path) -> None:
    command = Command((sys.executable, "-c", "raise SystemExit(10)"), tmp_path, frozenset({0, 10}))

    assert measured(command)[1] == b""


def test_each_round_begins_with_another_command(tmp_path: Path) -> None:
    told: list[str] = []

    runs = alternating({"a": python("", tmp_path), "b": python("", tmp_path)}, 2, told.append)

    assert told == ["round 1 of 2: a", "round 1 of 2: b", "round 2 of 2: b", "round 2 of 2: a"]
    assert {name: len(of_it) for name, of_it in runs.items()} == {"a": 2, "b": 2}


def test_a_median_is_taken_of_each_figure_by_itself() -> None:
    runs = [Run(cpu=1.0, wall=30.0, peak=200), Run(cpu=2.0, wall=10.0, peak=300), Run(cpu=9.0, wall=20.0, peak=100)]

    assert median(runs) == Run(cpu=2.0, wall=20.0, peak=200)
