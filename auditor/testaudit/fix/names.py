"""Which names a stretch of code uses as variables, and which are still free."""

from __future__ import annotations

from collections.abc import Container
from itertools import count
from keyword import iskeyword

import libcst as cst
from libcst.metadata import ExpressionContext, ExpressionContextProvider, MetadataWrapper


def variables(node: cst.CSTNode) -> frozenset[str]:
    """Every name that `node` reads or binds as a variable: attributes and the names of keyword arguments are none."""
    visitor = _Variables()
    node.visit(visitor)
    return frozenset(visitor.names)


def free(name: str, taken: Container[str]) -> str:
    """`name`, or the first of `name_2`, `name_3`, … that is not taken."""
    candidates = (name if number == 1 else f"{name}_{number}" for number in count(1))
    return next(candidate for candidate in candidates if candidate not in taken and not iskeyword(candidate))


def times_bound(module: cst.Module, name: str) -> int:
    """In how many places of a whole module, functions included, the variable `name` is bound or deleted."""
    contexts = MetadataWrapper(module, unsafe_skip_copy=True).resolve(ExpressionContextProvider)
    visitor = _Bindings(name)
    module.visit(visitor)
    stored = sum(node.value == name for node, at in contexts.items() if isinstance(node, cst.Name) and at is not ExpressionContext.LOAD)
    return stored + visitor.found


class _Variables(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_Name(self, node: cst.Name) -> None:
        self.names.add(node.value)

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False


class _Bindings(cst.CSTVisitor):
    """What LibCST's `ExpressionContextProvider` leaves out: imports without `as`, and patterns."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.found = 0

    def visit_ImportAlias(self, node: cst.ImportAlias) -> None:
        self.found += node.asname is None and node.evaluated_name.split(".")[0] == self.name

    def visit_MatchAs(self, node: cst.MatchAs) -> None:
        self.found += node.name is not None and node.name.value == self.name

    def visit_MatchStar(self, node: cst.MatchStar) -> None:
        self.found += node.name is not None and node.name.value == self.name

    def visit_MatchMapping(self, node: cst.MatchMapping) -> None:
        self.found += node.rest is not None and node.rest.value == self.name
