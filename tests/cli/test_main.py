"""The commands that only show something, faults, and the exit status."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from testaudit import __version__
from testaudit.cli import main


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, the current folder."""
    (tmp_path / "pyproject.toml").write_text("[tool.testaudit]\nfail-on = 'error'\nstrict = true\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TESTAUDIT_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])

    assert (end.value.code, capsys.readouterr().out) == (0, f"testaudit {__version__}\n")


def test_a_mistake_is_one_line_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["chek"])

    assert (status, *capsys.readouterr()) == (
        2,
        "",
        "testaudit: `chek` is no command; did you mean `check`? (`testaudit --help` says more)\n",
    )


@pytest.mark.usefixtures("project")
def test_the_configuration_is_listed_with_its_origin(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if not line.endswith("default")] == [
        "strict         true                              pyproject.toml:3",
        'fail-on        "error"                           pyproject.toml:2',
    ]


def test_every_mistake_in_the_configuration_is_said_at_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "pyproject.toml").write_text("[tool.testaudit]\nfail_on = 1\nstrict = 'yes'\n", encoding="utf-8")

    assert main(["config"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert [line.split(": ")[:2] for line in captured.err.splitlines()] == [
        ["testaudit", "pyproject.toml:2"],
        ["testaudit", "pyproject.toml:3"],
    ]


@pytest.mark.usefixtures("project")
def test_the_rules_are_listed_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines if line.startswith(("TA008", "TA009"))] == [
        ["TA008", "unused-suppression", "default"],
        ["TA009", "unreadable-file", "default"],
    ]
    assert lines == sorted(lines)


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("key", ["TA009", "ta009", "unreadable-file"])
def test_a_rules_page_is_found_by_code_and_by_name(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", key]) == 0
    assert capsys.readouterr().out.startswith(
        "# TA009 unreadable-file\n\nseverity `error`, tier `default`, horizon `file`\n\n## Why it matters\n"
    )


@pytest.mark.usefixtures("project")
def test_an_unknown_rule_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "unreadable-fil"]) == 2
    assert capsys.readouterr().err == "testaudit: `unreadable-fil` is no rule's code or name; did you mean `unreadable-file`?\n"


@pytest.mark.usefixtures("project")
def test_what_is_known_of_a_name_is_shown_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "tmp_path"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("fixture tmp_path  knowledge/tables/pytest.toml:")
    assert "  effect: temporary-files" in lines


@pytest.mark.usefixtures("project")
def test_a_name_that_nobody_knows_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "no.such.name"]) == 2
    assert capsys.readouterr().err == "testaudit: nothing is known of `no.such.name`\n"


