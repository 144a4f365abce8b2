"""Operators: unary, binary, boolean, comparisons and the conditional expression."""

from __future__ import annotations

from tree_sitter import Node

from testaudit.read.facts import Compare, Expr, Op, Spread
from testaudit.read.python.expressions import opaque, starred
from testaudit.read.python.grammar import LANGUAGE, kind, plain
from testaudit.read.python.lowering import DEEPEST, ExprHandler, Lowering, deep

WORDS = {n: LANGUAGE.node_kind_for_id(n) or "" for n in range(LANGUAGE.node_kind_count)} | {kind("<>", named=False): "!="}


def binary(node: Node, low: Lowering, depth: int) -> Expr:
    """Binary and boolean operators."""
    if depth > DEEPEST:
        return deep(node)
    nodes = node.children
    if len(nodes) != 3:
        nodes = plain(nodes)
        if len(nodes) != 3:
            return opaque(node, low, depth)
    left, operator, right = nodes
    exprs = low.exprs
    first = exprs[left.kind_id](left, low, depth + 1)
    second = exprs[right.kind_id](right, low, depth + 1)
    word = WORDS[operator.kind_id]
    if type(first) is Spread:
        return starred(node, Op(first.value.start, node.end_byte, word, (first.value, second)))
    return Op(node.start_byte, node.end_byte, word, (first, second))


def unary(node: Node, low: Lowering, depth: int) -> Expr:
    if depth > DEEPEST:
        return deep(node)
    nodes = node.children
    operand = nodes[-1]
    return Op(node.start_byte, node.end_byte, WORDS[nodes[0].kind_id], (low.exprs[operand.kind_id](operand, low, depth + 1),))


def comparison(node: Node, low: Lowering, depth: int) -> Expr:
    if depth > DEEPEST:
        return deep(node)
    nodes = node.children
    if len(nodes) != 3:
        nodes = plain(nodes)
    exprs = low.exprs
    operands = tuple([exprs[n.kind_id](n, low, depth + 1) for n in nodes[::2]])
    words = tuple([WORDS.get(n.kind_id, "error") for n in nodes[1::2]])
    first = operands[0]
    if type(first) is Spread:
        return starred(node, Compare(first.value.start, node.end_byte, words, (first.value, *operands[1:])))
    return Compare(node.start_byte, node.end_byte, words, operands)


def conditional(node: Node, low: Lowering, depth: int) -> Expr:
    if depth > DEEPEST:
        return deep(node)
    nodes = plain(node.children)
    if len(nodes) != 5:
        return opaque(node, low, depth)
    test, then, other = [low.exprs[n.kind_id](n, low, depth + 1) for n in (nodes[2], nodes[0], nodes[4])]
    if type(then) is Spread:
        return starred(node, Op(then.value.start, node.end_byte, "if-else", (test, then.value, other)))
    return Op(node.start_byte, node.end_byte, "if-else", (test, then, other))


HANDLERS: dict[str, ExprHandler] = {
    "binary_operator": binary,
    "boolean_operator": binary,
    "not_operator": unary,
    "unary_operator": unary,
    "comparison_operator": comparison,
    "conditional_expression": conditional,
}
