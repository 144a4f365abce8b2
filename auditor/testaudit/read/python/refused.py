"""Files that every parser reads and CPython's compiler refuses: what may be one, by a glance, and what the compiler says."""

from __future__ import annotations

import re

from testaudit.read.definitions import all_functions
from testaudit.read.facts import Function, Module

_OUTSIDE = re.compile(rb"^(?:return|yield|await|break|continue|nonlocal)\b", re.MULTILINE)
"""At the beginning of a line: no function, and no loop, is around it."""
_AWAIT = re.compile(rb"^[^#\"'\n]*\bawait[ \t(]", re.MULTILINE)
_GLOBAL = re.compile(rb"^[ \t]+(?:global|nonlocal)[ \t]+(\w+)", re.MULTILINE)
_FUTURE = re.compile(rb"^from __future__ import", re.MULTILINE)


def may_be_refused(module: Module) -> bool:
    """Whether something in a module may be refused: rarely so, and rarely wrong, for the compiler is asked then.

    Looked for are `return`, `yield` and the like outside of functions, `await` in functions that are not asynchronous, a name that is used
    before it is declared global, parameters of one name, and imports from `__future__` behind others.
    """
    source = module.source
    if _OUTSIDE.search(source) is not None or _late_future(source):
        return True
    awaits = b"await" in source
    declares = _GLOBAL.search(source) is not None
    for function in all_functions(module):
        names = [param.name for param in function.params]
        if len(names) > 1 and len(set(names)) < len(names):
            return True
        if awaits and not function.is_async and _awaits_wrongly(function):
            return True
        if declares and any(_used_before(function, found) for found in _GLOBAL.finditer(source, function.def_start, function.end)):
            return True
    return False


def refusal(source: bytes) -> SyntaxError | None:
    """What this interpreter's compiler says against a source that its parser accepts; nothing of it is run. None where it does not
    object, and where its parser does: what the grammar reads and that does not is of a newer Python."""
    import ast  # for files that look wrong only
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        try:
            compile(source, "<audited>", "exec", dont_inherit=True)
        except SyntaxError as error:
            return error
        except (ValueError, RecursionError, MemoryError):
            return None
    return None


def _awaits_wrongly(function: Function) -> bool:
    """Whether `await` stands in a function that is not asynchronous and holds no such function."""
    source, start, end = function.module.source, function.def_start, function.end
    return _AWAIT.search(source, start, end) is not None and source.find(b"async ", start, end) < 0


def _used_before(function: Function, declared: re.Match[bytes]) -> bool:
    return re.search(rb"\b" + declared[1] + rb"\b", function.module.source[function.def_start : declared.start()]) is not None


def _late_future(source: bytes) -> bool:
    """Whether an import from `__future__` follows another statement at the beginning of a line."""
    found = None if b"__future__" not in source else _FUTURE.search(source)
    before = b"" if found is None else source[: found.start()]
    return re.search(rb"^(?:import|from(?! __future__)|def|class|\w+ *=)", before, re.MULTILINE) is not None
