"""The command `graph`."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from pathlib import Path

from testaudit import audit
from testaudit.cli.running import configuration, put, screen, tell
from testaudit.errors import UsageError
from testaudit.report.formats import graph_format
from testaudit.report.progress import progress


def graph(arguments: Namespace) -> int:
    """Run `graph`; returns the exit status."""
    if arguments.depth is not None and arguments.around is None:
        raise UsageError("--depth goes with --around")
    screen(arguments.output)  # a file that cannot be written is an error now
    file = _file_of(arguments.around)
    paths: list[str] = arguments.paths or ([file] if file is not None and _holds_tests(file) else [])
    config = configuration(arguments, paths)
    around = arguments.around if file is None else _from_root(arguments.around, file, config.root)
    with progress(sys.stderr, os.environ) as advance:
        document = audit.graph(paths, config, around=around, depth=arguments.depth, advance=advance)
    put(graph_format(arguments.format or "mermaid")(document), arguments.output)
    tell(document.errors)
    return 2 if document.errors else 0


def _file_of(around: str | None) -> str | None:
    """The file that a node id begins with; None for a fixture's name."""
    file = around.partition("::")[0] if around else ""
    return file if file.endswith(".py") and Path(file).is_file() else None


def _holds_tests(file: str) -> bool:
    """Whether a node's neighbourhood is in its own file and what that reaches, so that no other file is read."""
    return Path(file).name != "conftest.py"


def _from_root(node_id: str, file: str, root: Path) -> str:
    """The node id as it begins at the root, wherever it was typed."""
    place = Path(os.path.normpath(Path.cwd() / file))
    return f"{os.path.relpath(place, root)}{node_id[len(file) :]}".replace(os.sep, "/")
