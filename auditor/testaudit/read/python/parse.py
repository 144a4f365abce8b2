"""Reads one Python file: its outline at once, the bodies of its functions when they are asked for."""

from __future__ import annotations

from tree_sitter import Node

from testaudit.read.facts import Body, Comment, Function, Module
from testaudit.read.python import compound, displays, expressions, imports, operators, patterns, scopes, statements, strings, types
from testaudit.read.python.encoding import declared_encoding, for_the_parser
from testaudit.read.python.faults import judge
from testaudit.read.python.grammar import kind, parse, parse_part, table
from testaudit.read.python.lowering import Lowering, Source

COMMENT = kind("comment")
FUNCTION = kind("function_definition")
MARK = b"testaudit:"
EXPRS = table(
    {
        **expressions.HANDLERS,
        **displays.HANDLERS,
        **operators.HANDLERS,
        **strings.HANDLERS,
        **scopes.HANDLERS,
        **types.HANDLERS,
        **patterns.HANDLERS,
    },
    expressions.opaque,
)
GUARDED = {number: expressions.guarded(handler) for number, handler in EXPRS.items()}
STATEMENTS = table(
    {**statements.STATEMENTS, **imports.STATEMENTS, **compound.STATEMENTS, **patterns.STATEMENTS, **scopes.STATEMENTS}, compound.nothing
)


def read_python(path: str, source: bytes, *, bodies: bool = False) -> Module:
    """One file as facts; `path` is relative to the audited root. Never raises: what cannot be read is said in `faults`.

    With `bodies` the tree is kept, so that the text of a function whose body is asked for is not parsed again: for files of which many
    functions will be asked. The tree of a file with errors is never kept, for what lies behind an error looks different from inside a
    function.
    """
    encoding = declared_encoding(source)
    module = Module(path, "python", source, Body([], []), lambda function: lower(function, facts), encoding=encoding)
    facts = Source(module, source.decode("latin-1"), for_the_parser(source, encoding), encoding, STATEMENTS)
    tree = parse(facts.parsed)
    root = tree.root_node
    low = Lowering(facts, None, 0, len(source), GUARDED if root.has_error else EXPRS, False)
    low.block(root.children, 0)
    if bodies and not root.has_error:
        facts.tree = tree
    module.body = low.body
    if MARK in source:
        module.comments = tuple(comments(root, module))
    module.faults, module.misread = judge(root, module)
    return module


def lower(function: Function, source: Source) -> Body:
    """The body of a function, from its node in the file's tree where that is kept, else from its own bytes alone."""
    start, end = function.def_start, function.end
    kept = source.tree.root_node.descendant_for_byte_range(start, end) if source.tree is not None else None
    if kept is not None and kept.kind_id == FUNCTION:
        node: Node | None = kept
        exprs = EXPRS
    else:
        root = parse_part(source.parsed[start:end], start)
        node = next((n for n in root.children if n.kind_id == FUNCTION), None)
        exprs = GUARDED if root.has_error else EXPRS
    low = Lowering(source, function, function.body_start, end, exprs, True)
    if node is not None:
        compound.block_of(node, low, 0)
    source.waiting -= 1
    if not source.waiting:
        source.tree = None
    return low.body


def comments(root: Node, module: Module) -> list[Comment]:
    """The comments that hold the mark, found through the tree, so that none lies in a string."""
    found: list[Comment] = []
    source = module.source
    offset = source.find(MARK)
    while offset >= 0:
        node = root.descendant_for_byte_range(offset, offset + len(MARK))
        if node is not None and node.kind_id == COMMENT:
            start, offset = node.start_byte, node.end_byte
            line, _ = module.position(start)
            before = source[max(source.rfind(b"\n", 0, start), source.rfind(b"\r", 0, start)) + 1 : start]
            found.append(Comment(line, module.text(start, offset).lstrip("#").strip(), bool(before.strip())))
        offset = source.find(MARK, offset + 1)
    return found
