from benchmarks import tables
from benchmarks.measure import Run


def runs(cpu: float, mib: int = 50) -> list[Run]:
    return [Run(cpu, cpu, mib << 20)]


def test_peers_are_given_as_multiples_of_our_time_with_their_goals() -> None:
    text = tables.peers({"testaudit": runs(2.0), "slow": runs(30.0), "quick": runs(0.1)}, "testaudit", {"slow": 10, "quick": 1 / 15})

    assert [line.split() for line in text.splitlines()] == [
        ["tool", "CPU", "s", "span", "clock", "s", "peak", "MiB", "CPU", "/", "testaudit", "goal"],
        ["---------", "-----", "-----------", "-------", "--------", "---------------", "----------------"],
        ["testaudit", "2.00", "2.00–2.00", "2.00", "50", "1"],
        ["slow", "30.00", "30.00–30.00", "30.00", "50", "15", "≥", "10:", "met"],
        ["quick", "0.10", "0.10–0.10", "0.10", "50", "0.05", "≥", "0.0667:", "MISSED"],
        ["testaudit", "at", "its", "peak:", "50", "MiB,", "under", "1", "GiB"],
    ]


def test_without_us_the_first_tool_is_the_unit_and_nothing_has_a_goal() -> None:
    text = tables.peers({"quick": runs(0.5), "slow": runs(5.0)}, "testaudit", {"slow": 10})

    assert [line.split()[-1] for line in text.splitlines()[2:]] == ["1", "10"]


def test_too_much_memory_is_said() -> None:
    assert "testaudit at its peak: 2000 MiB, NOT under 1 GiB" in tables.peers({"testaudit": runs(1.0, mib=2000)}, "testaudit", {})


def test_the_hook_is_counted_in_bare_starts() -> None:
    text = tables.hook({"bare": runs(0.01), "median": runs(0.1), "long": runs(0.2)})

    assert [line.split()[-4:] for line in text.splitlines()[3:]] == [["10.0", "≤", "15:", "met"], ["20.0", "≤", "15:", "MISSED"]]


def test_the_gain_of_two_workers_is_one_of_the_clock() -> None:
    text = tables.jobs({"--jobs 1": [Run(10.0, 10.0, 1)], "--jobs 2": [Run(11.0, 5.0, 1)], "--jobs 3": [Run(12.0, 6.25, 1)]})

    assert [line.split()[6:] for line in text.splitlines()[2:]] == [["1.00"], ["2.00", "≥", "1.7:", "met"], ["1.60", "≥", "1.7:", "MISSED"]]
