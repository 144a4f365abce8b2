"""Dominators: the nodes of a graph without which another one could not be reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def dominators(edges: Mapping[object, Iterable[object]], root: object) -> dict[object, object]:
    """The immediate dominator of each node that can be reached from `root`, the root left out.

    Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001): for graphs of dozens of nodes, as the fixtures of a test are.
    """
    order = _postorder(edges, root)
    number = {node: index for index, node in enumerate(order)}
    before: dict[object, list[object]] = {}
    for node in order:
        for following in edges.get(node, ()):
            before.setdefault(following, []).append(node)
    above = {root: root}
    changed = True
    while changed:
        changed = False
        for node in reversed(order[:-1]):
            known = [one for one in before[node] if one in above]
            nearest = known[0]
            for other in known[1:]:
                nearest = _common(nearest, other, above, number)
            if above.get(node) is not nearest:
                above[node] = nearest
                changed = True
    del above[root]
    return above


def _common(one: object, other: object, above: Mapping[object, object], number: Mapping[object, int]) -> object:
    """The nearest node that dominates both."""
    while one is not other:
        if number[one] < number[other]:
            one = above[one]
        else:
            other = above[other]
    return one


def _postorder(edges: Mapping[object, Iterable[object]], root: object) -> list[object]:
    """The nodes that can be reached, each after those behind it, the root last."""
    order: list[object] = []
    seen = {root}
    stack = [(root, iter(edges.get(root, ())))]
    while stack:
        node, following = stack[-1]
        fresh = next((other for other in following if other not in seen), None)
        if fresh is None:
            order.append(node)
            stack.pop()
        else:
            seen.add(fresh)
            stack.append((fresh, iter(edges.get(fresh, ()))))
    return order
