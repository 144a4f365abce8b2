"""A draft becomes source again: the tree is transformed, and what is not in the draft stays as it is, byte for byte."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import libcst as cst

from testaudit.fix import imports, texts
from testaudit.fix.draft import Draft, Lines
from testaudit.fix.parameters import with_parameter
from testaudit.fix.tree import RefusalError, Tree, compiled


def realised(tree: Tree, draft: Draft) -> bytes:
    """The file's new bytes; raises `RefusalError` where they would be no Python any more, or the file's encoding cannot write them."""
    try:
        module = tree.module.visit(_Realisation(draft, _new_imports(tree, draft)))
        source = module.bytes
    except UnicodeEncodeError as error:
        raise RefusalError(f"the file's encoding {tree.module.encoding} has no `{error.object[error.start]}`") from error
    try:
        compiled(tree.path, source)
    except RefusalError as refusal:
        raise RefusalError(f"the result would be broken: {refusal}") from refusal
    return source


def _new_imports(tree: Tree, draft: Draft) -> dict[cst.CSTNode, Lines]:
    """The lines of the new imports by the line which they follow; those with which the file begins by the module."""
    lines: dict[cst.CSTNode, Lines] = {}
    for (module, name), bound in sorted(draft.imports.items()):
        alias = "" if bound == name else f" as {bound}"
        line = texts.line(tree, f"from {module} import {name}{alias}", {})
        anchor = imports.anchor(tree.module, module)
        if anchor is not None and anchor not in lines and imports.starts_a_block(anchor):
            line = line.with_changes(leading_lines=[cst.EmptyLine(indent=False)])
        lines[anchor or tree.module] = (*lines.get(anchor or tree.module, ()), line)
    return lines


class _Realisation(cst.CSTTransformer):
    def __init__(self, draft: Draft, new_imports: Mapping[cst.CSTNode, Lines]) -> None:
        super().__init__()
        self.draft = draft
        self.new_imports = new_imports

    def on_leave(self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT) -> cst.CSTNodeT:
        return cast("cst.CSTNodeT", self._left(original_node, updated_node))

    def _left(self, original_node: cst.CSTNode, changed: cst.CSTNode) -> cst.CSTNode | cst.FlattenSentinel[cst.CSTNode]:
        if original_node in self.draft.replaced:
            return self.draft.replaced[original_node]
        if isinstance(changed, cst.FunctionDef):
            for name in self.draft.parameters.get(original_node, ()):
                changed = with_parameter(changed, name)
        if isinstance(changed, cst.Module) and original_node in self.new_imports:
            changed = _headed(changed, self.new_imports[original_node])
        before = self.draft.before.get(original_node, ())
        after = (*self.new_imports.get(original_node, ()), *self.draft.after.get(original_node, ()))
        if (before or after) and isinstance(changed, cst.SimpleStatementLine | cst.BaseCompoundStatement):
            return cst.FlattenSentinel((*_led(before, changed), *after))
        return changed


def _led(before: Lines, line: cst.SimpleStatementLine | cst.BaseCompoundStatement) -> tuple[cst.CSTNode, ...]:
    """`line` after the new ones, which come under the comments and blank lines above it."""
    if not before:
        return (line,)
    return (before[0].with_changes(leading_lines=line.leading_lines), *before[1:], line.with_changes(leading_lines=()))


def _headed(module: cst.Module, lines: Lines) -> cst.Module:
    """`module` with `lines` before its first statement, under the comments at its top."""
    first, *rest = module.body
    blank = 2 if isinstance(first, cst.FunctionDef | cst.ClassDef) else 1
    spaced = first.with_changes(leading_lines=[cst.EmptyLine(indent=False)] * blank)
    return module.with_changes(body=[*lines, spaced, *rest])
