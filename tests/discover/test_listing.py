"""The files of a tree, as git sees them and without git."""

import os
from pathlib import Path

import pytest

from testaudit.discover.listing import list_files
from tests.discover.trees import committed, empty, git, write


def listed(root: Path) -> list[str]:
    return list(list_files(root)[0])


def test_in_a_repository_tracked_and_new_files_are_listed_and_ignored_ones_are_not(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "generated/\n*.tmp\n", "a.py": "", "b/c.py": ""})
    committed(tmp_path)
    empty(tmp_path, "new.py", "generated/x.py", "y.tmp", "b/generated/z.py")

    assert listed(tmp_path) == [".gitignore", "a.py", "b/c.py", "new.py"]


def test_below_the_top_of_a_repository_paths_begin_at_the_root(tmp_path: Path) -> None:
    committed(empty(tmp_path, "a/test_a.py", "a/b/test_b.py", "c.py"))

    assert listed(tmp_path / "a") == ["b/test_b.py", "test_a.py"]


def test_names_with_odd_characters_are_listed_as_they_are(tmp_path: Path) -> None:
    names = ["a b.py", 'quote".py', "tab\t.py", "ü.py"]
    committed(empty(tmp_path, *names))

    assert listed(tmp_path) == sorted(names)


def test_files_of_templates_are_none_yet(tmp_path: Path) -> None:
    committed(empty(tmp_path, "{{ cookiecutter.name }}/tests/test_app.py", "tests/test_{{ label }}.py", "tests/test_{}.py"))

    assert listed(tmp_path) == ["tests/test_{}.py"]


def test_names_that_are_not_utf8_do_not_stop_it(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    (tmp_path / name).write_text("")
    committed(tmp_path)

    assert listed(tmp_path) == [name]


def test_a_file_in_the_middle_of_a_merge_is_listed_once(tmp_path: Path) -> None:
    committed(write(tmp_path, {"a.py": "1"}))
    git(tmp_path, "checkout", "-q", "-b", "other")
    git(write(tmp_path, {"a.py": "2"}), "commit", "-qam", "2")
    git(tmp_path, "checkout", "-q", "-")
    git(write(tmp_path, {"a.py": "3"}), "commit", "-qam", "3")
    with pytest.raises(Exception, match="merge"):
        git(tmp_path, "merge", "other")

    assert listed(tmp_path) == ["a.py"]


def test_another_repository_inside_is_not_part_of_this_one(tmp_path: Path) -> None:
    committed(empty(tmp_path, "a.py"))
    committed(empty(tmp_path / "inner", "b.py"))

    assert listed(tmp_path) == ["a.py"]


def test_the_variables_of_a_surrounding_git_hook_are_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committed(empty(tmp_path / "this", "a.py"))
    committed(empty(tmp_path / "other", "b.py"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "other" / ".git" / "index"))

    assert listed(tmp_path / "this") == ["a.py"]


def test_without_git_everything_but_the_folders_of_tools_is_listed(tmp_path: Path) -> None:
    empty(tmp_path, "a.py", "env/b.py", ".github/workflows/ci.yml", "x.egg-info/PKG-INFO")
    empty(tmp_path, *(f"{folder}/x.py" for folder in (".venv", ".tox", "node_modules", "b/__pycache__", "site-packages")))
    empty(tmp_path, "myenv/pyvenv.cfg", "myenv/lib/x.py")

    assert listed(tmp_path) == [".github/workflows/ci.yml", "a.py", "env/b.py"]


def test_a_repository_that_git_cannot_read_is_walked(tmp_path: Path) -> None:
    empty(tmp_path, "a.py")
    (tmp_path / ".git").write_text("gitdir: nowhere")

    assert "a.py" in listed(tmp_path)


def test_without_a_git_program_a_repository_is_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committed(empty(tmp_path, "a.py"))
    monkeypatch.setenv("PATH", str(tmp_path))

    assert listed(tmp_path) == ["a.py"]


def test_symbolic_links_do_not_lead_in_circles(tmp_path: Path) -> None:
    empty(tmp_path, "a/b.py")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a" / "self")

    assert [path for path in listed(tmp_path) if path.endswith(".py")] == ["a/b.py"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is unreadable to this user")
def test_a_folder_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    empty(tmp_path, "a.py", "secret/b.py")
    (tmp_path / "secret").chmod(0)

    files, problems = list_files(tmp_path)

    (tmp_path / "secret").chmod(0o700)
    assert (files, [problem.path for problem in problems]) == (("a.py",), ["secret"])
