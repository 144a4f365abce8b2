"""A revision's tree, by real git, in a folder of its own."""

import os
import subprocess
from pathlib import Path

import pytest

from testaudit.discover.revisions import base_of, lay_out
from testaudit.errors import UsageError
from tests.auditing import write

SETTINGS = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", "-c", "core.hooksPath=none")


def git(root: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(["git", "-C", str(root), *SETTINGS, *arguments], capture_output=True, text=True, check=True, env=environment)
    return done.stdout.strip()


def commit(root: Path, message: str) -> str:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", message)
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    write(root, {"tests/test_a.py": "def test_a():\n    assert 1\n", "naïve dir/x.txt": "a\r\nb\n"})
    git(root, "init", "--quiet", "--initial-branch", "main")
    commit(root, "first")
    return root


def laid_out(root: Path, revision: str, folder: Path) -> dict[str, bytes]:
    lay_out(root, revision, folder)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_tree_is_laid_out_as_it_was_and_the_work_tree_is_left_alone(repository: Path, tmp_path: Path) -> None:
    first = git(repository, "rev-parse", "HEAD")
    write(repository, {"tests/test_a.py": "changed", "tests/test_b.py": "new"})

    files = laid_out(repository, first, tmp_path / "there")

    assert files == {"naïve dir/x.txt": b"a\r\nb\n", "tests/test_a.py": b"def test_a():\n    assert 1\n"}
    assert git(repository, "status", "--porcelain").splitlines() == ["M tests/test_a.py", "?? tests/test_b.py"]
    assert (repository / "tests/test_a.py").read_text(encoding="utf-8") == "changed"


def test_a_folder_of_the_repository_is_laid_out_by_itself(repository: Path, tmp_path: Path) -> None:
    assert list(laid_out(repository / "tests", "HEAD", tmp_path / "there")) == ["test_a.py"]


def test_no_filter_runs(repository: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    write(repository, {".gitattributes": "*.py filter=evil export-ignore\n"})
    git(repository, "config", "filter.evil.smudge", f"touch {ran}; cat")
    last = commit(repository, "with a filter")

    assert "tests/test_a.py" in laid_out(repository, last, tmp_path / "there")
    assert not ran.exists()


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights on Windows")
def test_a_link_that_leads_out_is_not_made(repository: Path, tmp_path: Path) -> None:
    (repository / "in.py").symlink_to("tests/test_a.py")
    (repository / "tests" / "out.py").symlink_to("../../secret")
    last = commit(repository, "links")

    lay_out(repository, last, tmp_path / "there")

    assert (tmp_path / "there" / "in.py").read_bytes() == b"def test_a():\n    assert 1\n"
    assert not (tmp_path / "there" / "tests" / "out.py").is_symlink()


def test_the_base_is_where_the_work_parted(repository: Path) -> None:
    first = git(repository, "rev-parse", "HEAD")
    git(repository, "switch", "--quiet", "--create", "work")
    write(repository, {"b.py": ""})
    commit(repository, "work")
    git(repository, "switch", "--quiet", "main")
    write(repository, {"c.py": ""})
    commit(repository, "main goes on")
    git(repository, "switch", "--quiet", "work")

    assert base_of(repository, "main") == first


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "HEAD~9"])
def test_a_revision_that_is_none_is_said_to_be_none(revision: str, repository: Path) -> None:
    with pytest.raises(UsageError, match="git knows no revision"):
        base_of(repository, revision)


def test_outside_git_there_is_no_base(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="git knows no revision"):
        base_of(tmp_path, "HEAD")
