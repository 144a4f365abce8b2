"""Which steps of a helper can run with the constants that a call gives it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from testaudit.read.facts import Body, Compare, Const, Expr, Function, Name, Op, Step

Given = Mapping[str, tuple[Expr, ...] | None]
"""The values that each parameter may have; None where they are not known."""


def steps(function: Function, given: Given) -> Iterator[tuple[Step, bool]]:
    """The steps of a function, each with whether it surely runs, without those in branches that what it is given rules out, and behind a
    return that surely comes."""
    body = function.body
    known = {name: values for name, values in given.items() if name not in body.bindings}
    for step in body.steps:
        verdict = _runs(body, step.region, known)
        if verdict is not False:
            yield step, verdict is True
        if verdict and step.kind in ("return", "raise"):
            return


def defaults(function: Function) -> dict[str, tuple[Expr, ...] | None]:
    """The parameters' defaults, where these are constants."""
    return {param.name: (param.default,) for param in function.params if isinstance(param.default, Const)}


def _runs(body: Body, region: int, given: Given) -> bool | None:
    """Whether a region runs: False where a condition around it fails, True where all hold, None where that is not known."""
    certain: bool | None = True
    while region > 0:
        at = body.regions[region]
        verdict: bool | None = None
        if at.role == "branch":
            verdict = True if at.head is None else _holds(at.head, given)
            for earlier in body.regions[:region]:
                if earlier.role == "branch" and earlier.statement == at.statement and earlier.head is not None and verdict is not False:
                    before = _holds(earlier.head, given)
                    verdict = False if before else verdict if before is False else None
        if verdict is False:
            return False
        certain = certain if verdict else None
        region = at.parent
    return certain


def _holds(head: Expr, given: Given) -> bool | None:
    if isinstance(head, Op) and head.op == "not":
        inner = _holds(head.operands[0], given)
        return None if inner is None else not inner
    verdicts: set[bool] = set()
    if isinstance(head, Name):
        verdicts = {bool(value) for value in _constants(head, given)}
    elif isinstance(head, Compare) and len(head.ops) == 1 and head.ops[0] in ("==", "!=", "is", "is not"):
        same = head.ops[0] in ("==", "is")
        left, right = (list(_constants(operand, given)) for operand in head.operands)
        verdicts = {(one == other) is same for one in left for other in right}
    return verdicts.pop() if len(verdicts) == 1 else None


def _constants(expr: Expr, given: Given) -> Iterator[object]:
    """The constants that an expression may be; none where one of them is not known."""
    values = (expr,) if isinstance(expr, Const) else given.get(expr.name) if isinstance(expr, Name) else None
    if values and all(isinstance(value, Const) for value in values):
        yield from (value.value for value in values if isinstance(value, Const))
