"""Doubles of the audited code itself, by the public names under which the tables know them."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.knowledge import Knowledge, Symbol
from testaudit.link.frames import Value
from testaudit.link.public_names import public_class_names, public_names
from testaudit.read.facts import Class, Function


def own_interceptors(value: Value, knowledge: Knowledge) -> Iterator[Symbol]:
    """The entries of the first-party functions and classes that a value may be where these intercept, in their own library's suite."""
    for definition in value.definitions:
        match definition.target:
            case Function() as function:
                names = public_names(function, function.name, None, knowledge)
            case Class() as cls:
                names = public_class_names(cls, knowledge)
            case _:
                continue
        for dotted in names:
            symbol = knowledge.symbol(dotted)
            if symbol is not None and symbol.cuts and not (knowledge.entry_name(dotted) or "*").endswith("*"):
                yield symbol
                break
