"""Order inside one body: which bindings reach a use, and which expressions a stretch of steps evaluates."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.read.facts import Body, Call, Class, Compare, Const, Expr, FuncRef, Function, Name, Region, Step, children


def reaching(body: Body, name: str, offset: int) -> list[Step]:
    """The steps whose binding of `name` may be in force at the byte `offset`: from the latest back to the first that surely ran, and, in a
    loop, the later ones of the same loop."""
    steps = body.bindings.get(name, [])
    if len(steps) == 1:
        return steps
    use = region_at(body, offset)
    around = {id(region) for region in body.enclosing(use)}
    found: list[Step] = []
    for step in reversed(steps):
        if step.start >= offset or _binds_after(step, offset):
            if any(region.role == "loop" and id(region) in around for region in body.enclosing(step.region)):
                found.append(step)
            continue
        if _exclusive(body, step.region, use):
            continue
        found.append(step)
        if body.inside(use, step.region) or _always_runs(body, step.region):
            break
    return found or steps[:1]


def _binds_after(step: Step, offset: int) -> bool:
    """Whether the use lies in the step itself, on the right of what it binds: `x = f(x)`."""
    return (
        step.start <= offset < step.end and step.kind == "bind" and step.value is not None and step.value.start <= offset < step.value.end
    )


def _always_runs(body: Body, region: int) -> bool:
    return all(r.role in ("with", "finally", "try-else") or (r.role == "try" and r.parent == 0) for r in body.enclosing(region))


def _exclusive(body: Body, one: int, other: int) -> bool:
    """Whether two regions are different arms of one `if`."""
    arms = {region.statement: region for region in body.enclosing(one) if region.role == "branch"}
    return any(region.role == "branch" and arms.get(region.statement, region) is not region for region in body.enclosing(other))


def region_at(body: Body, offset: int) -> int:
    """The innermost region in whose text `offset` lies."""
    best = 0
    for index, region in enumerate(body.regions):
        if index and region.start <= offset < region.end:
            best = index
    return best


def imports_never_pass(head: Expr | None) -> bool:
    """Whether importing a module never enters the branch with this condition: `if False`, `if __name__ == "__main__"`, which is what a
    file does as a program."""
    match head:
        case Const(value=value):
            return not value
        case Compare(ops=("==",), operands=(one, other)):
            name, said = (one, other) if isinstance(one, Name) else (other, one)
            return isinstance(name, Name) and name.name == "__name__" and isinstance(said, Const) and said.value == "__main__"
        case _:
            return False


def expressions(step: Step) -> Iterator[Expr]:
    """What a step evaluates, in order: its value, then its target (an attribute or item target is evaluated too) and message."""
    if step.value is not None:
        yield step.value
    if step.target is not None:
        yield step.target


def heads(body: Body) -> Iterator[tuple[int, Region]]:
    """The regions whose head is evaluated without a step of its own: conditions of `if` and `while`."""
    return (
        (i, r)
        for i, r in enumerate(body.regions)
        if (r.head is not None and r.role == "branch") or (r.role == "loop" and r.target is None and r.head is not None)
    )


def calls(expr: Expr) -> Iterator[tuple[Call, tuple[Function, ...]]]:
    """Every call in an expression with the comprehensions around it (outermost first); lambdas are not entered, since they do not run here.
    Inner calls come before the call that uses them, as they run."""
    stack: list[tuple[Expr, tuple[Function, ...], bool]] = [(expr, (), False)]
    while stack:
        node, around, done = stack.pop()
        if done:
            if isinstance(node, Call):
                yield node, around
            continue
        stack.append((node, around, True))
        if isinstance(node, FuncRef):
            if node.function.kind == "comprehension":
                inner = (*around, node.function)
                parts = [e for step in node.function.body.steps for e in expressions(step)]
                parts += [r.head for _, r in heads(node.function.body) if r.head is not None]
                stack.extend((part, inner, False) for part in reversed(parts))
        else:
            stack.extend((child, around, False) for child in reversed(children(node)))


def nested(function: Function) -> Iterator[Function]:
    """The functions written directly in a function's body: definitions, lambdas and comprehensions, and the methods of local classes."""
    for step in function.body.steps:
        if isinstance(step.defined, Function):
            yield step.defined
        elif isinstance(step.defined, Class):
            yield from (inner.defined for inner in step.defined.body.steps if isinstance(inner.defined, Function))
        for expr in expressions(step):
            yield from references(expr)
    for _, region in heads(function.body):
        if region.head is not None:
            yield from references(region.head)


def references(expr: Expr) -> Iterator[Function]:
    """The lambdas and comprehensions written in an expression."""
    stack = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, FuncRef):
            yield node.function
        stack.extend(reversed(children(node)))
