"""Which public test suites are measured, pinned to the byte, and how they are fetched and unpacked."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from benchmarks.errors import BenchmarkError

# One build for everybody, whatever machine and Python the benchmark runs on: only its .py files are read.
WHEEL_TAGS = (
    *("--python-version", "3.11", "--implementation", "cp", "--abi", "cp311", "--abi", "abi3", "--abi", "none"),
    *("--platform", "any", "--platform", "manylinux2014_x86_64", "--platform", "manylinux_2_17_x86_64"),
    *("--platform", "manylinux_2_24_x86_64", "--platform", "manylinux_2_27_x86_64", "--platform", "manylinux_2_28_x86_64"),
)
KEPT_SUFFIXES = {".py", ".toml", ".cfg", ".ini"}


@dataclass(frozen=True, slots=True)
class Corpus:
    """A published wheel that ships its tests."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Size:
    """How much Python a set of files holds."""

    files: int
    lines: int


CORPORA = {
    corpus.name: corpus
    for corpus in (
        Corpus("pandas", "3.1.1", "4f1602f614bb83f443381dbcbb94c4ac764b2e50c8d6c965614c5cd83e328c47"),
        Corpus("scipy", "1.17.1", "43af8d1f3bea642559019edfe64e9b11192a8978efbd1539d7bc2aaa23d92de4"),
        Corpus("scikit-learn", "1.9.1", "52a0703bbc07ad27f560fa63fa68e4c54dd735bfbbf65b4dd3c225dc7547b6df"),
        Corpus("xarray", "2026.9.0", "fe349fa871628b1a0a5217af3fe1283a2862d5485156e6eda354fffb81c3bb7c"),
        # The last release whose wheel holds the tests.
        Corpus("distributed", "2021.6.0", "3f4b1ab97a4027c57314ab9e546dae6e4ce4dc61c7ea47e80abe32cfd475c05f"),
    )
}


def unpacked(corpus: Corpus, cache: Path) -> Path:
    """The folder of `corpus` under `cache`, fetched and unpacked if it is not there yet.

    Raises BenchmarkError when pip cannot fetch it or the bytes are not the pinned ones.
    """
    root = cache / "corpora" / f"{corpus.name}-{corpus.version}"
    if not root.is_dir():
        root.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=root.parent) as name:
            scratch = Path(name)
            unpack(fetch(corpus, scratch), scratch / "tree")
            shutil.move(scratch / "tree", root)
    return root


def fetch(corpus: Corpus, folder: Path) -> Path:
    """Let pip download the pinned wheel into `folder`; its path."""
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:")
    command = (*pip, *WHEEL_TAGS, "--dest", str(folder), f"{corpus.name}=={corpus.version}")
    if subprocess.run(command, check=False, stdout=sys.stderr).returncode:
        raise BenchmarkError(f"pip could not download {corpus.name} {corpus.version}")
    (wheel,) = folder.glob("*.whl")
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != corpus.sha256:
        raise BenchmarkError(f"{wheel.name} has SHA-256 {found}; {corpus.sha256} is pinned")
    return wheel


def unpack(wheel: Path, folder: Path) -> None:
    """Unpack the Python and configuration files of `wheel` into `folder`."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if PurePosixPath(name).suffix in KEPT_SUFFIXES])


def folders_of_tests(root: Path, below: str = "") -> list[str]:
    """The outermost folders called `tests` with Python files in them, relative to `root`; `below` itself, where one is named.

    Every tool is given these. Each of them reads every .py file in them.
    """
    if below:
        if not (root / below).is_dir():
            raise BenchmarkError(f"there is no folder {below} in {root.name}")
        return [below]
    paths = (path.relative_to(root).parts for path in root.rglob("*.py"))
    return sorted({"/".join(parts[: parts.index("tests") + 1]) for parts in paths if "tests" in parts[:-1]})


def python_files(root: Path, folders: Iterable[str]) -> list[Path]:
    """All .py files in `folders`, sorted; reading them once also warms the file system's cache."""
    return sorted(path for folder in folders for path in (root / folder).rglob("*.py"))


def size(files: Sequence[Path]) -> Size:
    """Files and lines (ends of lines) of `files`."""
    return Size(len(files), sum(path.read_bytes().count(b"\n") for path in files))


def by_length(files: Iterable[Path], share: float) -> Path:
    """The test module that `share` of all test modules are not longer than, in bytes: 0.5 is the median one."""
    modules = sorted((path.stat().st_size, path) for path in files if path.name.startswith("test_"))
    return modules[min(int(share * len(modules)), len(modules) - 1)][1]
