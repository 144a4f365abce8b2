"""The command `init`: a configuration to begin with, every line of it explained, none of it in force yet."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from testaudit.cli.accepting import DEFAULT_FILE
from testaudit.cli.running import configuration, tell
from testaudit.config import find_configuration
from testaudit.errors import UsageError
from testaudit.report.output import write_file

if TYPE_CHECKING:
    from testaudit.discover import Session

OWN_FILE, SHARED_FILE = "testaudit.toml", "pyproject.toml"
SETTINGS = (
    ("strict = true", "the strict rules, too: those that are not yet measured on enough suites"),
    ('fail-on = "error"', "`testaudit check` ends with 1 from this severity on (default: warning)"),
    ('ignore = ["TA230"]', "rules that are not for you: codes, names or beginnings of them; `testaudit rules` lists all"),
    ('severity = { TA140 = "info" }', "other severities; `info` never fails"),
    ('exclude = ["tests/data/**"]', "what is none of testaudit's business"),
    ('per-path = { "tests/legacy/**" = ["TA2"] }', "what is ignored in some paths"),
)
"""Examples of settings, each with what it does."""


def init(arguments: Namespace) -> None:
    """Write the table at the end of `pyproject.toml` where there is one, else to `testaudit.toml`. Raises `UsageError` where testaudit is
    configured already."""
    config = configuration(arguments, [])
    if find_configuration(config.root) is not None:
        raise UsageError(f"{config.path} configures testaudit already; `testaudit config` shows what is in force")
    from testaudit.discover import discover

    sessions = discover([str(config.root)], config.root, config).sessions
    shared = config.root / SHARED_FILE
    file = shared if shared.is_file() else config.root / OWN_FILE
    before = _text(file)
    write_file(file, "".join((before, "\n" if before else "", *(f"{line}\n" for line in _lines(sessions, shared=file == shared)))))
    tell([f"{file.name} has the settings, as comments; nothing is changed by them until you uncomment one"])


def _text(file: Path) -> str:
    if not file.is_file():
        return ""
    try:
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{file.name} is not UTF-8, and was left as it is") from None
    return text if not text or text.endswith("\n") else f"{text}\n"


def _lines(sessions: Sequence[Session], *, shared: bool) -> Iterator[str]:
    yield from ["[tool.testaudit]"] if shared else []
    yield "# What testaudit holds against this repository's tests. Each line is an example; without it, the default is in force."
    for setting, about in SETTINGS:
        yield from ("", f"# {about}", f"# {setting}")
    yield from ("", "# findings that are accepted for now, so that only new ones are reported: written by `testaudit baseline`")
    yield f'# baseline = "{DEFAULT_FILE}"'
    prefix = "tool.testaudit." if shared else ""
    yield from ("", "# which share of all tests each layer is to have", f"# [{prefix}pyramid]", '# unit = ">=60%"')
    yield from ("", "# another layer for what touches something", f"# [{prefix}layers.effects]", '# subprocess = "unit"')
    yield from (
        "",
        "# the layer of tests that call a fixed host, or one below it",
        f"# [{prefix}layers.hosts]",
        '# "partner.example.com" = "integration"',
    )
    yield from (
        "",
        "# The runs of your tests, as they were found (`testaudit sessions`). Where they are wrong, write all of them here.",
    )
    for session in sessions:
        yield from _session(session, prefix)


def _session(session: Session, prefix: str) -> Iterator[str]:
    facts = {"id": session.id, "runner": session.runner, "root": session.root, "config": session.config}
    yield f"# [[{prefix}sessions]]"
    yield from (f"# {key} = {json.dumps(value)}" for key, value in facts.items() if value is not None)
