"""The layout and the habits that no linter holds by itself."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {"auditor": "testaudit", "rules": "testaudit_rules"}
ENGINE = ROOT / "auditor" / "testaudit"
NAMES_OF_NOTHING = {"common", "helper", "helpers", "misc", "util", "utils"}

# What the commit hook may import beside the standard library and testaudit itself.
HOOK_IMPORTS = {"tomli", "tree_sitter", "tree_sitter_python"}
# What it must not import of the standard library: each costs at least a tenth of a bare interpreter's start.
NOT_FOR_A_HOOK = {
    "asyncio",
    "concurrent.futures",
    "dataclasses",
    "difflib",
    "email",
    "importlib.metadata",
    "inspect",
    "logging",
    "multiprocessing",
    "subprocess",
    "unittest",
    "xml",
}
CHECK_AND_TELL = """
import sys
before = set(sys.modules)
from testaudit.cli import main
status = main(["check", sys.argv[1], "--format", "concise", "--exit-zero", "--jobs", "1"])
print(*sorted(set(sys.modules) - before), file=sys.stderr)
raise SystemExit(status)
"""


def modules(*folders: str) -> Iterator[Path]:
    """The Python files of our own in `folders`."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def in_root(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """The line and the written name of every call in a module, without those that happen only when it is run as a script."""
    module = ast.parse(path.read_bytes())
    body = [node for node in module.body if not (isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'")]
    for node in (inner for statement in body for inner in ast.walk(statement)):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


@pytest.mark.parametrize(("root", "package"), PACKAGES.items())
def test_a_source_root_holds_one_import_package_and_nothing_else(root: str, package: str) -> None:
    entries = {entry.name for entry in (ROOT / root).iterdir() if not entry.name.startswith((".", "__pycache__"))}

    assert entries == {package}


def test_every_folder_of_a_package_is_a_package() -> None:
    folders = {path.parent for path in modules(*PACKAGES)}

    assert [in_root(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = [
        path for path in modules(*PACKAGES, "tests", "benchmarks") if NAMES_OF_NOTHING & {*path.relative_to(ROOT).with_suffix("").parts}
    ]

    assert [in_root(path) for path in named] == []


def test_only_the_command_line_and_the_reports_print_or_exit() -> None:
    allowed = (ENGINE / "cli", ENGINE / "cli.py", ENGINE / "report")
    loud = [
        f"{in_root(path)}:{line}: {name}"
        for path in modules(*PACKAGES)
        if path.name != "__main__.py" and not any(path.is_relative_to(place) for place in allowed)
        for line, name in calls(path)
        if (path.name, name) != ("processes.py", "os._exit")  # how a forked process ends, which is not the run's end
        if name in {"print", "exit", "quit", "sys.exit", "os._exit", "SystemExit", "sys.stdout.write", "sys.stderr.write"}
    ]

    assert loud == []


def test_imports_go_one_way() -> None:
    linter = Path(sys.executable).with_name("lint-imports")

    run = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout + run.stderr


def test_the_hook_imports_no_heavy_package(tmp_path: Path) -> None:
    suite = tmp_path / "test_a.py"
    suite.write_text("def test_a():\n    assert 1 + 1 == 2\n", encoding="utf-8")

    run = subprocess.run([sys.executable, "-c", CHECK_AND_TELL, suite], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr
    modules = {name for name in run.stderr.split() if not name.endswith("__mypyc")}  # what mypyc compiles a package to: tomli, here
    packages = {name.partition(".")[0] for name in modules} - set(sys.stdlib_module_names)
    assert packages - {"testaudit", "testaudit_rules"} <= HOOK_IMPORTS
    assert modules & NOT_FOR_A_HOOK == set()


def test_the_command_line_imports_nothing_heavy_before_it_knows_what_is_asked() -> None:
    tell = "import sys, testaudit.cli; print(*sorted(sys.modules))"

    run = subprocess.run([sys.executable, "-c", tell], capture_output=True, text=True, check=True)

    assert {"libcst", "networkx", "rich"} & set(run.stdout.split()) == set()
