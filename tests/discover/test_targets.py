"""What path arguments mean, and the root they are audited under."""

from pathlib import Path

import pytest

from testaudit.discover import Target, find_root
from testaudit.discover.targets import PROJECT_FILES, parse_targets
from testaudit.discover.tree import Tree
from testaudit.errors import UsageError
from tests.discover.trees import committed, empty, git, write


def test_the_root_is_the_top_of_the_git_repository(tmp_path: Path) -> None:
    committed(empty(tmp_path, "a/tests/test_a.py", "pyproject.toml", "a/pyproject.toml"))

    assert find_root(["tests/test_a.py"], tmp_path / "a") == tmp_path


def test_a_folder_that_configures_testaudit_is_nearer_than_the_repository(tmp_path: Path) -> None:
    write(tmp_path, {"a/pyproject.toml": "[tool.testaudit]", "a/tests/test_a.py": "", "b/test_b.py": ""})
    git(tmp_path, "init", "-q")

    assert find_root(["a/tests"], tmp_path) == tmp_path / "a"
    assert find_root(["a/tests", "b"], tmp_path) == tmp_path


def test_a_worktree_whose_git_is_a_file_is_a_repository(tmp_path: Path) -> None:
    committed(empty(tmp_path / "main", "tests/test_a.py"))
    git(tmp_path / "main", "worktree", "add", "-q", str(tmp_path / "other"))

    assert find_root(["tests"], tmp_path / "other") == tmp_path / "other"


@pytest.mark.parametrize("marker", ["pyproject.toml", "setup.cfg", "pytest.ini", "tox.ini"])
def test_outside_git_the_root_is_the_nearest_project(tmp_path: Path, marker: str) -> None:
    empty(tmp_path, f"a/{marker}", "a/tests/test_a.py")

    assert find_root(["a/tests/test_a.py"], tmp_path) == tmp_path / "a"


def test_outside_git_and_without_a_project_it_is_the_current_folder_or_the_common_one(tmp_path: Path) -> None:
    empty(tmp_path, "here/tests/test_a.py", "there/x/test_b.py", "there/y/test_c.py")
    if any((above / name).exists() for above in tmp_path.parents for name in PROJECT_FILES):
        pytest.skip("somebody keeps a project above the temporary folder")

    assert find_root(["tests/test_a.py"], tmp_path / "here") == tmp_path / "here"
    assert find_root([], tmp_path / "here") == tmp_path / "here"
    assert find_root(["../there/x/test_b.py", "../there/y"], tmp_path / "here") == tmp_path / "there"


@pytest.mark.parametrize(
    ("argument", "target"),
    [
        ("tests", Target("tests", is_folder=True)),
        ("tests/", Target("tests", is_folder=True)),
        (".", Target(".", is_folder=True)),
        ("./tests/../tests/test_a.py", Target("tests/test_a.py", is_folder=False)),
        ("tests/test_a.py::TestA::test_b", Target("tests/test_a.py", False, ("TestA", "test_b"))),
        ("tests/test_a.py::test_b[a::b/c-[1]]", Target("tests/test_a.py", False, ("test_b",), "a::b/c-[1]")),
        ("tests/test[x].py", Target("tests/test[x].py", is_folder=False)),
        ("tests/test[x].py::test_b", Target("tests/test[x].py", False, ("test_b",))),
    ],
)
def test_an_argument_is_a_file_a_folder_or_a_node_id(tmp_path: Path, argument: str, target: Target) -> None:
    tree = Tree(empty(tmp_path, "tests/test_a.py", "tests/test[x].py"))

    assert parse_targets([argument], tree, tmp_path) == (target,)


def test_no_argument_is_the_current_folder_or_the_root_from_outside(tmp_path: Path) -> None:
    tree = Tree(empty(tmp_path / "root", "a/test_a.py").absolute())

    started = [parse_targets([], tree, tmp_path / folder) for folder in ("root", "root/a", ".")]

    assert started == [(Target(".", is_folder=True),), (Target("a", is_folder=True),), (Target(".", is_folder=True),)]


def test_the_same_argument_twice_is_one_target(tmp_path: Path) -> None:
    tree = Tree(empty(tmp_path, "a.py", "b.py"))

    assert [target.path for target in parse_targets(["b.py", "a.py", "./b.py"], tree, tmp_path)] == ["b.py", "a.py"]


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("nowhere.py", "nowhere.py: there is no such file or folder"),
        ("nowhere.py::test_a", "nowhere.py::test_a: there is no such file or folder"),
        ("tests::test_a", "tests::test_a: a folder has no tests of its own; name the file before `::`"),
    ],
)
def test_a_path_that_does_not_exist_is_told(tmp_path: Path, argument: str, message: str) -> None:
    tree = Tree(empty(tmp_path, "tests/test_a.py"))

    with pytest.raises(UsageError) as caught:
        parse_targets([argument], tree, tmp_path)

    assert str(caught.value) == message
    with pytest.raises(UsageError):
        find_root([argument], tmp_path)


def test_a_path_outside_the_root_is_told(tmp_path: Path) -> None:
    empty(tmp_path, "a/test_a.py", "b/test_b.py")

    with pytest.raises(UsageError, match="is not below the audited root"):
        parse_targets(["../b/test_b.py"], Tree(tmp_path / "a"), tmp_path / "a")


def test_a_target_covers_what_is_in_its_folder() -> None:
    folder, file, root = Target("tests", is_folder=True), Target("tests/test_a.py", is_folder=False), Target(".", is_folder=True)

    assert [folder.covers(path) for path in ("tests/x/test_a.py", "tests_too/test_a.py")] == [True, False]
    assert [file.covers(path) for path in ("tests/test_a.py", "tests/test_b.py")] == [True, False]
    assert root.covers("anything.py")
