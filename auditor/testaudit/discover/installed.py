"""Which pytest plugins a virtual environment holds, from the entry points of its distributions, and the source that they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from testaudit.discover.session import Environment, normalised

_GROUP = "pytest11"


def installed_plugins(environment: Environment) -> Iterator[tuple[str, str, str]]:
    """Every plugin that is installed, sorted by folder: its distribution's normalised name, its module's dotted name, and its own."""
    if environment.site_packages is None:
        return
    from configparser import ConfigParser, Error  # only where there is an environment to look into

    for file in sorted(Path(environment.site_packages).glob("*.*-info/entry_points.txt")):
        points = ConfigParser(delimiters=("=",), interpolation=None, strict=False)
        try:
            points.read_string(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, Error):
            continue
        name = normalised(file.parent.name.partition("-")[0])
        for point, value in points.items(_GROUP) if points.has_section(_GROUP) else ():
            yield name, value.partition(":")[0].partition("[")[0].strip(), point


def plugin_sources(environment: Environment, module: str) -> Iterator[Path]:
    """The files that a plugin's fixtures can be written in: its module, or all of the package that it is or lies in."""
    if environment.site_packages is None:
        return
    top = Path(environment.site_packages, module.partition(".")[0])
    if top.is_dir():
        yield from sorted(top.rglob("*.py"))
    else:
        yield top.with_suffix(".py")
