"""`python -m benchmarks.speed`: testaudit beside its peers on pinned public suites, as ratios of medians."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import tables
from benchmarks.corpora import CORPORA, Corpus, Size, by_length, folders_of_tests, python_files, size, unpacked
from benchmarks.errors import BenchmarkError
from benchmarks.measure import Command, Run, alternating, measured, median
from benchmarks.tools import PEERS, TESTAUDIT, Tool, command, installed

PARTS = ("peers", "hook", "jobs")
# A run of the hook is short, so that its noise is large.
HOOK_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for."""

    corpora: Sequence[str]
    tools: Sequence[str]
    parts: Sequence[str]
    rounds: int
    below: str
    cache: Path
    json: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured on one corpus; `followed` is the first-party source that testaudit read besides, where it says so."""

    corpus: Corpus
    tests: Size
    followed: Size | None
    peers: Mapping[str, Sequence[Run]]
    hook: Mapping[str, Sequence[Run]]
    jobs: Mapping[str, Sequence[Run]]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure what `argv` asks for and print it; 2 when something could not be run."""
    options = parsed(argv)
    try:
        results = [benchmark(CORPORA[name], options) for name in options.corpora]
    except BenchmarkError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps({"schema": 1, "machine": machine(), "results": [document(result) for result in results]}, indent=1))
    else:
        print("\n\n".join(rendered(result) for result in results))
    return 0


def parsed(argv: Sequence[str] | None) -> Options:
    """The options of the command line."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "testaudit-benchmarks"
    names = [TESTAUDIT.name, *PEERS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--corpora", nargs="+", choices=CORPORA, default=list(CORPORA), help="which suites; by default all: %(choices)s")
    parser.add_argument("--tools", nargs="+", choices=names, default=names, help="which tools; by default all: %(choices)s")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="what to measure; by default all: %(choices)s")
    parser.add_argument("--rounds", type=int, default=5, help="how often each command is run (default %(default)s)")
    parser.add_argument("--below", default="", metavar="FOLDER", help="only this folder of the suite, for a quick look")
    parser.add_argument("--cache", type=Path, default=cache, help="where suites and tools are kept (default %(default)s)")
    parser.add_argument("--json", action="store_true", help="print every run as JSON instead of the tables")
    given = parser.parse_args(argv)
    if given.rounds < 1:
        parser.error("--rounds must be at least 1")
    return Options(given.corpora, given.tools, given.parts, given.rounds, given.below, given.cache.resolve(), given.json)


def benchmark(corpus: Corpus, options: Options) -> Result:
    """Fetch `corpus`, install the tools and measure the parts that `options` names. Raises BenchmarkError."""
    root = unpacked(corpus, options.cache)
    folders = folders_of_tests(root, options.below)
    files = python_files(root, folders)
    tests = size(files)
    tools = [tool for tool in (TESTAUDIT, *PEERS.values()) if tool.name in options.tools]
    scripts = {tool.name: installed(tool, options.cache) for tool in tools}
    commands = {tool.name: command(tool, scripts[tool.name], root, folders) for tool in tools}
    warm_up(tools, scripts, root, by_length(files, 0.5).relative_to(root).parent)

    def measure(part: str, commands: Mapping[str, Command], rounds: int) -> dict[str, list[Run]]:
        if part not in options.parts or not commands:
            return {}
        return alternating(commands, rounds, lambda text: print(f"{corpus.name}, {part}, {text}", file=sys.stderr))

    peers = measure("peers", commands, options.rounds)
    if TESTAUDIT.name not in options.tools:
        return Result(corpus, tests, None, peers, {}, {})
    ours = scripts[TESTAUDIT.name]
    hook = measure("hook", hook_commands(ours, root, files), options.rounds * HOOK_ROUNDS)
    jobs = measure("jobs", jobs_commands(commands[TESTAUDIT.name]), options.rounds)
    followed = followed_source(measured(commands[TESTAUDIT.name])[1]) if "peers" in options.parts else None
    return Result(corpus, tests, followed, peers, hook, jobs)


def warm_up(tools: Sequence[Tool], scripts: Mapping[str, Path], root: Path, folder: Path) -> None:
    """Let every tool do a small job first, so that no measured run compiles its bytecode."""
    for tool in tools:
        measured(command(tool, scripts[tool.name], root, [str(folder)]))


def hook_commands(scripts: Path, root: Path, files: Sequence[Path]) -> dict[str, Command]:
    """A bare Python start, and the check of one changed file: of middling length, and longer than nine in ten."""

    def check(share: float) -> Command:
        return command(TESTAUDIT, scripts, root, [str(by_length(files, share).relative_to(root))])

    bare = Command((str(scripts / "python"), "-c", "pass"), root)
    return {"python -c pass": bare, "check of a median file": check(0.5), "check of a long file": check(0.9)}


def jobs_commands(one: Command) -> dict[str, Command]:
    """The same check with one worker and with two."""
    at = list(one.argv).index("--jobs") + 1
    return {"--jobs 1": one, "--jobs 2": Command((*one.argv[:at], "2", *one.argv[at + 1 :]), one.folder, one.statuses)}


def followed_source(document: bytes) -> Size | None:
    """How much first-party source testaudit read beside the tests, as its JSON summary says; None where it says nothing."""
    followed = json.loads(document).get("summary", {}).get("followed")
    return Size(followed["files"], followed["lines"]) if followed else None


def machine() -> dict[str, str | int | None]:
    """What the figures were measured on."""
    return {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()}


def document(result: Result) -> dict[str, object]:
    """All runs of one corpus, and the median of each command's."""
    parts = {"peers": result.peers, "hook": result.hook, "jobs": result.jobs}
    medians = {part: {name: asdict(median(runs)) for name, runs in by_name.items()} for part, by_name in parts.items()}
    return {**asdict(result), "medians": medians}


def rendered(result: Result) -> str:
    """The tables of one corpus."""
    read = f"{result.tests.files:,} files, {result.tests.lines:,} lines of tests"
    followed = result.followed
    besides = f"; testaudit followed {followed.files:,} files, {followed.lines:,} lines of source besides" if followed else ""
    goals = {name: peer.goal for name, peer in PEERS.items()}
    parts = (
        f"{result.corpus.name} {result.corpus.version}: {read}{besides}",
        tables.peers(result.peers, TESTAUDIT.name, goals),
        tables.hook(result.hook),
        tables.jobs(result.jobs),
    )
    return "\n\n".join(part for part in parts if part)


if __name__ == "__main__":
    raise SystemExit(main())
