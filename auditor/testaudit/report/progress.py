"""Tells on a terminal how far long work is, on standard error; short work and pipes see nothing of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TextIO

Advance = Callable[[str, int, int], None]
"""`advance("reading", 120, 4000)`: what is done, how many of it, of how many (0: not known)."""

DELAY = 1.0
"""Seconds after which work counts as long."""


def quiet(_what: str, _done: int, _total: int) -> None:
    """An `Advance` for whom nobody waits."""


@contextmanager
def progress(stream: TextIO, environ: Mapping[str, str]) -> Iterator[Advance]:
    """An `Advance` that draws a bar on `stream` once the work has taken `DELAY`; rich is imported only then."""
    if not stream.isatty() or environ.get("TERM") == "dumb":
        yield quiet
        return
    with ExitStack() as stack:
        yield _bar(stream, stack, time.monotonic() + DELAY)


def _bar(stream: TextIO, stack: ExitStack, due: float) -> Advance:
    update: Callable[[str, int, int], None] | None = None

    def advance(what: str, done: int, total: int) -> None:
        nonlocal update
        if update is None and time.monotonic() >= due:
            update = _started(stream, stack)
        if update is not None:
            update(what, done, total)

    return advance


def _started(stream: TextIO, stack: ExitStack) -> Advance:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = stack.enter_context(Progress(*columns, console=Console(file=stream), transient=True))
    task = bar.add_task("", total=None)
    return lambda what, done, total: bar.update(task, description=what, completed=done, total=total or None)
