"""Python's expressions, but for those that open a scope and for strings."""

from __future__ import annotations

from tree_sitter import Node

from testaudit.read.facts import (
    Argument,
    Attr,
    Await,
    Call,
    Collection,
    Const,
    Expr,
    Index,
    Name,
    Op,
    Opaque,
    Spread,
)
from testaudit.read.python.grammar import ERROR, kind, plain
from testaudit.read.python.literals import number_value
from testaudit.read.python.lowering import DEEPEST, ExprHandler, Lowering, deep

COMMA = kind(",", named=False)
COLON = kind(":", named=False)
FROM = kind("from", named=False)
COMMENTS = frozenset({kind("comment"), kind("line_continuation")})
ARGUMENT_LIST = kind("argument_list")
KEYWORD = kind("keyword_argument")
STAR = frozenset({kind("list_splat"), kind("parenthesized_list_splat")})
DOUBLE_STAR = kind("dictionary_splat")


def name(node: Node, low: Lowering, _depth: int) -> Expr:
    start, end = node.start_byte, node.end_byte
    text = low.text[start:end]
    if not text.isascii():
        text = low.source.name(text)
    return Name(start, end, text) if text else Opaque(start, end, "error")


def attribute(node: Node, low: Lowering, depth: int) -> Expr:
    if depth > DEEPEST:
        return deep(node)
    value_node = node.child(0)
    value = low.exprs[value_node.kind_id](value_node, low, depth + 1)
    end = node.end_byte
    text = low.text[value_node.end_byte + 1 : end]
    if not text.isidentifier() or not text.isascii():  # a line break or a comment beside the dot
        text = low.name(node.children[-1])
    if type(value) is Spread:
        return starred(node, Attr(value.value.start, end, value.value, text))
    return Attr(node.start_byte, end, value, text)


def starred(node: Node, whole: Expr) -> Expr:
    """`[*range(3)]`: the star that the grammar puts on the first operand (`range`) belongs to the whole."""
    return Spread(node.start_byte, node.end_byte, whole)


def call(node: Node, low: Lowering, depth: int) -> Expr:
    if depth > DEEPEST:
        return deep(node)
    func_node, args_node = node.child(0), node.child(node.child_count - 1)
    func = low.exprs[func_node.kind_id](func_node, low, depth + 1)
    if args_node.kind_id == ARGUMENT_LIST:
        args = arguments(args_node, low, depth + 1)
    else:
        args = (Argument(None, low.exprs[args_node.kind_id](args_node, low, depth + 1)),)
    if type(func) is Spread:
        return starred(node, Call(func.value.start, node.end_byte, func.value, args))
    return Call(node.start_byte, node.end_byte, func, args)


def arguments(node: Node, low: Lowering, depth: int) -> tuple[Argument, ...]:
    """The arguments of a call or the bases of a class."""
    exprs = low.exprs
    result = []
    for child in node.named_children:
        number = child.kind_id
        if number == KEYWORD:
            result.append(keyword(child, low, depth))
        elif number == DOUBLE_STAR or number in STAR:
            value = child.children[-1]
            result.append(Argument(None, exprs[value.kind_id](value, low, depth), "**" if number == DOUBLE_STAR else "*"))
        elif number not in COMMENTS:
            lowered = exprs[number](child, low, depth)
            result.append(Argument(None, lowered.value, "*") if type(lowered) is Spread else Argument(None, lowered))
    return tuple(result)


def keyword(node: Node, low: Lowering, depth: int) -> Argument:
    """`name=value`; without comments inside, the name is the text before the sign, which spares two nodes."""
    value = node.child(node.child_count - 1)
    text = low.text[node.start_byte : value.start_byte].rstrip(" =")
    if not text.isidentifier() or not text.isascii():
        text = low.name(node.child(0))
    return Argument(text, low.exprs[value.kind_id](value, low, depth))


def items(node: Node, low: Lowering, depth: int) -> tuple[Expr, ...]:
    """The expressions directly inside a node."""
    exprs = low.exprs
    return tuple([exprs[n.kind_id](n, low, depth) for n in node.named_children if n.kind_id not in COMMENTS])


def subscript(node: Node, low: Lowering, depth: int) -> Expr:
    if depth > DEEPEST:
        return deep(node)
    nodes = node.children
    first = nodes[0]
    value = low.exprs[first.kind_id](first, low, depth + 1)
    keys = [n for n in nodes[2:-1] if n.is_named and n.kind_id not in COMMENTS]
    lowered = tuple([low.exprs[n.kind_id](n, low, depth + 1) for n in keys])
    end = node.end_byte
    if not lowered:
        key: Expr = Opaque(end, end, "error")
    elif len(lowered) == 1 and type(lowered[0]) is not Spread and not any(n.kind_id == COMMA for n in nodes):
        key = lowered[0]
    else:
        last = nodes[-2] if nodes[-2].kind_id == COMMA else keys[-1]
        key = Collection(keys[0].start_byte, last.end_byte, "tuple", lowered)
    if type(value) is Spread:
        return starred(node, Index(value.value.start, end, value.value, key))
    return Index(node.start_byte, end, value, key)


