"""What stands behind a resolved name: a cell, a definition, or a symbol of a library as the tables know it."""

from __future__ import annotations

from testaudit.link.evaluation.evaluator import Evaluator
from testaudit.link.frames import Definition, Instance, Path, Value, unknown
from testaudit.model import Cell, External, Target, Unknown


def target_value(values: Evaluator, target: Target, receiver: Value | None = None) -> Value:
    """The value of what a name resolved to."""
    match target:
        case Cell():
            return values.cell_value(target)
        case Unknown():
            return unknown(target.why)
        case External():
            return library_symbol(values, target.name, receiver)
        case _:
            return Value((Definition(target, None, receiver),))


def library_symbol(values: Evaluator, name: str, receiver: Value | None) -> Value:
    """A library's symbol itself, or the object that a variable or property of it is known to be."""
    symbol = values.knowledge.symbol(name)
    paths = () if receiver is not None and receiver.paths else (Path(Cell(External(name), "")),)
    if symbol is not None and symbol.type is not None:
        same = [t for t in receiver.things if isinstance(t, Instance) and t.type == External(symbol.type)] if receiver is not None else []
        return Value(tuple(same) or (Instance(External(symbol.type)),), paths)  # `path.parent`: it stems from the same call
    return Value((Definition(External(name), None, receiver),), paths)
