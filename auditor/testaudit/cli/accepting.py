"""The command `baseline`: today's findings are accepted, so that a check reports only what is new."""

from __future__ import annotations

from argparse import Namespace

from testaudit import audit
from testaudit.check.baseline import entries, pruned, read_baseline, write_baseline
from testaudit.cli.running import audited, configuration, tell
from testaudit.errors import UsageError
from testaudit.records import replace
from testaudit.report.words import counted

DEFAULT_FILE = "testaudit-baseline.json"


def baseline(arguments: Namespace) -> None:
    """Write the baseline of the root above the paths; with `--prune` only take out what is mended."""
    config = configuration(arguments, arguments.paths)
    file = config.root / (config.baseline or DEFAULT_FILE)
    document = audited(audit.check, arguments.paths, arguments, replace(config, baseline=None))
    if document.errors:
        tell(document.errors)
        raise UsageError("the baseline was not written, for not everything could be judged")
    before = read_baseline(file) if file.exists() else ()
    judged = audit.rules_in_force(config).keys() - set(document.not_judged)
    if arguments.prune:
        after = pruned(before, document.findings, judged, document.judged_files)
    else:
        kept = pruned(before, document.findings, judged, document.judged_files)
        after = tuple(sorted({*kept, *entries(document.findings)}))
    write_baseline(file, after)
    hint = "" if config.baseline else f'; name it in the configuration: baseline = "{file.name}"'
    tell([f"{file.name} accepts {counted(len(after), 'finding')} ({len(after) - len(before):+d}){hint}"])
