"""Several processes that do one piece of work together: forked from what is there, and telling each other small things as they go."""

from __future__ import annotations

import os
import pickle
import select
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from testaudit.records import dataclass

T = TypeVar("T")

Meet = Callable[[object], Sequence[Any]]
"""Gives the others a value and gets everybody's, in the order of the processes. All must meet equally often."""

_LENGTH = 8
_PATIENCE = 0.2
"""Seconds between two looks at how far the work is, while this process waits for another one."""


class LostError(Exception):
    """A process ended before it had said what it was to say."""


@dataclass(slots=True, frozen=True)
class _Line:
    """What connects two processes: the ends of two pipes."""

    read: int
    write: int

    def put(self, data: bytes) -> None:
        view = memoryview(len(data).to_bytes(_LENGTH, "big") + data)
        while view:
            view = view[os.write(self.write, view) :]

    def get(self, waiting: Callable[[], None] | None = None) -> bytes:
        return self._exactly(int.from_bytes(self._exactly(_LENGTH, waiting), "big"), waiting)

    def _exactly(self, length: int, waiting: Callable[[], None] | None) -> bytes:
        parts: list[bytes] = []
        while length:
            while waiting is not None and not select.select([self.read], [], [], _PATIENCE)[0]:
                waiting()
            part = os.read(self.read, min(length, 1 << 20))
            if not part:
                raise LostError
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

    def close(self) -> None:
        for end in (self.read, self.write):
            with suppress(OSError):
                os.close(end)


def can_fork() -> bool:
    """Whether this system has processes that begin with what another one has in memory."""
    return hasattr(os, "fork")


def together(count: int, work: Callable[[int, Meet], T], waiting: Callable[[], None] = lambda: None) -> list[T] | None:
    """What `work` gives in each of `count` processes, of which this one is number 0; None where any of them fails.

    `work` is called with the process's number and the way to meet the others; what it returns, and what is said at a meeting, is pickled.
    `waiting` is called now and then while this process waits. Who gets None does the work alone: then its errors are said once, and by
    nobody else.
    """
    lines: list[_Line] = []
    children: list[int] = []
    try:
        for number in range(1, count):
            line, pid = _started(number, count, work, lines)
            lines.append(line)
            children.append(pid)
        own = work(0, lambda value: _met(value, lines, waiting))
        return [own, *(pickle.loads(line.get(waiting)) for line in lines)]
    except Exception:  # noqa: BLE001  # whatever it is: one process says it again
        return None
    finally:
        for line in lines:
            line.close()
        _ended(children)


def _met(value: object, lines: Sequence[_Line], waiting: Callable[[], None]) -> list[Any]:
    """Collects everybody's value and hands all of them round."""
    said = [pickle.dumps(value, pickle.HIGHEST_PROTOCOL), *(line.get(waiting) for line in lines)]
    for number, line in enumerate(lines, 1):
        for index, data in enumerate(said):
            if index != number:
                line.put(data)
    return [value, *map(pickle.loads, said[1:])]


def _started(number: int, count: int, work: Callable[[int, Meet], object], others: Sequence[_Line]) -> tuple[_Line, int]:
    """Start process `number` of `count`; the line to it, and its id."""
    to_us, from_us = os.pipe(), os.pipe()
    pid = os.fork()
    if pid:
        os.close(to_us[1])
        os.close(from_us[0])
        return _Line(to_us[0], from_us[1]), pid
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        for line in (_Line(to_us[0], from_us[1]), *others):  # else nobody would notice that the first process has ended
            line.close()
        line = _Line(from_us[0], to_us[1])

        def meet(value: object) -> list[Any]:
            line.put(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
            said = [pickle.loads(line.get()) for _ in range(count - 1)]
            return [*said[:number], value, *said[number:]]

        line.put(pickle.dumps(work(number, meet), pickle.HIGHEST_PROTOCOL))
        status = 0
    finally:
        os._exit(status)  # nothing of the first process is to be run or written a second time


def _ended(children: Sequence[int]) -> None:
    """Wait for processes, which have nothing left to say."""
    for pid in children:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)