def test_what_a_team_knows_is_shown_with_its_place(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = '[tool.testaudit.knowledge.symbols]\n"shop.mail.send" = { effect = "mail" }\n'
    (project / "pyproject.toml").write_text(text, encoding="utf-8")

    assert main(["knowledge", "shop.mail.send"]) == 0
    assert capsys.readouterr().out == "symbol shop.mail.send  pyproject.toml:2\n  effect: mail\n"


def test_sessions_are_listed_with_what_they_were_found_by(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "tests").mkdir()
    (project / "tests" / "test_a.py").write_text("def test_a():\n    assert 1\n", encoding="utf-8")
    (project / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")

    assert main(["sessions"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "."
    assert [line.split(maxsplit=1) for line in lines[2:4]] == [["root", "."], ["configuration", "pytest.ini"]]


def test_a_path_that_is_not_there_is_an_error(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sessions", "nowhere"]) == 2
    assert capsys.readouterr().err == "testaudit: nowhere: there is no such file or folder\n"


def test_unsafe_without_a_fix_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--unsafe"]) == 2
    assert capsys.readouterr().err == "testaudit: --unsafe goes with --fix or --diff\n"


def test_a_diff_has_no_other_format(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--diff", "--format", "json"]) == 2
    assert capsys.readouterr().err == "testaudit: --diff prints a diff; --format does not go with it\n"


# ---------------------------------------------------------------------------------------------------------- as a process

BREAK = """\
import sys
from testaudit.cli import main, showing
def fail(arguments):
    raise ValueError("the first line\\nthe second")
def stop(arguments):
    raise KeyboardInterrupt
showing.SHOWN = {"rules": fail, "config": stop}
sys.exit(main())
"""


def run(*arguments: str, code: str | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
    start = ["-c", code] if code else ["-m", "testaudit"]
    inherited = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR", "TESTAUDIT_DEBUG"}}
    return subprocess.run(
        [sys.executable, *start, *arguments], capture_output=True, text=True, check=False, env={**inherited, **environ}, encoding="utf-8"
    )


def test_an_internal_fault_is_one_line_that_asks_to_be_reported() -> None:
    ended = run("rules", code=BREAK)

    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr == (
        "testaudit: internal fault at <string>:4: ValueError: the first line the second. "
        "This is a bug of testaudit; please report it, with what TESTAUDIT_DEBUG=1 prints.\n"
    )


def test_a_long_fault_is_cut() -> None:
    ended = run("rules", code=BREAK.replace('"the first line\\nthe second"', '"x" * 5000'))

    assert len(ended.stderr) < 600
    assert "xxx… This is a bug of testaudit" in ended.stderr


def test_its_traceback_is_shown_to_whoever_asks() -> None:
    ended = run("rules", code=BREAK, TESTAUDIT_DEBUG="1")

    assert ended.returncode == 2
    assert ended.stderr.splitlines()[0] == "testaudit: Traceback (most recent call last):"
    assert ended.stderr.splitlines()[-1] == "testaudit: internal fault at <string>:4: ValueError: the first line the second"


def test_an_interruption_leaves_no_traceback() -> None:
    ended = run("config", code=BREAK)

    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", "testaudit: interrupted\n")


def test_a_terminal_of_ascii_gets_ascii(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.testaudit]\nexclude = ['t–é']\n", encoding="utf-8")

    ended = run("config", str(tmp_path), PYTHONIOENCODING="ascii")

    assert ended.returncode == 0
    assert 'exclude        ["t-\\xe9"]' in ended.stdout


def test_colours_can_be_forced_into_a_pipe() -> None:
    assert "\x1b[" in run("config", FORCE_COLOR="1", TERM="xterm").stdout
    assert "\x1b[" not in run("config", FORCE_COLOR="1", NO_COLOR="1", TERM="xterm").stdout
    assert "\x1b[" not in run("config", TERM="xterm").stdout


LOADED = """\
import sys
before = set(sys.modules)  # coverage's, where it measures
from testaudit.cli import main
try:
    main(["--version"])
except SystemExit:
    pass
print(sorted({name for name in sys.modules if name.startswith("testaudit")}))
heavy = {"rich", "networkx", "libcst", "tree_sitter", "tomli", "json", "subprocess"}
print(sorted({name.split(".")[0] for name in set(sys.modules) - before} & heavy))
"""


def test_help_and_version_load_next_to_nothing() -> None:
    ended = run(code=LOADED)

    loaded, heavy = ended.stdout.splitlines()[1:]
    assert loaded == str(
        [
            "testaudit",
            "testaudit.cli",
            "testaudit.cli.arguments",
            "testaudit.errors",
            "testaudit.records",
            "testaudit.report",
            "testaudit.report.formats",
        ]
    )
    assert heavy == "[]"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_real_terminal_gets_colours_and_its_own_width() -> None:
    import pty

    leader, follower = pty.openpty()
    environ = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    environ |= {"TERM": "xterm", "COLUMNS": "60"}
    try:
        subprocess.run([sys.executable, "-m", "testaudit", "rules"], stdout=follower, check=True, env=environ)
        shown = os.read(leader, 65_536).decode()
    finally:
        os.close(follower)
        os.close(leader)

    assert "\x1b[1;31mTA009\x1b[0m" in shown
