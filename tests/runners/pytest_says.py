"""What pytest itself collects from repositories: run as a script in a process of its own, `python pytest_says.py ROOT…`, prints JSON."""

from __future__ import annotations

import contextlib
import inspect
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest


class Recorder:
    """A plugin that keeps what was collected."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tests: dict[str, dict[str, Any]] = {}
        self.errors: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.errors.append(f"{report.nodeid}: {str(report.longrepr).splitlines()[-1]}")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            info = getattr(item, "_fixtureinfo", None)
            if info is None:
                continue
            test = item.nodeid.split("[")[0]
            entry = self.tests.setdefault(test, {"variants": 0, "fixtures": {}})
            entry["variants"] += 1
            for name in info.names_closure:
                definitions = info.name2fixturedefs.get(name) or ()
                place = self._place(definitions[-1]) if definitions else None
                if place is not None:
                    entry["fixtures"][name] = place

    def _place(self, definition: Any) -> str | None:
        function = inspect.unwrap(definition.func)
        function = getattr(function, "func", function)
        code = getattr(getattr(function, "__func__", function), "__code__", None)
        path = Path(code.co_filename).resolve() if code is not None else None
        if code is None or path is None or not path.is_relative_to(self.root):
            return None
        return f"{path.relative_to(self.root).as_posix()}:{code.co_firstlineno}"


def collected(root: Path) -> dict[str, Any]:
    """The tests of one repository, with pytest's view of their fixtures. Modules and paths are left as they were."""
    modules, paths = dict(sys.modules), list(sys.path)
    recorder = Recorder(root)
    os.chdir(root)
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        status = pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", f"--rootdir={root}"], plugins=[recorder])
    for name in set(sys.modules) - set(modules):
        if str(root) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]
    sys.path[:] = paths
    return {"tests": recorder.tests, "errors": recorder.errors, "status": int(status), "output": output.getvalue()}


if __name__ == "__main__":
    print(json.dumps({argument: collected(Path(argument).resolve()) for argument in sys.argv[1:]}))
