"""Which files are test files, beyond what is compared with pytest itself."""

from pathlib import Path

import pytest

from tests.discover.trees import committed, discovered, empty, files_by_session, git, test_files, write


def test_files_that_git_ignores_are_none(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "gen/\n", "pytest.ini": "[pytest]", "tests/test_a.py": "", "gen/test_b.py": ""})
    git(tmp_path, "init", "-q")

    assert test_files(tmp_path) == ["tests/test_a.py"]


def test_files_that_are_tracked_and_deleted_are_none(tmp_path: Path) -> None:
    committed(empty(tmp_path, "tests/test_a.py", "tests/test_b.py"))
    (tmp_path / "tests/test_b.py").unlink()

    assert test_files(tmp_path) == ["tests/test_a.py"]


def test_broken_links_are_none_and_links_to_files_are_some(tmp_path: Path) -> None:
    empty(tmp_path, "tests/test_a.py")
    (tmp_path / "tests/test_b.py").symlink_to("test_a.py")
    (tmp_path / "tests/test_c.py").symlink_to("nowhere.py")
    committed(tmp_path)

    assert test_files(tmp_path) == ["tests/test_a.py", "tests/test_b.py"]


def test_what_the_configuration_excludes_is_none(tmp_path: Path) -> None:
    write(tmp_path, {"testaudit.toml": 'exclude = ["legacy"]', "tests/test_a.py": "", "tests/legacy/test_b.py": ""})

    assert test_files(tmp_path) == ["tests/test_a.py"]
    assert test_files(tmp_path, "tests/legacy/test_b.py") == []


def test_paths_select_among_the_session_files(tmp_path: Path) -> None:
    write(
        tmp_path, {"pytest.ini": "[pytest]\ntestpaths = tests", "tests/a/test_a.py": "", "tests/b/test_b.py": "", "tests/b/helper.py": ""}
    )

    assert test_files(tmp_path, "tests/b") == ["tests/b/test_b.py"]
    assert test_files(tmp_path, "tests/b/test_b.py", "tests/b/helper.py") == ["tests/b/test_b.py"]
    assert test_files(tmp_path, "tests/a/test_a.py::test_x", "tests/b") == ["tests/a/test_a.py", "tests/b/test_b.py"]


def test_a_folder_or_node_id_outside_testpaths_is_collected_as_pytest_would(tmp_path: Path) -> None:
    write(tmp_path, {"pytest.ini": "[pytest]\ntestpaths = tests", "tests/test_a.py": "", "examples/x/test_b.py": "", "examples/run.py": ""})

    assert test_files(tmp_path, "examples") == ["examples/x/test_b.py"]
    assert test_files(tmp_path, "examples/run.py::test_x") == ["examples/run.py"]
    assert test_files(tmp_path, ".") == ["tests/test_a.py"]


def test_a_plain_file_outside_testpaths_is_no_test_in_a_hook_as_it_is_none_in_ci(tmp_path: Path) -> None:
    write(tmp_path, {"pytest.ini": "[pytest]\n\ntestpaths = tests", "tests/test_a.py": "", "src/test_tools.py": ""})

    found = discovered(tmp_path, "src/test_tools.py", "tests/test_a.py")

    assert files_by_session(found) == {".": ["tests/test_a.py"]}
    assert [str(problem) for problem in found.not_collected()] == [
        "src/test_tools.py: is not collected in session `.`: outside `testpaths` (pytest.ini:3)"
    ]


@pytest.mark.parametrize("option", ["norecursedirs = data", "addopts = --ignore=tests/data", "addopts = --ignore-glob=*/data/*"])
def test_a_file_that_the_settings_leave_out_is_told_as_such(tmp_path: Path, option: str) -> None:
    write(tmp_path, {"pytest.ini": f"[pytest]\n{option}", "tests/data/test_a.py": "", "tests/test_b.py": ""})

    found = discovered(tmp_path, "tests/data/test_a.py")

    assert [problem.message for problem in found.not_collected()] == [
        "is not collected in session `.`: left out by `norecursedirs`, `--ignore` or a virtual environment"
    ]


def test_only_a_run_over_everything_is_whole(tmp_path: Path) -> None:
    write(tmp_path, {"pytest.ini": "[pytest]", "tests/test_a.py": "", "tests/b/test_b.py": "", "src/a.py": ""})

    whole = {
        paths: discovered(tmp_path, *paths).is_whole for paths in ((), (".",), ("tests",), ("tests/b",), ("tests/test_a.py", "tests/b"))
    }

    assert whole == {(): True, (".",): True, ("tests",): True, ("tests/b",): False, ("tests/test_a.py", "tests/b"): True}
    assert not discovered(tmp_path, "tests/test_a.py", "tests/b/test_b.py").is_whole  # a run over files never looks at what else there is


def test_a_run_over_one_file_and_over_the_tree_agree_on_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "pyproject.toml": "[tool.pytest.ini_options]\nnorecursedirs = ['samples']\n",
            "tests/test_a.py": "",
            "tests/samples/pytest.ini": "[pytest]",
            "tests/samples/test_b.py": "",
            "libs/x/pytest.ini": "[pytest]",
            "libs/x/test_c.py": "",
        },
    )
    every = {path: name for name, paths in files_by_session(discovered(tmp_path)).items() for path in paths}

    alone = {path: name for path in every for name, paths in files_by_session(discovered(tmp_path, path)).items() if path in paths}

    assert every == {"libs/x/test_c.py": "libs/x", "tests/test_a.py": "."}
    assert alone == every
    assert test_files(tmp_path, "tests/samples/test_b.py") == []


@pytest.mark.parametrize(
    ("addopts", "expected"),
    [
        ("", ("docs/test_prose.txt",)),
        ("--doctest-glob=*.md --doctest-glob=*.rst", ("README.md", "docs/guide.rst")),
        ("--doctest-modules", ("docs/test_prose.txt", "src/code.py")),
        ("--doctest-glob=*.md --ignore=README.md", ()),
        ("--doctest-modules -p no:doctest", ()),
    ],
)
def test_files_with_doctests_beside_the_test_modules(tmp_path: Path, addopts: str, expected: tuple[str, ...]) -> None:
    paths = ("README.md", "docs/guide.rst", "docs/test_prose.txt", "src/code.py", "tests/test_a.py", "build/test_it.txt")
    tree = write(empty(tmp_path, *paths), {"pytest.ini": f"[pytest]\naddopts = {addopts}\n"})

    assert discovered(tree).doctest_files() == expected


def test_a_command_may_look_for_doctests(tmp_path: Path) -> None:
    tree = write(
        empty(tmp_path, "src/code.py", "src/test_a.py"), {"pytest.ini": "[pytest]\n", "Makefile": "test:\n\tpytest --doctest-modules\n"}
    )

    assert discovered(tree).doctest_files() == ("src/code.py",)
