"""What `python -m unittest` and Django's runner collect, in the terms of pytest's settings."""

from __future__ import annotations

from collections.abc import Sequence

from testaudit.discover.pytest.options import Options
from testaudit.discover.pytest.settings import PytestSettings

UNITTEST_FILES = ("test*.py",)
"""The default pattern of `unittest discover` (its documentation, *Test Discovery*)."""


def unittest_settings(arguments: Sequence[str]) -> PytestSettings:
    """The files that these arguments of `unittest discover` name: a pattern, a folder to start in, or paths."""
    pattern, starts = UNITTEST_FILES, []
    rest = [argument for argument in arguments if argument != "discover"][::-1]
    while rest:
        name, equals, value = rest.pop().partition("=")
        if name in {"-p", "--pattern", "-s", "--start-directory", "-t", "--top-level-directory"}:
            value = value if equals else rest.pop() if rest else ""
            if name in {"-p", "--pattern"} and value:
                pattern = (value,)
            elif name in {"-s", "--start-directory"} and value:
                starts.append(value)
        elif not name.startswith("-"):
            starts.append(name)
    return PytestSettings(python_files=pattern, norecursedirs=(), options=Options(paths=tuple(starts)))
