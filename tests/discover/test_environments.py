"""What is known of a session's interpreter, runner and plugins."""

from pathlib import Path

import pytest

from testaudit.discover import Session
from tests.discover.trees import discovered, empty, write


def session(root: Path, **overrides: object) -> Session:
    (found,) = discovered(empty(root, "tests/test_a.py"), overrides=overrides).sessions
    return found


def virtualenv(folder: Path, *distributions: str) -> Path:
    packages = folder / "lib/python3.12/site-packages"
    for distribution in distributions:
        (packages / f"{distribution}.dist-info").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text("home = /usr/bin\n")
    return folder


def versions(found: Session) -> dict[str, str | None]:
    return {name: distribution.version for name, distribution in found.environment.distributions.items()}


@pytest.mark.parametrize("name", [".venv", "venv", "env"])
def test_a_virtual_environment_tells_exactly_what_is_installed(tmp_path: Path, name: str) -> None:
    virtualenv(tmp_path / name, "pytest-8.4.2", "pytest_mock-3.15.1", "Flask.SQLAlchemy-3.0")
    write(tmp_path, {"requirements.txt": "pytest==7.0.0\npytest-cov\n"})

    found = session(tmp_path)

    assert (found.version, found.version_origin, found.python) == ("8.4.2", str(tmp_path / name), "3.12")
    assert versions(found) == {"pytest": "8.4.2", "pytest-mock": "3.15.1", "flask-sqlalchemy": "3.0"}
    assert (found.has("pytest-mock"), found.has("pytest-cov")) == (True, False)


def test_a_virtual_environment_without_pytest_is_for_something_else(tmp_path: Path) -> None:
    virtualenv(tmp_path / ".venv", "sphinx-8.0")

    found = session(write(tmp_path, {"requirements.txt": "pytest==7.0.0\n"}))

    assert (found.version, found.environment.exact) == ("7.0.0", False)


def test_the_environment_of_a_folder_above_counts_for_a_session_below(tmp_path: Path) -> None:
    virtualenv(tmp_path / ".venv", "pytest-8.0")
    write(tmp_path, {"a/pytest.ini": "[pytest]", "a/test_a.py": ""})

    (found,) = discovered(tmp_path, "a").sessions

    assert (found.root, found.version) == ("a", "8.0")


def test_an_interpreter_that_is_named_wins(tmp_path: Path) -> None:
    virtualenv(tmp_path / ".venv", "pytest-8.0")
    other = virtualenv(tmp_path / "elsewhere", "pytest-7.4")
    empty(other, "bin/python")

    assert session(tmp_path, python=str(other)).version == "7.4"
    assert session(tmp_path, python=str(other / "bin/python")).version == "7.4"


def test_the_active_environment_counts_when_pytest_is_installed_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = virtualenv(tmp_path / "x/hook", "testaudit-1.0")
    monkeypatch.setenv("VIRTUAL_ENV", str(hook))
    before = session(tmp_path / "project").version_origin

    (hook / "lib/python3.12/site-packages/pytest-8.1.dist-info").mkdir()

    assert (before, session(tmp_path / "project").version) == ("the newest", "8.1")


def test_what_is_installed_for_development_is_imported_in_place(tmp_path: Path) -> None:
    packages = virtualenv(tmp_path / ".venv", "pytest-8.0") / "lib/python3.12/site-packages"
    write(packages, {"__editable__.lib.pth": f"{tmp_path}/deep/down/in/lib\nimport sys\n"})
    empty(tmp_path, "deep/down/in/lib/lib/__init__.py")
    found = discovered(empty(tmp_path, "tests/test_a.py"))

    roots = found.import_roots(found.sessions[0], "tests/test_a.py")

    assert found.find_module("lib", roots) == "deep/down/in/lib/lib/__init__.py"


