"""One file as a LibCST tree in which nodes are found by place."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from platform import python_version

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider

from testaudit.errors import TestauditError
from testaudit.model import Place

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(r"\r\n?|\n")

Span = tuple[int, int]
"""Two offsets in characters, the second exclusive; a byte order mark is a character."""


class Refusal(TestauditError):
    """Why one fix, or all fixes of a file, cannot be made; the message is a clause for the user."""


@dataclass(slots=True, frozen=True, eq=False)
class Found:
    """The node at a place; `bare` says that the place holds the parentheses around it, so that they go with it."""

    node: cst.CSTNode
    span: Span
    bare: bool


@dataclass(slots=True, frozen=True, eq=False)
class Tree:
    """One parsed file. `code` is its text; `spans` are the nodes' stretches without the whitespace and the parentheses around them."""

    path: str
    module: cst.Module
    code: str
    spans: Mapping[cst.CSTNode, Span]
    parents: Mapping[cst.CSTNode, cst.CSTNode]
    nodes: Mapping[Span, cst.CSTNode]
    functions: Mapping[int, cst.FunctionDef]
    """By the offsets of their first decorator, `def` and name."""
    lines: tuple[int, ...]

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column from 1."""
        if not 0 < line <= len(self.lines):
            raise Refusal(f"it has no line {line}")
        return self.lines[line - 1] + column - 1

    def found(self, place: Place) -> Found:
        """The expression or statement which stands exactly at `place`; raises `Refusal` where there is none."""
        whole = start, end = self.offset(place.line, place.column), self.offset(place.end_line, place.end_column)
        while (start, end) not in self.nodes and self.code[start : start + 1] == "(" and self.code[end - 1 : end] == ")":
            inner = self.code[start + 1 : end - 1]
            start, end = end - 1 - len(inner.lstrip()), start + 1 + len(inner.rstrip())
        if (start, end) not in self.nodes:
            raise Refusal(f"line {place.line} holds no whole expression or statement at column {place.column}")
        return Found(self.nodes[start, end], whole, bare=whole != (start, end))

    def expression(self, place: Place) -> Found:
        """The expression at `place`; raises `Refusal` where there is none."""
        found = self.found(place)
        if not isinstance(found.node, cst.BaseExpression):
            raise Refusal(f"line {place.line} holds no expression at column {place.column}")
        return found

    def function(self, place: Place) -> cst.FunctionDef:
        """The function defined at `place`; raises `Refusal` where there is none."""
        function = self.functions.get(self.offset(place.line, place.column))
        if function is None:
            raise Refusal(f"line {place.line} defines no function at column {place.column}")
        return function

    def chain(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """`node` and what it stands in, innermost first, the module last."""
        yield node
        while node in self.parents:
            node = self.parents[node]
            yield node


def parse(path: str, source: bytes) -> Tree:
    """The tree of one file's bytes; raises `Refusal` where this Python or LibCST cannot read it.

    This Python goes first: LibCST's parser overflows the stack at some thousand nested parentheses and ends the process, where CPython's says so.
    """
    compiled(path, source)
    try:
        module = cst.parse_module(source)
        wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        positions, parents = wrapper.resolve(PositionProvider), wrapper.resolve(ParentNodeProvider)
        code = module.code
    except cst.ParserSyntaxError as error:
        raise Refusal(f"LibCST cannot parse it (line {error.raw_line}: {error.message})") from error
    except RecursionError as error:
        raise Refusal("it is nested too deeply") from error
    if module.bytes != source:
        raise Refusal("LibCST does not give it back as it is")
    return _tree(path, module, ("\ufeff" if source.startswith(_BOM) else "") + code, positions, parents)


def compiled(path: str, source: bytes) -> None:
    """Have this Python read `source`; raises `Refusal` where it cannot."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise Refusal(f"Python {python_version()} cannot parse it ({error.msg}, line {error.lineno})") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Refusal(f"Python {python_version()} cannot parse it ({error or 'it is nested too deeply'})") from error


def _tree(
    path: str,
    module: cst.Module,
    code: str,
    positions: Mapping[cst.CSTNode, cst.metadata.CodeRange],
    parents: Mapping[cst.CSTNode, cst.CSTNode],
) -> Tree:
    lines = (0, *(match.end() for match in _LINE_END.finditer(code)))
    marked = int(code.startswith("\ufeff"))

    def offset(position: cst.metadata.CodePosition) -> int:
        return lines[position.line - 1] + position.column + marked * (position.line == 1)

    spans = {node: (offset(at.start), offset(at.end)) for node, at in positions.items()}
    ranked = sorted(((rank, span, node) for node, span in spans.items() if (rank := _rank(node)) is not None), key=lambda item: item[0])
    nodes = {span: node for _, span, node in reversed(ranked)}
    functions = {spans[part][0]: node for node in spans if isinstance(node, cst.FunctionDef) for part in (node, *node.decorators, node.name)}
    return Tree(path, module, code, spans, parents, nodes, functions, lines)


def _rank(node: cst.CSTNode) -> int | None:
    """An expression goes before the statement that consists of it; other nodes have no place of their own."""
    kinds = (cst.BaseExpression, cst.BaseSmallStatement, cst.BaseCompoundStatement)
    return next((rank for rank, kind in enumerate(kinds) if isinstance(node, kind)), None)
