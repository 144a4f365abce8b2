"""Where imports of first-party code lead: the source roots that a test file sees, and the file of a module under them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from testaudit.discover.projects import is_project, source_folders
from testaudit.discover.session import Session
from testaudit.discover.tree import ROOT, Tree, ancestors, is_below, is_outside, join, parent


def import_base(tree: Tree, folder: str) -> str:
    """The first folder upwards that is no package: what pytest puts on `sys.path` for a file here (`prepend` and `append`)."""
    while folder != ROOT and "__init__.py" in tree.files(folder) and folder.rpartition("/")[2].isidentifier():
        folder = parent(folder)
    return folder


def source_roots(tree: Tree, session: Session, folder: str, inserting: Iterable[str], siblings: Iterable[str]) -> tuple[str, ...]:
    """The folders that imports from a file in this folder are searched in, in the order of `sys.path`.

    What pytest inserts (the bases of the folders in `inserting`, and `pythonpath`), then where the projects around the file, the session
    and the root install from, those themselves, and last `siblings`, the other projects of the tree.
    """
    settings = session.settings
    inserted = [import_base(tree, place) for place in inserting]
    given = [join(parent(session.config) if session.config else session.root, path) for path in settings.pythonpath]
    order = {"prepend": [*inserted, *given], "append": given, "importlib": given}.get(settings.options.import_mode, given)
    for place in (folder, session.root, ROOT):
        project = next((above for above in ancestors(place) if is_project(tree, above)), None)
        if project is not None:
            order += source_folders(tree, project)
    order += [session.root, ROOT]
    if settings.options.import_mode == "append":
        order += inserted
    order += _installed_in_place(tree, session)
    order += siblings
    return tuple(place for place in dict.fromkeys(order) if not is_outside(place))


def find_module(tree: Tree, name: str, roots: Sequence[str]) -> str | None:
    """The file of a dotted module under the roots, by the import system's rules.

    In the first root that has it, a package's `__init__.py` comes before a module; a folder without `__init__.py` is a portion of a
    namespace package, which counts only when no root has better, and whose portions are searched together. Stubs (`.pyi`) come last.
    None also for a namespace package itself, which has no file.
    """
    places = tuple(roots)
    *packages, last = name.split(".")
    for package in packages:
        regular = next((join(root, package) for root in places if _has(tree, root, package, "__init__.py")), None)
        if regular is None and any(f"{package}.py" in tree.files(root) for root in places):
            return None
        portions = tuple(join(root, package) for root in places if package in tree.folders(root))
        places = portions if regular is None else (regular,)
    for suffix in (".py", ".pyi"):
        for root in places:
            if _has(tree, root, last, f"__init__{suffix}"):
                return join(join(root, last), f"__init__{suffix}")
            if f"{last}{suffix}" in tree.files(root):
                return join(root, f"{last}{suffix}")
    return None


def module_name(tree: Tree, path: str, roots: Sequence[str]) -> str:
    """The dotted name under which a file is imported: from the innermost root above it that is no package itself, else its own base."""
    base = import_base(tree, parent(path))
    above = [root for root in roots if is_below(path, root) and is_below(base, root)]
    root = max(above, key=len, default=base)
    inside = path if root == ROOT else path[len(root) + 1 :]
    return inside.rpartition(".")[0].removesuffix("/__init__").replace("/", ".")


def _has(tree: Tree, root: str, package: str, file: str) -> bool:
    return package in tree.folders(root) and file in tree.files(join(root, package))


def _installed_in_place(tree: Tree, session: Session) -> list[str]:
    places = (tree.relative(Path(path)) for path in session.environment.development_paths)
    return [place for place in places if not is_outside(place) and place != ROOT]