UV = """version = 1
[[package]]
name = "pytest"
version = "8.4.2"
source = { registry = "x" }
[[package]]
name = "pytest"
version = "9.0.1"
[[package]]
name = "mine"
source = { editable = "." }
[[package]]
name = "pytest-mock"
version = "3.15.1"
"""
PIPENV = '{"default": {"flask": {"version": "==3.0"}}, "develop": {"pytest": {"version": "==8.2.0"}, "odd": {}}}'
PYLOCK = 'lock-version = "1.0"\n\n[[packages]]\nname = "pytest"\nversion = "9.1"\n'


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("uv.lock", UV, {"pytest": "9.0.1", "pytest-mock": "3.15.1", "mine": None}),
        ("poetry.lock", UV, {"pytest": "9.0.1", "pytest-mock": "3.15.1", "mine": None}),
        ("pdm.lock", UV, {"pytest": "9.0.1", "pytest-mock": "3.15.1", "mine": None}),
        ("Pipfile.lock", PIPENV, {"pytest": "8.2.0", "flask": "3.0", "odd": None}),
        ("pylock.toml", PYLOCK, {"pytest": "9.1"}),
    ],
)
def test_a_lock_file_tells_versions_the_newest_of_several(tmp_path: Path, name: str, text: str, expected: dict[str, str | None]) -> None:
    found = session(write(tmp_path, {name: text}))

    assert versions(found) == expected
    assert (found.version, found.version_origin) == (expected["pytest"], name)
    assert found.has("pytest-cov") is None


def test_a_broken_lock_file_tells_nothing(tmp_path: Path) -> None:
    assert versions(session(write(tmp_path, {"Pipfile.lock": "{"}))) == {}


PYPROJECT = """
[project]
name = "x"
dependencies = ["Flask >= 2", "attrs[x]==23.1 ; python_version > '3'"]
optional-dependencies.test = ["pytest == 8.3.*", "pytest_mock"]
[dependency-groups]
dev = ["pytest-cov (==4.0)", { include-group = "lint" }]
lint = ["ruff"]
[tool.poetry.dependencies]
python = "^3.10"
rich = "13.1"
[tool.poetry.group.dev.dependencies]
pytest-django = { version = "^4.5", optional = true }
[tool.uv]
dev-dependencies = ["pytest-xdist"]
[tool.pdm.dev-dependencies]
test = ["pytest-env"]
[tool.hatch.envs.test]
extra-dependencies = ["pytest-randomly"]
"""


def test_a_pyproject_asks_for_distributions_in_many_tables(tmp_path: Path) -> None:
    assert versions(session(write(tmp_path, {"pyproject.toml": PYPROJECT}))) == {
        "flask": None,
        "attrs": "23.1",
        "pytest": None,
        "pytest-mock": None,
        "pytest-cov": "4.0",
        "ruff": None,
        "rich": "13.1",
        "pytest-django": None,
        "pytest-xdist": None,
        "pytest-env": None,
        "pytest-randomly": None,
    }


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "requirements.txt",
            "# x\n-r other.txt\n--hash=y\npytest==7.4.2 ; x  # y\nPyTest_Cov>=3\n",
            {"pytest": "7.4.2", "pytest-cov": None},
        ),
        ("dev-requirements.in", "pytest-mock\n", {"pytest-mock": None}),
        ("requirements/test.txt", "pytest-mock\n", {"pytest-mock": None}),
        (
            "setup.cfg",
            "[options]\ninstall_requires =\n    flask==2\n[options.extras_require]\ntest = pytest-cov\n",
            {"flask": "2", "pytest-cov": None},
        ),
        (
            "tox.ini",
            "[testenv]\ndeps =\n    py{310,311}: pytest-mock\n    pytest==8.1\ncommands = pytest\n",
            {"pytest-mock": None, "pytest": "8.1"},
        ),
        ("Pipfile", '[packages]\nflask = "*"\n[dev-packages]\npytest-mock = "*"\n', {"flask": None, "pytest-mock": None}),
        (
            "setup.py",
            "setup(extras_require={'test': ['pytest-mock>=1', 'pytest==8.2']})",
            {"test": None, "pytest-mock": None, "pytest": "8.2"},
        ),
        ("noxfile.py", 'session.install("pytest-mock", "-e.")', {"pytest-mock": None}),
        ("environment.yml", "dependencies:\n  - python=3.11\n  - pytest-mock\n", {"python": "3.11", "pytest-mock": None}),
    ],
)
def test_other_files_ask_for_distributions(tmp_path: Path, path: str, text: str, expected: dict[str, str | None]) -> None:
    assert versions(session(write(tmp_path, {path: text}))) == expected


def test_a_lock_file_counts_more_than_what_is_asked_for_and_the_nearer_folder_more_than_the_farther(tmp_path: Path) -> None:
    files = {
        "uv.lock": UV,
        "requirements.txt": "pytest==7.0\npytest-mock==1.0\n",
        "a/pytest.ini": "[pytest]",
        "a/requirements.txt": "pytest==8.1\npytest-mock\n",
        "a/test_a.py": "",
    }
    (found,) = discovered(write(tmp_path, files)).sessions

    assert (found.version, found.version_origin) == ("8.1", "a/requirements.txt")
    assert versions(found)["pytest-mock"] == "3.15.1"


