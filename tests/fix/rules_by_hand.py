"""Two rules without judgement: every address and every start of a patcher is a finding."""

from collections.abc import Iterator

from testaudit.edits import Registers, stop_patcher, unique_email
from testaudit.findings import Finding, Fix
from testaudit.model import Place, place_of
from testaudit.read.facts import Attr, Call, Class, Const, Expr, Function, Module, walk
from testaudit.read.python import read_python
from tests.fix.making import finding

REGISTERS: dict[str, Registers] = {"self": "addCleanup", "cls": "addClassCleanup", "request": "addfinalizer"}


def found(path: str, source: bytes) -> list[Finding]:
    """The findings of one file, with their fixes."""
    module = read_python(path, source)
    return [made for function in functions(module) for made in (*emails(function), *patchers(function))]


def functions(module: Module) -> Iterator[Function]:
    for step in module.body.steps:
        if isinstance(step.defined, Function):
            yield step.defined
        if isinstance(step.defined, Class):
            yield from (inner.defined for inner in step.defined.body.steps if isinstance(inner.defined, Function))


def emails(function: Function) -> Iterator[Finding]:
    by_value: dict[str, list[Const]] = {}
    for part in parts(function):
        if isinstance(part, Const) and isinstance(part.value, str) and "@" in part.value:
            by_value.setdefault(part.value, []).append(part)
    for consts in by_value.values():
        places = [at(function, const) for const in consts]
        yield finding(unique_email(places, text(function, consts[0])), places[0])


def patchers(function: Function) -> Iterator[Finding]:
    returned = [step.value for step in function.body.steps if step.kind == "return"]
    for part in parts(function):
        if not isinstance(part, Call) or not isinstance(part.func, Attr) or part.func.name != "start" or part.args:
            continue
        patcher, started = part.func.value, at(function, part)
        if f"({text(function, patcher)}.stop)" not in text(function, function):
            yield finding(stopped(function, started, patcher, leaves=part in returned), started)


def stopped(function: Function, started: Place, patcher: Expr, *, leaves: bool) -> Fix:
    made = at(function, patcher) if isinstance(patcher, Call) else text(function, patcher)
    first = function.params[0].name if function.params else ""
    owner = first if first in REGISTERS else "request"
    asked = at(function, function) if owner == "request" else None
    return stop_patcher(started, made, (owner, REGISTERS[owner]), function=asked, leaves=leaves)


def parts(function: Function) -> Iterator[Expr]:
    for step in function.body.steps:
        for root in (step.value, step.target):
            if root is not None:
                yield from walk(root)


def at(function: Function, part: Expr | Function) -> Place:
    return place_of(function.module, part.start, part.end)


def text(function: Function, part: Expr | Function) -> str:
    return function.module.text(part.start, part.end)
