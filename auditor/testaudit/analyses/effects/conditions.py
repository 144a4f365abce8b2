"""Which conditions stand between the beginning of a body and a place in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from testaudit.analyses.effects.touches import Edge
from testaudit.link.flow import imports_never_pass
from testaudit.read.facts import Attr, Body, Call, Collection, Compare, Const, Expr, Function, Name, Op, Region, Step, children


def doubt_of(body: Body, region: int, function: Function | None = None, sure: frozenset[int] = frozenset()) -> int:
    """How many branches and handlers are around a region, those in `sure` left out, which are known to run.

    What is made when it is first needed (`if self.connection is None:`) is no condition: whoever comes first goes through; what a parameter
    of the `function` decides is one.
    """
    parameters = {param.name for param in function.params} if function is not None else set()
    count = 0
    for at in around(body, region):
        here = body.regions[at]
        if at in sure:
            continue
        count += function is not None and here.role == "loop" and _begins_empty(here.head, function)
        count += here.role == "handler" or (here.role == "branch" and (not is_missing(here.head) or _asked(here.head) in parameters))
    return count


def _begins_empty(head: Expr | None, function: Function) -> bool:
    """Whether a loop goes through a variable of the module that is empty when that is imported: somebody must have filled it."""
    if isinstance(head, Call) and isinstance(head.func, Attr) and head.func.name in ("items", "values", "keys", "copy"):
        head = head.func.value
    if not isinstance(head, Name) or head.name in function.body.bindings or function.param(head.name) is not None:
        return False
    bound = function.module.body.bindings.get(head.name, ())
    return bool(bound) and all(isinstance(step.value, Collection) and not step.value.items for step in bound)


def is_guarded(body: Body, step: Step) -> bool:
    """Whether a step is a `:=` in an operand that is not always evaluated (`a and (b := f())`)."""
    if step.how != "walrus":
        return False
    heads = [region.head for region in body.regions if region.parent == step.region]
    exprs = [*heads, *(other.value for other in body.steps if other.region == step.region and other.how != "walrus")]
    return any(expr is not None and expr.start <= step.start < expr.end and _guards(expr, step.start) for expr in exprs)


def _guards(expr: Expr, at: int) -> bool:
    inner = next((child for child in children(expr) if child.start <= at < child.end), None)
    return inner is not None and (inner in not_always_evaluated(expr) or _guards(inner, at))


def not_always_evaluated(expr: Expr) -> tuple[Expr, ...]:
    """The operands of an expression that its first one guards; none where that asks whether something is missing."""
    if isinstance(expr, Op) and expr.op in ("and", "if-else") and not is_missing(expr.operands[0]):
        return expr.operands[1:]
    return ()


def handlers(body: Body, region: int) -> int:
    """How many handlers are around a region: what they do happens when something else has failed."""
    return sum(body.regions[at].role == "handler" for at in around(body, region))


def name_alternatives(edges: Sequence[Edge]) -> None:
    """Say of each effect of an expression by which other symbols it may come there."""
    groups: dict[tuple[Expr, str], list[Edge]] = {}
    for edge in edges:
        if edge.effect is not None:
            groups.setdefault((edge.expr, edge.effect), []).append(edge)
    for group in groups.values():
        names = dict.fromkeys(edge.symbol for edge in group)
        if len(names) > 1:
            for edge in group:
                edge.also = tuple(name for name in names if name != edge.symbol)


def parameters_decide(body: Body, region: int, function: Function) -> tuple[tuple[str, bool], ...]:
    """The parameters that decide whether a region runs: each with whether it must have been given (`if client:`) or not
    (`if client is None:`)."""
    names = {param.name for param in function.params}
    found: list[tuple[str, bool]] = []
    for at in around(body, region):
        here = body.regions[at]
        head = here.head if here.role == "branch" else None
        name = _asked(head)
        if name is not None and name in names and name not in body.bindings:
            found.append((name, not is_missing(head)))
    return tuple(found)


def _asked(head: Expr | None) -> str | None:
    """The name that a condition, or the first of its alternatives, is about."""
    return _tested(head.operands[0] if isinstance(head, Op) and head.op == "or" else head)


def _tested(head: Expr | None) -> str | None:
    match head:
        case (
            Name(name=name)
            | Compare(ops=("is" | "is not",), operands=(Name(name=name), Const(value=None)))
            | Op(op="not", operands=(Name(name=name),))
        ):
            return name
        case _:
            return None


def leaves_to_others(body: Body, step: Step) -> int:
    """Under how many conditions a `return` leaves what follows: none where it hands out what was made before, answers an error or gives up,
    two after a `try` at the top of its function, for then only an error leads there."""
    regions = [body.regions[at] for at in around(body, step.region)]
    if not regions or _gives_up(step.value) or any(at.role == "handler" or (at.role == "branch" and _is_there(at.head)) for at in regions):
        return 0
    return 2 if len(regions) == 1 and regions[0].role in ("try", "try-else") else 1


def _gives_up(value: Expr | None) -> bool:
    """Whether what is returned is the exit status of a failure: like an error that is raised, that is not what most callers get."""
    return isinstance(value, Const) and isinstance(value.value, int) and not isinstance(value.value, bool) and value.value > 0


def arms_of(body: Body, edges: Sequence[Edge]) -> Iterator[tuple[tuple[Edge, ...], ...]]:
    """Of each `if` with `else` what its arms do, arm by arm."""
    for regions in _choices(body):
        yield tuple(_within(region, edges) for region in regions)


def _choices(body: Body) -> Iterator[list[Region]]:
    """The arms of each `if` with `else`."""
    arms: dict[int, list[Region]] = {}
    for region in body.regions:
        if region.role == "branch" and region.statement >= 0:
            arms.setdefault(region.statement, []).append(region)
    return (regions for regions in arms.values() if len(regions) > 1 and any(region.head is None for region in regions))


def _within(region: Region, edges: Iterable[Edge]) -> tuple[Edge, ...]:
    return tuple(edge for edge in edges if region.start <= edge.start < region.end)


def doubt_exceptions(body: Body, edges: Sequence[Edge]) -> None:
    """Add doubt to what stands in an arm of an `if` that asks whether something is so: that is mostly the exception, and the `else` the
    rule.

    Where such an arm alone decided the layer of a test, it ran in none of 11 tests of 15 suites, and stood in 32 unit tests of labelled
    files; an `else` ran in 14 of 14 tests.
    """
    for region in filter(is_exception, body.regions):
        for edge in _within(region, edges):
            edge.doubt += edge.doubt > 0 and not edge.kinds


def is_exception(region: Region) -> bool:
    """Whether a region is an arm of an `if` that asks whether something is so (not whether it is missing, or is not so)."""
    head = region.head
    if region.role != "branch" or head is None or is_missing(head):
        return False
    return not (isinstance(head, Op) and head.op in ("not", "match")) and not (
        isinstance(head, Compare) and head.ops[0] in ("is not", "!=", "not in")
    )


def settle(arms: Iterable[tuple[tuple[Edge, ...], ...]]) -> None:
    """Take back the doubt of what every arm of an `if` with `else` does."""
    for inside in arms:
        everywhere = set.intersection(*({(edge.target, edge.effect) for edge in arm} for arm in inside))
        for edge in (edge for arm in inside for edge in arm):
            if (edge.target, edge.effect) in everywhere and edge.doubt:
                edge.doubt -= 1
                if edge.effect is not None:
                    others = (other.symbol for arm in inside for other in arm if other.effect == edge.effect)
                    edge.also = tuple(dict.fromkeys((*edge.also, *(name for name in others if name != edge.symbol))))


def is_missing(head: Expr | None) -> bool:
    """`x is None`, `not x`"""
    match head:
        case Compare(ops=("is",), operands=(Name() | Attr(), Const(value=None))):
            return True
        case Op(op="not", operands=(Name() | Attr(),)):
            return True
        case Op(op="or", operands=operands):
            return any(is_missing(operand) for operand in operands)
        case _:
            return False


def _is_there(head: Expr | None) -> bool:
    """`x`, `x is not None`"""
    match head:
        case Attr():
            return True
        case Compare(ops=("is not",), operands=(Name() | Attr(), Const(value=None))):
            return True
        case _:
            return False


def not_run(body: Body) -> frozenset[int]:
    """The regions of a module that importing it does not run: `if __name__ == "__main__"`, `if TYPE_CHECKING`, with all inside."""
    found: set[int] = set()
    for index, region in enumerate(body.regions):
        head = region.head
        if region.parent in found or (
            region.role == "branch" and (imports_never_pass(head) or (isinstance(head, Name | Attr) and head.name == "TYPE_CHECKING"))
        ):
            found.add(index)
    return frozenset(found)


def around(body: Body, region: int) -> Iterator[int]:
    """The regions around and including a region, the body itself left out."""
    while region > 0:
        yield region
        region = body.regions[region].parent
