"""A file is either the old or the new one, and keeps what it is besides its bytes."""

import os
import stat
import sys
from pathlib import Path

import pytest

from testaudit.fix import NotWrittenError, write

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes, owners and links are POSIX's")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "test_a.py"
    path.write_bytes(b"old\r\n")
    return path


def left(file: Path) -> list[str]:
    return sorted(path.name for path in file.parent.iterdir())


def test_the_new_bytes_take_the_place_of_the_old(file: Path) -> None:
    write(file, b"old\r\n", b"new\r\n")
    assert file.read_bytes() == b"new\r\n"
    assert left(file) == ["test_a.py"]


@posix
@pytest.mark.parametrize("mode", [0o755, 0o600, 0o664])
def test_the_mode_stays(file: Path, mode: int) -> None:
    file.chmod(mode)
    write(file, b"old\r\n", b"new")
    assert stat.S_IMODE(file.stat().st_mode) == mode


@posix
def test_the_owner_stays(file: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    os.chown(file, 1234, 4321)
    write(file, b"old\r\n", b"new")
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 4321)


@posix
def test_a_symbolic_link_stays_one(file: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    link = tmp_path / "folder" / "test_link.py"
    link.symlink_to("../test_a.py")
    write(link, b"old\r\n", b"new")
    assert link.is_symlink()
    assert file.read_bytes() == b"new"
    assert left(link) == ["test_link.py"]


def test_a_file_that_changed_meanwhile_is_left_alone(file: Path) -> None:
    with pytest.raises(NotWrittenError, match=r"^it has changed since it was read$"):
        write(file, b"older", b"new")
    assert file.read_bytes() == b"old\r\n"
    assert left(file) == ["test_a.py"]


def test_a_read_only_file_is_left_alone(file: Path) -> None:
    file.chmod(0o444)
    with pytest.raises(NotWrittenError, match=r"^it is read-only$"):
        write(file, b"old\r\n", b"new")
    assert file.read_bytes() == b"old\r\n"


@pytest.mark.parametrize("name", ["nothing.py", "test_a.py/x.py"])
def test_a_file_that_is_not_there_is_not_made(file: Path, name: str) -> None:
    with pytest.raises(NotWrittenError, match=r"^it cannot be written \("):
        write(file.parent / name, b"", b"new")
    assert left(file) == ["test_a.py"]


def test_a_folder_is_no_file(file: Path) -> None:
    with pytest.raises(NotWrittenError, match=r"^it is no regular file$"):
        write(file.parent, b"", b"new")


@posix
def test_a_link_that_leads_nowhere_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.py").symlink_to("a.py")
    with pytest.raises(NotWrittenError, match=r"^it cannot be written \("):
        write(tmp_path / "a.py", b"", b"new")


@posix
def test_nothing_is_left_behind_when_the_disk_is_full(file: Path) -> None:
    import resource
    import signal

    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, before[1]))
    try:
        with pytest.raises(NotWrittenError, match=r"^it cannot be written \(File too large\)$"):
            write(file, b"old\r\n", b"new" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert file.read_bytes() == b"old\r\n"
    assert left(file) == ["test_a.py"]
