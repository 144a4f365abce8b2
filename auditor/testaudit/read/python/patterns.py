"""`match` statements: a branch region for each case, whose captured names are bound at its start."""

from __future__ import annotations

from tree_sitter import Node

from testaudit.read.facts import Attr, Collection, Const, Expr, Name, Op, Opaque, Spread, Step
from testaudit.read.python.compound import block_of
from testaudit.read.python.expressions import opaque
from testaudit.read.python.grammar import kind, plain
from testaudit.read.python.lowering import DEEPEST, ExprHandler, Lowering, StatementHandler, deep
from testaudit.read.python.operators import WORDS

BLOCK = kind("block")
CASE = kind("case_clause")
PATTERN = kind("case_pattern")
GUARD = kind("if_clause")
COMMA = kind(",", named=False)
WILDCARD = kind("_", named=False)
BAR = kind("|", named=False)


def match_(node: Node, low: Lowering, depth: int) -> None:
    outside = low.region
    children = plain(node.children)
    lowered = tuple([low.exprs[n.kind_id](n, low, 0) for n in children if n.is_named and n.kind_id != BLOCK])
    if not lowered:
        return
    many = len(lowered) > 1 or any(n.kind_id == COMMA for n in children)
    subject = lowered[0] if not many else Collection(lowered[0].start, lowered[-1].end, "tuple", lowered)
    statement = -1
    for child in children[-1].children:
        if child.kind_id == CASE:
            index = len(low.regions)
            case(child, low, depth, subject, statement)
            statement = index if statement < 0 else statement
            low.region = outside


def case(node: Node, low: Lowering, depth: int, subject: Expr, statement: int) -> None:
    """One case: its head is `Op("match", (subject, pattern))`, that `and` the guard where there is one."""
    captured: list[Name] = []
    nodes = node.children
    shapes = [n for n in nodes if n.kind_id == PATTERN]
    shape = _one_or_tuple(shapes, any(n.kind_id == COMMA for n in nodes), low, 0, captured)
    region = low.enter("branch", node, None, statement)
    low.steps.extend(Step("bind", low.region, name.start, name.end, name, subject, "match") for name in captured)
    head = Op(shape.start, shape.end, "match", (subject, shape))
    for child in nodes:
        if child.kind_id == GUARD:
            test = plain(child.children)[-1]
            head = Op(shape.start, child.end_byte, "and", (head, low.exprs[test.kind_id](test, low, 0)))
    region.head = head
    block_of(node, low, depth)


def pattern(node: Node, low: Lowering, depth: int, captured: list[Name]) -> Expr:
    """A pattern as an expression; names that it captures are added to `captured` and stand as `Opaque("capture")`."""
    if depth > DEEPEST:
        return deep(node)
    shape = SHAPES.get(node.type)
    if shape is not None:
        return shape(node, low, depth, captured)
    return low.exprs[node.kind_id](node, low, depth)


def wrapped(node: Node, low: Lowering, depth: int, captured: list[Name]) -> Expr:
    """A `case_pattern`: one pattern, perhaps behind a minus sign."""
    nodes = plain(node.children)
    if not nodes or nodes[0].kind_id == WILDCARD:
        return Opaque(node.start_byte, node.end_byte, "wildcard")
    inner = pattern(nodes[-1], low, depth + 1, captured)
    return inner if len(nodes) == 1 else Op(node.start_byte, node.end_byte, "-", (inner,))


def dotted(node: Node, low: Lowering, _depth: int, captured: list[Name]) -> Expr:
    """A name captures, a dotted name is a value."""
    nodes = [n for n in plain(node.children) if n.is_named]
    if len(nodes) == 1:
        return capture(nodes[0], low, captured)
    return _attributes(nodes, low)


def capture(node: Node, low: Lowering, captured: list[Name]) -> Expr:
    name = low.exprs[node.kind_id](node, low, 0)
    if isinstance(name, Name) and name.name != "_":
        captured.append(name)
        return Opaque(name.start, name.end, "capture")
    return Opaque(node.start_byte, node.end_byte, "wildcard")


def _attributes(nodes: list[Node], low: Lowering) -> Expr:
    value = low.exprs[nodes[0].kind_id](nodes[0], low, 0)
    for node in nodes[1 : DEEPEST + 1]:
        value = Attr(value.start, node.end_byte, value, low.name(node))
    return value


def union(node: Node, low: Lowering, depth: int, captured: list[Name]) -> Expr:
    alternatives: list[Expr] = []
    minus: Node | None = None
    for child in plain(node.children):
        if child.kind_id == BAR:
            continue
        if child.kind_id == WILDCARD:
            alternatives.append(Opaque(child.start_byte, child.end_byte, "wildcard"))
        elif not child.is_named:
            minus = child
        else:
            inner = pattern(child, low, depth + 1, captured)
            alternatives.append(inner if minus is None else Op(minus.start_byte, inner.end, "-", (inner,)))
            minus = None
    return Op(node.start_byte, node.end_byte, "|", tuple(alternatives))


