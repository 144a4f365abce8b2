"""Python's simple statements, imports aside."""

from __future__ import annotations

from tree_sitter import Node

from testaudit.read.facts import Collection, Expr, Name, Op, Opaque, Step
from testaudit.read.python.expressions import COMMENTS, opaque
from testaudit.read.python.grammar import kind, parse_part, plain
from testaudit.read.python.lowering import DEEPEST_BLOCK, Lowering, StatementHandler
from testaudit.read.python.operators import WORDS

ASSIGNMENT = kind("assignment")
AUGMENTED = kind("augmented_assignment")
YIELD = kind("yield")
TYPE = kind("type")
COLON = kind(":", named=False)
COMMA = kind(",", named=False)
FROM = kind("from", named=False)
EXPRESSION_LIST = kind("expression_list")
GENERIC_TYPE = kind("generic_type")
IDENTIFIER = kind("identifier")
CHEVRON = kind("chevron")


def expression(node: Node, low: Lowering, _depth: int) -> None:
    """An expression statement, an assignment or a `yield`."""
    inner = node.child(0)
    number = inner.kind_id
    if number == ASSIGNMENT:
        assignment(inner, low)
    elif number == AUGMENTED:
        augmented(inner, low)
    elif number == YIELD:
        low.exprs[number](inner, low, 0)
    elif node.child_count == 1:
        value = low.exprs[number](inner, low, 0)
        if type(value) is not Opaque or value.kind != "yield":
            low.steps.append(Step("eval", low.region, node.start_byte, node.end_byte, None, value))
    else:
        low.step("eval", node, value=listed(node, node, low))


def listed(node: Node, parent: Node, low: Lowering) -> Expr:
    """The expressions of a node: one is itself, several are a tuple."""
    nodes = plain(parent.children)
    named = [n for n in nodes if n.is_named]
    if len(named) == 1 and not any(n.kind_id == COMMA for n in nodes):
        return low.exprs[named[0].kind_id](named[0], low, 0)
    return Collection(node.start_byte, node.end_byte, "tuple", tuple([low.exprs[n.kind_id](n, low, 0) for n in named]))


def assignment(node: Node, low: Lowering) -> None:
    """`a = b = value`: one bind step for each target, from the left, all with the same value."""
    exprs, start, end = low.exprs, node.start_byte, node.end_byte
    targets = []
    while node.kind_id == ASSIGNMENT:
        nodes = [node.child(0), node.child(2)] if node.child_count == 3 else plain(node.children)
        if len(nodes) == 3:  # there was a comment
            nodes = nodes[::2]
        if len(nodes) != 2 or ":" in low.text[nodes[0].end_byte : nodes[1].start_byte]:
            annotated(node, low)
            return
        targets.append(nodes[0])
        node = nodes[1]
    value = exprs[node.kind_id](node, low, 0)
    for target in targets:
        low.steps.append(Step("bind", low.region, start, end, exprs[target.kind_id](target, low, 0), value, "="))


def annotated(node: Node, low: Lowering) -> None:
    """`target: annotation = value`"""
    nodes = plain(node.children)
    if len(nodes) < 3:
        return
    value = low.exprs[nodes[4].kind_id](nodes[4], low, 0) if len(nodes) > 4 else None
    target = low.exprs[nodes[0].kind_id](nodes[0], low, 0)
    low.step("bind", node, target, value, ":", low.exprs[nodes[2].kind_id](nodes[2], low, 0))


def augmented(node: Node, low: Lowering) -> None:
    nodes = plain(node.children)
    if len(nodes) < 3:
        return
    target, operator, value = nodes[0], nodes[1], nodes[2]
    lowered = low.exprs[value.kind_id](value, low, 0)
    low.step("bind", node, low.exprs[target.kind_id](target, low, 0), lowered, WORDS.get(operator.kind_id, "="))


def assert_(node: Node, low: Lowering, _depth: int) -> None:
    lowered = [low.exprs[n.kind_id](n, low, 0) for n in node.named_children if n.kind_id not in COMMENTS]
    low.step("assert", node, lowered[1] if len(lowered) > 1 else None, lowered[0] if lowered else None)


