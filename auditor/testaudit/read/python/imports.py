"""Import statements in all their forms."""

from __future__ import annotations

from tree_sitter import Node

from testaudit.read.facts import Import
from testaudit.read.python.grammar import kind
from testaudit.read.python.lowering import Lowering, StatementHandler

DOTTED = kind("dotted_name")
ALIASED = kind("aliased_import")
STAR = kind("wildcard_import")
FUTURE = kind("future_import_statement")


def import_(node: Node, low: Lowering, _depth: int) -> None:
    """`import a.b, c as d`"""
    for child in node.named_children:
        if child.kind_id == DOTTED:
            module = dotted(child, low)
            _add(child, low, Import(module, None, module.split(".", 1)[0]))
        elif child.kind_id == ALIASED:
            _add(child, low, Import(dotted(child.children[0], low), None, dotted(child.children[-1], low), 0, True))


def import_from(node: Node, low: Lowering, _depth: int) -> None:
    """`from ..module import name as bound, *`"""
    children = node.named_children
    module, level = "__future__", 0
    if node.kind_id != FUTURE and children:
        written = dotted(children[0], low)
        module = written.lstrip(".")
        level = len(written) - len(module)
        children = children[1:]
    for child in children:
        if child.kind_id == DOTTED:
            name = dotted(child, low)
            _add(child, low, Import(module, name, name, level))
        elif child.kind_id == ALIASED:
            _add(child, low, Import(module, dotted(child.children[0], low), dotted(child.children[-1], low), level, True))
        elif child.kind_id == STAR:
            _add(child, low, Import(module, "*", "*", level))


def dotted(node: Node, low: Lowering) -> str:
    """A dotted name as text, without the white space that Python allows around its dots."""
    text = low.name(node)
    return text if text.replace(".", "").isidentifier() else "".join(text.replace("\\", "").split())


def _add(node: Node, low: Lowering, imported: Import) -> None:
    low.step("import", node)
    low.steps[-1].imported = imported


STATEMENTS: dict[str, StatementHandler] = {
    "import_statement": import_,
    "import_from_statement": import_from,
    "future_import_statement": import_from,
}
