"""What `check`, `report` and `explain` have in common: the configuration, the way of the output, the run's errors."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from testaudit.config import Config, load_config
from testaudit.discover import find_root
from testaudit.errors import Problem
from testaudit.report.output import print_text, require_writable, write_file
from testaudit.report.progress import progress
from testaudit.report.screen import PLAIN, Screen, screen_of

D = TypeVar("D")
OPTIONS = ("select", "ignore", "extend_select", "strict", "fail_on", "python", "baseline")


def configuration(arguments: Namespace, paths: Sequence[str]) -> Config:
    """The configuration of the root above `paths`, with the command line's options over it. Raises `TestauditError`."""
    return load_config(find_root(paths), overrides(arguments))


def overrides(arguments: Namespace) -> dict[str, object]:
    """The options that were given, under the configuration's keys."""
    given = {name: getattr(arguments, name, None) for name in OPTIONS}
    return {name.replace("_", "-"): _joined(value) for name, value in given.items() if value is not None}


def _joined(value: object) -> object:
    """`--select A,B --select C` is one list."""
    return [code for codes in value for code in codes] if isinstance(value, list) else value


def screen(output: Path | None) -> Screen:
    """Where the result goes; a file that cannot be written is an error now, not after the work."""
    if output is None:
        return screen_of(sys.stdout, os.environ)
    require_writable(output)
    return PLAIN


def audited(work: Callable[..., D], paths: Sequence[str], arguments: Namespace, config: Config, **more: object) -> D:
    """What one of the pipeline's functions makes of the paths, with the processes that were asked for; long work shows how far it is."""
    with progress(sys.stderr, os.environ) as advance:
        return work(paths, config, jobs=arguments.jobs or os.cpu_count() or 1, advance=advance, **more)


def put(text: str, output: Path | None = None) -> None:
    """Write a result to its file, or to standard output."""
    if output is None:
        print_text(text, sys.stdout)
    else:
        write_file(output, text)


def tell(said: Iterable[Problem | str]) -> None:
    """Say on standard error what was done or could not be done, a line each."""
    print_text("".join(f"testaudit: {' '.join(str(one).split())}\n" for one in said), sys.stderr)
