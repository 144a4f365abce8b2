"""What pytest itself collects. A script for the interpreter that has pytest, from Python 3.7 and pytest 7 on; it imports nothing of ours.

    python pytest_oracle.py FILE ROOT [ARGUMENT...]    collects ROOT once, as `python -m pytest --collect-only` there, and writes FILE
    python pytest_oracle.py --serve                    reads folders from standard input, one a line, and answers each with a line

An answer is JSON: pytest's and Python's version, the errors, and by node id without parameters the variants and the fixtures of each test:
`name: [path, line, scope, autouse]` of the definition that pytest chose, of those that are written below the folder; autouse is null where
pytest does not keep it (before 8.4; before 8.1 it keeps names, which is what is said then).
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

import pytest

ANSWER = "ANSWER "
"""What an answer's line begins with: a suite may print, too."""


class Recorder:
    """A plugin that keeps what was collected."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.tests: dict[str, Any] = {}
        self.errors: dict[str, str] = {}

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            lines = [line for line in str(report.longrepr).splitlines() if line.strip()]
            self.errors[report.nodeid] = lines[-1][:300] if lines else ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_itemcollected(self, item: pytest.Item) -> None:
        info = getattr(item, "_fixtureinfo", None)
        if info is None or not isinstance(item, pytest.Function):
            return
        key = "::".join([self._relative(str(item.path)), *_names(item)])
        entry = self.tests.setdefault(key, {"variants": 0, "fixtures": {}})
        entry["variants"] += 1
        automatic = _automatic_names(item)
        for name in info.names_closure:
            definitions = info.name2fixturedefs.get(name) or ()
            if definitions and name not in entry["fixtures"] and not _is_synthetic(definitions[-1]):
                place = self._place(definitions[-1])
                if place is not None:
                    scope = getattr(definitions[-1].scope, "value", definitions[-1].scope)
                    entry["fixtures"][name] = [*place, str(scope), _autouse(definitions[-1], automatic)]

    def _place(self, definition: Any) -> tuple[str, int] | None:
        code = _code(definition.func)
        if code is None:
            return None
        path = os.path.realpath(code.co_filename)
        inside = path.startswith(self.root + os.sep) and not {"site-packages", "dist-packages"} & set(Path(path).parts)
        return (self._relative(path), code.co_firstlineno) if inside else None

    def _relative(self, path: str) -> str:
        return os.path.relpath(os.path.realpath(path), self.root).replace(os.sep, "/")


def _automatic_names(item: Any) -> set[str] | None:
    """The names that are used automatically, of a pytest that keeps nothing else."""
    manager = item.session._fixturemanager
    return None if hasattr(manager, "_register_fixture") else set(manager._getautousenames(item.nodeid))


def _autouse(definition: Any, automatic: set[str] | None) -> bool | None:
    return definition.argname in automatic if automatic is not None else getattr(definition, "_autouse", None)


def _names(item: Any) -> list[str]:
    names = [getattr(item, "originalname", None) or item.name]
    node = item.parent
    while node is not None:
        if isinstance(node, pytest.Class):
            names.insert(0, node.name)
        node = node.parent
    return names


def _is_synthetic(definition: Any) -> bool:
    """Whether pytest made it up: for xunit's and unittest's setups, and for parametrized arguments."""
    name = definition.argname.lstrip("_")
    return name.startswith(("xunit_", "unittest_")) or getattr(definition.func, "__name__", "") == "get_direct_param_fixture_func"


def _code(function: Any) -> Any:
    for _ in range(20):  # of wrappers: enough, and an end
        if hasattr(function, "__pytest_wrapped__"):
            function = function.__pytest_wrapped__.obj
        elif hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        elif inspect.ismethod(function) or isinstance(function, (staticmethod, classmethod)):
            function = function.__func__
        elif hasattr(function, "func") and not inspect.isfunction(function):
            function = function.func  # a partial
        else:
            break
    return getattr(function, "__code__", None)


def collected(root: str, arguments: list[str]) -> dict[str, Any]:
    """The answer for one folder, with what pytest printed; modules, paths and the current folder are left as they were."""
    root = os.path.realpath(root)
    modules, paths, here = dict(sys.modules), list(sys.path), Path.cwd()
    recorder, output = Recorder(root), io.StringIO()
    os.chdir(root)
    sys.path.insert(0, root)  # `python -m` does so
    importlib.invalidate_caches()
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            status = pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", *arguments], plugins=[recorder])
    finally:
        os.chdir(here)
        sys.path[:] = paths
        for name, module in list(sys.modules.items()):
            if name not in modules and root in str([getattr(module, "__file__", ""), *getattr(module, "__path__", ())]):
                del sys.modules[name]
    versions = {"pytest": pytest.__version__, "python": platform.python_version()}
    return {**versions, "status": int(status), "errors": recorder.errors, "tests": recorder.tests, "output": output.getvalue()[-4000:]}


def main(arguments: list[str]) -> None:
    sys.path.pop(0)  # this script's folder
    sys.dont_write_bytecode = True
    if arguments == ["--serve"]:
        for line in sys.stdin:
            answer = json.dumps(collected(line.rstrip("\n"), []))
            print("\n" + ANSWER + answer, file=sys.__stdout__, flush=True)
        return
    Path(arguments[0]).write_text(json.dumps(collected(arguments[1], arguments[2:])), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
