"""What a file defines: its functions, and the methods of its classes."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.read.facts import Class, Function, Module


def methods(cls: Class) -> Iterator[Function]:
    """The functions written in the class's own body."""
    return (step.defined for step in cls.body.steps if isinstance(step.defined, Function))


def functions_of(module: Module) -> Iterator[Function]:
    """The functions of the module's own scope, then the methods of its classes."""
    yield from module.functions
    for cls in module.classes:
        yield from methods(cls)


def all_functions(module: Module) -> Iterator[Function]:
    """The same, with the methods of classes inside classes."""
    yield from module.functions
    pending = list(module.classes)
    while pending:
        cls = pending.pop()
        yield from methods(cls)
        pending.extend(step.defined for step in cls.body.steps if isinstance(step.defined, Class))
