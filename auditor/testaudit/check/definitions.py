"""Where in a file a place lies: the definitions and the statement around it."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.model import Place
from testaudit.read.facts import Class, Function, Module, Step

Definition = Function | Class


def definitions_around(module: Module, place: Place) -> list[Definition]:
    """The functions and classes that contain the beginning of `place`, outermost first."""
    found: list[Definition] = []
    steps = module.body.steps
    while (inner := next(_defined_around(module, steps, place), None)) is not None:
        found.append(inner)
        steps = inner.body.steps
    return found


def statement_lines(module: Module, around: list[Definition], place: Place) -> tuple[int, int]:
    """The first and last line of the smallest statement that contains the beginning of `place`; the lines of `place` when there is none."""
    body = around[-1].body if around else module.body
    best = (place.line, last_line(place))
    size = -1
    for step in body.steps:
        if step.kind != "define" and (size < 0 or step.end - step.start < size) and _contains(module, step.start, step.end, place):
            size = step.end - step.start
            best = (module.position(step.start)[0], module.position(step.end)[0])
    return best


def header_lines(definition: Definition) -> range:
    """The lines of a definition's decorators and signature."""
    module = definition.module
    first = module.position(definition.start)[0]
    steps = definition.body.steps
    body = definition.body_start if isinstance(definition, Function) else min((step.start for step in steps), default=definition.end)
    return range(first, max(first + 1, module.position(definition.def_start)[0] + 1, module.position(body)[0]))


def last_line(place: Place) -> int:
    """The last line that a place has a character on."""
    return place.end_line - 1 if place.end_column == 1 and place.end_line > place.line else place.end_line


def _defined_around(module: Module, steps: list[Step], place: Place) -> Iterator[Definition]:
    return (s.defined for s in steps if s.defined is not None and _contains(module, s.defined.start, s.defined.end, place))


def _contains(module: Module, start: int, end: int, place: Place) -> bool:
    return module.position(start) <= (place.line, place.column) < module.position(end)
