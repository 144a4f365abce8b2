"""Parameters of a function: which it has, and how it gets another one in the way that the others are written."""

from __future__ import annotations

import libcst as cst

from testaudit.fix.tree import RefusalError


def has_parameter(function: cst.FunctionDef, name: str) -> bool:
    """Whether `function` can be given `name` as an argument by name."""
    return any(parameter.name.value == name for parameter in (*function.params.params, *function.params.kwonly_params))


def with_parameter(function: cst.FunctionDef, name: str) -> cst.FunctionDef:
    """`function` with the parameter `name` after those that have no default."""
    old = function.params.params
    if any(parameter.default is not None for parameter in function.params.posonly_params):
        raise RefusalError(f"`{function.name.value}` has a positional-only parameter with a default")
    index = next((index for index, parameter in enumerate(old) if parameter.default is not None), len(old))
    separator = cst.Comma(whitespace_after=_after_comma(function))
    if index == len(old) and old:
        last, new = _appended(old[-1], cst.Param(cst.Name(name)), separator)
        changed = (*old[:-1], last, new)
    else:
        comma = separator if index < len(old) else cst.MaybeSentinel.DEFAULT
        changed = (*old[:index], cst.Param(cst.Name(name), comma=comma), *old[index:])
    return function.with_changes(params=function.params.with_changes(params=changed))


def _appended(last: cst.Param, new: cst.Param, separator: cst.Comma) -> tuple[cst.Param, cst.Param]:
    """The last parameter and one after it, which takes over what stood between the last one and the closing parenthesis."""
    if isinstance(last.comma, cst.Comma):
        return last.with_changes(comma=separator), new.with_changes(comma=last.comma)
    return (
        last.with_changes(comma=separator, whitespace_after_param=cst.SimpleWhitespace("")),
        new.with_changes(whitespace_after_param=last.whitespace_after_param),
    )


def _after_comma(function: cst.FunctionDef) -> cst.BaseParenthesizableWhitespace:
    """What stands between two parameters: a blank, or the line break that each parameter begins with."""
    first = function.whitespace_before_params
    if not isinstance(first, cst.ParenthesizedWhitespace):
        return cst.SimpleWhitespace(" ")
    line_end = cst.TrailingWhitespace(newline=first.first_line.newline)
    return first.with_changes(first_line=line_end, empty_lines=())
