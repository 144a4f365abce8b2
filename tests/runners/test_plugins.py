"""Fixtures and items that come of plugins: of those that a virtual environment has, and of the repository's own."""

from pathlib import Path

import pytest

from testaudit.model import Test
from tests.discover.trees import write
from tests.runners.collecting import by_id, collect_files

PLUGIN = """\
import pytest
from our_plugin.more import *

pytest_plugins = ["our_extra"]

@pytest.fixture(scope="session")
def shelf(base):
    yield

@pytest.fixture(autouse=True)
def always():
    pass
"""
MORE = """\
import pytest

@pytest.fixture
def starred(): ...
"""
EXTRA = """\
import pytest

@pytest.fixture(name="extra")
def other_name(): ...
"""


def with_plugin(root: Path, entry: str = "[pytest11]\nours = our_plugin.plugin\n") -> None:
    """A virtual environment with pytest and a plugin."""
    files = {
        ".venv/pyvenv.cfg": "",
        "our_plugin/__init__.py": "",
        "our_plugin/plugin.py": PLUGIN,
        "our_plugin/more.py": MORE,
        "our_extra.py": EXTRA,
        "pytest-9.2.0.dist-info/METADATA": "",
        "our_plugin-1.0.dist-info/entry_points.txt": entry,
    }
    packages = ".venv/lib/python3.12/site-packages"
    write(root, {path if path.startswith(".venv") else f"{packages}/{path}": text for path, text in files.items()})


def closure(test: Test) -> dict[str, tuple[str, str, bool]]:
    return {use.name: (use.fixture.scope, use.fixture.origin, use.fixture.autouse) for use in test.closure}


def test_an_installed_plugin_is_read_through_its_entry_point(tmp_path: Path) -> None:
    with_plugin(tmp_path)
    files = {
        "test_a.py": "def test_a(shelf, starred, extra, nobodys): ...\n",
        "conftest.py": "import pytest\n@pytest.fixture(scope='session')\ndef base(): ...\n",
    }

    (test,) = by_id(collect_files(tmp_path, files)).values()

    assert closure(test) == {
        "base": ("session", "repository", False),
        "shelf": ("session", "plugin", False),
        "always": ("function", "plugin", True),
        "starred": ("function", "plugin", False),
        "extra": ("function", "plugin", False),
    }
    assert test.unresolved == ("nobodys",)


def test_what_no_entry_point_loads_is_read_when_the_session_names_it(tmp_path: Path) -> None:
    with_plugin(tmp_path, "[console_scripts]\nours = our_plugin:main\n")
    files = {"conftest.py": "pytest_plugins = ['our_extra']\n", "test_a.py": "def test_a(extra, shelf): ...\n"}

    (test,) = by_id(collect_files(tmp_path, files)).values()

    assert closure(test) == {"extra": ("function", "plugin", False)}
    assert test.unresolved == ("shelf",)


def test_a_blocked_plugin_gives_nothing(tmp_path: Path) -> None:
    with_plugin(tmp_path)
    files = {"pytest.ini": "[pytest]\naddopts = -p no:ours\n", "test_a.py": "def test_a(shelf): ...\n"}

    (test,) = by_id(collect_files(tmp_path, files)).values()

    assert (closure(test), test.unresolved) == ({}, ("shelf",))


def test_a_test_module_may_name_a_plugin_of_the_repository(tmp_path: Path) -> None:
    files = {
        "shelves.py": "import pytest\n@pytest.fixture\ndef shelf(): ...\n",
        "test_a.py": "pytest_plugins = 'shelves'\ndef test_a(shelf): ...\n",
    }

    (test,) = by_id(collect_files(tmp_path, files)).values()

    assert (closure(test), test.unresolved) == ({"shelf": ("function", "repository", False)}, ())


def test_a_collector_of_the_repositorys_own_is_counted(tmp_path: Path) -> None:
    files = {"conftest.py": "def pytest_collect_file(parent, file_path): ...\n", "test_a.py": "def test_a(): ...\n"}

    found = {module.path: dict(module.not_audited) for module in collect_files(tmp_path, files)}

    assert found == {"conftest.py": {"custom collector": 1}, "test_a.py": {}}


def test_conditions_know_the_sessions_pytest(tmp_path: Path) -> None:
    conftest = """\
import pytest
from packaging.version import Version

NUMBERS = tuple(map(int, pytest.__version__.split(".")[:2]))

if tuple(map(int, pytest.__version__.split("."))) < (3, 9, 0):
    @pytest.fixture
    def tmp_path(tmpdir): ...

if Version(pytest.__version__) >= Version("8.0"):
    @pytest.fixture
    def shelf(): ...

if pytest.version_tuple < (8, 0):
    @pytest.fixture
    def old(): ...
"""
    files = {"conftest.py": conftest, "test_a.py": "def test_a(tmp_path, shelf, old): ...\n"}

    (test,) = by_id(collect_files(tmp_path, files, version="8.4.2")).values()

    assert {use.name: use.fixture.origin for use in test.closure} == {
        "tmp_path_factory": "builtin",
        "tmp_path": "builtin",
        "shelf": "repository",
    }
    assert test.unresolved == ("old",)


@pytest.mark.parametrize(
    ("required", "expected"),
    [("pytest-recording", {"default_cassette_name"}), ("pytest-vcr", {"vcr_cassette"})],
)
def test_of_two_plugins_with_one_marker_that_of_the_session_pulls(tmp_path: Path, required: str, expected: set[str]) -> None:
    files = {"requirements.txt": f"{required}\n", "test_a.py": "import pytest\n\n@pytest.mark.vcr\ndef test_a(): ...\n"}

    (test,) = by_id(collect_files(tmp_path, files)).values()

    assert {use.name for use in test.closure if use.dynamic} & {"default_cassette_name", "vcr_cassette"} == expected
