"""Which conditions stand between the beginning of a body and a place in it."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.read.facts import Attr, Body, Compare, Const, Name


def doubt_of(body: Body, region: int) -> int:
    """How many branches and handlers are around a region."""
    return sum(body.regions[at].role in ("branch", "handler") for at in around(body, region))


def not_run(body: Body) -> frozenset[int]:
    """The regions of a module that importing it does not run: `if __name__ == "__main__"`, `if TYPE_CHECKING`, with all inside."""
    found: set[int] = set()
    for index, region in enumerate(body.regions):
        head = region.head
        if region.parent in found or (
            region.role == "branch"
            and (
                (isinstance(head, Compare) and any(isinstance(o, Name) and o.name == "__name__" for o in head.operands))
                or (isinstance(head, Name | Attr) and head.name == "TYPE_CHECKING")
                or (isinstance(head, Const) and not head.value)
            )
        ):
            found.add(index)
    return frozenset(found)


def around(body: Body, region: int) -> Iterator[int]:
    """The regions around and including a region, the body itself left out."""
    while region > 0:
        yield region
        region = body.regions[region].parent
