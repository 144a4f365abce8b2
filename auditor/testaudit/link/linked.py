"""What linking leaves for the analyses: the workspace, names, values and knowledge of one run."""

from __future__ import annotations

from testaudit.config import Config
from testaudit.folders import folder_of, folders_around
from testaudit.knowledge import Knowledge
from testaudit.link.names import Names
from testaudit.link.support import is_test_support
from testaudit.link.values import Values
from testaudit.model import Suite
from testaudit.records import dataclass, field
from testaudit.workspace import Workspace


@dataclass(slots=True, eq=False)
class Linked:
    """Everything that gives facts their meaning. `test_folders` are the folders whose business is testing, `test_files` the files that a
    runner collects, `config` what the team has set (None: nothing)."""

    workspace: Workspace
    names: Names
    values: Values
    knowledge: Knowledge
    test_folders: frozenset[str] = frozenset()
    test_files: frozenset[str] = frozenset()
    config: Config | None = None
    _test_code: dict[str, bool] = field(default_factory=dict)

    def is_test_code(self, path: str) -> bool:
        """Whether a file belongs to the tests (test module, conftest, support) rather than to the code under test."""
        held = self._test_code.get(path)
        if held is None:
            held = self._test_code[path] = path in self.test_files or is_test_support(path) or self._below_test_folder(path)
        return held

    def stands_with_tests(self, path: str) -> bool:
        """Whether a file is a test module or lies below a folder of tests: not a package that a project gives others for their tests."""
        return path in self.test_files or self._below_test_folder(path)

    def test_top(self, path: str) -> str:
        """The outermost folder around a file whose business is testing; the file's own where there is none."""
        tops = [folder for folder in folders_around(path) if folder and folder in self.test_folders]
        return tops[-1] if tops else folder_of(path)

    def _below_test_folder(self, path: str) -> bool:
        return any(folder and folder in self.test_folders for folder in folders_around(path))


def linked(suite: Suite) -> Linked:
    """The linked context of a suite."""
    context = suite.context
    assert isinstance(context, Linked)
    return context
