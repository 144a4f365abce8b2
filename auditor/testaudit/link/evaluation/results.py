"""What running code hands out: what a function returns or yields, and what entering a `with` gives."""

from __future__ import annotations

from testaudit.link.evaluation.annotations import annotated, says_nothing
from testaudit.link.evaluation.deciding import runs
from testaudit.link.evaluation.entering import lexical_frame
from testaudit.link.evaluation.evaluator import Evaluator
from testaudit.link.frames import NOTHING, Frame, Instance, Thing, Value
from testaudit.model import Cell, External, Unknown
from testaudit.read.facts import Class, Expr, Function
from testaudit.records import replace


def result(values: Evaluator, frame: Frame) -> Value:
    """What the function of a frame returns, or yields (a generator, a context manager, a fixture)."""
    function = frame.scope
    if not isinstance(function, Function):
        return NOTHING
    value = NOTHING
    steps = [s for s in function.body.steps if s.kind in ("return", "yield") and s.value is not None]
    if any(s.kind == "yield" for s in steps):
        steps = [s for s in steps if s.kind == "yield"]
    for step in steps[:6]:
        verdict = runs(values, function.body, step.region, frame) if step.region and len(steps) > 1 and frame.call is not None else None
        if step.value is not None and verdict is not False:
            value |= values.evaluate(step.value, frame)
        if verdict and step.kind == "return":
            return value  # what follows does not run
    if function.returns is not None and all(map(says_nothing, value.things)):
        said = annotated(values, function.returns, lexical_frame(values, frame, function))
        value = Value(said.things, value.paths, None) if said.things else value
    return replace(value, why="a long function") if len(steps) > 6 and value.why is None else value


def entered(values: Evaluator, expr: Expr, frame: Frame) -> Value:
    """What `with expr as x` gives."""
    value = values.evaluate(expr, frame)
    things: list[Thing] = []
    why = value.why
    for thing in value.things:
        if isinstance(thing, Instance) and isinstance(thing.type, Class):
            enter = values.names.attribute(thing.type, "__enter__", instance=True)
            if isinstance(enter, Cell | Unknown):
                enter = values.names.attribute(thing.type, "__aenter__", instance=True)
            if isinstance(enter, Function):
                got = result(
                    values, Frame(enter, receiver=Value((thing,), value.paths), this=thing.type, test=frame.test, depth=frame.depth + 1)
                )
                things.extend(got.things or (thing,))
                continue
        elif isinstance(thing, Instance) and isinstance(thing.type, External):
            inner = yielded(values, thing)
            if inner is not None:
                things.append(inner)
                continue
        things.append(thing)
    return Value(tuple(things), value.paths, why)


def yielded(values: Evaluator, thing: Instance) -> Instance | None:
    """What entering or iterating a library's object gives, where the tables say: by the call that made it, then by its type."""
    symbols = (
        [values.knowledge.symbol(n) for n in values.evaluate(thing.call.func, thing.frame).externals]
        if thing.call is not None and thing.frame is not None
        else []
    )
    if isinstance(thing.type, External):
        symbols.append(values.knowledge.symbol(thing.type.name))
    found = next((s.yields for s in symbols if s is not None and s.yields is not None), None)
    return Instance(External(found), thing.call, thing.frame) if found is not None else None
