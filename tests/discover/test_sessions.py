"""Which sessions a tree has."""

from pathlib import Path

from testaudit.discover import Session
from tests.discover.trees import discovered, empty, files_by_session, write


def only(root: Path, *paths: str) -> Session:
    (session,) = discovered(root, *paths).sessions
    return session


def test_a_tree_without_any_configuration_is_one_session(tmp_path: Path) -> None:
    empty(tmp_path, "a/test_a.py", "b/test_b.py")

    session = only(tmp_path)

    assert (session.id, session.root, session.config, session.runner, session.version) == (".", ".", None, "pytest", "9.2")
    assert session.version_origin == "the newest"


def test_a_tree_without_tests_still_has_a_session(tmp_path: Path) -> None:
    empty(tmp_path, "a.py")

    assert files_by_session(discovered(tmp_path)) == {".": []}


def test_each_folder_with_an_ini_file_of_pytest_is_a_session(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": "[tool.pytest.ini_options]",
        "tests/test_a.py": "",
        "services/x/pytest.ini": "[pytest]\ntestpaths = tests",
        "services/x/tests/test_b.py": "",
        "services/x/scripts/test_c.py": "",
        "services/y/tox.ini": "[pytest]",
        "services/y/test_d.py": "",
        "services/z/tox.ini": "[tox]",
        "services/z/test_e.py": "",
        "services/empty/pytest.ini": "[pytest]",
    }

    found = discovered(write(tmp_path, files))

    assert files_by_session(found) == {
        ".": ["services/z/test_e.py", "tests/test_a.py"],
        "services/x": ["services/x/tests/test_b.py"],
        "services/y": ["services/y/test_d.py"],
    }
    assert [(session.config, session.origin) for session in found.sessions] == [
        ("pyproject.toml", "pyproject.toml"),
        ("services/x/pytest.ini", "services/x/pytest.ini"),
        ("services/y/tox.ini", "services/y/tox.ini"),
    ]


def test_projects_are_sessions_where_no_ini_file_is_above_them(tmp_path: Path) -> None:
    empty(tmp_path / "loose", "a/pyproject.toml", "a/tests/test_a.py", "b/setup.py", "b/tests/test_b.py", "b/c/setup.py", "b/c/test_c.py")
    write(tmp_path / "tight", {"tox.ini": "[pytest]", "a/pyproject.toml": "", "a/tests/test_a.py": "", "b/setup.py": "", "b/test_b.py": ""})
    empty(tmp_path / "half", "pyproject.toml", "test_top.py", "b/setup.py", "b/test_b.py", "c/pyproject.toml", "c/test_c.py")

    assert list(files_by_session(discovered(tmp_path / "loose"))) == ["a", "b", "b/c"]
    assert list(files_by_session(discovered(tmp_path / "tight"))) == ["."]
    assert list(files_by_session(discovered(tmp_path / "half"))) == [".", "c"]


def test_sample_projects_that_the_settings_leave_out_are_no_sessions(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": "[tool.pytest.ini_options]\nnorecursedirs = ['data', '.*']\naddopts = '--ignore=tests/spread'",
        "tests/test_a.py": "",
        "tests/data/x/pytest.ini": "[pytest]",
        "tests/data/x/test_b.py": "",
        "tests/spread/pyproject.toml": "[tool.pytest.ini_options]",
        "tests/spread/test_c.py": "",
        ".docker/pytest.ini": "[pytest]",
        ".docker/test_d.py": "",
    }

    found = discovered(write(tmp_path, files))

    assert files_by_session(found) == {".": ["tests/test_a.py"], ".docker": [".docker/test_d.py"]}


def test_django_without_pytest_has_its_own_file_names(tmp_path: Path) -> None:
    files = {"manage.py": "", "requirements.txt": "django\n", "shop/tests.py": "", "shop/testing/test_a.py": "", "shop/models.py": ""}
    write(tmp_path / "django", files)
    write(tmp_path / "pytest", {**files, "requirements.txt": "django\npytest-django\npytest\n"})

    assert files_by_session(discovered(tmp_path / "django")) == {".": ["shop/testing/test_a.py", "shop/tests.py"]}
    assert files_by_session(discovered(tmp_path / "pytest")) == {".": ["shop/testing/test_a.py"]}


