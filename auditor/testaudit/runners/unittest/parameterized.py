"""The tests that decorators of `parameterized`, ddt and absl make of one method, and the classes that `parameterized_class` makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from testaudit.read.facts import Call, Collection, Const, Name, Op
from testaudit.runners.applied import Applied
from testaudit.runners.attributes import Product
from testaudit.runners.values import Values, Written

_EXPAND = frozenset({"parameterized.parameterized.expand", "parameterized.parameterized.parameterized.expand"})
_CLASSES = frozenset({"parameterized.parameterized_class", "parameterized.parameterized.parameterized_class"})
_ABSL = "absl.testing.parameterized."
_UNREADABLE = object()


def expanded(name: str, product: Product, values: Values) -> Iterator[str]:
    """The names of the tests that a method becomes: its own where nothing multiplies it, or where the parameters cannot be read."""
    for applied in reversed(product.applied):
        if applied.symbol in _NAMERS and (found := _NAMERS[applied.symbol](name, applied, values)) is not None:
            yield from found
            return
    yield name


def classes(name: str, applied: Sequence[Applied], values: Values) -> tuple[str, ...] | None:
    """The names of the classes that `parameterized_class` makes of one with these decorators; None where it is not applied, or cannot be
    read. The class itself is left without tests."""
    found = next((one for one in applied if one.symbol in _CLASSES), None)
    attributes = found.argument(0, "attrs") if found is not None else None
    if found is None or attributes is None or found.argument(2, "class_name_func") is not None:
        return None
    given = found.argument(1, "input_values")
    rows = values.items(attributes if given is None else given)
    if rows is None:
        return None
    single = values.value(attributes)
    names = (single,) if isinstance(single, str) else values.strings(attributes) or ()
    return tuple(f"{name}_{at}{_of_row(row, names if given is not None else None, values)}" for at, row in enumerate(rows))


def _of_row(row: Written, names: Sequence[str] | None, values: Values) -> str:
    """The suffix for a class: the value called `name`, else the first string."""
    cells: dict[str, Written] = {}
    row = values.followed(row)
    if names is not None:
        cells = dict(zip(names, values.items(row) or (), strict=False))
    elif isinstance(row.expr, Collection) and row.expr.kind == "dict":
        for key, item in zip(row.expr.keys, row.expr.items, strict=True):
            if key is not None:
                cells[str(values.value(row.at(key)))] = row.at(item)
    found = [text for cell in cells.values() if isinstance(text := values.value(cell), str)]
    text = values.value(cells["name"]) if "name" in cells else next(iter(found), "")
    return f"_{_safe(str(text))}" if text else ""


# ----------------------------------------------------------------------------------------------------------------- the names


def _expand(name: str, applied: Applied, values: Values) -> list[str] | None:
    given = applied.argument(0, "input")
    rows = values.items(given) if given is not None else None
    if rows is None or applied.argument(1, "name_func") is not None:
        return None
    digits = len(str(len(rows) - 1))
    return [f"{name}_{index:0>{digits}}{_suffix(row, values)}" for index, row in enumerate(rows)]


def _suffix(row: Written, values: Values) -> str:
    """The first parameter, when it is a string, made safe for a name."""
    text = values.value(_first(row, values))
    return "_" + _safe(text) if isinstance(text, str) else ""


def _data(name: str, applied: Applied, values: Values) -> list[str] | None:
    """ddt: a number from 1, and the value where it is plain (`mk_test_name`)."""
    rows = _positional(applied, values)
    if rows is None:
        return None
    digits = len(str(len(rows)))
    return [_ddt_name(f"{name}_{index:0{digits}}", _plain(row, values)) for index, row in enumerate(rows, 1)]


def _idata(name: str, applied: Applied, values: Values) -> list[str] | None:
    given = applied.argument(0, "iterable")
    rows = _elements(given, values) if given is not None else None
    if rows is None or applied.argument(1, "index_len") is not None:
        return None
    digits = len(str(len(rows)))
    return [_ddt_name(f"{name}_{index:0{digits}}", _plain(row, values)) for index, row in enumerate(rows, 1)]


def _ddt_name(numbered: str, value: object) -> str:
    return numbered if value is _UNREADABLE else re.sub(r"\W|^(?=\d)", "_", f"{numbered}_{value}")


def _parameters(name: str, applied: Applied, values: Values) -> list[str] | None:
    rows = _cases(applied, values)
    return None if rows is None else [f"{name}{index}" for index in range(len(rows))]


def _named_parameters(name: str, applied: Applied, values: Values) -> list[str] | None:
    rows = _cases(applied, values)
    if rows is None:
        return None
    names = [_case_name(values.followed(row), values) for row in rows]
    if any(case is None for case in names):
        return None
    joint = ["_" if name.startswith("test_") and case and not case.startswith("_") else "" for case in names]
    return [f"{name}{between}{case}" for between, case in zip(joint, names, strict=True)]


def _case_name(row: Written, values: Values) -> str | None:
    expr = row.expr
    if isinstance(expr, Collection) and expr.kind == "dict":
        keys = [values.value(row.at(key)) if key is not None else None for key in expr.keys]
        text = values.value(row.at(expr.items[keys.index("testcase_name")])) if "testcase_name" in keys else None
    elif isinstance(expr, Call) and (named := expr.keyword("testcase_name")) is not None:
        text = values.value(row.at(named))
    else:
        text = values.value(_first(row, values))
    return str(text) if isinstance(text, str | int) else None


def _product(name: str, applied: Applied, values: Values) -> list[str] | None:
    """absl's product: the combinations of its keyword lists and of the lists of dicts before them."""
    count = 1
    for argument in applied.arguments:
        length = values.length(applied.where.at(argument.value)) if not argument.spread else None
        if length is None:
            return None
        count *= length
    return [f"{name}{index}" for index in range(count)]


