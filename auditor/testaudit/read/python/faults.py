"""Which places of a file cannot be read, and whether CPython would say the same."""

from __future__ import annotations

import re

from tree_sitter import Node

from testaudit.read.facts import Module, SyntaxFault
from testaudit.read.python.encoding import undecodable
from testaudit.read.python.grammar import kind
from testaudit.read.python.refused import may_be_refused, refusal

MOST = 50  # faults of one file: a file of garbage would have one a line
LONGEST = 30  # characters of source in a message
TYPE_PARAMETERS = kind("type_parameter")

# The grammar reads Python 2, too: what looks like it is left to CPython to judge.
_PYTHON_2_WORDS = (b"print ", b"exec ", b", e:", b"<>")
_PYTHON_2 = re.compile(
    rb"""^[ \t]*(?:print[ \t]+["'\w]|exec[ \t]+["'\w]|except[ \t][^#\n:]*,[ \t]*\w+[ \t]*:)|^[^#"'\n]*<>""",
    re.MULTILINE,
)


def judge(root: Node, module: Module) -> tuple[tuple[SyntaxFault, ...], bool]:
    """The faults of a module, and whether it was misread: valid for CPython, but beyond the grammar.

    The grammar finds that something is wrong and reads on behind it; where CPython agrees, it knows better what and where.
    """
    unreadable = undecodable(module.source, module.encoding)
    if unreadable >= 0:
        what = "a null byte" if module.source[unreadable] == 0 else f"a byte that is not {module.encoding.upper()}"
        return (_fault(module, unreadable, f"{what} stands here"),), False
    places = broken_places(root) if root.has_error else []
    if not places and not _looks_like_python_2(module.source):
        return () if root.has_error else _refused(module), root.has_error
    error = cpython_fault(module.source)
    if error is None:
        return (), root.has_error
    if isinstance(error, SyntaxError) and error.lineno:
        return (SyntaxFault(error.lineno, max(error.offset or 1, 1), f"this is not Python: {error.msg}"),), False
    return tuple(_fault(module, node.start_byte, _message(node, module)) for node in places), False


def _refused(module: Module) -> tuple[SyntaxFault, ...]:
    """The fault of a module that can be read and not be compiled."""
    error = refusal(module.source) if may_be_refused(module) else None
    if error is None:
        return ()
    return (SyntaxFault(error.lineno or 1, max(error.offset or 1, 1), f"this is not Python: {error.msg}"),)


def _looks_like_python_2(source: bytes) -> bool:
    return any(word in source for word in _PYTHON_2_WORDS) and _PYTHON_2.search(source) is not None


def broken_places(root: Node) -> list[Node]:
    """The outermost nodes that the parser could not read or had to make up, in source order."""
    found: list[Node] = []
    stack = [root]
    while stack and len(found) < MOST:
        node = stack.pop()
        if node.is_missing or (node.is_error and node is not root):
            found.append(node)
        elif node.kind_id != TYPE_PARAMETERS:  # their defaults (Python 3.13) are unknown to the grammar
            stack.extend(child for child in reversed(node.children) if child.has_error)
    return found or ([root] if root.is_error else [])


def _message(node: Node, module: Module) -> str:
    if node.is_missing:
        return f"{'a name' if node.type == 'identifier' else f'`{node.type}`'} is missing here"
    text = module.text(node.start_byte, min(node.end_byte, node.start_byte + 4 * LONGEST)).strip().split("\n")[0]
    return f"`{text[:LONGEST]}` cannot be read as Python" if text else "this cannot be read as Python"


def _fault(module: Module, offset: int, message: str) -> SyntaxFault:
    line, column = module.position(offset)
    return SyntaxFault(line, column, message)


def cpython_fault(source: bytes) -> Exception | None:
    """What this interpreter's own parser raises for `source`: None where it accepts it."""
    import ast  # for files that look wrong only
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return error
    return None