def test_configured_sessions_are_all_there_are(tmp_path: Path) -> None:
    files = {
        "testaudit.toml": """
[[sessions]]
id = "unit"
args = ["tests/unit", "-m", "not slow"]
version = "7.4"
plugins = ["pytest-mock"]
python = "3.12"
[[sessions]]
id = "everything"
config = "ci/other.ini"
[[sessions]]
id = "old"
runner = "unittest"
root = "old"
args = "discover -s suite -p '*_case.py'"
""",
        "pytest.ini": "[pytest]\ntestpaths = tests\n",
        "ci/other.ini": "[pytest]\npython_files = test_b.py",
        "tests/unit/test_a.py": "",
        "tests/slow/test_b.py": "",
        "old/suite/shop_case.py": "",
        "old/shop_case.py": "",
        "sub/pytest.ini": "[pytest]",
        "sub/test_c.py": "",
    }

    found = discovered(write(tmp_path, files))

    assert files_by_session(found) == {
        "unit": ["tests/unit/test_a.py"],
        "everything": ["tests/slow/test_b.py"],
        "old": ["old/suite/shop_case.py"],
    }
    unit = found.sessions[0]
    assert (unit.config, unit.version, unit.version_origin, unit.python) == ("pytest.ini", "7.4", "testaudit.toml:2", "3.12")
    assert (unit.args, unit.has("pytest-mock")) == (("tests/unit", "-m", "not slow"), True)
    assert found.session_of("tests/slow/test_b.py").id == "everything"


def test_testpaths_count_only_where_pytest_is_started_in_their_folder(tmp_path: Path) -> None:
    files = {
        "testaudit.toml": '[[sessions]]\nroot = "sub"\n',
        "pytest.ini": "[pytest]\ntestpaths = sub/a\n",
        "sub/a/test_a.py": "",
        "sub/b/test_b.py": "",
    }

    assert files_by_session(discovered(write(tmp_path, files))) == {"sub": ["sub/a/test_a.py", "sub/b/test_b.py"]}


def test_native_toml_settings_exist_from_pytest_9_on(tmp_path: Path) -> None:
    files = {"pyproject.toml": '[tool.pytest]\npython_files = ["a_*.py"]\n', "a_1.py": "", "test_b.py": ""}
    write(tmp_path / "new", {**files, "requirements.txt": "pytest==9.0.1"})
    write(tmp_path / "old", {**files, "requirements.txt": "pytest==8.4.2"})

    assert files_by_session(discovered(tmp_path / "new")) == {".": ["a_1.py"]}
    assert files_by_session(discovered(tmp_path / "old")) == {".": ["test_b.py"]}


def test_both_pyproject_tables_are_a_problem_for_pytest_9_only(tmp_path: Path) -> None:
    files = {"pyproject.toml": "[tool.pytest.ini_options]\npython_files = 'a_*.py'\n[tool.pytest.coverage]\nx = 1\n", "a_1.py": ""}
    write(tmp_path / "new", files)
    write(tmp_path / "old", {**files, "requirements.txt": "pytest==8.4.2"})
    new, old = discovered(tmp_path / "new"), discovered(tmp_path / "old")

    assert files_by_session(new) == files_by_session(old) == {".": ["a_1.py"]}
    assert [str(problem) for problem in new.problems] == [
        "pyproject.toml:3: pytest 9 refuses [tool.pytest] beside [tool.pytest.ini_options]; the latter was read"
    ]
    assert old.problems == ()


def test_a_broken_ini_file_is_a_problem_and_stops_nothing(tmp_path: Path) -> None:
    files = {
        "pytest.ini": "[pytest]\nno value here\n",
        "tests/test_a.py": "",
        "x/pyproject.toml": "pytest = {{ template }}",
        "x/test_b.py": "",
        "y/setup.cfg": "[pytest]\nx = 1\n",
        "y/test_c.py": "",
        "z/tox.ini": "[pytest]\nx = 1\nx = 2\n",
    }

    found = discovered(write(tmp_path, files))

    assert files_by_session(found) == {".": ["tests/test_a.py", "x/test_b.py", "y/test_c.py"]}
    assert [str(problem).split(" (at")[0] for problem in found.problems] == [
        "pytest.ini:2: pytest cannot read it: neither a section nor a value: 'no value here'",
        "x/pyproject.toml:1: is not valid TOML: Invalid initial character for a key part",
        "y/setup.cfg:2: pytest refuses a section [pytest] in setup.cfg; it is called [tool:pytest] there",
    ]


def test_bytes_that_are_not_utf8_are_a_problem_and_stop_nothing(tmp_path: Path) -> None:
    empty(tmp_path, "tests/test_a.py")
    (tmp_path / "setup.cfg").write_bytes(b"[tool:pytest]\nx = \xff\n")

    found = discovered(tmp_path)

    assert files_by_session(found) == {".": ["tests/test_a.py"]}
    assert [str(problem) for problem in found.problems] == ["setup.cfg: is not UTF-8 (byte 19)"]
