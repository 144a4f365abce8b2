"""Which modules a virtual environment has, from the names of its files alone."""

from __future__ import annotations

import os
import re
import sys
from functools import lru_cache
from pathlib import Path

from testaudit.discover.session import Environment

_SYSTEM = re.compile(r"^include-system-site-packages\s*=\s*true", re.MULTILINE | re.IGNORECASE)
_EXTENSIONS = (".so", ".pyd")


def has_module(environment: Environment, module: str, name: str | None) -> bool | None:
    """Whether `import module`, or `from module import name`, succeeds in this environment as far as files tell; None where they do not, or
    where it is no environment whose packages are known exactly.

    What is not there at its top level is not installed, unless something else may bring it: the system's packages, or what a project
    that is installed in place puts into the import system. Of what is there, the modules on the way have to be, and the name has to be
    a module or occur in the module's text.
    """
    if not environment.exact or environment.site_packages is None:
        return None
    top, *rest = module.split(".")
    if top in sys.stdlib_module_names:
        return True
    places = [Path(place) for place in (environment.site_packages, *environment.development_paths)]
    found = next((path for place in places if (path := _at(place, top)) is not None), None)
    if found is None:
        return None if _may_have_more(Path(environment.site_packages)) else False
    for part in rest:
        below = _at(found, part) if found.is_dir() else None
        if below is None:
            return None
        found = below
    return True if name is None or name == "*" or _has_name(found, name) else None


def _at(place: Path, name: str) -> Path | None:
    """The folder or file of a module in a folder."""
    names = _listing(place)
    compiled = (entry for entry in names if entry.startswith(f"{name}.") and entry.endswith(_EXTENSIONS))
    found = next((entry for entry in (name, f"{name}.py") if entry in names), None) or min(compiled, default=None)
    return place / found if found is not None else None


def _has_name(path: Path, name: str) -> bool:
    if path.is_dir():
        if _at(path, name) is not None:
            return True
        path /= "__init__.py"
    try:
        return re.search(rb"\b%s\b" % re.escape(name.encode()), path.read_bytes()) is not None
    except OSError:
        return False


@lru_cache(maxsize=256)
def _listing(place: Path) -> frozenset[str]:
    try:
        return frozenset(entry.name for entry in os.scandir(place))
    except OSError:
        return frozenset()


@lru_cache(maxsize=8)
def _may_have_more(site_packages: Path) -> bool:
    """Whether modules may come from elsewhere: the system's packages, finders of projects that are installed in place."""
    if any(name.startswith(("__editable__", "_editable_impl")) for name in _listing(site_packages)):
        return True
    for above in list(site_packages.parents)[:4]:
        if (above / "pyvenv.cfg").is_file():
            return _SYSTEM.search((above / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace")) is not None
    return True
