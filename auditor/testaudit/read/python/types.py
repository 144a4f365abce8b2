"""Type annotations, where the grammar has shapes of its own for what are expressions elsewhere."""

from __future__ import annotations

from tree_sitter import Node

from testaudit.read.facts import Collection, Expr, Index, Op, Spread
from testaudit.read.python.expressions import attribute, opaque, spread
from testaudit.read.python.grammar import kind, plain
from testaudit.read.python.lowering import DEEPEST, ExprHandler, Lowering, deep

TYPE = kind("type")
BAR = kind("|", named=False)
UNIONS = frozenset({kind("union_type"), kind("binary_operator")})


def generic_type(node: Node, low: Lowering, depth: int) -> Expr:
    """`list[int]` where a type stands: a subscript with its keys in a node of their own."""
    if depth > DEEPEST:
        return deep(node)
    nodes = plain(node.children)
    inside = plain(nodes[-1].children)[1:-1]
    value = low.exprs[nodes[0].kind_id](nodes[0], low, depth + 1)
    keys = tuple([low.exprs[n.kind_id](n, low, depth + 1) for n in inside[::2]])
    if len(inside) == 1 and type(keys[0]) is not Spread:
        return Index(node.start_byte, node.end_byte, value, keys[0])
    return Index(node.start_byte, node.end_byte, value, Collection(inside[0].start_byte, inside[-1].end_byte, "tuple", keys))


def union(node: Node, low: Lowering, depth: int) -> Expr:
    """`list[int] | str | None` where a type stands: the grammar nests it any way, the fact to the left, as an operator is."""
    if depth > DEEPEST:
        return deep(node)
    first, *rest = alternatives(node)[:DEEPEST]
    whole = low.exprs[first.kind_id](first, low, depth + 1)
    for following in rest:
        other = low.exprs[following.kind_id](following, low, depth + 1)
        whole = Op(whole.start, other.end, "|", (whole, other))
    return whole


def alternatives(node: Node) -> list[Node]:
    """The types that a union holds, from the left."""
    found, stack = [], [node]
    while stack:
        inner = stack.pop()
        nodes = plain(inner.children)
        if inner.kind_id == TYPE and len(nodes) == 1:
            stack.append(nodes[0])
        elif len(nodes) == 3 and nodes[1].kind_id == BAR and inner.kind_id in UNIONS:
            stack += [nodes[2], nodes[0]]
        else:
            found.append(inner)
    return found


def only(node: Node, low: Lowering, depth: int) -> Expr:
    """The one expression inside a node that is nothing but a wrapper."""
    if depth > DEEPEST:
        return deep(node)
    inner = node.child(0)
    if inner.is_extra:
        return opaque(node, low, depth)
    return low.exprs[inner.kind_id](inner, low, depth + 1)


HANDLERS: dict[str, ExprHandler] = {
    "generic_type": generic_type,
    "union_type": union,
    "member_type": attribute,
    "splat_type": spread,
    "type": only,
}
