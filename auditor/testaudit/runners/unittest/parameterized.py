"""The tests that decorators of `parameterized`, ddt and absl make of one method, and the classes that `parameterized_class` makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from testaudit.model import External, Target
from testaudit.read.facts import Call, Collection
from testaudit.runners.applied import Applied
from testaudit.runners.attributes import Product
from testaudit.runners.plain import UNREADABLE, plain
from testaudit.runners.unfolding import elements, length
from testaudit.runners.values import Values, Written

_EXPAND = frozenset({"parameterized.parameterized.expand", "parameterized.parameterized.parameterized.expand"})
_CLASSES = frozenset({"parameterized.parameterized_class", "parameterized.parameterized.parameterized_class"})
_COMBINATIONS = frozenset({"sqlalchemy.testing.combinations", "sqlalchemy.testing.config.combinations"})
_ABSL = "absl.testing.parameterized."


def expanded(name: str, product: Product, values: Values) -> Iterator[str]:
    """The names of the tests that a method becomes: its own where nothing multiplies it, or where the parameters cannot be read."""
    for applied in reversed(product.applied):
        if applied.symbol in _NAMERS and (found := _NAMERS[applied.symbol](name, applied, values)) is not None:
            yield from found
            return
    yield name


def classes(name: str, applied: Sequence[Applied], values: Values) -> tuple[str, ...] | None:
    """The names of the classes that `parameterized_class`, or SQLAlchemy's `combinations`, makes of one with these decorators; None where
    it is not applied, or cannot be read. The class itself is left without tests."""
    combined = [one for one in applied if one.symbol in _COMBINATIONS]
    if len(combined) == 1:
        return _combined(name, combined[0], values)
    found = next((one for one in applied if one.symbol in _CLASSES), None)
    attributes = found.argument(0, "attrs") if found is not None else None
    if found is None or attributes is None or found.argument(2, "class_name_func") is not None:
        return None
    given = found.argument(1, "input_values")
    rows = elements(values, attributes if given is None else given)
    if rows is None:
        return None
    single = values.value(attributes)
    names = (single,) if isinstance(single, str) else values.strings(attributes) or ()
    return tuple(f"{name}_{at}{_of_row(row, names if given is not None else None, values)}" for at, row in enumerate(rows))


def _combined(name: str, applied: Applied, values: Values) -> tuple[str, ...] | None:
    """The classes that SQLAlchemy's plugin makes of one, by the letters of `id_`: `r` and `s` say how an argument becomes part of the name,
    `a` that it does not."""
    letters = applied.call.keyword("id_") if applied.call is not None else None
    kinds = values.value(applied.where.at(letters)) if letters is not None else None
    rows = _positional(applied, values)
    if not isinstance(kinds, str) or set(kinds) - {"r", "s", "i", "a"} or rows is None:
        return None
    found = []
    for row in rows:
        cells = [plain(values, cell) for cell in elements(values, row) or ()]
        if len(cells) != len(kinds) or any(cell is UNREADABLE for cell in cells):
            return None
        shown = "-".join(repr(cell) if kind == "r" else str(cell) for cell, kind in zip(cells, kinds, strict=True) if kind != "a")
        found.append("_".join((name, *(re.sub(r"\W", "", token) for token in shown.split("-")))))
    return tuple(found)


def _of_row(row: Written, names: Sequence[str] | None, values: Values) -> str:
    """The suffix for a class: the value called `name`, else the first string."""
    cells: dict[str, Written] = {}
    row = values.followed(row)
    if names is not None:
        cells = dict(zip(names, elements(values, row) or (), strict=False))
    elif isinstance(row.expr, Collection) and row.expr.kind == "dict":
        for key, item in zip(row.expr.keys, row.expr.items, strict=True):
            if key is not None:
                cells[str(values.value(row.at(key)))] = row.at(item)
    found = [text for cell in cells.values() if isinstance(text := plain(values, cell), str)]
    text = plain(values, cells["name"]) if "name" in cells else next(iter(found), "")
    return f"_{_safe(str(text))}" if text else ""


# ----------------------------------------------------------------------------------------------------------------- the names


def _expand(name: str, applied: Applied, values: Values) -> list[str] | None:
    given = applied.argument(0, "input")
    rows = elements(values, given) if given is not None else None
    if rows is None or applied.argument(1, "name_func") is not None:
        return None
    digits = len(str(len(rows) - 1))
    return [f"{name}_{index:0>{digits}}{_suffix(row, values)}" for index, row in enumerate(rows)]


def _suffix(row: Written, values: Values) -> str:
    """The first parameter, when it is a string, made safe for a name."""
    text = plain(values, _first(row, values))
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
    rows = elements(values, given) if given is not None else None
    if rows is None or applied.argument(1, "index_len") is not None:
        return None
    digits = len(str(len(rows)))
    return [_ddt_name(f"{name}_{index:0{digits}}", _plain(row, values)) for index, row in enumerate(rows, 1)]


def _ddt_name(numbered: str, value: object) -> str:
    return numbered if value is UNREADABLE else re.sub(r"\W|^(?=\d)", "_", f"{numbered}_{value}")


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
    text: object = None
    if isinstance(expr, Collection) and expr.kind == "dict":
        keys = [values.value(row.at(key)) if key is not None else None for key in expr.keys]
        text = plain(values, row.at(expr.items[keys.index("testcase_name")])) if "testcase_name" in keys else None
    elif isinstance(expr, Call) and (named := expr.keyword("testcase_name")) is not None:
        text = plain(values, row.at(named))
    else:
        text = plain(values, _first(row, values))
    return str(text) if isinstance(text, str | int) else None


def _product(name: str, applied: Applied, values: Values) -> list[str] | None:
    """absl's product: the combinations of its keyword lists and of the lists of dicts before them."""
    count = 1
    for argument in applied.arguments:
        found = length(values, applied.where.at(argument.value)) if not argument.spread else None
        if found is None:
            return None
        count *= found
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
    return rows if is_case else elements(values, only)


def _positional(applied: Applied, values: Values) -> list[Written] | None:
    """The positional arguments, `*NAMES` as what it holds; None where that cannot be read."""
    found: list[Written] = []
    for argument in applied.arguments:
        if argument.spread == "*":
            items = elements(values, applied.where.at(argument.value))
            if items is None:
                return None
            found += items
        elif argument.name is None and not argument.spread:
            found.append(applied.where.at(argument.value))
    return found


def _first(row: Written, values: Values) -> Written:
    """The first element of a row, or of the call (`param(…)`) that it is."""
    behind = values.followed(row)
    match behind.expr:
        case Collection(kind="tuple" | "list", items=(item, *_)):
            return behind.at(item)
        case Call(func=func, args=(argument, *_)) if not argument.name and _is_param(values.target(func, behind.scope)):
            return behind.at(argument.value)
        case _:
            return row


def _is_param(target: Target) -> bool:
    """Whether a row is written with a helper of the library's: `param(…)`."""
    return isinstance(target, External) and target.name.rpartition(".")[2] == "param"


def _plain(written: Written, values: Values) -> object:
    """The value that an expression has where it is a number, text, a truth, None, or a list or tuple of such."""
    value = plain(values, written)
    return value if _is_trivial(value) else UNREADABLE


def _is_trivial(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_trivial, value))
    return value is None or isinstance(value, str | int | float)


def _safe(text: str) -> str:
    return re.sub("[^a-zA-Z0-9_]+", "_", text)
