"""The commands that run tests, read from the files that projects write them in."""

from pathlib import Path

import pytest

from testaudit.discover.commands.recipes import invocations_in
from testaudit.discover.commands.shell import UNKNOWN, commands
from testaudit.discover.commands.yaml import scalars
from tests.discover.trees import discovered, files_by_session, tree, write


def said(root: Path, files: dict[str, str]) -> list[tuple[str, str, tuple[str, ...], str]]:
    """The origin, runner, arguments and folder of each run that these files write down."""
    return [(run.origin, run.runner, run.args, run.folder) for run in invocations_in(tree(root, files), ".")]


# ------------------------------------------------------------------------------------------------------------------- shell


def words(text: str) -> list[tuple[str, ...]]:
    return [command.words for command in commands(text, ".", {"TESTS": "tests/unit"})]


def test_a_script_is_split_into_simple_commands() -> None:
    assert words("set -e; pip install . && pytest -q | tee log > out.txt") == [
        ("set", "-e"),
        ("pip", "install", "."),
        ("pytest", "-q"),
        ("tee", "log"),
    ]


def test_lines_that_end_in_a_backslash_go_on() -> None:
    assert words("pytest \\\n  -x \\\n  tests\n") == [("pytest", "-x", "tests")]


def test_known_variables_are_put_in_and_others_are_unknown() -> None:
    assert words('pytest $TESTS ${OTHER:-b} ${WHO} "$@" $(ls) ${{ matrix.x }}') == [
        ("pytest", "tests/unit", "b", UNKNOWN, "", UNKNOWN, UNKNOWN)
    ]


def test_cd_counts_for_what_follows_and_parentheses_keep_it() -> None:
    found = [(c.words[0], c.folder) for c in commands("(cd a && one); two; cd b; three; cd /abs; four", ".", {})]

    assert found == [("one", "a"), ("two", "."), ("three", "b"), ("four", None)]


def test_a_quote_over_several_lines_stops_nothing() -> None:
    assert words("echo 'a\nb'\npytest tests")[-1] == ("pytest", "tests")


def test_a_shell_in_the_shell_is_read() -> None:
    assert words("bash -c 'cd x && pytest'") == [("pytest",)]


# -------------------------------------------------------------------------------------------------------------------- YAML


def test_scalars_are_found_with_the_keys_that_lead_to_them() -> None:
    text = """\
on: push  # always
jobs:
  test:
    steps:
    - uses: x
    - name: "Run: tests"
      run: |
        pip install .

        pytest
    - run: >-
        pytest
        tests
    - run: pytest
        -x
  lint: [a, 'b c']
"""

    assert [(scalar.keys, scalar.text, scalar.line) for scalar in scalars(text)] == [
        (("on",), "push", 1),
        (("jobs", "test", "steps", 0, "uses"), "x", 5),
        (("jobs", "test", "steps", 1, "name"), "Run: tests", 6),
        (("jobs", "test", "steps", 1, "run"), "pip install .\n\npytest", 8),
        (("jobs", "test", "steps", 2, "run"), "pytest tests", 12),
        (("jobs", "test", "steps", 3, "run"), "pytest -x", 14),
        (("jobs", "lint", 0), "a", 16),
        (("jobs", "lint", 1), "b c", 16),
    ]


@pytest.mark.parametrize("text", ["", "- - -", ": :", "a: [", "a: |", "&x\n*y", "\ta: b", "'"])
def test_broken_yaml_is_read_without_complaint(text: str) -> None:
    assert all(isinstance(scalar.text, str) for scalar in scalars(text))


# ------------------------------------------------------------------------------------------------------------------- files


def test_a_workflow_has_folders_and_variables_for_its_steps(tmp_path: Path) -> None:
    text = """\
env: {CI: 1}
jobs:
  a:
    defaults:
      run:
        working-directory: sdk
    steps:
      - run: uv run --with pytest pytest -q tests
      - run: pytest it
        working-directory: other
        env:
          PYTEST_ADDOPTS: -p extra
"""

    assert said(tmp_path, {".github/workflows/ci.yml": text}) == [
        (".github/workflows/ci.yml:8", "pytest", ("-q", "tests"), "sdk"),
        (".github/workflows/ci.yml:9", "pytest", ("-p", "extra", "it"), "other"),
    ]


