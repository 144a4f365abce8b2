"""One file as a LibCST tree in which nodes are found by place."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from platform import python_version
from typing import Generic, TypeVar

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider

from testaudit.errors import TestauditError
from testaudit.model import Place
from testaudit.records import dataclass

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(r"\r\n?|\n")

_KINDS = (cst.BaseExpression, cst.BaseSmallStatement, cst.BaseCompoundStatement)
"""What has a place of its own; an expression goes before the statement that consists of it."""

Span = tuple[int, int]
"""Two offsets in characters, the second exclusive; a byte order mark is a character."""


N = TypeVar("N", bound=cst.CSTNode)


class RefusalError(TestauditError):
    """Why one fix, or all fixes of a file, cannot be made; the message is a clause for the user."""


@dataclass(slots=True, frozen=True, eq=False)
class Found(Generic[N]):
    """The node at a place; `outside` is the number of parentheses that stand around it and outside of the place."""

    node: N
    span: Span
    outside: int


@dataclass(slots=True, frozen=True, eq=False)
class Tree:
    """One parsed file. `code` is its text; `spans` are the nodes' stretches without the whitespace and the parentheses around them, `nodes`
    the nodes by their stretches with and without each pair of parentheses."""

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
            raise RefusalError(f"the file has no line {line}")
        return self.lines[line - 1] + column - 1

    def found(self, place: Place) -> Found[cst.CSTNode]:
        """The expression or statement which stands exactly at `place`; raises `RefusalError` where there is none."""
        span = self.offset(place.line, place.column), self.offset(place.end_line, place.end_column)
        node = self.nodes.get(span)
        if node is None:
            raise RefusalError(f"line {place.line} holds no whole expression or statement at column {place.column}")
        return Found(node, span, sum(self.spans[parenthesis][0] < span[0] for parenthesis in _parentheses(node)))

    def expression(self, place: Place) -> Found[cst.BaseExpression]:
        """The expression at `place`; raises `RefusalError` where there is none."""
        found = self.found(place)
        if not isinstance(found.node, cst.BaseExpression):
            raise RefusalError(f"line {place.line} holds no expression at column {place.column}")
        return Found(found.node, found.span, found.outside)

    def function(self, place: Place) -> cst.FunctionDef:
        """The function defined at `place`; raises `RefusalError` where there is none."""
        function = self.functions.get(self.offset(place.line, place.column))
        if function is None:
            raise RefusalError(f"line {place.line} defines no function at column {place.column}")
        return function

    def start(self, node: cst.CSTNode) -> int:
        """Where `node` begins, the parentheses around it included."""
        return min(self.spans[part][0] for part in (node, *_parentheses(node)))

    def chain(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """`node` and what it stands in, innermost first, the module last."""
        yield node
        while node in self.parents:
            node = self.parents[node]
            yield node


def parse(path: str, source: bytes) -> Tree:
    """The tree of one file's bytes; raises `RefusalError` where this Python or LibCST cannot read it.

    This Python goes first: LibCST's parser overflows the stack at some thousand nested parentheses and ends the process, where CPython's
    says so.
    """
    compiled(path, source)
    try:
        module = cst.parse_module(source)
        wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        positions, parents = wrapper.resolve(PositionProvider), wrapper.resolve(ParentNodeProvider)
        code = module.code
    except cst.ParserSyntaxError as error:
        raise RefusalError(f"LibCST cannot parse the file (line {error.raw_line}: {error.message})") from error
    if module.bytes != source:
        raise RefusalError("LibCST does not give the file back as it is")
    return _tree(path, module, ("\ufeff" if source.startswith(_BOM) else "") + code, positions, parents)


def compiled(path: str, source: bytes) -> None:
    """Have this Python read `source`; raises `RefusalError` where it cannot."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        where = f", line {error.lineno}" if error.lineno else ""
        raise RefusalError(f"Python {python_version()} cannot parse the file ({error.msg}{where})") from error
    except ValueError as error:
        raise RefusalError(f"Python {python_version()} cannot parse the file ({error})") from error
    except (RecursionError, MemoryError) as error:
        raise RefusalError("the file is nested too deeply") from error


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
        if position.line > len(lines):  # LibCST ends a file without a last line feed on the line after it
            return len(code)
        return lines[position.line - 1] + position.column + marked * (position.line == 1)

    spans = {node: (offset(at.start), offset(at.end)) for node, at in positions.items()}
    nodes = {span: node for kind in reversed(_KINDS) for node in spans if isinstance(node, kind) for span in _stretches(node, spans)}
    functions = {
        spans[part][0]: node for node in spans if isinstance(node, cst.FunctionDef) for part in (node, *node.decorators, node.name)
    }
    return Tree(path, module, code, spans, parents, nodes, functions, lines)


def _stretches(node: cst.CSTNode, spans: Mapping[cst.CSTNode, Span]) -> Iterator[Span]:
    """The stretch of `node` alone and with each pair of parentheses around it."""
    yield spans[node]
    if isinstance(node, cst.BaseExpression):
        yield from ((spans[left][0], spans[right][1]) for left, right in zip(node.lpar, reversed(node.rpar), strict=True))


def _parentheses(node: cst.CSTNode) -> Sequence[cst.LeftParen]:
    return node.lpar if isinstance(node, cst.BaseExpression) else ()