def slice_(node: Node, low: Lowering, depth: int) -> Expr:
    """Always three operands: lower, upper and step, with an empty `Const(None)` for what is left out."""
    if depth > DEEPEST:
        return deep(node)
    parts: list[Expr] = []
    waiting = True
    for child in node.children:
        if child.kind_id == COLON:
            if waiting:
                parts.append(Const(child.start_byte, child.start_byte, None))
            waiting = True
        elif child.is_named and child.kind_id not in COMMENTS:
            parts.append(low.exprs[child.kind_id](child, low, depth + 1))
            waiting = False
    end = node.end_byte
    while len(parts) < 3:
        parts.append(Const(end, end, None))
    return Op(node.start_byte, end, "slice", tuple(parts))


def parenthesized(node: Node, low: Lowering, depth: int) -> Expr:
    if depth > DEEPEST:
        return deep(node)
    inner = node.child(1)
    if inner.is_extra or not inner.is_named:
        inner = next((n for n in plain(node.children) if n.is_named), inner)
    return low.exprs[inner.kind_id](inner, low, depth + 1)


def await_(node: Node, low: Lowering, depth: int) -> Expr:
    if depth > DEEPEST:
        return deep(node)
    value = node.children[-1]
    return Await(node.start_byte, node.end_byte, low.exprs[value.kind_id](value, low, depth + 1))


def spread(node: Node, low: Lowering, depth: int) -> Expr:
    if depth > DEEPEST:
        return deep(node)
    value = node.children[-1]
    return Spread(node.start_byte, node.end_byte, low.exprs[value.kind_id](value, low, depth + 1))


def yield_(node: Node, low: Lowering, depth: int) -> Expr:
    """A `yield` step, and what stands for its result."""
    if depth > DEEPEST:
        return deep(node)
    nodes = plain(node.children)
    last = nodes[-1]
    value = low.exprs[last.kind_id](last, low, depth + 1) if last.is_named else None
    low.step("yield", node, value=value, how="from" if len(nodes) > 1 and nodes[1].kind_id == FROM else "")
    return Opaque(node.start_byte, node.end_byte, "yield", () if value is None else (value,))


def walrus(node: Node, low: Lowering, depth: int) -> Expr:
    """A `bind` step and the name in its place.

    In a comprehension the name belongs to the scope around it (PEP 572): here it is `nonlocal`, there bound to an `Opaque("walrus")`.
    """
    if depth > DEEPEST:
        return deep(node)
    nodes = plain(node.children)
    target = low.exprs[nodes[0].kind_id](nodes[0], low, depth + 1)
    value = low.exprs[nodes[-1].kind_id](nodes[-1], low, depth + 1)
    scope = low
    while scope.outer is not None and getattr(scope.owner, "kind", "") == "comprehension":
        if isinstance(target, Name):
            scope.step("global", node, how="nonlocal")
            scope.steps[-1].names = (target.name,)
        scope = scope.outer
    if scope is not low:
        scope.step("bind", node, target, Opaque(node.start_byte, node.end_byte, "walrus"), "walrus")
    low.step("bind", node, target, value, "walrus")
    return target


def number(node: Node, low: Lowering, _depth: int) -> Expr:
    start, end = node.start_byte, node.end_byte
    value = number_value(low.text[start:end])
    return Opaque(start, end, "number") if value is None else Const(start, end, value)


def true(node: Node, _low: Lowering, _depth: int) -> Expr:
    return Const(node.start_byte, node.end_byte, True)


def false(node: Node, _low: Lowering, _depth: int) -> Expr:
    return Const(node.start_byte, node.end_byte, False)


def none(node: Node, _low: Lowering, _depth: int) -> Expr:
    return Const(node.start_byte, node.end_byte, None)


def opaque(node: Node, low: Lowering, depth: int) -> Expr:
    """What has no fact of its own, with the expressions inside it."""
    if depth > DEEPEST:
        return deep(node)
    return Opaque(node.start_byte, node.end_byte, "error" if node.kind_id == ERROR else node.type, items(node, low, depth + 1))


def guarded(handler: ExprHandler) -> ExprHandler:
    """`handler` for trees with errors: a node that holds one is opaque, for its children may be anything."""

    def careful(node: Node, low: Lowering, depth: int) -> Expr:
        return opaque(node, low, depth) if node.has_error else handler(node, low, depth)

    return careful


HANDLERS: dict[str, ExprHandler] = {
    "identifier": name,
    "attribute": attribute,
    "call": call,
    "subscript": subscript,
    "slice": slice_,
    "parenthesized_expression": parenthesized,
    "await": await_,
    "list_splat": spread,
    "dictionary_splat": spread,
    "parenthesized_list_splat": spread,
    "list_splat_pattern": spread,
    "dictionary_splat_pattern": spread,
    "yield": yield_,
    "named_expression": walrus,
    "integer": number,
    "float": number,
    "true": true,
    "false": false,
    "none": none,
}
