"""The commands `report` and `explain`."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace

from testaudit import audit
from testaudit.cli.running import audited, configuration, put, screen, tell
from testaudit.errors import UsageError, nearest
from testaudit.report.documents import ReportDocument
from testaudit.report.formats import report_format


def report(arguments: Namespace) -> int:
    """Run `report`; returns the exit status."""
    target = screen(arguments.output)
    config = configuration(arguments, arguments.paths)
    document: ReportDocument = audited(audit.report, arguments.paths, arguments, config, by=arguments.by)
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
    suite: ReportDocument = audited(audit.report, [wanted], arguments, config)
    found = audited(audit.check, [wanted], arguments, config)
    if not suite.tests:
        others = audited(audit.report, [file], arguments, config).tests
        close = nearest(wanted, [test.id for test in others])
        raise UsageError(f"{wanted}: no runner collects such a test{f'; did you mean `{close}`?' if close else ''}")
    put(render(suite.tests, found, target))
    tell((*suite.errors, *found.errors))
    return 2 if suite.errors or found.errors else 0
