"""Python's compound statements: regions with their heads."""

from __future__ import annotations

from tree_sitter import Node

from testaudit.read.facts import Collection, Expr
from testaudit.read.python.grammar import kind, plain
from testaudit.read.python.lowering import DEEPEST_BLOCK, Lowering, StatementHandler

BLOCK = kind("block")
ELIF = kind("elif_clause")
ELSE = kind("else_clause")
EXCEPT = kind("except_clause")
FINALLY = kind("finally_clause")
ASYNC = kind("async", named=False)
WITH_CLAUSE = kind("with_clause")
WITH_ITEM = kind("with_item")
PARENTHESIZED = kind("parenthesized_expression")
AS = kind("as_pattern")
TUPLE = kind("tuple")


def block_of(node: Node, low: Lowering, depth: int) -> None:
    """Lowers the block of a statement or clause."""
    if depth < DEEPEST_BLOCK:
        for child in node.children:
            if child.kind_id == BLOCK:
                low.block(child.children, depth + 1)


def condition(node: Node, low: Lowering) -> Expr | None:
    """The condition of an `if`, `elif` or `while`, read in the region around it."""
    nodes = plain(node.children)
    return low.exprs[nodes[1].kind_id](nodes[1], low, 0) if len(nodes) > 1 else None


def if_(node: Node, low: Lowering, depth: int) -> None:
    outside = low.region
    low.enter("branch", node, condition(node, low))
    statement = low.region
    block_of(node, low, depth)
    low.region = outside
    for child in node.children:
        if child.kind_id == ELIF or child.kind_id == ELSE:
            low.enter("branch", child, condition(child, low) if child.kind_id == ELIF else None, statement)
            block_of(child, low, depth)
            low.region = outside
    low.regions[statement].end = _end_of_first_block(node)


def _end_of_first_block(node: Node) -> int:
    return next((child.end_byte for child in node.children if child.kind_id == BLOCK), node.end_byte)


def while_(node: Node, low: Lowering, depth: int) -> None:
    outside = low.region
    low.enter("loop", node, condition(node, low))
    _loop(node, low, depth, outside)


def for_(node: Node, low: Lowering, depth: int) -> None:
    outside = low.region
    nodes = plain(node.children)
    is_async = nodes[0].kind_id == ASYNC
    first = 2 if is_async else 1
    if len(nodes) < first + 4:
        block_of(node, low, depth)
        return
    target_node, value_node = nodes[first], nodes[first + 2]
    value = low.exprs[value_node.kind_id](value_node, low, 0)
    region = low.enter("loop", node, value, is_async=is_async)
    region.target = low.exprs[target_node.kind_id](target_node, low, 0)
    low.step("bind", target_node, region.target, value, "iterate")
    low.steps[-1].end = value_node.end_byte
    _loop(node, low, depth, outside)


def _loop(node: Node, low: Lowering, depth: int, outside: int) -> None:
    statement = low.region
    low.regions[statement].end = _end_of_first_block(node)
    block_of(node, low, depth)
    low.region = outside
    for child in node.children:
        if child.kind_id == ELSE:
            low.enter("loop-else", child, None, statement)
            block_of(child, low, depth)
            low.region = outside


def with_(node: Node, low: Lowering, depth: int) -> None:
    """Nested regions, one for each item, the first outermost."""
    outside = low.region
    nodes = node.children
    is_async = nodes[0].kind_id == ASYNC
    statement = -1
    for clause in nodes:
        if clause.kind_id == WITH_CLAUSE:
            for item in with_items(clause):
                with_item(item, node, low, statement, is_async)
                statement = low.region if statement < 0 else statement
    block_of(node, low, depth)
    low.region = outside


def with_items(clause: Node) -> list[Node]:
    """The items of a `with`; in `with (a as b,):` the grammar sees one item, a tuple."""
    items = [plain(item.children)[0] for item in clause.children if item.kind_id == WITH_ITEM]
    if len(items) == 1 and items[0].kind_id == TUPLE:
        return [node for node in plain(items[0].children) if node.is_named]
    return items


def with_item(item: Node, node: Node, low: Lowering, statement: int, is_async: bool) -> None:
    """Opens the region of one item and puts its `enter` step first in it."""
    value_node, target_node = item, None
    if item.kind_id == PARENTHESIZED:
        inside = [n for n in plain(item.children) if n.is_named]
        item = inside[0] if len(inside) == 1 and inside[0].kind_id == AS else item
    if item.kind_id == AS:
        nodes = plain(item.children)
        value_node, target_node = nodes[0], nodes[-1].child(0)
    value = low.exprs[value_node.kind_id](value_node, low, 0)
    region = low.enter("with", node, value, statement, is_async)
    region.target = None if target_node is None else low.exprs[target_node.kind_id](target_node, low, 0)
    low.step("bind", item, region.target, value, "enter")


def try_(node: Node, low: Lowering, depth: int) -> None:
    outside = low.region
    low.enter("try", node)
    statement = low.region
    low.regions[statement].end = _end_of_first_block(node)
    block_of(node, low, depth)
    for child in node.children:
        low.region = outside
        if child.kind_id == EXCEPT:
            handler(child, low, depth, statement)
        elif child.kind_id == ELSE:
            low.enter("try-else", child, None, statement)
            block_of(child, low, depth)
        elif child.kind_id == FINALLY:
            low.enter("finally", child, None, statement)
            block_of(child, low, depth)
    low.region = outside


def handler(node: Node, low: Lowering, depth: int, statement: int) -> None:
    """`except type as name`; several types without parentheses (Python 3.14) are a tuple."""
    nodes = [n for n in plain(node.children) if n.is_named and n.kind_id != BLOCK]
    target_node: Node | None = None
    if len(nodes) == 1 and nodes[0].kind_id == AS:
        inside = plain(nodes[0].children)
        nodes, target_node = [inside[0]], inside[-1].child(0)
    lowered = tuple([low.exprs[n.kind_id](n, low, 0) for n in nodes])
    head: Expr | None = None
    if lowered:
        head = lowered[0] if len(lowered) == 1 else Collection(lowered[0].start, lowered[-1].end, "tuple", lowered)
    region = low.enter("handler", node, head, statement)
    if target_node is not None:
        region.target = low.exprs[target_node.kind_id](target_node, low, 0)
        low.step("bind", target_node, region.target, head, "except")
    block_of(node, low, depth)


def block(node: Node, low: Lowering, depth: int) -> None:
    """A block without a statement around it: what is left of a broken one."""
    if depth < DEEPEST_BLOCK:
        low.block(node.children, depth + 1)


def nothing(node: Node, low: Lowering, depth: int) -> None:
    """Punctuation, comments, and whatever is no statement."""


STATEMENTS: dict[str, StatementHandler] = {
    "if_statement": if_,
    "while_statement": while_,
    "for_statement": for_,
    "with_statement": with_,
    "try_statement": try_,
    "block": block,
    "module": block,
    "ERROR": block,
}
