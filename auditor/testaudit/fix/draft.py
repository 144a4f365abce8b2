"""What is to be done to a tree, by its nodes: one fix's share of it, or that of several fixes together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import libcst as cst

from testaudit.fix.tree import Span
from testaudit.records import dataclass, field

V = TypeVar("V")

Lines = tuple[cst.SimpleStatementLine, ...]


@dataclass(slots=True, frozen=True)
class Draft:
    """Changes to a tree that do not get into each other's way.

    `claims` are the stretches that nobody else may touch. `before` and `after` are new lines around the statements of a block. `imports`
    are the names that new imports bind, by module and name. `names` are the new local variables, by function or module.
    """

    claims: tuple[Span, ...] = ()
    replaced: Mapping[cst.CSTNode, cst.BaseExpression] = field(default_factory=dict)
    before: Mapping[cst.CSTNode, Lines] = field(default_factory=dict)
    after: Mapping[cst.CSTNode, Lines] = field(default_factory=dict)
    parameters: Mapping[cst.CSTNode, tuple[str, ...]] = field(default_factory=dict)
    imports: Mapping[tuple[str, str], str] = field(default_factory=dict)
    names: Mapping[cst.CSTNode, frozenset[str]] = field(default_factory=dict)

    def __or__(self, other: Draft) -> Draft:
        return Draft(
            claims=(*self.claims, *other.claims),
            replaced={**self.replaced, **other.replaced},
            before=_joined(self.before, other.before),
            after=_joined(self.after, other.after),
            parameters={node: tuple(dict.fromkeys(names)) for node, names in _joined(self.parameters, other.parameters).items()},
            imports={**self.imports, **other.imports},
            names={node: self.names.get(node, frozenset()) | other.names.get(node, frozenset()) for node in (*self.names, *other.names)},
        )

    def overlaps(self, other: Draft) -> bool:
        """Whether both claim some character."""
        return any(start < other_end and other_start < end for start, end in self.claims for other_start, other_end in other.claims)


def _joined(first: Mapping[cst.CSTNode, tuple[V, ...]], second: Mapping[cst.CSTNode, tuple[V, ...]]) -> dict[cst.CSTNode, tuple[V, ...]]:
    return {node: (*first.get(node, ()), *second.get(node, ())) for node in (*first, *second)}
