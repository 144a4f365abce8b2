"""The command `check`, and with it `--diff` and `--fix`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from testaudit import audit
from testaudit.cli.running import audited, configuration, put, screen, tell
from testaudit.config import Config
from testaudit.errors import UsageError
from testaudit.findings import Severity
from testaudit.records import replace
from testaudit.report.documents import CheckDocument, FixDocument
from testaudit.report.formats import EXPLAINING, check_format
from testaudit.report.screen import Screen
from testaudit.report.words import counted

if TYPE_CHECKING:
    from testaudit.discover.changes import Changes


def check(arguments: Namespace) -> int:
    """Run `check`; returns the exit status."""
    if arguments.unsafe and not (arguments.diff or arguments.fix):
        raise UsageError("--unsafe goes with --fix or --diff")
    if arguments.diff and arguments.format:
        raise UsageError("--diff prints a diff; --format does not go with it")
    target = screen(arguments.output)
    config = configuration(arguments, arguments.paths)
    paths, changes = _changed(arguments, config)
    if paths is None:
        document = CheckDocument(0, 0)
    elif arguments.diff or arguments.fix:
        document = _mended(arguments, paths, config, changes)
    else:
        document = audited(audit.check, paths, arguments, config, changes=changes)
    if not arguments.diff:
        _put(document, arguments.format or "text", target, arguments.output, config)
    tell(document.errors)
    return _status(document, config, exit_zero=arguments.exit_zero)


def _changed(arguments: Namespace, config: Config) -> tuple[Sequence[str] | None, Changes | None]:
    """The paths to audit (None: nothing, for nothing changed there), and what changed where only that is to be reported.

    A commit's files are audited by themselves, so that a hook is fast; what was changed since a revision with all that it may concern.
    """
    if not arguments.staged and arguments.since is None:
        return arguments.paths, None
    from testaudit.discover import changes as git  # it asks git, which costs more than all other imports

    if arguments.since is not None:
        return arguments.paths, git.changes_since(config.root, arguments.since)
    changes = git.staged_changes(config.root)
    return git.affected(changes, config.root, arguments.paths) or None, changes


def _mended(arguments: Namespace, paths: Sequence[str], config: Config, changes: Changes | None) -> CheckDocument:
    """The document of what is left; the diff, where it was asked for, is put out here."""
    outcome: FixDocument = audited(audit.fix, paths, arguments, config, unsafe=arguments.unsafe, write=arguments.fix, changes=changes)
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
