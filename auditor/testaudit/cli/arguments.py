"""The commands and their options, and what is said when one of them is not known."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import NoReturn

from testaudit import __version__
from testaudit.errors import UsageError, did_you_mean, nearest
from testaudit.report.formats import CHECK_FORMATS, GRAPH_FORMATS, REPORT_FORMATS

LAYERS = ("unit", "integration", "e2e")
GROUPINGS = ("dir", "session", "owner")
FAILING = ("warning", "error")
STATUSES = "Exit status: 0 nothing found at or above --fail-on, 1 findings, 2 could not do what was asked."


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are `UsageError`s that name the nearest word."""

    def error(self, message: str) -> NoReturn:
        known = [option for action in self._actions for option in (*action.option_strings, *(action.choices or ()))]
        wrong = re.search(r"invalid choice: '([^']*)'", message)
        if wrong:
            message = f"`{wrong[1]}` is no command{did_you_mean(wrong[1], [word for word in known if not word.startswith('-')])}"
        raise UsageError(f"{message} (`{self.prog} --help` says more)")

    def unknown(self, words: Sequence[str]) -> NoReturn:
        """Raise for options that this parser does not have."""
        known = [option for action in self._actions for option in action.option_strings]
        said = []
        for word in words:
            option = word.partition("=")[0]
            close = nearest(option, known) if option.startswith("-") else None
            said.append(f"`{option}` is not an option of `{self.prog}`{f'; did you mean `{close}`?' if close else ''}")
        raise UsageError("\n".join(said))


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """What the command line asks for; `--help` and `--version` exit, and so does an empty one. Raises `UsageError`."""
    parser, commands = _parser()
    if not argv:
        parser.print_help(sys.stderr)
        parser.exit(2)
    arguments, rest = parser.parse_known_args(argv)
    if "paths" in arguments:  # those after an option that follows other paths: argparse takes one run of them only
        arguments.paths += [word for word in rest if not word.startswith("-")]
        rest = [word for word in rest if word.startswith("-")]
    if rest:
        commands.get(arguments.command, parser).unknown(rest)
    return arguments


def _parser() -> tuple[Parser, dict[str, Parser]]:
    about = "What kind of tests do we have, and can we trust them? Both answered from the source alone."
    parser = Parser("testaudit", description=about, epilog=STATUSES, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"testaudit {__version__}")
    group = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND", parser_class=Parser)
    commands: dict[str, Parser] = {}
    for name, about, add in COMMANDS:
        commands[name] = group.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.", allow_abbrev=False)
        add(commands[name])
    commands["check"].epilog = STATUSES
    return parser, commands


def _check(parser: Parser) -> None:
    _paths(parser)
    rules = parser.add_argument_group("rules")
    rules.add_argument(
        "--select", action="append", type=_codes, metavar="CODES", help="only these rules: codes, names or beginnings of them"
    )
    rules.add_argument("--ignore", action="append", type=_codes, metavar="CODES", help="none of these rules")
    rules.add_argument("--extend-select", action="append", type=_codes, metavar="CODES", help="these rules, too")
    rules.add_argument("--baseline", metavar="FILE", help="the findings that FILE accepts are not reported (see `testaudit baseline`)")
    rules.add_argument("--strict", action="store_true", default=None, help="the strict rules, too")
    changed = parser.add_argument_group("changes").add_mutually_exclusive_group()
    changed.add_argument("--staged", action="store_true", help="only what the next commit brings about, in the files that it changes")
    changed.add_argument(
        "--since", metavar="REV", help="only what was brought about since the last commit in common with REV (a branch, tag or commit)"
    )
    output = parser.add_argument_group("output")
    _format(output, CHECK_FORMATS, "text")
    output.add_argument(
        "--fail-on", type=_one_of("level", FAILING), metavar="LEVEL", help="the exit status is 1 from this severity on: warning, error"
    )
    output.add_argument("--exit-zero", action="store_true", help="findings do not change the exit status")
    mending = parser.add_argument_group("mending")
    either = mending.add_mutually_exclusive_group()
    either.add_argument("--diff", action="store_true", help="show what --fix would change, and change nothing")
    either.add_argument("--fix", action="store_true", help="mend what can be mended safely")
    mending.add_argument("--unsafe", action="store_true", help="with --diff or --fix: also what wants a look afterwards")
    _running(parser)


