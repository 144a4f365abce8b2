"""Where in a function a place is: the function that it belongs to, the line that it is on, how often it is evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import libcst as cst

from testaudit.fix.tree import RefusalError, Tree

Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement

_INSIDE_AN_EXPRESSION = (cst.Lambda, cst.BaseComp)
_REPEATED = (cst.For, cst.While, cst.FunctionDef, *_INSIDE_AN_EXPRESSION)
_LITERAL_ONLY = {
    cst.BaseFormattedStringContent: "the expression is inside an f-string",
    cst.ConcatenatedString: "the expression is only a part of a string",
    cst.MatchPattern: "the expression is inside a pattern",
    cst.Annotation: "the expression is inside an annotation",
}


def replaceable(tree: Tree, node: cst.CSTNode) -> None:
    """Raises `RefusalError` where another expression than `node` would mean something else, or nothing."""
    for outer in list(tree.chain(node))[1:]:
        for kind, reason in _LITERAL_ONLY.items():
            if isinstance(outer, kind):
                raise RefusalError(reason)


def function_of(tree: Tree, node: cst.CSTNode) -> cst.FunctionDef:
    """The outermost function whose body holds `node`; raises `RefusalError` where there is none, or a class is between."""
    chain = list(tree.chain(node))
    functions = [outer for inner, outer in pairwise(chain) if isinstance(outer, cst.FunctionDef) and inner is outer.body]
    if not functions:
        raise RefusalError("the expression is evaluated once for the whole module, not for each test")
    if any(isinstance(outer, cst.ClassDef) for outer in chain[: chain.index(functions[-1])]):
        raise RefusalError("the expression is in a class inside a function")
    return functions[-1]


def scope_of(tree: Tree, node: cst.CSTNode) -> cst.CSTNode:
    """The outermost function that holds `node`, or the module."""
    return [outer for outer in tree.chain(node) if isinstance(outer, cst.FunctionDef | cst.Module)][-2:][0]


def is_repeated(tree: Tree, node: cst.CSTNode, function: cst.FunctionDef) -> bool:
    """Whether `node` may be evaluated several times, or later, in one call of `function`."""
    chain = list(tree.chain(node))
    return any(isinstance(outer, _REPEATED) for outer in chain[: chain.index(function)])


def first_of(tree: Tree, nodes: Sequence[cst.CSTNode], function: cst.FunctionDef) -> Statement:
    """The statement of `function` before which a value is ready for all `nodes`, however the branches go: the first one in the innermost
    block that holds all, outside of loops and inner functions."""
    paths = [_path(tree, node, function) for node in nodes]
    if not all(paths):
        raise RefusalError(f"the body of `{function.name.value}` is on the line of its `def`")
    common = [level for level in zip(*paths, strict=False) if len({tree.parents[statement] for statement in level}) == 1]
    statements: tuple[Statement, ...] = common[-1]
    return min(statements, key=lambda statement: tree.spans[statement])


def _path(tree: Tree, node: cst.CSTNode, function: cst.FunctionDef) -> list[Statement]:
    """The statements around `node` from the outside to the inside, up to the first that repeats what is in it."""
    chain = list(tree.chain(node))
    path: list[Statement] = []
    for statement in reversed(chain[: chain.index(function)]):
        if isinstance(statement, Statement) and isinstance(tree.parents[statement], cst.IndentedBlock):
            path.append(statement)
        if isinstance(statement, _REPEATED):
            break
    return path


def line_of(tree: Tree, node: cst.CSTNode) -> cst.SimpleStatementLine:
    """The line of the simple statement that evaluates `node`; raises `RefusalError` where no line before or after it is possible, or would
    not see the same."""
    for outer in tree.chain(node):
        if isinstance(outer, _INSIDE_AN_EXPRESSION):
            raise RefusalError("the expression is inside a lambda or a comprehension")
        if isinstance(outer, cst.BaseCompoundStatement | cst.SimpleStatementSuite):
            break
        if isinstance(outer, cst.SimpleStatementLine):
            if len(outer.body) > 1:
                raise RefusalError("several statements are on the line")
            return outer
    raise RefusalError("the expression is on the line of a compound statement")


def siblings(tree: Tree, line: cst.SimpleStatementLine) -> list[cst.BaseSmallStatement]:
    """The simple statements of the block that `line` is in."""
    lines = tree.parents[line].children
    return [statement for other in lines if isinstance(other, cst.SimpleStatementLine) for statement in other.body]


def leaves(line: cst.SimpleStatementLine) -> bool:
    """Whether nothing after `line` runs."""
    return isinstance(line.body[0], cst.Return | cst.Raise | cst.Break | cst.Continue)


def goes_first(tree: Tree, node: cst.CSTNode, line: cst.SimpleStatementLine) -> bool:
    """Whether `line` is an expression, an assignment or a `return` whose value begins by evaluating `node`, without condition."""
    statement = line.body[0]
    if not isinstance(statement, cst.Expr | cst.Assign | cst.AnnAssign | cst.Return) or statement.value is None:
        return False
    chain = list(tree.chain(node))
    steps = pairwise(chain[: chain.index(statement)])
    return statement.value in chain and all(
        tree.start(inner) == tree.spans[outer][0] and not isinstance(outer, cst.IfExp) for inner, outer in steps
    )
