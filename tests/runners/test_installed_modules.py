"""What an exact virtual environment has decides whether imports of libraries succeed."""

from pathlib import Path

import pytest

from tests.runners.collecting import by_id, collect_files

TRY = """
try:
    {line}
except {caught}:
    class TestWithout:
        def test_it(self): ...
else:
    class TestWith:
        def test_it(self): ...
"""
BOTH = {"test_it.py::TestWith::test_it", "test_it.py::TestWithout::test_it"}
WITH, WITHOUT = {"test_it.py::TestWith::test_it"}, {"test_it.py::TestWithout::test_it"}
PACKAGES = ".venv/lib/python3.12/site-packages"
ENVIRONMENT = {
    ".venv/pyvenv.cfg": "version = 3.12.0\n",
    f"{PACKAGES}/pytest-9.0.0.dist-info/METADATA": "",
    f"{PACKAGES}/doors/__init__.py": "KEY = 1\n",
    f"{PACKAGES}/doors/wood.py": "",
    f"{PACKAGES}/single.py": "",
    f"{PACKAGES}/fast.cpython-312-x86_64-linux-gnu.so": "",
}


def ids(root: Path, text: str, environment: dict[str, str]) -> set[str]:
    return set(by_id(collect_files(root, {**environment, "test_it.py": text})))


@pytest.mark.parametrize(
    "line", ["import doors", "import doors.wood", "from doors import KEY", "from doors import wood", "import single", "import fast"]
)
def test_what_is_installed_is_imported(tmp_path: Path, line: str) -> None:
    assert ids(tmp_path, TRY.format(line=line, caught="ImportError"), ENVIRONMENT) == WITH


@pytest.mark.parametrize("caught", ["ImportError", "ModuleNotFoundError", "Exception", "(ValueError, ImportError)"])
def test_what_is_not_installed_is_not(tmp_path: Path, caught: str) -> None:
    assert ids(tmp_path, TRY.format(line="import windows", caught=caught), ENVIRONMENT) == WITHOUT


@pytest.mark.parametrize("line", ["from doors import LOCK", "import doors.glass", "import doors, windows.frame; import json"])
def test_what_may_depend_on_a_library_s_version_is_not_decided(tmp_path: Path, line: str) -> None:
    assert ids(tmp_path, TRY.format(line=line, caught="ImportError"), ENVIRONMENT) == BOTH


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {**ENVIRONMENT, ".venv/pyvenv.cfg": "include-system-site-packages = true\n"},
        {**ENVIRONMENT, f"{PACKAGES}/__editable___windows_finder.py": ""},
    ],
)
def test_without_an_environment_that_is_exact_nothing_is_decided(tmp_path: Path, environment: dict[str, str]) -> None:
    assert ids(tmp_path, TRY.format(line="import windows", caught="ImportError"), environment) == BOTH


def test_a_name_of_a_failed_import_is_not_there_to_override_another(tmp_path: Path) -> None:
    text = "try:\n    from windows import TestWindow\nexcept ImportError:\n    class TestWindow:\n        def test_it(self): ...\n"

    assert ids(tmp_path, text, ENVIRONMENT) == {"test_it.py::TestWindow::test_it"}


@pytest.mark.parametrize(
    ("module", "expected"), [("windows", set()), ("doors", {"test_it.py::test_it"}), ("json", {"test_it.py::test_it"})]
)
def test_a_file_skips_itself_without_what_it_needs(tmp_path: Path, module: str, expected: set[str]) -> None:
    text = f"import pytest\n\nlibrary = pytest.importorskip('{module}')\n\n\ndef test_it(): ...\n"

    assert ids(tmp_path, text, ENVIRONMENT) == expected
