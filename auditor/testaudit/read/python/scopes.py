"""What opens a scope in Python: functions with their parameters, classes, lambdas and comprehensions."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal

from tree_sitter import Node

from testaudit.read.facts import Class, Collection, Decorator, Expr, FuncRef, Function, Param
from testaudit.read.python.expressions import COMMENTS, arguments
from testaudit.read.python.grammar import kind, plain
from testaudit.read.python.lowering import DEEPEST, DEEPEST_BLOCK, ExprHandler, Lowering, StatementHandler, deep

BLOCK = kind("block")
DECORATOR = kind("decorator")
FUNCTION = kind("function_definition")
CLASS = kind("class_definition")
PARAMETERS = kind("parameters")
BASES = kind("argument_list")
TYPE = kind("type")
PARAM_KINDS = {
    kind("identifier"): "plain",
    kind("default_parameter"): "default",
    kind("typed_parameter"): "typed",
    kind("typed_default_parameter"): "default",
    kind("list_splat_pattern"): "variadic",
    kind("dictionary_splat_pattern"): "keywords",
    kind("keyword_separator"): "*",
    kind("positional_separator"): "/",
}
IDENTIFIER = kind("identifier")
STAR = kind("list_splat_pattern")
DOUBLE_STAR = kind("dictionary_splat_pattern")
ASYNC = kind("async", named=False)
FOR = kind("for_in_clause")
IF = kind("if_clause")
PAIR = kind("pair")
COMPREHENSIONS = {
    "list_comprehension": "<list>",
    "set_comprehension": "<set>",
    "dictionary_comprehension": "<dict>",
    "generator_expression": "<generator>",
}
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")

ParamKind = Literal["positional-only", "positional", "variadic", "keyword-only", "keywords"]


def function(node: Node, low: Lowering, depth: int) -> None:
    """A `define` step of a function."""
    low.step("define", node)
    low.steps[-1].defined = define(node, low, node.start_byte, depth)


def define(node: Node, low: Lowering, start: int, depth: int, decorators: tuple[Decorator, ...] = ()) -> Function:
    """The function of a `function_definition`; `start` is that of its first decorator. Its body waits until it is asked for, or not."""
    nodes = node.children
    name = node.child_by_field_name("name") or node
    name_start, name_end = name.start_byte, name.end_byte
    made = Function(
        low.name(name), "def", low.source.module, low.owner, low.region, start, node.start_byte, node.end_byte, name_start, name_end
    )
    made.is_async = nodes[0].kind_id == ASYNC
    made.decorators = decorators
    for child in nodes:
        number = child.kind_id
        if number == PARAMETERS:
            made.params = parameters(child, low, 0)
        elif number == TYPE:
            made.returns = low.exprs[number](child, low, 0)
        elif number == BLOCK:
            made.body_start = child.start_byte
            if low.whole:
                inner = Lowering(low.source, made, child.start_byte, made.end, low.exprs, low.whole, outer=low)
                if depth < DEEPEST_BLOCK:
                    inner.block(child.children, depth + 1)
                made._body = inner.body
            else:
                low.source.waiting += 1
    return made


def parameters(node: Node, low: Lowering, depth: int) -> tuple[Param, ...]:
    """The parameters of a function or lambda."""
    result: list[Param] = []
    passing: ParamKind = "positional"
    for child in node.named_children:
        role = PARAM_KINDS.get(child.kind_id)
        if role == "plain":
            result.append(Param(low.name(child), passing, None, None, child.start_byte, child.end_byte))
        elif role == "*":
            passing = "keyword-only"
        elif role == "/":
            for param in result:
                param.kind = "positional-only"
        elif role is not None:
            param = parameter(child, low, depth, passing)
            result.append(param)
            if param.kind == "variadic":
                passing = "keyword-only"
    return tuple(result)


def parameter(node: Node, low: Lowering, depth: int, passing: ParamKind) -> Param:
    """One parameter that is more than a name."""
    nodes = plain(node.children)
    first = node if node.kind_id in (STAR, DOUBLE_STAR) else nodes[0]
    if first.kind_id in (STAR, DOUBLE_STAR):
        passing = "variadic" if first.kind_id == STAR else "keywords"
        first = first.children[-1]
    param = Param(low.name(first), passing, None, None, node.start_byte, node.end_byte)
    for marker, child in pairwise(nodes):
        if child.kind_id == TYPE:
            param.annotation = low.exprs[TYPE](child, low, depth + 1)
        elif marker.type == "=":
            param.default = low.exprs[child.kind_id](child, low, depth + 1)
    return param


def class_(node: Node, low: Lowering, depth: int) -> None:
    """A `define` step of a class, its body read at once."""
    low.step("define", node)
    low.steps[-1].defined = define_class(node, low, node.start_byte, depth)


def define_class(node: Node, low: Lowering, start: int, depth: int, decorators: tuple[Decorator, ...] = ()) -> Class:
    name = node.child_by_field_name("name") or node
    made = Class(
        low.name(name), low.source.module, low.owner, low.region, start, node.start_byte, node.end_byte, name.start_byte, name.end_byte
    )
    made.decorators = decorators
    inner = low.inner(made)
    for child in node.children:
        if child.kind_id == BASES:
            made.bases = arguments(child, low, 1)
        elif child.kind_id == BLOCK and depth < DEEPEST_BLOCK:
            inner.block(child.children, depth + 1)
    made.body = inner.body
    return made


def decorated(node: Node, low: Lowering, depth: int) -> None:
    """A definition with its decorators, which are read when they are asked for."""
    decorators = []
    for child in node.children:
        number = child.kind_id
        if number == DECORATOR:
            decorators.append(decorator(child, low))
        elif number == FUNCTION:
            low.step("define", node)
            low.steps[-1].defined = define(child, low, node.start_byte, depth, tuple(decorators))
        elif number == CLASS:
            low.step("define", node)
            low.steps[-1].defined = define_class(child, low, node.start_byte, depth, tuple(decorators))


def decorator(node: Node, low: Lowering) -> Decorator:
    inner = next((n for n in node.named_children if n.kind_id not in COMMENTS), node)
    return Decorator(low.exprs[inner.kind_id](inner, low, 1), inner.start_byte, inner.end_byte)


def lambda_(node: Node, low: Lowering, depth: int) -> Expr:
    """A function whose body is one `return`."""
    if depth > DEEPEST:
        return deep(node)
    start, end = node.start_byte, node.end_byte
    made = Function("<lambda>", "lambda", low.source.module, low.owner, 0, start, start, end, start, start + 6)
    inner = low.inner(made)
    nodes = plain(node.children)
    if nodes[1].is_named:
        made.params = parameters(nodes[1], low, depth + 1)
    last = nodes[-1]
    made.body_start = last.start_byte
    inner.step("return", last, value=low.exprs[last.kind_id](last, inner, depth + 1))
    made._body = inner.body
    return FuncRef(start, end, made)


def comprehension(node: Node, low: Lowering, depth: int) -> Expr:
    """A function of nested loop and branch regions around one `yield`."""
    if depth > DEEPEST:
        return deep(node)
    start, end = node.start_byte, node.end_byte
    made = Function(COMPREHENSIONS[node.type], "comprehension", low.source.module, low.owner, 0, start, start, end, start, start)
    inner = low.inner(made)
    element: Node | None = None
    for child in node.named_children:
        number = child.kind_id
        if number == FOR:
            for_clause(child, inner, depth + 1)
        elif number == IF:
            condition = plain(child.children)[-1]
            inner.enter("branch", child, low.exprs[condition.kind_id](condition, inner, depth + 1))
        elif element is None and number not in COMMENTS:
            element = child
    made.is_async = any(region.is_async for region in inner.regions)
    if element is not None:
        made.body_start = element.start_byte
        inner.step("yield", element, value=_element(element, inner, depth + 1))
    made._body = inner.body
    return FuncRef(start, end, made)


def _element(node: Node, low: Lowering, depth: int) -> Expr:
    if node.kind_id != PAIR:
        return low.exprs[node.kind_id](node, low, depth)
    first, last = node.children[0], node.children[-1]
    pair = (low.exprs[first.kind_id](first, low, depth), low.exprs[last.kind_id](last, low, depth))
    return Collection(node.start_byte, node.end_byte, "tuple", pair)


def for_clause(node: Node, low: Lowering, depth: int) -> None:
    """`for target in value` of a comprehension: a loop region that everything behind it is in."""
    nodes = plain(node.children)
    is_async = nodes[0].kind_id == ASYNC
    values = [n for n in nodes[4 if is_async else 3 :] if n.is_named]
    target_node = nodes[2 if is_async else 1]
    lowered = tuple([low.exprs[n.kind_id](n, low, depth) for n in values])
    value = lowered[0] if len(lowered) == 1 else Collection(target_node.end_byte, node.end_byte, "tuple", lowered)
    region = low.enter("loop", node, value, is_async=is_async)
    region.target = low.exprs[target_node.kind_id](target_node, low, depth)
    low.step("bind", node, region.target, value, "iterate")


STATEMENTS: dict[str, StatementHandler] = {
    "function_definition": function,
    "class_definition": class_,
    "decorated_definition": decorated,
}
HANDLERS: dict[str, ExprHandler] = {"lambda": lambda_, **dict.fromkeys(COMPREHENSIONS, comprehension)}
