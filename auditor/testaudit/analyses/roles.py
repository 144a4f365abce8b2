"""What the knowledge says of a traced call: each library symbol that it may run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testaudit.knowledge import Symbol
from testaudit.link.frames import Definition, Instance, Thing, Value
from testaudit.link.values import Values
from testaudit.model import External
from testaudit.read.facts import Class, Function
from testaudit.records import dataclass

REGISTERS = re.compile(r"cleanup|finalizer|callback|defer|teardown|atexit", re.IGNORECASE)
"""Parts of names of methods that take what runs when the test is over, for those that do not resolve."""


@dataclass(slots=True, frozen=True, eq=False)
class Role:
    """One library symbol that a call may run: its entry, the thing that stands for it, and the object that its method is called on."""

    symbol: Symbol
    thing: Thing
    receiver: Value | None

    @property
    def method(self) -> str:
        return self.symbol.name.rpartition(".")[2]

    @property
    def owner(self) -> str:
        """The type whose method it is, or the module of a function."""
        return self.symbol.name.rpartition(".")[0]


def roles(callee: Value | None, values: Values) -> Iterator[Role]:
    """The roles of what is called: functions, methods, and objects of libraries that are themselves called."""
    for thing in callee.things if callee is not None else ():
        match thing:
            case Definition(target=External(name=name)):
                symbol = values.knowledge.symbol(name)
                if symbol is not None:
                    yield Role(symbol, thing, thing.receiver)
            case Instance(type=External(name=name)):
                symbol = values.knowledge.member(name, "__call__")
                if symbol is not None:
                    yield Role(symbol, thing, Value((thing,)))
            case Definition(target=Class() as cls):
                yield from _of_bases(cls, None, thing, values)
            case Definition(target=Function(parent=Class() as cls) as function, receiver=Value()):
                yield from _of_bases(cls, function.name, thing, values)
            case _:
                pass


def _of_bases(cls: Class, method: str | None, thing: Definition, values: Values) -> Iterator[Role]:
    """What a first-party class inherits from a library, or what its method overrides: a factory that saves, a manager's `create_user`."""
    for base in values.names.mro(cls)[1:]:
        if isinstance(base, External):
            symbol = values.knowledge.symbol(base.name) if method is None else values.knowledge.member(base.name, method)
            if symbol is not None and not symbol.name.endswith("*"):
                yield Role(symbol, thing, thing.receiver)
