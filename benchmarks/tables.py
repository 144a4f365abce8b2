"""How figures are laid out for people: plain tables of medians and of their ratios."""

from collections.abc import Mapping, Sequence

from benchmarks.measure import Run, median

MEMORY_GOAL = 1 << 30
HOOK_GOAL = 15.0
JOBS_GOAL = 1.7

Runs = Mapping[str, Sequence[Run]]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns of equal width: the first to the left, the figures to the right."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [
        [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))] for row in (head, *rows)
    ]
    return "\n".join("  ".join(line).rstrip() for line in [lines[0], ["-" * width for width in widths], *lines[1:]])


def figures(runs: Sequence[Run]) -> list[str]:
    """CPU seconds with their span, seconds of the clock, and MiB at the peak."""
    middle = median(runs)
    span = f"{min(run.cpu for run in runs):.2f}–{max(run.cpu for run in runs):.2f}"
    return [f"{middle.cpu:.2f}", span, f"{middle.wall:.2f}", f"{middle.peak / 2**20:.0f}"]


def peers(runs: Runs, ours: str, goals: Mapping[str, float | None]) -> str:
    """Each tool's figures, and its CPU time as a multiple of `ours` (of the first tool's, where ours was not measured)."""
    if not runs:
        return ""
    reference = ours if ours in runs else next(iter(runs))
    unit = median(runs[reference]).cpu
    rows = []
    for name, measured in runs.items():
        ratio = median(measured).cpu / unit
        goal = goals.get(name) if reference == ours else None
        rows.append([name, *figures(measured), f"{ratio:.3g}", verdict(ratio, goal)])
    note = ""
    if ours in runs:
        peak = max(run.peak for run in runs[ours])
        note = f"\n{ours} at its peak: {peak / 2**20:.0f} MiB, {'under' if peak < MEMORY_GOAL else 'NOT under'} 1 GiB"
    return table(["tool", "CPU s", "span", "clock s", "peak MiB", f"CPU / {reference}", "goal"], rows) + note


def verdict(ratio: float, goal: float | None) -> str:
    """Whether a ratio reaches its goal, and which."""
    return "" if goal is None else f"≥ {goal:.3g}: {'met' if ratio >= goal else 'MISSED'}"


def hook(runs: Runs) -> str:
    """What a commit waits for, in bare Python starts (the first of `runs`)."""
    if not runs:
        return ""
    unit = median(next(iter(runs.values()))).cpu
    rows = []
    for name, measured in runs.items():
        ratio = median(measured).cpu / unit
        rows.append([name, *figures(measured), f"{ratio:.1f}", f"≤ {HOOK_GOAL:.0f}: {'met' if ratio <= HOOK_GOAL else 'MISSED'}"])
    return table(["hook", "CPU s", "span", "clock s", "peak MiB", "CPU / bare", "goal"], rows)


def jobs(runs: Runs) -> str:
    """How much sooner two workers end than one (the first of `runs`)."""
    if not runs:
        return ""
    first = next(iter(runs))
    unit = median(runs[first]).wall
    rows = []
    for name, measured in runs.items():
        gain = unit / median(measured).wall
        rows.append([name, *figures(measured), f"{gain:.2f}", "" if name == first else verdict(gain, JOBS_GOAL)])
    return table(["workers", "CPU s", "span", "clock s", "peak MiB", "gain", "goal"], rows)
