"""Which tools are compared, pinned, each in a virtual environment of its own, and how each is told to do the job."""

import hashlib
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.errors import BenchmarkError
from benchmarks.measure import Command

HERE = Path(__file__).resolve().parent
BIN = "Scripts" if sysconfig.get_platform().startswith("win") else "bin"


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool and its command line, to which the folders are added; `{bin}` stands for its environment's scripts.

    `goal` is the least ratio of its CPU time to testaudit's that we want to see.
    """

    name: str
    requirements: tuple[str, ...]
    argv: tuple[str, ...]
    statuses: frozenset[int] = frozenset({0})
    goal: float | None = None


TESTAUDIT = Tool(
    "testaudit",
    ("--editable", str(HERE.parent)),
    ("{bin}/testaudit", "check", "--format", "json", "--exit-zero", "--jobs", "1"),
)
PEERS = {
    tool.name: tool
    for tool in (
        Tool(
            "ruff",
            ("ruff==0.17.6",),
            ("{bin}/ruff", "check", "--select", "PT", "--isolated", "--no-cache", "--exit-zero", "--quiet"),
            goal=1 / 15,
        ),
        Tool(
            "flake8-pytest-style",
            ("flake8==7.5.0", "flake8-pytest-style==2.2.0"),
            ("{bin}/flake8", "--isolated", "--select", "PT", "--jobs", "1", "--exit-zero"),
            goal=10,
        ),
        # 10 and 20: it found something.
        Tool("falsegreen", ("falsegreen==0.9.2",), ("{bin}/falsegreen", "--json"), statuses=frozenset({0, 10, 20}), goal=10),
        Tool("libcst-parse", ("libcst==1.9.0",), ("{bin}/python", str(HERE / "parse_with_libcst.py"))),
    )
}


def installed(tool: Tool, cache: Path) -> Path:
    """The folder of scripts of the environment of `tool` under `cache`, made if it is not there yet. Raises BenchmarkError."""
    key = hashlib.sha256(repr((tool.requirements, sys.version)).encode()).hexdigest()[:12]
    home = cache / "tools" / f"{tool.name}-{key}"
    scripts, done = home / BIN, home / "done"
    if not done.exists():
        run((sys.executable, "-m", "venv", "--clear", str(home)))
    # What is editable may have got other requirements since.
    if not done.exists() or "--editable" in tool.requirements:
        run((str(scripts / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *tool.requirements))
        done.touch()
    return scripts


def run(argv: Sequence[str]) -> None:
    """Run a step of an installation, its output among our progress. Raises BenchmarkError."""
    if subprocess.run(argv, check=False, stdout=sys.stderr).returncode:
        raise BenchmarkError(f"could not run {' '.join(argv)}")


def command(tool: Tool, scripts: Path, root: Path, paths: Sequence[str]) -> Command:
    """The command that lets `tool` do its job on `paths` in `root`."""
    return Command((*(part.replace("{bin}", str(scripts)) for part in tool.argv), *paths), root, tool.statuses)
