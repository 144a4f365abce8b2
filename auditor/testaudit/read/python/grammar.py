"""The grammar of Python: its parser, and the numbers by which it calls its kinds of nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import tree_sitter_python
from tree_sitter import Language, Node, Parser, Tree

LANGUAGE = Language(tree_sitter_python.language())
ERROR = 65535  # the number of an ERROR node, which is not among the language's kinds

H = TypeVar("H")


def parse(source: bytes) -> Tree:
    """The tree of `source`. Whoever keeps it keeps no node: each holds all that were asked of it."""
    return Parser(LANGUAGE).parse(source)


def parse_part(source: bytes, offset: int) -> Node:
    """The root node of `source`; every position in its tree is moved by `offset` bytes."""
    tree = parse(source)
    return (tree.root_node_with_offset(offset, (0, 0)) if offset else None) or tree.root_node


def kind(name: str, *, named: bool = True) -> int:
    """The number of the nodes of this name, or of this keyword or punctuation where not `named`."""
    number = LANGUAGE.id_for_node_kind(name, named)
    if number is None:
        raise ValueError(f"the grammar has no node called {name}")
    return number


def table(handlers: Mapping[str, H], default: H) -> dict[int, H]:
    """`handlers`, by node name, as a table by `Node.kind_id`; every other kind gets `default`."""
    numbers = range(LANGUAGE.node_kind_count)
    names = {n: LANGUAGE.node_kind_for_id(n) or "" for n in numbers if LANGUAGE.node_kind_is_named(n)} | {ERROR: "ERROR"}
    return {**dict.fromkeys(numbers, default), **{number: handlers.get(name, default) for number, name in names.items()}}


def plain(nodes: list[Node]) -> list[Node]:
    """`nodes` without comments, line continuations and what could not be read."""
    return [node for node in nodes if not node.is_extra and node.kind_id != ERROR]