def sequence(node: Node, low: Lowering, depth: int, captured: list[Name]) -> Expr:
    nodes = node.children
    shapes = [n for n in nodes if n.kind_id == PATTERN]
    if node.type == "tuple_pattern":
        whole = _one_or_tuple(shapes, any(n.kind_id == COMMA for n in nodes), low, depth + 1, captured)
        return whole if len(shapes) == 1 else Collection(node.start_byte, node.end_byte, "tuple", getattr(whole, "items", ()))
    return Collection(node.start_byte, node.end_byte, "list", tuple([pattern(n, low, depth + 1, captured) for n in shapes]))


def _one_or_tuple(shapes: list[Node], comma: bool, low: Lowering, depth: int, captured: list[Name]) -> Expr:
    lowered = tuple([pattern(n, low, depth, captured) for n in shapes])
    if len(lowered) == 1 and not comma:
        return lowered[0]
    return Collection(lowered[0].start if lowered else 0, lowered[-1].end if lowered else 0, "tuple", lowered)


def mapping(node: Node, low: Lowering, depth: int, captured: list[Name]) -> Expr:
    keys: list[Expr | None] = []
    values: list[Expr] = []
    minus = False
    for child in plain(node.children):
        if child.kind_id == PATTERN and len(keys) > len(values):
            values.append(pattern(child, low, depth + 1, captured))
        elif child.type == "splat_pattern":
            keys.append(None)
            values.append(pattern(child, low, depth + 1, captured))
        elif child.is_named:
            key = value_pattern(child, low, depth + 1)
            keys.append(Op(key.start - 1, key.end, "-", (key,)) if minus else key)
        minus = child.type == "-"
    values.extend(Const(node.end_byte, node.end_byte, None) for _ in keys[len(values) :])
    return Collection(node.start_byte, node.end_byte, "dict", tuple(values), tuple(keys))


def value_pattern(node: Node, low: Lowering, depth: int) -> Expr:
    """A key or class: its names are values, whether dotted or not."""
    if node.type == "dotted_name":
        return _attributes([n for n in plain(node.children) if n.is_named], low)
    return pattern(node, low, depth, [])


def splat(node: Node, low: Lowering, _depth: int, captured: list[Name]) -> Expr:
    last = plain(node.children)[-1]
    inner = capture(last, low, captured) if last.is_named else Opaque(last.start_byte, last.end_byte, "wildcard")
    return Spread(node.start_byte, node.end_byte, inner)


def instance(node: Node, low: Lowering, depth: int, captured: list[Name]) -> Expr:
    """`Class(pattern, name=pattern)` as `Opaque("class_pattern", (class, *patterns))`."""
    nodes = [n for n in plain(node.children) if n.is_named]
    parts = [value_pattern(nodes[0], low, depth + 1), *(pattern(n, low, depth + 1, captured) for n in nodes[1:])]
    return Opaque(node.start_byte, node.end_byte, "class_pattern", tuple(parts))


def keyword(node: Node, low: Lowering, depth: int, captured: list[Name]) -> Expr:
    nodes = plain(node.children)
    last = nodes[-1]
    if last.kind_id == WILDCARD:
        return Opaque(last.start_byte, last.end_byte, "wildcard")
    inner = pattern(last, low, depth + 1, captured)
    return Op(nodes[-2].start_byte, inner.end, "-", (inner,)) if nodes[-2].type == "-" else inner


def named(node: Node, low: Lowering, depth: int, captured: list[Name]) -> Expr:
    """`pattern as name`"""
    nodes = plain(node.children)
    inner = pattern(nodes[0], low, depth + 1, captured)
    capture(nodes[-1], low, captured)
    return inner


def complex_(node: Node, low: Lowering, depth: int) -> Expr:
    """`-1 + 2j` in a pattern."""
    nodes = plain(node.children)
    if len(nodes) < 3:
        return opaque(node, low, depth)
    *first, operator, last = nodes
    real = low.exprs[first[-1].kind_id](first[-1], low, depth + 1)
    left = Op(node.start_byte, real.end, "-", (real,)) if len(first) > 1 else real
    return Op(node.start_byte, node.end_byte, WORDS[operator.kind_id], (left, low.exprs[last.kind_id](last, low, depth + 1)))


SHAPES = {
    "case_pattern": wrapped,
    "dotted_name": dotted,
    "union_pattern": union,
    "list_pattern": sequence,
    "tuple_pattern": sequence,
    "dict_pattern": mapping,
    "splat_pattern": splat,
    "class_pattern": instance,
    "keyword_pattern": keyword,
    "as_pattern": named,
}
HANDLERS: dict[str, ExprHandler] = {"complex_pattern": complex_}
STATEMENTS: dict[str, StatementHandler] = {"match_statement": match_}
