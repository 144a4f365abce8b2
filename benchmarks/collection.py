"""`python -m benchmarks.collection PATH --python .venv/bin/python` compares testaudit's tests and fixtures with those of pytest itself.

pytest collects the repository (`--collect-only`: its modules are imported, no test is run) with the interpreter that is named, testaudit
reads it; what differs is listed by its cause. What stands behind `--` goes to pytest.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.errors import BenchmarkError
from testaudit.config import load_config
from testaudit.suites import load, uncollected

ORACLE = Path(__file__).with_name("pytest_oracle.py")
SAME, DIFFERENT, FAILED = 0, 1, 2
"""Exit statuses."""


@dataclass(frozen=True, slots=True)
class Definition:
    """The definition of a fixture that a test gets: where, how wide, whether nobody needs to ask for it (None: not known)."""

    path: str
    line: int
    scope: str
    autouse: bool | None


@dataclass(frozen=True, slots=True)
class Collected:
    """One test: how often it runs, and the fixtures of the repository that it gets, by name."""

    variants: int
    fixtures: Mapping[str, Definition]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one of both collects, by node id without parameters. `errors` are the files that pytest could not import, with the reason."""

    tests: Mapping[str, Collected]
    version: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """One difference in one test; `cause` is the same for all tests that differ alike."""

    cause: str
    test: str


def of_pytest(answer: Mapping[str, object]) -> Answer:
    """What the oracle wrote."""
    tests, errors = answer["tests"], answer["errors"]
    assert isinstance(tests, dict)
    assert isinstance(errors, dict)
    return Answer(
        {
            test: Collected(entry["variants"], {name: Definition(*found) for name, found in entry["fixtures"].items()})
            for test, entry in tests.items()
        },
        str(answer["pytest"]),
        errors,
    )


def of_testaudit(root: Path, python: str) -> Answer:
    """What testaudit reads below `root`, for the pytest and the plugins of the interpreter `python`."""
    with uncollected():
        suite = load([str(root)], load_config(root, {"python": python})).suite
    tests = {}
    for test in suite.tests:
        fixtures = {
            use.name: Definition(place.path, place.line, use.fixture.scope, use.autouse)
            for use in test.closure
            if not (use.dynamic or use.overridden) and use.fixture.kind == "value" and use.fixture.origin == "repository"
            if (place := use.fixture.definition) is not None
        }
        tests[test.id] = Collected(test.variants, fixtures)
    return Answer(tests)


def differences(pytests: Answer, ours: Answer, *, variants: bool = False) -> Iterator[Difference]:
    """Where both differ, in the files from which pytest collected anything. `variants` says whether their numbers count, too: values that
    only execution knows are no mistake of a reader."""
    files = {test.partition("::")[0] for test in pytests.tests}
    for test in sorted(pytests.tests.keys() | ours.tests.keys()):
        theirs, mine = pytests.tests.get(test), ours.tests.get(test)
        if theirs is None:
            file = test.partition("::")[0]
            if file in files or not any(file == error or error.startswith(f"{file}::") for error in pytests.errors):
                yield Difference("only testaudit collects it" if file in files else "only testaudit collects from its file", test)
        elif mine is None:
            yield Difference("only pytest collects it", test)
        else:
            yield from _in_one(test, theirs, mine, variants)


def _in_one(test: str, theirs: Collected, mine: Collected, variants: bool) -> Iterator[Difference]:
    for name in sorted(theirs.fixtures.keys() | mine.fixtures.keys()):
        wanted, found = theirs.fixtures.get(name), mine.fixtures.get(name)
        if wanted is None or found is None:
            yield Difference(f"fixture `{name}` is {'missing' if found is None else 'too many'}", test)
            continue
        if (wanted.path, wanted.line) != (found.path, found.line):
            yield Difference(f"fixture `{name}` is {wanted.path}:{wanted.line}, not {found.path}:{found.line}", test)
        if wanted.scope != found.scope:
            yield Difference(f"fixture `{name}` has scope {wanted.scope}, not {found.scope}", test)
        if wanted.autouse not in (None, found.autouse):
            yield Difference(f"fixture `{name}` is {'' if wanted.autouse else 'not '}autouse", test)
    if variants and theirs.variants != mine.variants:
        yield Difference(f"{theirs.variants} variants, not {mine.variants}", test)


def ask(python: str, root: Path, arguments: Sequence[str]) -> Answer:
    """What pytest collects below `root`. Raises BenchmarkError when it does not get so far."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "answer.json")
        done = subprocess.run([python, str(ORACLE), str(file), str(root), *arguments], check=False, capture_output=True, text=True)
        if not file.exists():
            raise BenchmarkError(f"pytest could not collect {root}:\n{(done.stderr or done.stdout)[-2000:]}")
        answer = json.loads(file.read_text(encoding="utf-8"))
    if not answer["tests"]:
        raise BenchmarkError(f"pytest collected no test:\n{answer['output'][-2000:]}")
    return of_pytest(answer)


def report(pytests: Answer, ours: Answer, shown: int) -> Iterator[str]:
    """The comparison in words, the most frequent cause first, each with up to `shown` tests."""
    found = list(differences(pytests, ours))
    wrong = {difference.test for difference in found}
    both = pytests.tests.keys() & ours.tests.keys()
    same = f"{len(both - wrong):,} are exactly the same in testaudit"
    yield f"pytest {pytests.version} collects {len(pytests.tests):,} test functions; {same}"
    for file, reason in sorted(pytests.errors.items()):
        yield f"pytest could not import {file}: {reason}"
    causes: dict[str, list[str]] = {}
    for difference in found:
        causes.setdefault(difference.cause, []).append(difference.test)
    for cause, tests in sorted(causes.items(), key=lambda item: (-len(item[1]), item[0])):
        yield f"\n{cause}: {len(tests):,} test{'' if len(tests) == 1 else 's'}"
        yield from (f"    {test}" for test in tests[:shown])
        if len(tests) > shown:
            yield f"    and {len(tests) - shown:,} more"


def _split(argv: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """What stands before and behind the first `--`."""
    at = argv.index("--") if "--" in argv else len(argv)
    return argv[:at], argv[at + 1 :]


def main(argv: Sequence[str] | None = None) -> int:
    """Compare, print, and return the exit status: 0 the same, 1 differences, 2 could not be compared."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.collection", description=__doc__, epilog="-- ARGUMENT…: arguments for pytest"
    )
    parser.add_argument("path", type=Path, metavar="PATH", help="the repository's folder, where its tests are run")
    parser.add_argument(
        "--python", default=sys.executable, metavar="PATH", help="the interpreter that has pytest and what the tests import"
    )
    parser.add_argument("--show", type=int, default=5, metavar="N", help="tests named for each cause (default: 5)")
    own, rest = _split(sys.argv[1:] if argv is None else argv)
    given = parser.parse_args(own)
    root = given.path.resolve()
    python = str(Path(given.python).absolute()) if "/" in given.python else given.python
    try:
        theirs = ask(python, root, rest)
    except (BenchmarkError, OSError) as error:
        print(error, file=sys.stderr)
        return FAILED
    ours = of_testaudit(root, python)
    print("\n".join(report(theirs, ours, given.show)))
    return DIFFERENT if any(differences(theirs, ours)) else SAME


if __name__ == "__main__":
    raise SystemExit(main())
