"""The reader says what CPython's own parser says, down to the offsets."""

import ast
import sysconfig
from pathlib import Path

import pytest

from testaudit.read.python import read_python
from tests.read.from_ast import render_ast
from tests.read.rendering import render

OURS = Path(__file__).resolve().parents[2]
LIBRARY = Path(sysconfig.get_path("stdlib"))
MOST_BYTES = 40_000
EVERY = 5


def readable(path: Path) -> bool:
    """Whether the file is small, and UTF-8 that CPython reads; form feeds shift its columns."""
    source = path.read_bytes()
    if len(source) > MOST_BYTES or b"\f" in source or b"\r" in source:
        return False
    try:
        ast.parse(source.decode())
    except (SyntaxError, ValueError):
        return False
    return True


def library_files() -> list[Path]:
    folders = ["", "asyncio", "collections", "concurrent/futures", "email", "http", "importlib", "json", "logging", "unittest", "test"]
    return [path for folder in folders for path in sorted((LIBRARY / folder).glob("*.py"))[::EVERY] if readable(path)]


@pytest.mark.parametrize("path", library_files(), ids=lambda path: path.relative_to(LIBRARY).as_posix())
def test_a_file_of_the_standard_library_reads_as_cpython_reads_it(path: Path) -> None:
    source = path.read_bytes()

    module = read_python(path.name, source)

    assert module.faults == ()
    spans = b"match " not in source  # patterns have no offsets to compare
    assert render(module, spans=spans) == render_ast(source, spans=spans)


@pytest.mark.parametrize("path", sorted((OURS / "auditor").rglob("*.py")), ids=lambda path: path.relative_to(OURS).as_posix())
def test_our_own_sources_read_as_cpython_reads_them(path: Path) -> None:
    source = path.read_bytes()

    assert render(read_python(path.name, source)) == render_ast(source)
