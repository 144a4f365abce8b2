"""pytest's settings as a session has them."""

from pathlib import Path

import pytest

from testaudit.discover.pytest.files import IniFile, pytest_file_in
from testaudit.discover.pytest.settings import NORECURSEDIRS, PytestSettings, read_settings
from tests.discover.trees import tree


def settings(root: Path, name: str, text: str, *arguments: str) -> tuple[PytestSettings, list[str]]:
    file = pytest_file_in(tree(root, {name: text}), ".", lambda: 9)
    assert file is not None
    found, problems = read_settings(file, arguments)
    return found, [str(problem) for problem in problems]


def test_nothing_set_is_pytests_defaults() -> None:
    found, problems = read_settings(None)

    assert (found, problems) == (PytestSettings(), ())
    assert (found.python_files, found.norecursedirs) == (("test_*.py", "*_test.py"), NORECURSEDIRS)


INI = """[pytest]
testpaths = tests "more tests"
python_files = check_*.py
    *_spec.py
python_classes = Check
python_functions = check
norecursedirs = data
addopts =
    # a comment
    -m "not slow"
    --ds=shop.settings
usefixtures = db clock
markers =
    slow: takes long
    level(number): how deep
pythonpath = src lib
required_plugins = pytest-django>=4 pytest-xdist
filterwarnings =
    error
    ignore:a b:DeprecationWarning
asyncio_mode = auto
timeout = 2.5
xfail_strict = yes
collect_imported_tests = false
consider_namespace_packages = 1
env =
    A=1
"""


def test_an_ini_file_is_read_by_pytests_types(tmp_path: Path) -> None:
    found, problems = settings(tmp_path, "pytest.ini", INI)

    assert problems == []
    assert found.testpaths == ("tests", "more tests")
    assert found.python_files == ("check_*.py", "*_spec.py")
    assert (found.python_classes, found.python_functions, found.norecursedirs) == (("Check",), ("check",), ("data",))
    assert found.addopts == ("-m", "not slow", "--ds=shop.settings")
    assert (found.options.paths, found.django_settings_module) == ((), "shop.settings")
    assert (found.usefixtures, found.pythonpath) == (("db", "clock"), ("src", "lib"))
    assert (found.markers, found.marker_names) == (("slow: takes long", "level(number): how deep"), ("slow", "level"))
    assert found.required_plugins == ("pytest-django>=4", "pytest-xdist")
    assert found.filterwarnings == ("error", "ignore:a b:DeprecationWarning")
    assert (found.asyncio_mode, found.timeout, found.xfail_strict) == ("auto", 2.5, True)
    assert (found.collect_imported_tests, found.consider_namespace_packages) == (False, True)
    assert (found.raw["env"], found.line_of("env"), found.line_of("nothing")) == ("A=1", 26, 0)


def test_native_toml_keeps_its_types(tmp_path: Path) -> None:
    text = '[tool.pytest]\ntestpaths = ["tests"]\nstrict = true\nxfail_strict = false\ntimeout = 3\naddopts = ["-n", "auto"]\n'

    found, problems = settings(tmp_path, "pyproject.toml", text)

    assert problems == []
    assert (found.testpaths, found.timeout, found.addopts) == (("tests",), 3.0, ("-n", "auto"))
    assert (found.strict_markers, found.strict_config, found.xfail_strict) == (True, True, False)
    assert found.line_of("timeout") == 5


def test_the_table_of_ini_options_has_strings_and_lists(tmp_path: Path) -> None:
    text = '[tool.pytest.ini_options]\ntestpaths = "a b"\naddopts = ["-m", "x"]\nxfail_strict = true\ntimeout = 3\n'

    found, problems = settings(tmp_path, "pyproject.toml", text)

    assert problems == []
    assert (found.testpaths, found.addopts, found.xfail_strict, found.timeout) == (("a", "b"), ("-m", "x"), True, 3.0)


def test_options_override_the_file_and_arguments_override_addopts(tmp_path: Path) -> None:
    text = "[pytest]\nasyncio_mode = auto\nxfail_strict = false\naddopts = -p slow -o python_files=a_*.py\n"

    found, _ = settings(tmp_path, "pytest.ini", text, "-p", "no:slow", "-o", "xfail_strict=true", "--asyncio-mode=strict", "--timeout=9")

    assert (found.options.plugins, found.xfail_strict, found.asyncio_mode) == ((), True, "strict")
    assert (found.python_files, found.timeout) == (("a_*.py",), 9.0)


def test_xfail_strict_has_two_names(tmp_path: Path) -> None:
    assert settings(tmp_path, "pytest.ini", "[pytest]\nstrict_xfail = true\n")[0].xfail_strict


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("pytest.ini", "[pytest]\nxfail_strict = maybe\n", "pytest.ini:2: `xfail_strict` takes true or false; pytest refuses it"),
        ("pytest.ini", "[pytest]\ntimeout = soon\n", "pytest.ini:2: `timeout` takes a number; pytest refuses it"),
        (
            "pytest.ini",
            '[pytest]\ntestpaths = "a\n',
            "pytest.ini:2: `testpaths` takes words that a shell could split (no closing quotation); pytest refuses it",
        ),
        ("pytest.toml", '[pytest]\n\ntestpaths = "a"\n', "pytest.toml:3: `testpaths` takes a list of strings; pytest refuses it"),
        ("pytest.toml", '[pytest]\nstrict = "yes"\n', "pytest.toml:2: `strict` takes true or false; pytest refuses it"),
    ],
)
def test_a_value_that_pytest_refuses_is_a_problem_and_counts_as_unset(tmp_path: Path, name: str, text: str, problem: str) -> None:
    found, problems = settings(tmp_path, name, text)

    assert problems == [problem]
    assert (found.testpaths, found.xfail_strict, found.timeout) == ((), False, None)


def test_settings_of_a_session_need_no_file() -> None:
    found, _ = read_settings(IniFile("", "ini"), ["--noconftest", "tests"])

    assert (found.options.noconftest, found.options.paths) == (True, ("tests",))
