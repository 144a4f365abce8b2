"""Text on its way out: poor encodings, readers that leave, files that are written as a whole or not at all."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from testaudit.errors import UsageError
from testaudit.report.output import encodable, print_text, require_writable, write_file

posix = pytest.mark.skipif(sys.platform == "win32", reason="permissions, links and devices as POSIX has them")


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        ("│ ✓ é日", "utf-8", "│ ✓ é日"),
        ("│ █▒ ✓◐✗–? a…b", "ascii", "| #: +~x-? a...b"),
        ("│ é 日", "latin-1", r"| é \u65e5"),
        ("é\udc80", "utf-8", r"é\udc80"),
        ("plain", "ascii", "plain"),
    ],
)
def test_what_an_encoding_lacks_is_replaced_by_what_it_has(text: str, encoding: str, shown: str) -> None:
    assert encodable(text, encoding) == shown


def test_a_stream_gets_what_its_encoding_can_say() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", newline="\n")

    print_text("✓ done\n", stream)

    assert raw.getvalue() == b"+ done\n"


LEAVING = """\
import sys
from testaudit.report.output import print_text
for _ in range(3):
    print_text("x" * 200_000, sys.stdout)
print("still here", file=sys.stderr)
"""


def test_a_reader_that_leaves_is_no_error() -> None:
    command = [sys.executable, "-c", LEAVING]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.close()
        said = run.stderr.read()

    assert (said, run.returncode) == ("still here\n", 0)


FULL = """\
import sys
from testaudit.errors import UsageError
from testaudit.report.output import print_text
try:
    print_text("text", sys.stdout)
except UsageError as error:
    print(error, file=sys.stderr)
"""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_said_to_be_one() -> None:
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run([sys.executable, "-c", FULL], stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert run.stderr.splitlines()[0] == "cannot write the output: No space left on device"


def test_a_file_is_utf_8_with_line_feeds(tmp_path: Path) -> None:
    write_file(tmp_path / "out.txt", "✓\n\udc80\n")

    assert (tmp_path / "out.txt").read_bytes() == b"\xe2\x9c\x93\n\\udc80\n"
    assert [path.name for path in tmp_path.iterdir()] == ["out.txt"]


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    target.write_text("old and longer\n", encoding="utf-8")
    with target.open(encoding="utf-8") as reader:
        write_file(target, "new\n")

        assert reader.read() == "old and longer\n"
    assert target.read_text(encoding="utf-8") == "new\n"


@posix
def test_a_replaced_file_keeps_its_permissions_and_a_new_one_gets_the_usual(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.touch()
    old.chmod(0o604)
    mask = os.umask(0o027)
    try:
        write_file(old, "x")
        write_file(new, "x")
    finally:
        os.umask(mask)

    assert [oct(path.stat().st_mode & 0o777) for path in (old, new)] == ["0o604", "0o640"]


@posix
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").touch()
    (tmp_path / "link").symlink_to("real")

    write_file(tmp_path / "link", "x")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text(encoding="utf-8") == "x"


@posix
def test_a_device_is_written_into_and_not_replaced() -> None:
    write_file(Path(os.devnull), "x")

    assert not Path(os.devnull).is_file()


def test_what_cannot_be_written_is_said_before_the_work(tmp_path: Path) -> None:
    missing = tmp_path / "missing" / "out.txt"
    with pytest.raises(UsageError) as no_folder:
        require_writable(missing)
    with pytest.raises(UsageError) as is_folder:
        require_writable(tmp_path)

    assert str(no_folder.value) == f"cannot write {missing}: the folder {missing.parent} does not exist"
    assert str(is_folder.value) == f"cannot write {tmp_path}: it is a folder"
    require_writable(tmp_path / "out.txt")


def test_a_folder_that_vanished_meanwhile_is_a_clean_error(tmp_path: Path) -> None:
    target = tmp_path / "gone" / "out.txt"

    with pytest.raises(UsageError) as error:
        write_file(target, "x")

    assert str(error.value) == f"cannot write {target}: No such file or directory"
