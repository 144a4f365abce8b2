"""String literals: plain, interpolated and concatenated."""

from __future__ import annotations

from tree_sitter import Node

from testaudit.read.facts import Const, Expr, Opaque, Template
from testaudit.read.python.grammar import kind
from testaudit.read.python.literals import string_prefix, string_value, unescape
from testaudit.read.python.lowering import DEEPEST, ExprHandler, Lowering, deep

END = kind("string_end")
INTERPOLATION = kind("interpolation")
SPECIFIER = kind("format_specifier")
FORMAT_EXPRESSION = kind("format_expression")
STRING = kind("string")
CONVERSION = kind("type_conversion")
NAMED_EXPRESSION = kind("named_expression")
EQUALS = kind("=", named=False)


def string(node: Node, low: Lowering, depth: int) -> Expr:
    """A `Const`, or a `Template` where expressions stand inside."""
    start, end = node.start_byte, node.end_byte
    text = low.text[start:end]
    if text[:1] in "'\"" and "\\" not in text and "\r" not in text:  # nearly all of them
        quote = text[0] * 3
        value = text[3:-3] if text.startswith(quote) and len(text) > 5 else text[1:-1]
        return Const(start, end, value if value.isascii() else low.source.decode(value))
    prefix = string_prefix(text)
    if "f" in prefix or "t" in prefix:
        return template(node, low, depth, prefix)
    if text[:1] == "`":
        return Opaque(start, end, "error")
    if not text.isascii() and "b" not in prefix:
        text = low.source.decode(text)
    return Const(start, end, string_value(text))


def template(node: Node, low: Lowering, depth: int, prefix: str) -> Expr:
    """An interpolated string; without any interpolation it is a constant."""
    if depth > DEEPEST:
        return deep(node)
    parts: list[str | Expr] = []
    nodes = node.children
    position = nodes[0].end_byte
    quotes = position - node.start_byte - len(prefix)
    for child in nodes[1:]:
        number = child.kind_id
        if number in (INTERPOLATION, END):  # what lies between them is text, in one node or several
            end = child.start_byte if number == INTERPOLATION else child.end_byte - quotes  # its node may hold more than the quotes
            text = low.text[position:end].replace("{{", "{").replace("}}", "}")
            parts.append(str(unescape(text if text.isascii() else low.source.decode(text), prefix)))
            position = child.end_byte
        if number == INTERPOLATION:
            interpolation(child, low, depth + 1, parts)
    merged = merge(parts)
    if not merged or (len(merged) == 1 and isinstance(merged[0], str)):
        return Const(node.start_byte, node.end_byte, str(merged[0]) if merged else "")
    return Template(node.start_byte, node.end_byte, merged)


def interpolation(node: Node, low: Lowering, depth: int, parts: list[str | Expr]) -> None:
    """Adds what a pair of braces holds to `parts`: its expression, its text where it says `=`, the expressions of its format."""
    nodes = node.children
    for child, following in zip(nodes, [*nodes[1:], node], strict=True):
        number = child.kind_id
        if number == SPECIFIER:
            for inner in child.named_children:
                if inner.kind_id in (FORMAT_EXPRESSION, INTERPOLATION) and depth <= DEEPEST:
                    interpolation(inner, low, depth + 1, parts)
        elif number == EQUALS:
            parts.insert(-1, low.source.decode(low.text[node.start_byte + 1 : following.start_byte]))
        elif number == NAMED_EXPRESSION:  # in `{x:=10}` the colon begins the format
            inner = child.children[0]
            parts.append(low.exprs[inner.kind_id](inner, low, depth))
        elif child.is_named and not child.is_extra and number != CONVERSION:
            parts.append(low.exprs[number](child, low, depth))


def concatenated(node: Node, low: Lowering, depth: int) -> Expr:
    """Adjacent literals are one."""
    if depth > DEEPEST:
        return deep(node)
    start, end = node.start_byte, node.end_byte
    lowered = [string(child, low, depth + 1) for child in node.children if child.kind_id == STRING]
    values = [e.value for e in lowered if isinstance(e, Const)]
    if len(values) == len(lowered):
        if all(isinstance(v, bytes) for v in values):
            return Const(start, end, b"".join(v for v in values if isinstance(v, bytes)))
        return Const(start, end, "".join(v for v in values if isinstance(v, str)))
    parts: list[str | Expr] = []
    for expr in lowered:
        if isinstance(expr, Template):
            parts.extend(expr.parts)
        else:
            parts.append(str(expr.value) if isinstance(expr, Const) else expr)
    return Template(start, end, merge(parts))


def merge(parts: list[str | Expr]) -> tuple[str | Expr, ...]:
    """`parts` with neighbouring texts joined."""
    result: list[str | Expr] = []
    for part in parts:
        if isinstance(part, str) and result and isinstance(result[-1], str):
            result[-1] += part
        elif part != "":
            result.append(part)
    return tuple(result)


HANDLERS: dict[str, ExprHandler] = {"string": string, "concatenated_string": concatenated}
