"""The order in which attributes are looked up in a class and its bases."""

from __future__ import annotations

from testaudit.link.resolution.resolver import Resolver
from testaudit.model import External, Unknown
from testaudit.read.facts import Class, Expr, Index, Scope


def base_order(names: Resolver, cls: Class) -> tuple[Class | External | Unknown, ...]:
    """The class and its bases in method resolution order (C3; depth first where the hierarchy is inconsistent or unknown)."""
    scope: Scope = cls.parent if cls.parent is not None else cls.module
    parents: list[tuple[Class | External | Unknown, ...]] = []
    for argument in cls.bases:
        if argument.name is None:
            base = _base(names, argument.value, scope)
            parents.append(names.mro(base) if isinstance(base, Class) else (base,))
    return (cls, *_merge(parents))


def _base(names: Resolver, expr: Expr, scope: Scope) -> Class | External | Unknown:
    """What stands in the list of bases; of `Generic[T]` the class."""
    while isinstance(expr, Index):
        expr = expr.value
    found = names.resolve(expr, scope)
    if isinstance(found, Class | External):
        return found
    return found if isinstance(found, Unknown) else Unknown("a base class that is computed")


def _merge(parents: list[tuple[Class | External | Unknown, ...]]) -> list[Class | External | Unknown]:
    """C3 linearisation of the parents' orders, depth first without repetition where it has no solution."""
    sequences = [list(order) for order in parents] + [[order[0] for order in parents if order]]
    merged: list[Class | External | Unknown] = []
    while sequences := [s for s in sequences if s]:
        for sequence in sequences:
            head = sequence[0]
            if not any(head in other[1:] for other in sequences):
                break
        else:
            return merged + [c for s in sequences for c in s if c not in merged]
        merged.append(head)
        sequences = [[c for c in s if c != head] for s in sequences]
    return merged
