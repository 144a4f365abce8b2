"""What a web framework calls to give a handler its arguments."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.analyses.dispatch.routes import registering
from testaudit.analyses.operands import operand
from testaudit.link.frames import Frame
from testaudit.link.linked import Linked
from testaudit.model import Cell
from testaudit.read.facts import Attr, Call, Collection, Function, Index, Module, Name, Param

_DEPTH = 4
"""So deep the dependencies of dependencies are followed."""


class Dependencies:
    """Follows the defaults and annotations of parameters."""

    def __init__(self, context: Linked) -> None:
        self._context = context
        self._values = context.values
        self._names = context.names

    def of(self, handler: Function, depth: int = 0) -> Iterator[Function]:
        """What a framework calls for a handler's parameters: `db = Depends(get_db)`, `Annotated[Session, Depends(get_db)]`."""
        frame = self._values.lexical_frame(Frame(handler), handler)
        for param in handler.params if depth < _DEPTH else ():
            for call, where in self._given(param, frame):
                for symbol in registering(self._context, call.func, where):
                    given = operand(symbol.handler, call, None)
                    for thing in self._values.evaluate(given[0], where).definitions if given is not None else ():
                        if isinstance(thing.target, Function):
                            yield thing.target
                            yield from self.of(thing.target, depth + 1)

    def _given(self, param: Param, frame: Frame) -> Iterator[tuple[Call, Frame]]:
        if isinstance(param.default, Call):
            yield param.default, frame
        annotation, where = param.annotation, frame
        if isinstance(annotation, Name | Attr):  # an alias: `SessionDep = Annotated[…]`
            target = self._names.resolve(annotation, frame.scope)
            if isinstance(target, Cell) and isinstance(target.owner, Module):
                bound = target.owner.body.bindings.get(target.name, [])
                annotation = bound[-1].value if bound else None
                where = self._values.module_frame(target.owner)
        if isinstance(annotation, Index) and isinstance(annotation.key, Collection):
            yield from ((item, where) for item in annotation.key.items if isinstance(item, Call))
