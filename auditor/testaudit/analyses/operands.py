"""The expression that an operand of a knowledge entry names in one call."""

from __future__ import annotations

from testaudit.link.frames import Frame, Instance, Value
from testaudit.read.facts import Call, Expr


def operand(spec: str | None, call: Call, callee: Value | None) -> tuple[Expr, Frame | None] | None:
    """The operand `spec` (`"0"`, `"1|json"`, `"self.0"`: the first argument of the call that made the receiver), with its frame where that
    is not the call's own; None when the call has no such operand."""
    if spec is None:
        return None
    if spec.startswith("self."):
        for definition in callee.definitions if callee is not None else ():
            for thing in definition.receiver.things if definition.receiver is not None else ():
                if isinstance(thing, Instance) and thing.call is not None:
                    found = operand(spec[5:], thing.call, None)
                    if found is not None:
                        return found[0], thing.frame
        return None
    for part in spec.split("|"):
        expr = call.positional(int(part)) if part.isdigit() else call.keyword(part)
        if expr is not None:
            return expr, None
    return None
