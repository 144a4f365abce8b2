"""Imports: what a file has, under which name, and where another one goes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import takewhile

import libcst as cst
from libcst.helpers import get_full_name_for_node

from testaudit.fix.names import times_bound


def present(module: cst.Module, source: str, name: str) -> str | None:
    """The expression under which a module-level import of `module` already gives `name` of the module `source`, or None.

    An import does not count when its name is bound a second time anywhere in the file, for then it may mean something else.
    """
    for statement in _imports(module):
        for expression in _given(statement, source, name):
            if times_bound(module, expression.split(".", maxsplit=1)[0]) == 1:
                return expression
    return None


def anchor(module: cst.Module, source: str) -> cst.SimpleStatementLine | None:
    """The module-level line after which an import of the module `source` goes, or None where it comes first.

    That is the last of the imports before the first function or class, for a module of the standard library the last one of those; else
    the docstring. Where stars are imported it is the last of all, for a star below could take the name away.
    """
    heads = takewhile(lambda statement: not isinstance(statement, cst.FunctionDef | cst.ClassDef), module.body)
    lines = [line for line in heads if isinstance(line, cst.SimpleStatementLine)]
    imports = [line for line in lines if all(isinstance(part, cst.Import | cst.ImportFrom) for part in line.body)]
    if not imports:
        return lines[0] if module.get_docstring() is not None else None
    stars = any(isinstance(part, cst.ImportFrom) and isinstance(part.names, cst.ImportStar) for line in imports for part in line.body)
    standard = [] if stars or not _is_standard(source) else [line for line in imports if all(map(_is_standard, _sources(line)))]
    return (standard or imports)[-1]


def starts_a_block(line: cst.SimpleStatementLine) -> bool:
    """Whether an import after `line` wants a blank line between: after a docstring or a `__future__` import."""
    return not any(isinstance(part, cst.Import | cst.ImportFrom) for part in line.body) or "__future__" in _sources(line)


def _imports(module: cst.Module) -> Iterator[cst.Import | cst.ImportFrom]:
    for line in module.body:
        if isinstance(line, cst.SimpleStatementLine):
            yield from (part for part in line.body if isinstance(part, cst.Import | cst.ImportFrom))


def _given(statement: cst.Import | cst.ImportFrom, source: str, name: str) -> Iterator[str]:
    """The expressions for `name` of the module `source` that an import statement makes possible."""
    if isinstance(statement.names, cst.ImportStar):
        return
    for alias in statement.names:
        bound = alias.evaluated_alias or alias.evaluated_name
        if isinstance(statement, cst.Import) and alias.evaluated_name == source:
            yield f"{bound}.{name}"
        elif isinstance(statement, cst.ImportFrom) and alias.evaluated_name == name and _source(statement) == source:
            yield bound


def _source(statement: cst.ImportFrom) -> str:
    name = get_full_name_for_node(statement.module) if statement.module is not None else ""
    return "." * len(statement.relative) + (name or "")


def _sources(line: cst.SimpleStatementLine) -> list[str]:
    sources = []
    for part in line.body:
        if isinstance(part, cst.ImportFrom):
            sources.append(_source(part))
        elif isinstance(part, cst.Import):
            sources.extend(alias.evaluated_name for alias in part.names)
    return sources


def _is_standard(source: str) -> bool:
    return source.split(".", maxsplit=1)[0] in sys.stdlib_module_names