def test_gitlab_and_circle_write_scripts_as_lists_and_mappings(tmp_path: Path) -> None:
    files = {
        ".gitlab-ci.yml": "test:\n  script:\n    - cd app\n    - python -m pytest unit\n",
        ".circleci/config.yml": "jobs:\n  b:\n    steps:\n      - run:\n          command: pytest it\n          working_directory: app\n",
    }

    assert said(tmp_path, files) == [
        (".gitlab-ci.yml:4", "pytest", ("unit",), "."),
        (".circleci/config.yml:5", "pytest", ("it",), "app"),
    ]


def test_tox_substitutes_and_has_folders_and_variables(tmp_path: Path) -> None:
    text = """\
[tox]
envlist = py
[testenv]
setenv =
    PYTEST_ADDOPTS = --import-mode=importlib
commands =
    pip list
    py312: coverage run -m pytest {posargs:tests} --basetemp={envtmpdir}
[testenv:it]
changedir = it
commands = {[testenv]commands}
"""

    assert said(tmp_path, {"tox.ini": text}) == [
        ("tox.ini:6", "pytest", ("--import-mode=importlib", "tests", f"--basetemp={UNKNOWN}"), "."),
        ("tox.ini:11", "pytest", ("--import-mode=importlib", "tests", f"--basetemp={UNKNOWN}"), "it"),
    ]


def test_a_noxfile_is_read_as_far_as_constants_go(tmp_path: Path) -> None:
    text = """\
import nox
EXTRA = ["--import-mode", "importlib"]

@nox.session
def tests(session):
    args = ["-x"]
    args += ["a"]
    session.install("pytest", "-e", ".")
    session.run("pytest", *args, *EXTRA, *session.posargs)
    session.chdir("docs")
    session.run("python", "-m", "pytest", *(session.posargs or ["b"]), f"{session.name}", env={"PYTEST_ADDOPTS": "-p x"})
"""

    assert said(tmp_path, {"noxfile.py": text}) == [
        ("noxfile.py:9", "pytest", ("-x", "a", "--import-mode", "importlib"), "."),
        ("noxfile.py:11", "pytest", ("-p", "x", "b", UNKNOWN), "docs"),
    ]


def test_a_noxfile_that_is_no_python_says_nothing(tmp_path: Path) -> None:
    assert said(tmp_path, {"noxfile.py": "def (pytest"}) == []


def test_make_puts_its_variables_in(tmp_path: Path) -> None:
    text = """\
TESTS ?= tests/unit
test: install
\t@cd app && $(RUN) pytest $(TESTS) \\
\t\t-n "$${WORKERS:-2}"
install:
\tpip install pytest
"""

    assert said(tmp_path, {"Makefile": text}) == [("Makefile:3", "pytest", ("tests/unit", "-n", "2"), "app")]


def test_scripts_of_hatch_pdm_poe_and_tox_stand_in_pyproject(tmp_path: Path) -> None:
    text = """\
[tool.hatch.envs.default.scripts]
test = "pytest {args:tests}"
all = ["ruff check .", "pytest a b"]
[tool.pdm.scripts]
unit = {cmd = ["pytest", "unit"]}
[tool.poe.tasks.it]
cmd = "pytest it"
cwd = "app"
[tool.tox.env_run_base]
commands = [["pytest", "-q", {replace = "posargs", default = ["c"], extend = true}]]
"""

    assert [(args, folder) for _, _, args, folder in said(tmp_path, {"pyproject.toml": text})] == [
        (("tests",), "."),
        (("a", "b"), "."),
        (("unit",), "."),
        (("it",), "app"),
        (("-q", "c"), "."),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "pip install pytest tests",
        "echo pytest tests",
        "uv add --dev pytest",
        "apt-get install python3-pytest",
        "ruff check pytest",
        "pytest --collect-only tests",
        "pytest --version",
        "git clone https://example.org/pytest",
    ],
)
def test_who_only_names_a_runner_runs_nothing(tmp_path: Path, line: str) -> None:
    assert said(tmp_path, {"test.sh": line}) == []


@pytest.mark.parametrize(
    ("line", "runner", "args"),
    [
        ("python -W error -m unittest discover -s tests", "unittest", ("discover", "-s", "tests")),
        ("coverage run -m unittest", "unittest", ()),
        ("poetry run python manage.py test shop", "django", ("shop",)),
        ("xvfb-run -a python3.12 -Im pytest -q", "pytest", ("-q",)),
        ("VAR=1 .venv/bin/pytest a", "pytest", ("a",)),
        ("stestr run", "other", ("run",)),
    ],
)
def test_runners_are_known_behind_what_starts_them(tmp_path: Path, line: str, runner: str, args: tuple[str, ...]) -> None:
    assert said(tmp_path, {"scripts/test": line}) == [("scripts/test:1", runner, args, ".")]


