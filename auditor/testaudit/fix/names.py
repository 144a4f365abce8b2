"""Which names a stretch of code uses as variables, and which are still free."""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import count
from keyword import iskeyword

import libcst as cst
from libcst.metadata import ExpressionContext, ExpressionContextProvider, MetadataWrapper


def nodes(root: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """`root` and everything in it except what is no variable though it is a name: attributes, the names of keyword arguments."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        label = node.attr if isinstance(node, cst.Attribute) else node.keyword if isinstance(node, cst.Arg) else None
        stack.extend(child for child in node.children if child is not label)


def variables(root: cst.CSTNode) -> frozenset[str]:
    """Every name that `root` reads or binds as a variable."""
    return frozenset(node.value for node in nodes(root) if isinstance(node, cst.Name))


def free(name: str, taken: Container[str]) -> str:
    """`name`, or the first of `name_2`, `name_3`, … that is not taken."""
    candidates = (name if number == 1 else f"{name}_{number}" for number in count(1))
    return next(candidate for candidate in candidates if candidate not in taken and not iskeyword(candidate))


def times_bound(module: cst.Module, name: str) -> int:
    """In how many places of a whole module, functions included, the variable `name` is bound or deleted."""
    contexts = MetadataWrapper(module, unsafe_skip_copy=True).resolve(ExpressionContextProvider)
    stored = (node for node, context in contexts.items() if context is not ExpressionContext.LOAD)
    as_names = sum(isinstance(node, cst.Name) and node.value == name for node in stored)
    return as_names + sum(_is_bound_by(node, name) for node in nodes(module))


def _is_bound_by(node: cst.CSTNode, name: str) -> bool:
    """What LibCST's `ExpressionContextProvider` leaves out: imports without `as`, and patterns."""
    match node:
        case cst.ImportAlias(asname=None):
            return node.evaluated_name.split(".", maxsplit=1)[0] == name
        case (
            cst.MatchAs(name=cst.Name(value=value))
            | cst.MatchStar(name=cst.Name(value=value))
            | cst.MatchMapping(rest=cst.Name(value=value))
        ):
            return value == name
        case _:
            return False
