"""Which of the opened resources a value is: the object itself, or the path at which it lies."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.analyses.operands import operand
from testaudit.analyses.resources.locations import Locations
from testaudit.analyses.resources.opened import TEMPORARY, Opened
from testaudit.knowledge import Symbol
from testaudit.link.frames import Definition, Instance, Value
from testaudit.link.linked import Linked
from testaudit.link.trace import Event
from testaudit.model import External
from testaudit.read.facts import Class


class Identities:
    """Recognises resources in values, and the library symbols that calls run."""

    def __init__(self, context: Linked, locations: Locations) -> None:
        self._context = context
        self._locations = locations

    def among(self, opened: list[Opened], value: Value | None) -> Iterator[Opened]:
        """The resources that a value may be, or for which it is (part of) the path."""
        if value is None:
            return
        calls = {id(t.call) for t in value.things if isinstance(t, Instance) and t.call is not None}
        for resource in opened:
            if id(resource.call) in calls:
                yield resource
            elif resource.kind in TEMPORARY:
                if resource.call in self._locations.origins(value):
                    yield resource
            elif resource.path is not None and self._same_path(resource.path, value):
                yield resource

    def of_library(self, opened: list[Opened], name: str) -> Iterator[Opened]:
        """What `patch.stopall()` or `ray.shutdown()` ends: all that was opened through the same library."""
        canonical = self._context.knowledge.canonical
        library = canonical(name).partition(".")[0]
        return (resource for resource in opened if canonical(resource.symbol).partition(".")[0] == library)

    def symbols(self, event: Event) -> Iterator[tuple[str, Symbol, Definition]]:
        """The library symbols that a call may run, by the names under which they were reached."""
        for definition in event.callee.definitions if event.callee is not None else ():
            if isinstance(definition.target, External):
                symbol = self._context.knowledge.symbol(definition.target.name)
                if symbol is not None:
                    yield definition.target.name, symbol, definition
            elif isinstance(definition.target, Class):
                yield from self._inherited(definition)

    def _inherited(self, definition: Definition) -> Iterator[tuple[str, Symbol, Definition]]:
        """A first-party class that derives from a library's resource opens what that opens."""
        assert isinstance(definition.target, Class)
        for base in self._context.names.mro(definition.target)[1:]:
            if isinstance(base, External) and (symbol := self._context.knowledge.symbol(base.name)) is not None and symbol.opens:
                yield base.name, symbol, definition

    def operand_value(self, spec: str, event: Event) -> Value | None:
        """What the operand `spec` of a call may be; None where the call has none."""
        assert event.call is not None
        found = operand(spec, event.call, event.callee)
        return self._context.values.evaluate(found[0], found[1] or event.frame) if found is not None else None

    def _same_path(self, one: Value, other: Value) -> bool:
        """Whether two paths start from the same place: one literal or call, the same text, or one variable."""
        return bool(
            self._locations.origins(one) & self._locations.origins(other)
            or self._locations.texts(one) & self._locations.texts(other)
            or set(one.paths) & set(other.paths)
        )
