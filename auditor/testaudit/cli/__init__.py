"""The command line: argv in, text and an exit status out; the only reader of argv."""

from __future__ import annotations

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Sequence

from testaudit.cli.arguments import parse
from testaudit.errors import TestauditError

CLEAN, FOUND, FAILED = 0, 1, 2
"""Exit statuses: nothing at or above `fail-on`, findings, could not do what was asked."""
LONGEST = 400
"""A fault's own words are cut after so many characters."""


def program() -> int:
    """`main` as a process of its own, without any garbage collection: what was read is kept to the end anyway.

    Freezing keeps the interpreter from collecting once more before it goes, which took 12 s after a report on 437,000 lines.
    """
    gc.disable()
    try:
        return main()
    finally:
        gc.freeze()


def main(argv: Sequence[str] | None = None) -> int:
    """Do what `argv` (without the program's name) asks; the exit status is returned, except for `--help` and `--version`, which exit."""
    try:
        return _run(parse(sys.argv[1:] if argv is None else argv))
    except TestauditError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return _fail("interrupted")  # pytest's status for it, too
    except Exception as fault:  # noqa: BLE001  # the last resort: one line for the user, the traceback for whoever asks
        return _fail(_described(fault))


def _run(arguments: Namespace) -> int:
    # Only the module behind the command is imported, so that `--help` and `--version` are instant.
    match arguments.command:
        case "check":
            from testaudit.cli.checking import check

            return check(arguments)
        case "baseline":
            from testaudit.cli.accepting import baseline

            baseline(arguments)
            return CLEAN
        case "report" | "explain":
            from testaudit.cli import reporting

            return reporting.report(arguments) if arguments.command == "report" else reporting.explain(arguments)
        case "init":
            from testaudit.cli.starting import init

            init(arguments)
            return CLEAN
        case "graph":
            from testaudit.cli.drawing import graph

            return graph(arguments)
        case _:
            from testaudit.cli.showing import SHOWN

            SHOWN[arguments.command](arguments)
            return CLEAN


def _fail(message: str) -> int:
    from testaudit.report.output import print_text

    print_text("".join(f"testaudit: {line}\n" for line in message.splitlines()), sys.stderr)
    return FAILED


def _described(fault: Exception) -> str:
    """An internal fault in one line, or with its traceback where `TESTAUDIT_DEBUG` asks for it."""
    import traceback

    last = traceback.extract_tb(fault.__traceback__)[-1:]
    place = "".join(f" at {os.path.basename(frame.filename)}:{frame.lineno}" for frame in last)  # noqa: PTH119  # a path of any platform
    said = f"internal fault{place}: {type(fault).__name__}: {' '.join(str(fault).split())}"
    if os.environ.get("TESTAUDIT_DEBUG"):
        return "".join(traceback.format_exception(fault)) + said
    said = f"{said[:LONGEST]}…" if len(said) > LONGEST else f"{said}."
    return f"{said} This is a bug of testaudit; please report it{_address()}, with what TESTAUDIT_DEBUG=1 prints."


def _address() -> str:
    """Where this installation says that bugs are to be reported (its `Issues` address), as ` at …`; empty when it does not say."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        addresses = metadata("testaudit").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    return next((f" at {url.partition(',')[2].strip()}" for url in addresses if url.lower().startswith("issues")), "")
