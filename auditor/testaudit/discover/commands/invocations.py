"""Which commands run tests: pytest, `unittest`, Django's runner and their kind, with the arguments that they are given."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from testaudit.discover.commands.shell import UNKNOWN, Command
from testaudit.discover.pytest.options import Options, parse_options
from testaudit.discover.tree import Tree, is_outside, join
from testaudit.records import dataclass, field

_PYTEST = frozenset({"pytest", "py.test", "pytest.exe"})
_OTHERS = frozenset({"nosetests", "nose2", "stestr", "trial", "zope-testrunner", "green", "testr", "unit2"})
# What names pytest without running it.
_TALK = frozenset(
    {"echo", "printf", "which", "grep", "ruff", "mypy", "black", "isort", "pylint", "flake8", "git", "apt-get", "apt", "brew", "sed"}
)
_INSTALLING = frozenset({"install", "add", "download", "wheel", "upgrade", "sync", "lock", "inject"})
_NAMES_NEXT = frozenset(
    {
        "--with",
        "--from",
        "--extra",
        "--group",
        "--only-group",
        "--package",
        "--spec",
        "-k",
        "-e",
        "-n",
        "--name",
        "--cov",
        "--upgrade-package",
    }
)
# Options of plugins whose value can be a folder with tests.
_VALUED = frozenset(
    {"--cov", "--cov-config", "--cov-report", "--ds", "--basetemp", "--log-file", "--html", "--junitxml", "--junit-xml", "--durations-path"}
)
_PYTHON = re.compile(r"(?:.*/)?(?:python|pypy|coverage)[\d.]*(?:\.exe)?$")
_PYTHON_FLAGS = re.compile(r"-[A-Zbdiqsuv]*m$")


@dataclass(frozen=True, slots=True)
class Invocation:
    """One run of a runner as it is written: its arguments (`UNKNOWN` in them is what cannot be read), the folder that it starts in, and
    where it stands (`Makefile:12`)."""

    runner: str
    args: tuple[str, ...]
    folder: str
    origin: str
    plugins: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)

    def paths(self, tree: Tree) -> tuple[str, ...] | None:
        """The files and folders that it names, relative to the root; None when it names some and none of them is in the tree."""
        written = [path.partition("::")[0] for path in self.options.paths]
        found = [path for path in (join(self.folder, word) for word in written if word) if _is_there(tree, path)]
        if any(UNKNOWN not in word for word in written) and not found:
            return None
        return tuple(dict.fromkeys((*found, *self._mistaken(tree))))

    def _mistaken(self, tree: Tree) -> Iterator[str]:
        """Paths that were taken for the value of an option: one of the project's own, which is a flag (`--integration tests`)."""
        for name, value in self.options.others.items():
            if value and "test" in value and name not in _VALUED and _is_there(tree, path := join(self.folder, value)):
                yield path


def invocations(command: Command, origin: str) -> Iterator[Invocation]:
    """The run of a test runner that a command is, if it is one in a folder of the tree."""
    words = [word for word in command.words if word]
    folder = command.folder
    if folder is None or not words or words[0].rpartition("/")[2] in _TALK:
        return
    runner, args = _runner(words)
    if runner is None:
        return
    if runner == "pytest":
        args = [*_split(command.variables.get("PYTEST_ADDOPTS", "")), *args]
    plugins = tuple(name for name in command.variables.get("PYTEST_PLUGINS", "").split(",") if name and UNKNOWN not in name)
    options = parse_options(args) if runner == "pytest" else Options()
    if "--collect-only" in options.others or "--co" in options.others or "--fixtures" in options.others or "--version" in args:
        return
    yield Invocation(runner, tuple(args), folder, origin, plugins, options)


def _runner(words: list[str]) -> tuple[str | None, list[str]]:
    """The runner, and what follows its name."""
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        if word in _INSTALLING and at and not words[at - 1].startswith("-"):
            return None, []
        name = word.rpartition("/")[2]
        if name in _PYTEST and before not in _NAMES_NEXT and (at == 0 or not _is_list(before)):
            return "pytest", words[at + 1 :]
        if _PYTHON_FLAGS.match(before) and name == "unittest" and any(_PYTHON.match(earlier) for earlier in words[:at]):
            return "unittest", words[at + 1 :]
        if name in {"manage.py", "django-admin", "runtests.py"} and words[at + 1 : at + 2] == ["test"]:
            return "django", words[at + 2 :]
        if name == "setup.py" and words[at + 1 : at + 2] == ["test"]:
            return "other", []
        if name in _OTHERS and (at == 0 or _PYTHON_FLAGS.match(before) or words[at - 1] in {"run", "--", "exec"}):
            return "other", words[at + 1 :]
    return None, []


def _is_list(word: str) -> bool:
    """Whether a word is one of several names, so that the next is one, too: `--testpaths=a,` or `pytest,`."""
    return word.endswith(",")


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _is_there(tree: Tree, path: str) -> bool:
    if UNKNOWN in path or is_outside(path):
        return False
    return "*" in path or tree.is_folder(path) or tree.is_file(path)
