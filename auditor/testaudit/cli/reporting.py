"""The commands `report` and `explain`."""

from __future__ import annotations

import re
from argparse import Namespace
from pathlib import Path

from testaudit import audit
from testaudit.cli.running import audited, configuration, put, screen, tell
from testaudit.records import replace
from testaudit.report.documents import ReportDocument
from testaudit.report.formats import report_format


def report(arguments: Namespace) -> int:
    """Run `report`; returns the exit status."""
    target = screen(arguments.output)
    config = configuration(arguments, arguments.paths)
    if arguments.base is None:
        document: ReportDocument = audited(audit.report, arguments.paths, arguments, config, by=arguments.by)
    else:
        document = audited(audit.compared, arguments.paths, arguments, config, by=arguments.by, base=arguments.base)
    if arguments.select_layer:
        document = replace(document, tests=tuple(test for test in document.tests if test.layer == arguments.select_layer))
    put(report_format(arguments.format or "terminal", target)(document), arguments.output)
    tell(document.errors)
    return 2 if document.errors else 0


def explain(arguments: Namespace) -> int:
    """Run `explain`; returns the exit status."""
    wanted: str = arguments.node_id
    if re.search(r"\.py:\d+:", wanted) or not ("/" in wanted or "::" in wanted or Path(wanted).exists()):
        return _explain_fixture(arguments, [], wanted)
    return _explain_tests(arguments, wanted)


def _explain_tests(arguments: Namespace, wanted: str) -> int:
    from testaudit.report.explain import render

    target = screen(None)
    config = configuration(arguments, [wanted])
    suite: ReportDocument = audited(audit.report, [wanted], arguments, config)
    if not suite.tests:
        file = Path(wanted.partition("::")[0])
        return _explain_fixture(arguments, [str(file.parent if file.name == "conftest.py" else file)], wanted)
    found = audited(audit.check, [wanted], arguments, config)
    around = suite.tests[0].id if len({test.id for test in suite.tests}) == 1 else wanted
    put(render(suite.tests, found, target, audit.graph([wanted], config, around=around)))
    tell((*suite.errors, *found.errors))
    return 2 if suite.errors or found.errors else 0


def _explain_fixture(arguments: Namespace, paths: list[str], name: str) -> int:
    """The page on a fixture; `paths` narrow where it is looked for. Raises `UsageError` where there is none."""
    from testaudit.report.graph.tree import render

    document = audit.graph(paths, configuration(arguments, paths), around=name)
    put(render(document, screen(None)))
    tell(document.errors)
    return 2 if document.errors else 0
