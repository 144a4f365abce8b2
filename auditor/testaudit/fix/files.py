"""Writing a file so that it is, at every moment, either the old or the new one."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

from testaudit.errors import TestauditError


class NotWrittenError(TestauditError):
    """A file that is as it was; the message is a clause for the user, without the path."""


def write(path: Path, before: bytes, after: bytes) -> None:
    """Put `after` where `path` holds `before`; raises `NotWrittenError` where that cannot be, and leaves nothing behind then.

    The new file is complete on the disk before it takes the old one's name (a rename within a folder is atomic by POSIX), and has its mode
    and owner. A symbolic link stays one: what it points to is written. Another hard link to the file keeps the old bytes.
    """
    try:
        real = Path(os.path.realpath(path, strict=True))  # `resolve` raises RuntimeError for a loop before Python 3.13
        was = real.stat()
        _check(real, was, before)
        _exchange(real, was, after)
    except OSError as error:
        raise NotWrittenError(f"it cannot be written ({error.strerror or error})") from error


def _check(path: Path, was: os.stat_result, before: bytes) -> None:
    """What renaming would pass over: that a file is no plain one, must not be written, or is not what it was."""
    if not stat.S_ISREG(was.st_mode):
        raise NotWrittenError("it is no regular file")
    if not was.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(path, os.W_OK):
        raise NotWrittenError("it is read-only")
    if path.read_bytes() != before:
        raise NotWrittenError("it has changed since it was read")


def _exchange(path: Path, was: os.stat_result, after: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(after)
            file.flush()
            _dress(file.fileno(), was)
            os.fsync(file.fileno())
        now = path.stat()
        if (now.st_ino, now.st_size, now.st_mtime_ns) != (was.st_ino, was.st_size, was.st_mtime_ns):
            raise NotWrittenError("it has changed since it was read")
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _dress(handle: int, was: os.stat_result) -> None:
    """Owner first: changing it clears the set-user-id bits of the mode."""
    if sys.platform == "win32":
        return
    new = os.fstat(handle)
    if (new.st_uid, new.st_gid) != (was.st_uid, was.st_gid):
        os.fchown(handle, was.st_uid, was.st_gid)
    os.fchmod(handle, stat.S_IMODE(was.st_mode))


def _settle(folder: Path) -> None:
    """Have the folder's new entry on the disk, too, where the system can do that."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
