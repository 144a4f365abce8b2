"""The commands `report` and `explain`."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from dataclasses import replace

from testaudit import audit
from testaudit.cli.running import configuration, put, screen, tell
from testaudit.errors import UsageError, nearest
from testaudit.report.formats import report_format
from testaudit.report.progress import progress


def report(arguments: Namespace) -> int:
    """Run `report`; returns the exit status."""
    target = screen(arguments.output)
    config = configuration(arguments, arguments.paths)
    with progress(sys.stderr, os.environ) as advance:
        document = audit.report(arguments.paths, config, jobs=arguments.jobs, python=arguments.python, advance=advance)
    if arguments.select_layer:
        document = replace(document, tests=tuple(test for test in document.tests if test.layer == arguments.select_layer))
    put(report_format(arguments.format or "terminal", target)(document), arguments.output)
    tell(document.errors)
    return 2 if document.errors else 0


def explain(arguments: Namespace) -> int:
    """Run `explain`; returns the exit status."""
    from testaudit.report.explain import render

    wanted = arguments.node_id
    file = wanted.partition("::")[0]
    target = screen(None)
    config = configuration(arguments, [wanted])
    with progress(sys.stderr, os.environ) as advance:
        suite = audit.report([wanted], config, jobs=arguments.jobs, python=arguments.python, advance=advance)
        found = audit.check([wanted], config, jobs=arguments.jobs, python=arguments.python, advance=advance)
    if not suite.tests:
        others = audit.report([file], config, jobs=arguments.jobs, python=arguments.python).tests
        close = nearest(wanted, [test.id for test in others])
        raise UsageError(f"{wanted}: no runner collects such a test{f'; did you mean `{close}`?' if close else ''}")
    put(render(suite.tests, found, target))
    tell((*suite.errors, *found.errors))
    return 2 if suite.errors or found.errors else 0
