"""The texts of edits as nodes: parsed, renamed, and set in so that the code around them still means the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar, cast

import libcst as cst

from testaudit.fix.tree import Found, RefusalError, Tree

N = TypeVar("N", cst.BaseExpression, cst.SimpleStatementLine)

_ATOMS = (
    cst.Name,
    cst.Attribute,
    cst.Call,
    cst.Subscript,
    cst.SimpleString,
    cst.FormattedString,
    cst.Integer,
    cst.Float,
    cst.Imaginary,
    cst.Ellipsis,
    cst.List,
    cst.Set,
    cst.Dict,
    cst.ListComp,
    cst.SetComp,
    cst.DictComp,
)
_LOOSE = (cst.Tuple, cst.Yield, cst.NamedExpr, cst.GeneratorExp, cst.StarredElement)
_ROOMY = (cst.Arg, cst.Assign, cst.AnnAssign, cst.Return, cst.Expr, cst.Element, cst.DictElement)


def expression(tree: Tree, text: str, names: Mapping[str, str]) -> cst.BaseExpression:
    """The expression `text` with the variables in `names` renamed; raises `RefusalError` where it is none."""
    try:
        return _renamed(cst.parse_expression(text, tree.module.config_for_parsing), names)
    except cst.ParserSyntaxError as error:
        raise RefusalError(f"`{text}` is no expression") from error


def line(tree: Tree, text: str, names: Mapping[str, str]) -> cst.SimpleStatementLine:
    """The statement `text`, likewise, as a line of its own."""
    try:
        statement = cst.parse_statement(text, tree.module.config_for_parsing)
    except cst.ParserSyntaxError as error:
        raise RefusalError(f"`{text}` is no statement") from error
    if not isinstance(statement, cst.SimpleStatementLine):
        raise RefusalError(f"`{text}` is more than a simple statement")
    return _renamed(statement, names)


def copied(found: Found[cst.BaseExpression]) -> cst.BaseExpression:
    """The expression once more, without the parentheses that stay where it was."""
    copy = found.node.deep_clone()
    inside = len(copy.lpar) - found.outside
    return copy.with_changes(lpar=copy.lpar[found.outside :], rpar=copy.rpar[:inside])


def assignment(name: str, value: cst.BaseExpression) -> cst.SimpleStatementLine:
    """The line `name = value`."""
    return cst.SimpleStatementLine([cst.Assign([cst.AssignTarget(cst.Name(name))], value)])


def fitted(tree: Tree, old: Found[cst.BaseExpression], new: cst.BaseExpression) -> cst.BaseExpression:
    """`new` as it can stand in the place of `old`: it takes over the parentheses that stay, and gets some where it would bind otherwise or
    run into a neighbouring word (`return"a"` must not become `returna`)."""
    if old.outside:
        left, right = old.node.lpar[: old.outside], old.node.rpar[-old.outside :]
        return new.with_changes(lpar=(*left, *new.lpar), rpar=(*new.rpar, *right))
    start, end = old.span
    squeezed = _is_word(tree.code[start - 1 : start]) or _is_word(tree.code[end : end + 1])
    if new.lpar or (not squeezed and (isinstance(new, _ATOMS) or _has_room(tree.parents[old.node], new))):
        return new
    return new.with_changes(lpar=(cst.LeftParen(),), rpar=(cst.RightParen(),))


def _has_room(parent: cst.CSTNode, new: cst.BaseExpression) -> bool:
    return isinstance(parent, _ROOMY) and not isinstance(new, _LOOSE)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


class _Renaming(cst.CSTTransformer):
    """Variables under other names; attributes and the names of keyword arguments are none."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self.names = names

    def on_leave(self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT) -> cst.CSTNodeT:
        if isinstance(original_node, cst.Name) and original_node.value in self.names:
            return cast("cst.CSTNodeT", cst.parse_expression(self.names[original_node.value]))
        if isinstance(original_node, cst.Attribute):
            return updated_node.with_changes(attr=original_node.attr)
        return updated_node.with_changes(keyword=original_node.keyword) if isinstance(original_node, cst.Arg) else updated_node


def _renamed(node: N, names: Mapping[str, str]) -> N:
    return cst.ensure_type(node.visit(_Renaming(names)), type(node)) if names else node
