"""Lists, tuples, sets and dicts as they are written, and the targets that look like them."""

from __future__ import annotations

from tree_sitter import Node

from testaudit.read.facts import Collection, Expr
from testaudit.read.python.expressions import COMMA, COMMENTS, items
from testaudit.read.python.grammar import kind
from testaudit.read.python.lowering import DEEPEST, ExprHandler, Lowering, deep

PAIR = kind("pair")


def tuple_(node: Node, low: Lowering, depth: int) -> Expr:
    if depth > DEEPEST:
        return deep(node)
    return Collection(node.start_byte, node.end_byte, "tuple", items(node, low, depth + 1))


def group(node: Node, low: Lowering, depth: int) -> Expr:
    """A pattern in parentheses: a tuple unless it is one target without a comma."""
    whole = tuple_(node, low, depth)
    if isinstance(whole, Collection) and len(whole.items) == 1 and not any(n.kind_id == COMMA for n in node.children):
        return whole.items[0]
    return whole


def list_(node: Node, low: Lowering, depth: int) -> Expr:
    if depth > DEEPEST:
        return deep(node)
    return Collection(node.start_byte, node.end_byte, "list", items(node, low, depth + 1))


def set_(node: Node, low: Lowering, depth: int) -> Expr:
    if depth > DEEPEST:
        return deep(node)
    return Collection(node.start_byte, node.end_byte, "set", items(node, low, depth + 1))


def dictionary(node: Node, low: Lowering, depth: int) -> Expr:
    if depth > DEEPEST:
        return deep(node)
    exprs = low.exprs
    keys: list[Expr | None] = []
    values: list[Expr] = []
    for child in node.named_children:
        number = child.kind_id
        if number in COMMENTS:
            continue
        nodes = child.children
        last = nodes[-1] if nodes else child
        first = nodes[0] if nodes else child
        keys.append(exprs[first.kind_id](first, low, depth + 1) if number == PAIR else None)
        values.append(exprs[last.kind_id](last, low, depth + 1))
    return Collection(node.start_byte, node.end_byte, "dict", tuple(values), tuple(keys))


HANDLERS: dict[str, ExprHandler] = {
    "tuple": tuple_,
    "expression_list": tuple_,
    "pattern_list": tuple_,
    "tuple_pattern": group,
    "list": list_,
    "list_pattern": list_,
    "set": set_,
    "dictionary": dictionary,
}
