"""The dotted names under which the tables may know a function of the audited code: a library's own suite is audited like any other."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.knowledge import Knowledge
from testaudit.read.facts import Class, Function, Module


def public_names(function: Function, written: str, receiver: Class | None, knowledge: Knowledge) -> Iterator[str]:
    """Every name by which a function, or a method of objects of `receiver`, of a known library could be imported: the package's, or that of
    any package below it down to its module; and the name `written` at the call, which may be an alias."""
    if function.name.startswith("__"):
        return
    owner = function.parent
    if isinstance(owner, Class):
        owners = [receiver.name, owner.name] if receiver is not None else [owner.name]
        names = [f"{cls}.{function.name}" for cls in dict.fromkeys(owners)]
    elif owner is None:
        names = list(dict.fromkeys((function.name, written)))
    else:
        return
    for package in _packages(function.module, knowledge):
        yield from (f"{package}.{name}" for name in names)


def public_class_names(cls: Class, knowledge: Knowledge) -> Iterator[str]:
    """Every name by which a class of a known library could be imported."""
    yield from (f"{package}.{cls.name}" for package in _packages(cls.module, knowledge))


def _packages(module: Module, knowledge: Knowledge) -> Iterator[str]:
    parts = module.path.removesuffix(".py").removesuffix("/__init__").split("/")
    start = next((index for index, part in enumerate(parts) if knowledge.is_known_library(part)), None)
    for end in range(start + 1, len(parts) + 1) if start is not None else ():
        yield ".".join(parts[start:end])
