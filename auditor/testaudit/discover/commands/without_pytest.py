"""How the tests of a project run that never mentions pytest: by unittest's loader, by Django's runner, or by nobody knows whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from testaudit.discover.commands.written import Run
from testaudit.discover.listing import walked_files
from testaudit.discover.pytest.options import Options
from testaudit.discover.pytest.settings import PYTHON_FILES, PytestSettings
from testaudit.discover.tree import Tree, join
from testaudit.discover.unittest import UNITTEST_FILES, unittest_settings
from testaudit.records import dataclass

_PLAIN_TEST = re.compile(r"^(?:async )?def test|^\s*(?:import|from) pytest\b|^class Test\w*(?:\(object\)|\(\))?:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Runner:
    """The runner, the settings in force and where they are known from."""

    name: Literal["pytest", "unittest"]
    settings: PytestSettings
    origin: str


def without_pytest(tree: Tree, root: str, runs: Sequence[Run]) -> Runner | None:
    """The runner of a root for which nothing asks for pytest; None where pytest's own defaults find the same tests.

    It is `unittest` where the files that its loader would look at hold test cases and no test of pytest's kind, and pytest that takes the
    files of both where they hold both.
    """
    written = next((run for run in runs if run.invocation.runner in {"unittest", "django"}), None)
    django = "manage.py" in tree.files(root)
    files = [join(root, path) for path in walked_files(Path(tree.absolute(root))) if path.endswith(".py") and _is_candidate(path)]
    texts = [text for path in files if (text := tree.text(path)) is not None]
    has_cases = any("TestCase" in text for text in texts)
    if not has_cases and not django:
        return None
    origin = written.invocation.origin if written else join(root, "manage.py") if django else ""
    if not has_cases or any(_PLAIN_TEST.search(text) for text in texts):
        settings = PytestSettings(python_files=(*UNITTEST_FILES, *PYTHON_FILES))
        return Runner("pytest", settings, _told(origin, root, "files as unittest and pytest find them"))
    settings = PytestSettings(python_files=UNITTEST_FILES, norecursedirs=(), options=Options())
    if written and written.invocation.runner == "unittest" and "discover" in written.invocation.args:
        settings = _everything(unittest_settings(written.invocation.args))
    return Runner(
        "unittest", settings, _told(origin, root, "files as Django's runner finds them" if django else "files as unittest finds them")
    )


def _everything(settings: PytestSettings) -> PytestSettings:
    """The pattern of a command, without the folder that it starts in: another command may start in another."""
    names = tuple(dict.fromkeys((*settings.python_files, *UNITTEST_FILES)))
    return PytestSettings(python_files=names, norecursedirs=())


def _is_candidate(path: str) -> bool:
    name = path.rpartition("/")[2]
    return any(fnmatchcase(name, pattern) for pattern in (*UNITTEST_FILES, *PYTHON_FILES)) or name == "conftest.py"


def _told(origin: str, root: str, files: str) -> str:
    return f"{origin or root}: no settings for pytest, {files}"