def _baseline(parser: Parser) -> None:
    _paths(parser)
    parser.add_argument("--prune", action="store_true", help="only drop the entries of what is mended; accept nothing new")
    parser.add_argument("--baseline", metavar="FILE", help="the file to write (default: the configured one, else testaudit-baseline.json)")
    _running(parser)


def _report(parser: Parser) -> None:
    _paths(parser)
    output = parser.add_argument_group("output")
    _format(output, REPORT_FORMATS, "terminal")
    output.add_argument(
        "--by", type=_one_of("grouping", GROUPINGS), metavar="WHAT", help="the pyramid of each dir, session or owner (CODEOWNERS), too"
    )
    output.add_argument("--base", metavar="REV", help="what has changed since the work parted from this git revision, too")
    output.add_argument(
        "--select-layer", type=_one_of("layer", LAYERS), metavar="LAYER", help="only the tests of one layer: unit, integration, e2e"
    )
    _running(parser)


def _explain(parser: Parser) -> None:
    parser.add_argument(
        "node_id", metavar="NODE_ID", help="a test's name, as pytest writes it (tests/test_a.py::TestA::test_b), or a fixture's"
    )
    _running(parser)


def _graph(parser: Parser) -> None:
    _paths(parser)
    parser.add_argument(
        "--around", metavar="NAME", help="only the neighbourhood of a fixture (its name, or path:line:name) or of a test, class or file"
    )
    parser.add_argument("--depth", type=_number, metavar="N", help="with --around: at most N steps away (default: all the way)")
    output = parser.add_argument_group("output")
    _format(output, GRAPH_FORMATS, "mermaid")
    _python(parser.add_argument_group("running"))


def _rule(parser: Parser) -> None:
    parser.add_argument("code", metavar="CODE", help="a rule's code or name")


def _knowledge(parser: Parser) -> None:
    parser.add_argument(
        "name", metavar="NAME", help="a dotted name, a fixture, a marker or a plugin: sqlite3.connect, tmp_path, pytest-django"
    )


def _paths(parser: Parser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATHS", help="files, folders or node ids (default: the whole project)")


def _nothing(_parser: Parser) -> None:
    pass


def _format(group: argparse._ArgumentGroup, formats: Collection[str], default: str) -> None:
    said = f"one of {', '.join(formats)} (default: {default})"
    group.add_argument("--format", type=_one_of("format", formats), metavar="FORMAT", help=said)
    group.add_argument("--output", type=Path, metavar="FILE", help="write to FILE, as a whole or not at all")


def _running(parser: Parser) -> None:
    running = parser.add_argument_group("running")
    running.add_argument("--jobs", type=_number, metavar="N", help="processes to use (default: as many as pay)")
    _python(running)


def _python(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--python", metavar="PATH", help="the interpreter whose environment has the plugins, or that environment's folder")


def _one_of(noun: str, words: Collection[str]) -> Callable[[str], str]:
    def word(text: str) -> str:
        if text not in words:
            raise argparse.ArgumentTypeError(f"`{text}` is no {noun}{did_you_mean(text, list(words))}")
        return text

    return word


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in text.split(",") if code.strip())


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"`{text}` is not a number from 1 on")
    return int(text)


COMMANDS: tuple[tuple[str, str, Callable[[Parser], None]], ...] = (
    ("check", "find what keeps tests from being trusted", _check),
    ("report", "show the pyramid and the checklist, each verdict with its evidence", _report),
    ("baseline", "accept the findings of today, so that only new ones are reported", _baseline),
    ("explain", "show one test (its layer and why, its fixtures, its findings), or one fixture", _explain),
    ("graph", "draw which fixture asks for which, whole or around a name", _graph),
    ("rules", "list the rules", _nothing),
    ("rule", "show one rule's page", _rule),
    ("sessions", "list the runs of the project's runners, and where they were found", _paths),
    ("config", "list the configuration in force, and where it comes from", _paths),
    ("init", "write a commented configuration for this repository", _nothing),
    ("knowledge", "show what is known of a library's name, and from where", _knowledge),
)
