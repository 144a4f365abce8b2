"""The tests that decorators of `parameterized` and its like make of one method."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testaudit.read.facts import Call, Collection
from testaudit.runners.attributes import Product
from testaudit.runners.values import Values, Written

EXPAND = frozenset({"parameterized.parameterized.expand", "parameterized.parameterized.parameterized.expand"})


def expanded(name: str, product: Product, values: Values) -> Iterator[str]:
    """The names of the tests that a method becomes: its own where nothing multiplies it, or where the parameters cannot be read."""
    applied = product.last(EXPAND) if product.applied else None
    given = applied.argument(0, "input") if applied is not None else None
    rows = values.items(given) if given is not None else None
    if applied is None or rows is None or applied.argument(1, "name_func") is not None:
        yield name
        return
    digits = len(str(len(rows) - 1))
    for index, row in enumerate(rows):
        yield f"{name}_{index:0>{digits}}{_suffix(row, values)}"


def _suffix(row: Written, values: Values) -> str:
    """The first parameter, when it is a string, made safe for a name."""
    row = values.followed(row)
    first = row
    match row.expr:
        case Collection(kind="tuple" | "list", items=(item, *_)):
            first = row.at(item)
        case Call(args=(argument, *_)) if not argument.name:
            first = row.at(argument.value)
    text = values.value(first)
    return "_" + re.sub("[^a-zA-Z0-9_]+", "_", text) if isinstance(text, str) else ""
