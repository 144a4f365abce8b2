"""The command line: what it means, and what is said when it means nothing."""

import re
from pathlib import Path

import pytest

from testaudit.cli.arguments import parse
from testaudit.cli.running import overrides
from testaudit.errors import UsageError


def complaint(*argv: str) -> str:
    with pytest.raises(UsageError) as error:
        parse(argv)
    return str(error.value)


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["chek"], "`chek` is no command; did you mean `check`? (`testaudit --help` says more)"),
        (["--verson"], "`--verson` is not an option of `testaudit`; did you mean `--version`?"),
        (["check", "--formt", "json"], "`--formt` is not an option of `testaudit check`; did you mean `--format`?"),
        (["check", "--formt=json"], "`--formt` is not an option of `testaudit check`; did you mean `--format`?"),
        (["check", "--qqq"], "`--qqq` is not an option of `testaudit check`"),
        (
            ["check", "--strct", "--exit-zro"],
            (
                "`--strct` is not an option of `testaudit check`; did you mean `--strict`?\n"
                "`--exit-zro` is not an option of `testaudit check`; did you mean `--exit-zero`?"
            ),
        ),
        (
            ["check", "--format", "jsn"],
            "argument --format: `jsn` is no format; did you mean `json`? (`testaudit check --help` says more)",
        ),
        (
            ["check", "--format", "nodeids"],
            (
                "argument --format: `nodeids` is no format; it is one of `text`, `concise`, `json`, `sarif`, `github`, `gitlab`, `junit`, "
                "`markdown` (`testaudit check --help` says more)"
            ),
        ),
        (
            ["check", "--fail-on", "info"],
            "argument --fail-on: `info` is no level; it is one of `warning`, `error` (`testaudit check --help` says more)",
        ),
        (["check", "--jobs", "0"], "argument --jobs: `0` is not a number from 1 on (`testaudit check --help` says more)"),
        (["check", "--output"], "argument --output: expected one argument (`testaudit check --help` says more)"),
        (
            ["check", "--diff", "--fix"],
            "argument --fix: not allowed with argument --diff (`testaudit check --help` says more)",
        ),
        (
            ["report", "--select-layer", "slow"],
            "argument --select-layer: `slow` is no layer; it is one of `unit`, `integration`, `e2e` (`testaudit report --help` says more)",
        ),
        (["rule"], "the following arguments are required: CODE (`testaudit rule --help` says more)"),
        (["rule", "TA220", "TA221"], "`TA221` is not an option of `testaudit rule`"),
    ],
)
def test_a_word_that_means_nothing_is_named_with_the_nearest_one(argv: list[str], said: str) -> None:
    assert complaint(*argv) == said


@pytest.mark.parametrize(
    "argv",
    [
        ["check", "tests", "more", "--strict"],
        ["check", "--strict", "tests", "more"],
        ["check", "tests", "--strict", "more"],
        ["check", "--strict", "--", "tests", "more"],
    ],
)
def test_paths_may_stand_around_options(argv: list[str]) -> None:
    arguments = parse(argv)

    assert (arguments.command, arguments.paths, arguments.strict) == ("check", ["tests", "more"], True)


def test_no_paths_are_the_whole_project() -> None:
    assert parse(["check"]).paths == []
    assert parse(["report"]).paths == []


def test_options_that_were_given_replace_the_configuration_and_others_do_not() -> None:
    assert overrides(parse(["check"])) == {}
    assert overrides(
        parse(["check", "--select", "TA1,TA220", "--select", "TA3", "--ignore", " TA140 ,", "--strict", "--fail-on", "error"])
    ) == {
        "select": ["TA1", "TA220", "TA3"],
        "ignore": ["TA140"],
        "strict": True,
        "fail-on": "error",
    }
    assert overrides(parse(["report", "--python", ".venv"])) == {"python": ".venv"}


def test_a_layer_a_format_and_a_file_can_be_asked_for() -> None:
    arguments = parse(["report", "--select-layer", "unit", "--format", "nodeids", "--output", "unit.txt", "--jobs", "2"])

    assert (arguments.select_layer, arguments.format, arguments.output, arguments.jobs) == ("unit", "nodeids", Path("unit.txt"), 2)


def test_nothing_at_all_is_answered_with_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parse([])

    captured = capsys.readouterr()
    assert end.value.code == 2
    assert captured.out == ""
    assert captured.err.startswith("usage: testaudit [-h] [--version] COMMAND ...\n")


def test_help_names_every_command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as end:
        parse(["--help"])

    shown = capsys.readouterr().out
    assert end.value.code == 0
    assert re.findall(r"^ {4}([a-z]+)(?: |$)", shown, re.MULTILINE) == [
        "check",
        "report",
        "baseline",
        "explain",
        "graph",
        "rules",
        "rule",
        "sessions",
        "config",
        "init",
        "knowledge",
    ]
