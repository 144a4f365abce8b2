"""The texts that a value may be: constants, and templates and sums whose parts are all known (`f"{MODULE}.run"`)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from testaudit.link.frames import Frame, Literal, Value
from testaudit.link.values import Values
from testaudit.read.facts import Expr, Op, Template

DEPTH = 4


def texts(value: Value, values: Values, depth: int = 0) -> Iterator[str]:
    """Every text that is fully known, each once."""
    found = dict.fromkeys(constant for constant in value.constants if isinstance(constant, str))
    for thing in value.things:
        if isinstance(thing, Literal) and isinstance(thing.expr, Template) and depth < DEPTH:
            found.update(dict.fromkeys(_joined(thing.expr.parts, thing.frame, values, depth)))
    yield from found


def written(expr: Expr, frame: Frame, values: Values) -> tuple[str, ...]:
    """The same for an expression, which may be a sum of texts."""
    if isinstance(expr, Op) and expr.op == "+":
        return tuple(_joined(expr.operands, frame, values, 0))
    return tuple(texts(values.evaluate(expr, frame), values))


def _joined(parts: tuple[str | Expr, ...], frame: Frame, values: Values, depth: int) -> Iterator[str]:
    """The texts that these parts make one after another; none where a part is not known."""
    known = [[part] if isinstance(part, str) else list(texts(values.evaluate(part, frame), values, depth + 1)) for part in parts]
    if all(known) and len(known) <= 8:
        yield from map("".join, list(product(*(options[:4] for options in known)))[:16])
