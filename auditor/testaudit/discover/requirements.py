"""The distributions that a project asks for, in the places where projects write that down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from testaudit.discover.commands.installs import installs_in
from testaudit.discover.pytest.ini import IniError, parse_ini
from testaudit.discover.session import Distribution, normalised
from testaudit.discover.tree import Tree, is_outside, join, strings, table
from testaudit.discover.versions import NEWEST_PYTHON, applies

_REQUIREMENT = re.compile(
    r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*\(?\s*((?:[=<>~!^][^;#)]*)?)[^;#]*(?:;\s*([^#]*))?"
)
_PINNED = re.compile(r"===?\s*([0-9][\w.+!-]*)(?![\w.*])")
_QUOTED = re.compile(r"""["']([A-Za-z][A-Za-z0-9._-]+(?:\[[\w,\s-]*\])?\s*(?:[=<>~!]=?\s*[^"'\n]*)?)["']""")
_CONDA = re.compile(r"^\s*-\s+([A-Za-z0-9][\w.-]*)\s*(?:=+\s*([\w.]+))?", re.MULTILINE)
_REQUIREMENT_FILE = re.compile(r".*(?:requirements|constraints|^reqs)[^/]*\.(?:txt|in)$", re.IGNORECASE)


def declared_requirements(tree: Tree, folder: str) -> Iterator[Distribution]:
    """What the files of one folder ask for, in no group's favour; a version where one is pinned with `==`,
    else the range of versions that is allowed. A requirement whose marker does not hold says nothing about the version."""
    names = sorted(tree.files(folder))
    paths = [join(folder, name) for name in names if _REQUIREMENT_FILE.match(name)]
    if "requirements" in tree.folders(folder):
        below = join(folder, "requirements")
        paths += [join(below, name) for name in sorted(tree.files(below)) if name.endswith((".txt", ".in"))]
    if "pyproject.toml" in names:
        yield from _named(_of_pyproject(tree.toml(join(folder, "pyproject.toml"))), join(folder, "pyproject.toml"))
    if "tox.toml" in names:
        yield from _named(_of_tox(tree.toml(join(folder, "tox.toml"))), join(folder, "tox.toml"))
    for path in paths:
        yield from _named(_lines(tree.text(path) or ""), path)
    for name in ("setup.cfg", "tox.ini"):
        if name in names:
            yield from _named(_of_ini(tree, join(folder, name)), join(folder, name))
    if "Pipfile" in names:
        document = tree.toml(join(folder, "Pipfile"))
        yield from _named((name for group in ("packages", "dev-packages") for name in table(document, group)), join(folder, "Pipfile"))
    for name in ("setup.py", "noxfile.py"):
        if name in names:  # code: its quoted words that could be requirements
            yield from _named(iter(_QUOTED.findall(tree.text(join(folder, name)) or "")), join(folder, name))
    for name in names:
        if name.startswith("environment") and name.endswith((".yml", ".yaml")):
            path = join(folder, name)
            yield from _named((f"{package}=={version}" for package, version in _CONDA.findall(tree.text(path) or "")), path)


def commanded_requirements(tree: Tree, folder: str) -> Iterator[Distribution]:
    """What the commands install that the files of one folder write down, those of the requirement files included that they name."""
    for installed in installs_in(tree, folder):
        yield from _named(iter(installed.requirements), installed.origin)
        for path in installed.files:
            yield from _named(_lines(tree.text(path) or "") if not is_outside(path) else iter(()), path)


def _named(requirements: Iterator[str], origin: str) -> Iterator[Distribution]:
    for requirement in requirements:
        if found := _REQUIREMENT.match(requirement):
            if found[3] and not applies(found[3], NEWEST_PYTHON):
                yield Distribution(normalised(found[1]), None, origin)
                continue
            pinned = _PINNED.match(found[2])
            yield Distribution(normalised(found[1]), pinned[1] if pinned else None, origin, "" if pinned else found[2].strip())


def _of_pyproject(document: Mapping[str, object]) -> Iterator[str]:
    project = table(document, "project")
    yield from strings(project.get("dependencies"))
    tool = table(document, "tool")
    yield from strings(table(tool, "cibuildwheel").get("test-requires"))
    yield from _of_tox(table(tool, "tox"))
    groups = (
        table(project, "optional-dependencies"),
        table(document, "dependency-groups"),
        table(tool, "pdm", "dev-dependencies"),
        table(tool, "flit", "metadata", "requires-extra"),
    )
    for group in groups:
        for requirements in group.values():
            yield from strings(requirements)
    yield from strings(table(tool, "uv").get("dev-dependencies"))
    for environment in table(tool, "hatch", "envs").values():
        for key in ("dependencies", "extra-dependencies"):
            yield from strings(table(environment).get(key))
    yield from _of_poetry(table(tool, "poetry"))


def _of_tox(document: Mapping[str, object]) -> Iterator[str]:
    """tox's own configuration in TOML: `deps` of what all environments have and of each."""
    for environment in (table(document, "env_run_base"), *(table(table(document, "env"), name) for name in table(document, "env"))):
        yield from strings(environment.get("deps"))


def _of_poetry(poetry: Mapping[str, object]) -> Iterator[str]:
    tables = [table(poetry, "dependencies"), table(poetry, "dev-dependencies")]
    tables += [table(group, "dependencies") for group in table(poetry, "group").values()]
    for requirements in tables:
        for name, wanted in requirements.items():
            version = wanted.get("version") if isinstance(wanted, Mapping) else wanted
            if name != "python":
                yield f"{name}{'==' if version[:1].isdigit() else ''}{version}" if isinstance(version, str) else name


def _of_ini(tree: Tree, path: str) -> Iterator[str]:
    try:
        sections = parse_ini(tree.text(path) or "")
    except IniError:
        return  # who must read it for its settings says so
    for name, section in sections.items():
        for key, (value, _) in section.items():
            if key in {"install_requires", "tests_require", "deps", "requires"} or name == "options.extras_require":
                # tox: a line may begin with a condition (`py310: pytest-cov`)
                yield from (re.sub(r"^[\w{},!.-]+:\s+", "", line) for line in _lines(value))


def _lines(text: str) -> Iterator[str]:
    return (line for line in map(str.strip, text.splitlines()) if line and line[0] not in "#-")
