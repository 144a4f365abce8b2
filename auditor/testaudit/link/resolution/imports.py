"""What an import stands for: a first-party module, a name in one, or a library's symbol."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.folders import folder_above, folder_of
from testaudit.link.resolution.resolver import Resolver
from testaudit.model import External, Target, Unknown
from testaudit.read.facts import Import, Module


def imported_target(names: Resolver, imported: Import, module: Module) -> Target:
    """The target of one import; a first-party name that is missing is unknown, anything else is external."""
    if imported.level:
        return _relative_target(names, imported, module)
    if imported.name is None:
        wanted = imported.module if imported.aliased else imported.bound
        path = names.workspace.find(wanted, module.path)
        if path is not None and (path != module.path or imported.aliased):
            return _loaded(names, path)
        return External(wanted)
    path = names.workspace.find(imported.module, module.path)
    if path is None or path == module.path:
        inner = names.workspace.find(f"{imported.module}.{imported.name}", module.path)
        return _loaded(names, inner) if inner else External(f"{imported.module}.{imported.name}")
    return _from(names, path, imported)


def _relative_target(names: Resolver, imported: Import, module: Module) -> Target:
    """`from .module import name`, `from . import name`."""
    folder = folder_above(folder_of(module.path), imported.level - 1)
    if folder is None:
        return Unknown("a relative import beyond the top")
    if not imported.module:
        path = names.workspace.find_in(folder, "__init__")
        package: Target = _loaded(names, path) if path else Unknown("a relative import from a folder without __init__.py")
        if isinstance(package, Module) and imported.name in names.namespace(package) and package is not module:
            return names.member(package, imported.name or "")
        submodule = names.workspace.find_in(folder, imported.name or "")
        return _loaded(names, submodule) if submodule else _absent(names, folder, imported.name or "")
    path = names.workspace.find_in(folder, imported.module)
    if path is None:
        inner = names.workspace.find_in(folder, f"{imported.module}.{imported.name}")
        return _loaded(names, inner) if inner else _absent(names, folder, imported.module)
    return _from(names, path, imported)


def _absent(names: Resolver, folder: str, dotted: str) -> Unknown:
    """What is said of a first-party module that has no Python source."""
    return Unknown(f"`{dotted}` is compiled" if names.workspace.is_compiled(folder, dotted) else f"`.{dotted}` is not there to import")


def named_by(names: Resolver, imported: Import, module: Module) -> Iterator[Module]:
    """The first-party modules that an import statement of a module names: the one after `from` or `import`, and the submodule of it
    that is taken."""
    for path in paths_named_by(names, imported, module):
        found = names.workspace.module(path)
        if found is not None and found is not module:
            yield found


def paths_named_by(names: Resolver, imported: Import, module: Module) -> Iterator[str]:
    """The files of these modules, which need not have been read."""
    folder = folder_above(folder_of(module.path), imported.level - 1)
    dotted = [imported.module, f"{imported.module}.{imported.name}".strip(".")] if imported.name else [imported.module]
    for name in dotted:
        if imported.level:
            path = names.workspace.find_in(folder, name or "__init__") if folder is not None else None
        else:
            path = names.workspace.find(name, module.path)
        if path is not None:
            yield path


def _from(names: Resolver, path: str, imported: Import) -> Target:
    """A name imported from the file at `path`: a submodule of a package where the package itself does not bind it."""
    source = _loaded(names, path)
    name = imported.name or ""
    if not isinstance(source, Module):
        return source
    if name not in names.namespace(source) and path.endswith("__init__.py"):
        inner = names.workspace.find_in(folder_of(path), name)
        if inner is not None:
            return _loaded(names, inner)
    return names.member(source, name)


def _loaded(names: Resolver, path: str | None) -> Target:
    """The module at a path."""
    module = names.workspace.module(path) if path else None
    return module if module is not None else Unknown(f"`{path}` cannot be read")


def star_module(names: Resolver, owner: Module, imported: Import) -> Module | None:
    """The first-party module of a star import, or None when it is a library's or cannot be read."""
    if imported.level:
        folder = folder_above(folder_of(owner.path), imported.level - 1)
        path = names.workspace.find_in(folder, imported.module or "__init__") if folder is not None else None
        source = _loaded(names, path)
    else:
        source = imported_target(names, Import(imported.module, None, imported.module, imported.level, aliased=True), owner)
    return source if isinstance(source, Module) else None


def star_source(names: Resolver, owner: Module, imported: Import) -> str | None:
    """The name of a star import's module that cannot be looked into."""
    return None if star_module(names, owner, imported) is not None else imported.module