def test_the_interpreter_is_the_one_that_a_version_file_names(tmp_path: Path) -> None:
    assert session(write(tmp_path, {".python-version": "3.11.4\n"})).python == "3.11"


@pytest.mark.parametrize(
    ("files", "version", "origin"),
    [
        (
            {"pyproject.toml": '[project]\noptional-dependencies.tests = ["pytest>=7,<9"]\n'},
            "8.4.2",
            "the newest that pyproject.toml allows (>=7,<9)",
        ),
        ({"requirements.txt": "pytest ~= 7.2\n"}, "7.4.4", "the newest that requirements.txt allows (~= 7.2)"),
        (
            {"pyproject.toml": '[tool.poetry.group.dev.dependencies]\npytest = "^8.1"\n'},
            "8.4.2",
            "the newest that pyproject.toml allows (^8.1)",
        ),
        ({"requirements.txt": "pytest>=7\n"}, "9.2", "the newest"),
        ({"requirements.txt": "pytest<9\npytest<8.2\n"}, "8.1.2", "the newest that requirements.txt allows (<9,<8.2)"),
        ({"requirements.txt": "pytest<3\n"}, "9.2", "the newest"),
        (
            {"requirements.txt": "pytest<9\n", "tox.ini": "[testenv]\ndeps = pytest<8\n"},
            "8.4.2",
            "the newest that requirements.txt allows (<9)",
        ),
    ],
)
def test_the_newest_pytest_is_the_newest_that_requirements_allow(tmp_path: Path, files: dict[str, str], version: str, origin: str) -> None:
    found = session(write(tmp_path, files))

    assert (found.version, found.version_origin) == (version, origin)


def test_a_requirement_for_another_interpreter_does_not_fix_the_version(tmp_path: Path) -> None:
    lines = """\
        pytest
        pytest==8.3.4 ; platform_python_implementation == "PyPy"
        pytest-mock==1.0; python_version < "3.8"
        pytest-cov==5.0; python_version >= "3.8" and sys_platform != "win32"
    """

    found = session(write(tmp_path, {"requirements.txt": lines}))

    assert found.version == "9.2"
    assert versions(found) == {"pytest": None, "pytest-mock": None, "pytest-cov": "5.0"}


WORKFLOW = """
jobs:
  test:
    steps:
      - run: |
          python -m pip install --upgrade pip "pytest-doors>=2" -r ci/more.txt
          pip install ./dist/thing.whl git+https://example.com/x -e .[test] ${{ matrix.extra }}
      - run: pytest
"""


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({".github/workflows/test.yml": WORKFLOW, "ci/more.txt": "pytest-windows==1.5\n"}, {"pip", "pytest-doors", "pytest-windows"}),
        ({"Makefile": "test:\n\tuv pip install pytest-doors\n\tpytest\n"}, {"pytest-doors"}),
        ({"Makefile": "test:\n\tuv run --with pytest-doors,pytest-windows pytest\n"}, {"pytest-doors", "pytest-windows"}),
        ({"tox.ini": "[testenv]\ncommands_pre = pip install pytest-doors\ncommands = pytest\n"}, {"pytest-doors"}),
        (
            {"tox.toml": '[env_run_base]\ndeps = ["pytest-doors"]\n[env.new]\ndeps = ["pytest-windows"]\n'},
            {"pytest-doors", "pytest-windows"},
        ),
        ({"noxfile.py": "def test(session):\n    session.install('pytest-doors', '-e', '.')\n"}, {"pytest-doors"}),
        ({"Dockerfile": "FROM python\nRUN pip install \\\n    pytest-doors \\\n    pytest-windows\n"}, {"pytest-doors", "pytest-windows"}),
        ({"scripts/setup.sh": "conda install -c conda-forge pytest-doors=1.0\n"}, {"pytest-doors"}),
        ({"Makefile": "docs:\n\tnpm install pytest-doors\n\techo pip instal pytest-doors\n"}, set()),
    ],
)
def test_what_commands_install_is_there(tmp_path: Path, files: dict[str, str], expected: set[str]) -> None:
    assert set(versions(session(write(tmp_path, files)))) == expected


def test_what_a_project_asks_for_outweighs_the_version_that_a_command_installs(tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "pytest==8.1.0\n", "Makefile": "test:\n\tpip install pytest==7.0.0 pytest-doors==1.0\n"})

    assert versions(session(tmp_path)) == {"pytest": "8.1.0", "pytest-doors": "1.0"}