_NAMERS: Mapping[str, Callable[[str, Applied, Values], list[str] | None]] = {
    **dict.fromkeys(_EXPAND, _expand),
    "ddt.data": _data,
    "ddt.idata": _idata,
    f"{_ABSL}parameters": _parameters,
    f"{_ABSL}named_parameters": _named_parameters,
    f"{_ABSL}product": _product,
}


# ---------------------------------------------------------------------------------------------------------------- their parts


def _cases(applied: Applied, values: Values) -> Sequence[Written] | None:
    """absl's test cases: the arguments, or the elements of the only one where that is no tuple."""
    rows = _positional(applied, values)
    if rows is None or len(rows) != 1:
        return rows
    only = values.followed(rows[0])
    is_case = isinstance(only.expr, Collection) and only.expr.kind in {"tuple", "dict"}
    return rows if is_case else _elements(only, values)


def _elements(written: Written, values: Values) -> Sequence[Written] | None:
    """The elements of a sequence, of a `range` with known bounds too."""
    written = values.followed(written)
    match written.expr:
        case Call(func=Name(name="range"), args=args):
            bounds = [values.value(written.at(argument.value)) for argument in args]
            if not all(isinstance(bound, int) for bound in bounds) or values.length(written) is None:
                return None
            numbers = range(*(bound for bound in bounds if isinstance(bound, int)))
            return [written.at(Const(written.expr.start, written.expr.end, number)) for number in numbers]
        case _:
            return values.items(written)


def _positional(applied: Applied, values: Values) -> list[Written] | None:
    """The positional arguments, `*NAMES` as what it holds; None where that cannot be read."""
    found: list[Written] = []
    for argument in applied.arguments:
        if argument.spread == "*":
            items = _elements(applied.where.at(argument.value), values)
            if items is None:
                return None
            found += items
        elif argument.name is None and not argument.spread:
            found.append(applied.where.at(argument.value))
    return found


def _first(row: Written, values: Values) -> Written:
    """The first element of a row, or of the call (`param(…)`) that it is."""
    row = values.followed(row)
    match row.expr:
        case Collection(kind="tuple" | "list", items=(item, *_)):
            return row.at(item)
        case Call(args=(argument, *_)) if not argument.name:
            return row.at(argument.value)
        case _:
            return row


def _plain(written: Written, values: Values) -> object:
    """The value that an expression has where it is a number, text, a truth, None, or a list or tuple of such."""
    written = values.followed(written)
    match written.expr:
        case Const(value=value) if not isinstance(value, bytes):
            return value
        case Op(op="-", operands=(inner,)):
            number = _plain(written.at(inner), values)
            return -number if isinstance(number, int | float) else _UNREADABLE
        case Collection(kind="tuple" | "list" as kind, items=items):
            parts = [_plain(written.at(item), values) for item in items]
            if any(part is _UNREADABLE for part in parts):
                return _UNREADABLE
            return tuple(parts) if kind == "tuple" else parts
        case _:
            return _UNREADABLE


def _safe(text: str) -> str:
    return re.sub("[^a-zA-Z0-9_]+", "_", text)