# ---------------------------------------------------------------------------------------------------------------- sessions


def test_a_command_adds_what_the_settings_leave_out(tmp_path: Path) -> None:
    files = {
        "pytest.ini": "[pytest]\ntestpaths = tests/unit",
        "Makefile": "it:\n\tpytest tests/it -m slow\nall:\n\tpytest\n",
        "tests/unit/test_a.py": "",
        "tests/it/test_b.py": "",
        "tests/other/test_c.py": "",
    }
    (session,) = discovered(write(tmp_path, files)).sessions

    assert session.also == ("tests/it",)
    assert session.origin == "pytest.ini; tests/it by Makefile:2"
    assert files_by_session(discovered(tmp_path)) == {".": ["tests/it/test_b.py", "tests/unit/test_a.py"]}


def test_a_narrow_command_takes_nothing_away(tmp_path: Path) -> None:
    files = {
        "pytest.ini": "[pytest]",
        "tox.ini": "[testenv]\ncommands = pytest tests/unit -k fast -m 'not slow' --ignore=tests/it",
        "tests/unit/test_a.py": "",
        "tests/it/test_b.py": "",
    }
    write(tmp_path, files)

    assert files_by_session(discovered(tmp_path)) == {".": ["tests/it/test_b.py", "tests/unit/test_a.py"]}


def test_what_all_commands_agree_on_is_in_force(tmp_path: Path) -> None:
    files = {
        "ci/pytest.ini": "[pytest]\npython_files = check_*.py",
        "tests/check_a.py": "",
        "Makefile": "a:\n\tpytest -c ci/pytest.ini tests\nb:\n\tpytest -x -c ci/pytest.ini tests\n",
    }
    (session,) = discovered(write(tmp_path, files)).sessions

    assert (session.config, session.args) == ("ci/pytest.ini", ("-c=ci/pytest.ini",))
    assert files_by_session(discovered(tmp_path)) == {".": ["tests/check_a.py"]}


def test_a_command_with_settings_of_its_own_is_a_session_of_its_own(tmp_path: Path) -> None:
    files = {
        "pytest.ini": "[pytest]\ntestpaths = tests",
        "Makefile": "a:\n\tpytest\nb:\n\tpytest --noconftest smoke\n",
        "tests/test_a.py": "",
        "smoke/test_b.py": "",
    }
    found = discovered(write(tmp_path, files))

    assert files_by_session(found) == {".": ["tests/test_a.py"], ". (Makefile:4)": ["smoke/test_b.py"]}
    assert found.sessions[1].settings.options.noconftest
    assert found.session_of("smoke/test_b.py").id == ". (Makefile:4)"


def test_a_command_in_a_folder_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    files = {"pytest.ini": "[pytest]\ntestpaths = tests", "test.sh": "cd downstream; pytest -p other tests", "tests/test_a.py": ""}
    (session,) = discovered(write(tmp_path, files)).sessions

    assert (session.args, session.also) == ((), ())


def test_a_suite_that_nobody_runs_with_pytest_is_unittests(tmp_path: Path) -> None:
    case = "import unittest\nclass A(unittest.TestCase): ...\n"
    files = {
        "tox.ini": "[testenv]\ncommands = python -m unittest discover -p '*_check.py'",
        "a/testa.py": case,
        "b_check.py": case,
        "c.py": case,
    }
    (session,) = discovered(write(tmp_path, files)).sessions

    assert (session.runner, session.origin) == ("unittest", "tox.ini:2: no settings for pytest, files as unittest finds them")
    assert files_by_session(discovered(tmp_path)) == {".": ["a/testa.py", "b_check.py"]}


def test_a_suite_of_both_kinds_is_pytests_with_the_files_of_both(tmp_path: Path) -> None:
    files = {"testa.py": "class A(unittest.TestCase): ...", "b_test.py": "def test_b(): ...", "c.py": ""}
    (session,) = discovered(write(tmp_path, files)).sessions

    assert session.runner == "pytest"
    assert files_by_session(discovered(tmp_path)) == {".": ["b_test.py", "testa.py"]}


def test_one_named_file_is_judged_in_the_session_that_the_whole_tree_gives_it(tmp_path: Path) -> None:
    case = "class A(unittest.TestCase): ..."
    write(tmp_path, {"test_a.py": case, "testb.py": case})

    assert [session.runner for session in discovered(tmp_path, "test_a.py").sessions] == ["unittest"]
    assert files_by_session(discovered(tmp_path, "testb.py")) == {".": ["testb.py"]}
