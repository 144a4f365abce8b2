"""Small repositories as text: several to a file, each with what must be collected from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "trees"
_CASE = re.compile(r"^=== (.+)$", re.MULTILINE)
_FILE = re.compile(r"^--- (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Tree:
    """One repository: its files, and for every test that is collected its variants and the fixtures that the repository gives it."""

    name: str
    files: dict[str, str]
    expected: tuple[str, ...]

    def write(self, folder: Path) -> Path:
        """Writes the repository below a folder, with an ini file of its own so that none above it counts; gives its root."""
        root = folder / re.sub(r"\W+", "-", self.name)
        for path, text in ({"pytest.ini": "[pytest]\n"} | self.files).items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return root


def trees() -> list[Tree]:
    """All of them, sorted by file and in the order in which they stand there."""
    return [tree for path in sorted(FOLDER.glob("*.txt")) for tree in parse(path.stem, path.read_text(encoding="utf-8"))]


def parse(topic: str, text: str) -> list[Tree]:
    """The repositories of one file: `=== what it shows`, then `--- path` before each file's text, `--- expected` last."""
    parts = _CASE.split(text)[1:]
    found = []
    for name, content in zip(parts[::2], parts[1::2], strict=True):
        pieces = _FILE.split(content)[1:]
        files = {path: body.lstrip("\n").rstrip() + "\n" for path, body in zip(pieces[::2], pieces[1::2], strict=True)}
        expected = tuple(line for line in files.pop("expected").splitlines() if line.strip())
        found.append(Tree(f"{topic}: {name}", files, expected))
    return found


def line(test: str, variants: int, fixtures: dict[str, str]) -> str:
    """One test as the trees write it: `test_a.py::test_x [3] db@conftest.py:2 user@test_a.py:7`."""
    count = f" [{variants}]" if variants != 1 else ""
    return " ".join((f"{test}{count}", *(f"{name}@{place}" for name, place in sorted(fixtures.items()))))
