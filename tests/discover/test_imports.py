"""Where imports of first-party code lead."""

from pathlib import Path

import pytest

from tests.discover.trees import discovered, empty, write


def roots(root: Path, files: dict[str, str], path: str) -> list[str]:
    found = discovered(write(root, {path: "", **files}))
    return list(found.import_roots(found.session_of(path), path))


def test_pytest_puts_the_bases_of_the_file_and_its_conftests_first(tmp_path: Path) -> None:
    files = {
        "pytest.ini": "[pytest]\npythonpath = lib",
        "conftest.py": "",
        "tests/conftest.py": "",
        "src/app/__init__.py": "",
        "setup.py": "",
    }

    assert roots(tmp_path, files, "tests/unit/test_a.py") == ["tests/unit", "tests", ".", "lib", "src"]


def test_the_base_of_a_package_is_the_folder_above_it(tmp_path: Path) -> None:
    files = {"pytest.ini": "", "pkg/tests/__init__.py": "", "pkg/tests/unit/__init__.py": ""}

    assert roots(tmp_path, files, "pkg/tests/unit/test_a.py")[0] == "pkg"


def test_a_folder_whose_name_is_no_identifier_is_no_package(tmp_path: Path) -> None:
    assert roots(tmp_path, {"my-tests/__init__.py": "", "my-tests/x/__init__.py": ""}, "my-tests/x/test_a.py")[0] == "my-tests"


def test_append_puts_the_bases_last_and_importlib_nowhere(tmp_path: Path) -> None:
    files = {"setup.py": "", "src/app/__init__.py": ""}
    append = roots(tmp_path / "a", {**files, "pytest.ini": "[pytest]\naddopts = --import-mode=append"}, "tests/test_a.py")
    importlib = roots(tmp_path / "b", {**files, "pytest.ini": "[pytest]\naddopts = --import-mode=importlib"}, "tests/test_a.py")

    assert (append, importlib) == (["src", ".", "tests"], ["src", "."])


def test_pythonpath_is_relative_to_the_ini_file(tmp_path: Path) -> None:
    assert "service/lib" in roots(tmp_path, {"service/pytest.ini": "[pytest]\npythonpath = lib"}, "service/tests/test_a.py")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[tool.setuptools.packages.find]\nwhere = ["code"]'),
        ("pyproject.toml", '[tool.setuptools.package-dir]\n"" = "code"'),
        ("pyproject.toml", '[[tool.poetry.packages]]\ninclude = "app"\nfrom = "code"'),
        ("pyproject.toml", '[tool.hatch.build.targets.wheel]\npackages = ["code/app"]'),
        ("pyproject.toml", '[tool.hatch.build]\nsources = ["code"]'),
        ("pyproject.toml", '[tool.maturin]\npython-source = "code"'),
        ("pyproject.toml", '[tool.pdm.build]\npackage-dir = "code"'),
        ("pyproject.toml", '[tool.uv.build-backend]\nmodule-root = "code"'),
        ("setup.cfg", "[options]\npackage_dir =\n    = code\n"),
        ("setup.cfg", "[options.packages.find]\nwhere = code\n"),
        ("setup.py", 'setup(package_dir={"": "code"})'),
        ("setup.py", 'setup(packages=find_packages("code"))'),
        ("setup.py", "setup(packages=find_namespace_packages(where='code'))"),
    ],
)
def test_the_source_folder_that_a_build_declares_is_a_root(tmp_path: Path, name: str, text: str) -> None:
    assert roots(tmp_path, {name: text, "code/app/__init__.py": ""}, "tests/test_a.py") == ["tests", "code", "."]


def test_the_projects_of_a_monorepo_are_found_after_ones_own(tmp_path: Path) -> None:
    files = {
        "libs/a/pyproject.toml": "",
        "libs/a/src/a/__init__.py": "",
        "libs/b/setup.py": "",
        "libs/b/b/__init__.py": "",
        "services/deep/c/pyproject.toml": "",
        "services/deep/c/c.py": "",
        "node_modules/x/setup.py": "",
        "tests/data/pyproject.toml": "",
    }

    assert roots(tmp_path, files, "libs/b/tests/test_a.py") == ["libs/b/tests", "libs/b", ".", "libs/a/src", "libs/a", "services/deep/c"]


def module(root: Path, name: str, *files: str, search: tuple[str, ...] = ("one", "two")) -> str | None:
    return discovered(empty(root, *files)).find_module(name, search)


@pytest.mark.parametrize(
    ("name", "files", "expected"),
    [
        ("app", ["one/app.py"], "one/app.py"),
        ("app", ["one/app/__init__.py", "one/app.py"], "one/app/__init__.py"),
        ("app.models", ["one/app/__init__.py", "one/app/models.py"], "one/app/models.py"),
        ("app.db", ["one/app/__init__.py", "one/app/db/__init__.py"], "one/app/db/__init__.py"),
        ("app", ["two/app.py", "one/other.py"], "two/app.py"),
        ("app", ["one/app.py", "two/app.py"], "one/app.py"),
        ("app.models", ["one/app/models.py"], "one/app/models.py"),
        ("app.models", ["one/app/other.py", "two/app/models.py"], "two/app/models.py"),
        ("app.models", ["one/app/models.py", "two/app/__init__.py", "two/app/models.py"], "two/app/models.py"),
        ("app.x.y", ["one/app/a.py", "two/app/x/y.py"], "two/app/x/y.py"),
        ("app", ["one/app/other.py"], None),
        ("app.missing", ["one/app/__init__.py", "two/app/missing.py"], None),
        ("app.models", ["one/app.py", "two/app/models.py"], None),
        ("app", ["one/app.pyi"], "one/app.pyi"),
        ("app", ["one/app.pyi", "two/app.py"], "two/app.py"),
        ("app.fast", ["one/app/__init__.py", "one/app/fast.pyi"], "one/app/fast.pyi"),
        ("os", ["one/app.py"], None),
    ],
)
def test_a_module_is_found_as_the_import_system_finds_it(tmp_path: Path, name: str, files: list[str], expected: str | None) -> None:
    assert module(tmp_path, name, *files) == expected


def test_tests_import_each_other_by_the_name_of_their_package(tmp_path: Path) -> None:
    found = discovered(
        empty(tmp_path, "tests/__init__.py", "tests/helpers.py", "tests/unit/__init__.py", "tests/unit/test_a.py", "pytest.ini")
    )

    path = found.find_module("tests.helpers", found.import_roots(found.sessions[0], "tests/unit/test_a.py"))

    assert path == "tests/helpers.py"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("tests/test_a.py", "test_a"),
        ("pkg/tests/test_b.py", "pkg.tests.test_b"),
        ("pkg/__init__.py", "pkg"),
        ("src/space/app/models.py", "space.app.models"),
    ],
)
def test_a_file_has_the_name_under_which_it_is_imported(tmp_path: Path, path: str, name: str) -> None:
    empty(tmp_path, "setup.py", "tests/test_a.py", "pkg/__init__.py", "pkg/tests/__init__.py", "pkg/tests/test_b.py")
    found = discovered(empty(tmp_path, "src/space/app/__init__.py", "src/space/app/models.py"))

    assert found.module_name(found.sessions[0], path) == name


def test_roots_are_handed_out_as_absolute_paths_too(tmp_path: Path) -> None:
    found = discovered(empty(tmp_path, "setup.py", "tests/test_a.py"))

    assert found.source_roots(found.sessions[0], "tests/test_a.py") == (tmp_path / "tests", tmp_path)
    assert (found.absolute("tests"), found.relative(tmp_path / "tests")) == (tmp_path / "tests", "tests")
