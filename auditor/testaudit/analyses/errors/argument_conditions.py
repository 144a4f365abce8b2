"""Which conditions in a function its arguments alone decide, and what guards a step of it."""

from __future__ import annotations

from testaudit.read.facts import (
    Attr,
    Await,
    Call,
    Class,
    Collection,
    Expr,
    FuncRef,
    Function,
    Index,
    Name,
    Opaque,
    Region,
    Step,
    dotted,
    targets,
    walk,
)
from testaudit.records import dataclass


@dataclass(slots=True, frozen=True, eq=False)
class Guard:
    """What leads to a `raise`: a condition, its negation (`unless`), or a failed conversion; `parameters` are those that decide it."""

    expr: Expr | None
    word: str
    parameters: frozenset[str]
    region: Region | None

    def text(self, function: Function) -> str:
        """`if not name`"""
        written = function.module.text(self.expr.start, self.expr.end) if self.expr is not None else ""
        return f"{self.word} {' '.join(written.split())}".rstrip()


class Arguments:
    """Which expressions in a function its arguments alone decide."""

    def __init__(self, function: Function) -> None:
        self._function = function
        first = 1 if isinstance(function.parent, Class) and not any(dotted(d.expr) == "staticmethod" for d in function.decorators) else 0
        self.names = {param.name for param in function.params[first:]}
        self._first = function.params[0].name if first and function.params else ""
        self._origin = {name: frozenset({name}) for name in self.names}
        self._foreign: set[str] = set()
        self._follow()

    def guard(self, step: Step) -> Guard | None:
        """What leads to a step, when an argument decides it; None when nothing, state or the world outside does."""
        body = self._function.body
        for region in body.enclosing(step.region):
            if region.role == "branch":
                outer = [r.head for r in body.enclosing(region.parent) if r.role == "branch" and r.head is not None]
                return self._branch(region) if not any(self._is_foreign(head) for head in outer) else None
            if region.role == "handler":
                return self._handler(region)
            if region.role in ("finally", "try-else", "loop-else"):
                return None
        return self._after_returns(step)

    def decides(self, expr: Expr) -> frozenset[str]:
        """The parameters on which the value of `expr` depends, and on nothing that is asked of the world outside; empty when none."""
        used: set[str] = set()
        for node in walk(expr):
            if isinstance(node, Name):
                if node.name in self._origin:
                    used |= self._origin[node.name]
                elif node.name in self._foreign:
                    return frozenset()
            elif (isinstance(node, Call) and not self._is_plain(node)) or isinstance(node, Await | Opaque):
                return frozenset()
        return frozenset(used)

    # ----------------------------------------------------------------------------------------------------------- private

    def _follow(self) -> None:
        """Locals that are made of arguments count as arguments; those that are made of what is asked of the world outside are foreign."""
        if not self.names:
            return
        for name, steps in self._function.body.bindings.items():
            for step in steps:
                if step.kind != "bind" or step.value is None:
                    continue
                plain = step.how != "enter" and any(isinstance(t, Name) and t.name == name for t in targets(step.target))
                plain = plain and not self._is_reported(step)
                made = self.decides(step.value) if plain else frozenset[str]()
                if made:
                    self._origin[name] = self._origin.get(name, frozenset()) | made
                elif not plain or not self._is_still(step.value):
                    self._origin.pop(name, None)
                    self._foreign.add(name)
                    break

    def _is_reported(self, step: Step) -> bool:
        """Whether a step takes apart what a function hands back: a status beside a result (`y, info = solve(a)`)."""
        called = step.value.func if isinstance(step.value, Call) else None
        while isinstance(called, Attr):
            called = called.value
        return isinstance(step.target, Collection) and called is not None and not (isinstance(called, Name) and called.name in self._origin)

    def _is_foreign(self, head: Expr) -> bool:
        return any(isinstance(node, Name) and node.name in self._foreign for node in walk(head))

    def _is_still(self, expr: Expr) -> bool:
        """Whether an expression calls nothing and uses nothing foreign: a constant, an attribute."""
        return not any(
            isinstance(n, Call | Await | Opaque | FuncRef) or (isinstance(n, Name) and n.name in self._foreign) for n in walk(expr)
        )

    def _is_plain(self, call: Call) -> bool:
        """Whether a call only computes: a function or a method of an argument, given nothing of the instance's own."""
        func = call.func
        while isinstance(func, Attr | Call | Index):
            func = func.func if isinstance(func, Call) else func.value
        if not isinstance(func, Name):
            return True
        own = {self._first} if self._first else set[str]()
        given = {node.name for argument in call.args for node in walk(argument.value) if isinstance(node, Name)}
        return func.name not in own | self._foreign and own.isdisjoint(given)

    def _branch(self, region: Region) -> Guard | None:
        if region.head is not None:
            found = self.decides(region.head)
            return Guard(region.head, "if", found, region) if found else None
        arms = [r for r in self._function.body.regions if r.statement == region.statement and r.role == "branch" and r.head is not None]
        decided = [self.decides(arm.head) for arm in arms if arm.head is not None]
        if not arms or not all(decided):
            return None
        return Guard(arms[-1].head, "unless", frozenset[str]().union(*decided), region)

    def _handler(self, region: Region) -> Guard | None:
        """A conversion of an argument that failed: `try: int(text)`."""
        body = self._function.body
        tried = next((i for i, r in enumerate(body.regions) if r.statement == region.statement and r.role == "try"), None)
        steps = [s for s in body.steps if tried is not None and body.inside(s.region, tried)]
        if len(steps) != 1 or steps[0].value is None or region.head is None:
            return None
        found = self.decides(steps[0].value)
        return Guard(steps[0].value, f"when `{self._text(region.head)}` comes of", found, region) if found else None

    def _after_returns(self, step: Step) -> Guard | None:
        """`if a: return …` and then an unconditional `raise`."""
        body = self._function.body
        heads: list[tuple[Expr, frozenset[str]]] = []
        for before in body.steps:
            if before.start >= step.start or before.kind != "return":
                continue
            region = next(iter(body.enclosing(before.region)), None)
            if region is None or region.role != "branch" or region.head is None or body.regions[region.parent].parent > 0:
                return None
            heads.append((region.head, self.decides(region.head)))
        if not heads or not all(found for _, found in heads):
            return None
        return Guard(heads[-1][0], "unless", frozenset[str]().union(*(found for _, found in heads)), None)

    def _text(self, expr: Expr) -> str:
        return self._function.module.text(expr.start, expr.end)
