"""Where a project keeps the packages that it installs: its source folders, from its build settings and its layout."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from testaudit.discover.pytest.ini import IniError, parse_ini
from testaudit.discover.tree import ROOT, Tree, is_outside, join, parent, strings, table

PROJECT_FILES = frozenset({"pyproject.toml", "setup.py", "setup.cfg"})
_PACKAGE_DIR = re.compile(r"""package_dir\s*=\s*\{\s*(?:""|'')\s*:\s*["']([^"']+)["']""")
_FIND = re.compile(r"""find_(?:namespace_)?packages\(\s*(?:where\s*=\s*)?["']([^"']+)["']""")
_NOT_PROJECTS = frozenset({"__pycache__", "node_modules", "site-packages", "venv", "env", "docs", "doc", "tests", "test"})


def is_project(tree: Tree, folder: str) -> bool:
    """Whether the folder has a project's build files."""
    return not PROJECT_FILES.isdisjoint(tree.files(folder))


def source_folders(tree: Tree, folder: str) -> tuple[str, ...]:
    """The folders from which a project's packages are imported: what it declares, `src` where there is one, and itself."""
    declared = [join(folder, name) for name in (*_of_pyproject(tree, folder), *_of_setup_cfg(tree, folder), *_of_setup_py(tree, folder))]
    if "src" in tree.folders(folder) and "__init__.py" not in tree.files(join(folder, "src")):
        declared.append(join(folder, "src"))
    found = [place for place in dict.fromkeys(declared) if not is_outside(place) and tree.is_folder(place)]
    return (*(place for place in found if place != folder), folder)


def sibling_projects(tree: Tree) -> tuple[str, ...]:
    """The projects up to three folders below the root, as in a monorepo, sorted; packages, tests and hidden folders are not searched."""
    found: list[str] = []
    level = [ROOT]
    for _ in range(3):
        deeper: list[str] = []
        for folder in level:
            for name in sorted(tree.folders(folder)):
                below = join(folder, name)
                if name[0] == "." or name in _NOT_PROJECTS or "__init__.py" in tree.files(below):
                    continue
                (found if is_project(tree, below) else deeper).append(below)
        level = deeper
    return tuple(sorted(found))


def sibling_sources(tree: Tree) -> tuple[str, ...]:
    """The source folders of the projects below the root, by their layout alone (there can be a hundred)."""
    found = []
    for project in sibling_projects(tree):
        layouts = (join(project, name) for name in ("src", "python", "lib") if name in tree.folders(project))
        found += [*(layout for layout in layouts if "__init__.py" not in tree.files(layout)), project]
    return tuple(found)


def _of_pyproject(tree: Tree, folder: str) -> Iterator[str]:
    tool = table(tree.toml(join(folder, "pyproject.toml")), "tool")
    yield from strings(table(tool, "setuptools", "packages", "find").get("where"))
    yield from strings(table(tool, "setuptools", "package-dir").get(""))
    yield from strings(table(tool, "uv", "build-backend").get("module-root"))
    yield from strings(table(tool, "maturin").get("python-source"))
    yield from strings(table(tool, "pdm", "build").get("package-dir"))
    wheel = table(tool, "hatch", "build", "targets", "wheel")
    yield from (parent(package.strip("/")) for package in strings(wheel.get("packages")))
    for sources in (wheel.get("sources"), table(tool, "hatch", "build").get("sources")):
        yield from sources if isinstance(sources, Mapping) else strings(sources)
    packages = table(tool, "poetry").get("packages")
    for package in packages if isinstance(packages, list) else ():
        yield from strings(table(package).get("from"))


def _of_setup_cfg(tree: Tree, folder: str) -> Iterator[str]:
    if "setup.cfg" not in tree.files(folder):
        return
    try:
        sections = parse_ini(tree.text(join(folder, "setup.cfg")) or "")
    except IniError:
        return
    for line in sections.get("options", {}).get("package_dir", ("", 0))[0].splitlines():
        package, equals, place = line.partition("=")
        if equals and not package.strip():
            yield place.strip()
    where = sections.get("options.packages.find", {}).get("where", ("", 0))[0]
    yield from (line.strip() for line in where.splitlines() if line.strip())


def _of_setup_py(tree: Tree, folder: str) -> Iterator[str]:
    """A look, not a reading: `package_dir` and `find_packages` with a literal."""
    text = tree.text(join(folder, "setup.py")) if "setup.py" in tree.files(folder) else None
    for pattern in (_PACKAGE_DIR, _FIND):
        yield from pattern.findall(text or "")