def return_(node: Node, low: Lowering, _depth: int) -> None:
    values = [n for n in node.named_children if n.kind_id not in COMMENTS]
    low.step("return", node, value=low.exprs[values[0].kind_id](values[0], low, 0) if values else None)


def raise_(node: Node, low: Lowering, _depth: int) -> None:
    value: Expr | None = None
    cause: Expr | None = None
    after_from = False
    for child in node.children:
        if child.kind_id == FROM:
            after_from = True
        elif child.is_named and child.kind_id not in COMMENTS:
            lowered = low.exprs[child.kind_id](child, low, 0)
            value, cause = (value, lowered) if after_from else (lowered, cause)
    low.step("raise", node, cause, value)


def delete(node: Node, low: Lowering, _depth: int) -> None:
    """One step for each target."""
    for child in node.named_children:
        if child.kind_id in COMMENTS:
            continue
        for target in child.named_children if child.kind_id == EXPRESSION_LIST else [child]:
            if target.kind_id not in COMMENTS:
                low.step("delete", target, low.exprs[target.kind_id](target, low, 0))


def global_(node: Node, low: Lowering, _depth: int) -> None:
    low.step("global", node, how=node.type.removesuffix("_statement"))
    names = [n for n in node.named_children if n.kind_id not in COMMENTS]
    low.steps[-1].names = tuple([low.name(n) for n in names])


def type_alias(node: Node, low: Lowering, depth: int) -> None:
    """`type X[T] = value` binds X; its type parameters are left out."""
    nodes = plain(node.children)
    if len(nodes) < 4 or not nodes[1].child_count:
        return
    target = nodes[1].children[0]
    if target.kind_id == GENERIC_TYPE:
        target = target.children[0]
    if target.kind_id == IDENTIFIER:
        low.step("bind", node, low.exprs[IDENTIFIER](target, low, 0), low.exprs[nodes[3].kind_id](nodes[3], low, 0), "=")
    elif depth < DEEPEST_BLOCK:  # `type(x).y = value`, which the grammar takes for an alias: read again with another word in its place
        text = b"typ_" + low.source.parsed[node.start_byte + 4 : node.end_byte]
        low.block(parse_part(text, node.start_byte).children, DEEPEST_BLOCK)


def pass_(node: Node, low: Lowering, _depth: int) -> None:
    low.step("pass", node)


def break_(node: Node, low: Lowering, _depth: int) -> None:
    low.step("break", node)


def continue_(node: Node, low: Lowering, _depth: int) -> None:
    low.step("continue", node)


def print_(node: Node, low: Lowering, _depth: int) -> None:
    """`print >> file, value` is an expression in Python 3; any other is Python 2's and opaque."""
    nodes = [n for n in plain(node.children) if n.is_named]
    if not nodes or nodes[0].kind_id != CHEVRON:
        other(node, low, _depth)
        return
    start = node.start_byte
    lowered = [low.exprs[n.kind_id](n, low, 0) for n in [nodes[0].children[-1], *nodes[1:]]]
    shift: Expr = Op(start, lowered[0].end, ">>", (Name(start, start + len("print"), "print"), lowered[0]))
    many = len(lowered) > 1 or node.children[-1].kind_id == COMMA
    low.step("eval", node, value=Collection(start, node.end_byte, "tuple", (shift, *lowered[1:])) if many else shift)


def other(node: Node, low: Lowering, _depth: int) -> None:
    """What is no statement of Python 3: `exec code`."""
    low.step("eval", node, value=opaque(node, low, 0))


STATEMENTS: dict[str, StatementHandler] = {
    "expression_statement": expression,
    "assert_statement": assert_,
    "return_statement": return_,
    "raise_statement": raise_,
    "delete_statement": delete,
    "global_statement": global_,
    "nonlocal_statement": global_,
    "type_alias_statement": type_alias,
    "pass_statement": pass_,
    "break_statement": break_,
    "continue_statement": continue_,
    "print_statement": print_,
    "exec_statement": other,
}
