"""What keeps a run from doing what was asked (errors, exit status 2), and what it merely records (problems); messages are for the user."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from testaudit.records import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something that the run met and went on from, or one part of a `ConfigurationError`.

    `path` is relative to the audited root, or what the user typed (`--select`); `line` counts from 1 and is 0 where no line is known.
    """

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"


class TestauditError(Exception):
    """The base of every error that a user can meet; `str()` of it is the message to print, and the exit status is 2."""

    __test__ = False


class UsageError(TestauditError):
    """The command line asks for something that cannot be done."""


class ConfigurationError(TestauditError):
    """The configuration cannot be used; carries every problem that was found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(word: str, valid: Iterable[str]) -> str | None:
    """The valid word that was probably meant, or None when nothing resembles it."""
    import difflib  # 3 ms, and needed for a message only

    folded = {candidate.lower(): candidate for candidate in valid}
    close = difflib.get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def did_you_mean(word: str, valid: Sequence[str]) -> str:
    """The end of a message about an unknown word: the nearest valid one, or all of them when there are few."""
    close = nearest(word, valid)
    if close is not None:
        return f"; did you mean `{close}`?"
    return f"; it is one of {', '.join(f'`{candidate}`' for candidate in valid)}" if 0 < len(valid) <= 12 else ""
