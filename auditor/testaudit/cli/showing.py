"""The commands that show what is in force, and from where."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING

from testaudit.cli.catalogue import rule, rules
from testaudit.cli.running import configuration, put, screen
from testaudit.config import settings_in_force
from testaudit.errors import UsageError
from testaudit.report.draw import draw
from testaudit.report.lines import EMPTY, Line, Span, columns
from testaudit.report.screen import clean

if TYPE_CHECKING:
    from testaudit.discover import Session


def config(arguments: Namespace) -> None:
    """List every setting with its value and its origin."""
    settings = settings_in_force(configuration(arguments, arguments.paths))
    rows = [
        (Span(s.key, "code"), Span(clean(s.value)), Span(clean(s.origin), "dim" if s.origin == "default" else "place")) for s in settings
    ]
    put(draw(columns(rows), screen(None)))


def sessions(arguments: Namespace) -> None:
    """List the sessions that the paths belong to, with what each was found by."""
    from testaudit.discover import discover

    found = discover(arguments.paths, None, configuration(arguments, arguments.paths)).sessions
    lines: list[Line] = []
    for session in found:
        lines += [(Span(clean(session.id), "title"),), *_facts(session), EMPTY]
    put(draw(lines[:-1], screen(None)))


def _facts(session: Session) -> list[Line]:
    facts = {
        "runner": f"{session.runner} {session.version} ({session.version_origin})" if session.runner == "pytest" else session.runner,
        "root": session.root,
        "configuration": session.config or "none",
        "arguments": " ".join(session.args),
        "also collects": ", ".join(session.also),
        "found by": session.origin,
        "environment": session.environment.origin,
        "python": session.python or "",
        "platform": session.platform or "",
    }
    return [*columns([(Span(f"  {name}", "dim"), Span(clean(value))) for name, value in facts.items() if value])]


def knowledge(arguments: Namespace) -> None:
    """Show every entry that a name means: a symbol, fixtures, a marker, a plugin."""
    from testaudit.cli.known import entries_for

    found = list(entries_for(arguments.name, configuration(arguments, [])))
    if not found:
        raise UsageError(f"nothing is known of `{arguments.name}`")
    lines: list[Line] = []
    for kind, entry, place in found:
        lines += [
            (Span(kind, "dim"), Span(" "), Span(clean(str(getattr(entry, "name", ""))), "title"), Span(f"  {place}", "place")),
            *_roles(entry),
            EMPTY,
        ]
    put(draw(lines[:-1], screen(None)))


def _roles(entry: object) -> Iterator[Line]:
    """The fields that say something, in the order of their definition."""
    for part in fields(entry):  # type: ignore[arg-type]  # every entry of the knowledge is a dataclass
        value = getattr(entry, part.name)
        if part.name != "name" and value not in (None, False, (), ""):
            shown = ", ".join(map(str, value)) if isinstance(value, tuple) else "yes" if value is True else str(value)
            yield (Span(f"  {part.name.rstrip('_').replace('_', '-')}: ", "dim"), Span(clean(shown)))


SHOWN: Mapping[str, Callable[[Namespace], None]] = {
    "rules": rules,
    "rule": rule,
    "sessions": sessions,
    "config": config,
    "knowledge": knowledge,
}
"""The commands that only show something, by name."""
