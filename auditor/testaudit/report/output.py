"""Writes finished text: to a stream whose encoding may be poor and whose reader may leave, or to a file as a whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path
from typing import TextIO

from testaudit.errors import UsageError

ASCII = str.maketrans(
    {
        "│": "|",
        "┃": "|",
        "█": "#",
        "▒": ":",
        "✓": "+",
        "◐": "~",
        "✗": "x",
        "–": "-",
        "—": "-",
        "…": "...",
        "→": "->",
        "“": '"',
        "”": '"',
        "’": "'",
    }
)
"""What testaudit's own typography becomes where it cannot be written."""


def print_text(text: str, stream: TextIO) -> None:
    """Write `text` and flush; a reader that has left (`| head`) is no error."""
    try:
        stream.write(encodable(text, stream.encoding or "utf-8"))
        stream.flush()
    except OSError as error:
        if error.errno not in {errno.EPIPE, errno.EINVAL}:  # Windows says EINVAL for a closed pipe
            raise UsageError(f"cannot write the output: {error.strerror}") from error
        # What is still in the buffer must not fail again when the interpreter ends (docs.python.org, "Note on SIGPIPE").
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def encodable(text: str, encoding: str) -> str:
    """`text` with what `encoding` does not have replaced: by ASCII that means the same, else by escapes."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(ASCII).encode(encoding, "backslashreplace").decode(encoding)
    return text


def require_writable(path: Path) -> None:
    """Raise UsageError when `write_file` could not even begin, so that nobody waits for a result that is lost."""
    if path.is_dir():
        raise UsageError(f"cannot write {path}: it is a folder")
    folder = path.resolve().parent
    if not folder.is_dir():
        raise UsageError(f"cannot write {path}: the folder {path.parent} does not exist")
    if path.exists() and not os.access(path, os.W_OK):
        raise UsageError(f"cannot write {path}: permission denied")


def write_file(path: Path, text: str) -> None:
    """Write `text` as UTF-8 with `\\n` line ends; a reader sees the old file or the new one. Raises UsageError."""
    content = text.encode("utf-8", "backslashreplace")
    try:
        target = path.resolve()  # a link stays a link
        if target.exists() and not target.is_file():  # /dev/stdout, a named pipe: to be written into, not replaced
            target.write_bytes(content)
        else:
            _replace(target, content)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


def _replace(target: Path, content: bytes) -> None:
    import tempfile  # a tenth of a bare interpreter's start, and standard output does not need it

    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(_mode(target))
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _mode(target: Path) -> int:
    """The permissions of the file that is replaced, or those that a new one would get."""
    try:
        return target.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
