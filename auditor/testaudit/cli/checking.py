"""The command `check`, and with it `--diff` and `--fix`."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from testaudit import audit
from testaudit.cli.running import audited, configuration, put, screen, tell
from testaudit.config import Config
from testaudit.errors import UsageError
from testaudit.findings import Severity
from testaudit.report.documents import CheckDocument, FixDocument
from testaudit.report.formats import EXPLAINING, check_format
from testaudit.report.screen import Screen
from testaudit.report.words import counted


def check(arguments: Namespace) -> int:
    """Run `check`; returns the exit status."""
    if arguments.unsafe and not (arguments.diff or arguments.fix):
        raise UsageError("--unsafe goes with --fix or --diff")
    if arguments.diff and arguments.format:
        raise UsageError("--diff prints a diff; --format does not go with it")
    target = screen(arguments.output)
    config = configuration(arguments, arguments.paths)
    mending = arguments.diff or arguments.fix
    document = _mended(arguments, config) if mending else audited(audit.check, arguments.paths, arguments, config)
    if not arguments.diff:
        _put(document, arguments.format or "text", target, arguments.output, config)
    tell(document.errors)
    return _status(document, config, exit_zero=arguments.exit_zero)


def _mended(arguments: Namespace, config: Config) -> CheckDocument:
    """The document of what is left; the diff, where it was asked for, is put out here."""
    outcome: FixDocument = audited(audit.fix, arguments.paths, arguments, config, unsafe=arguments.unsafe, write=arguments.fix)
    if arguments.diff:
        put(outcome.diff, arguments.output)
    tell(outcome.refused)
    tell([_summary(outcome, arguments)])
    return outcome.left


def _summary(outcome: FixDocument, arguments: Namespace) -> str:
    number = f"{counted(outcome.fixed, 'finding')} in {counted(outcome.files, 'file')}"
    return f"mended {number}" if arguments.fix else f"--fix{' --unsafe' if arguments.unsafe else ''} would mend {number}"


def _put(document: CheckDocument, name: str, target: Screen, output: Path | None, config: Config) -> None:
    if name in EXPLAINING:
        from testaudit.cli.catalogue import rule_texts

        document = replace(document, rules=rule_texts(config, set(document.by_code)))
    put(check_format(name, target)(document), output)


def _status(document: CheckDocument, config: Config, *, exit_zero: bool) -> int:
    if document.errors:
        return 2
    threshold = Severity[config.fail_on.upper()]
    return int(not exit_zero and any(finding.severity >= threshold for finding in document.findings))
