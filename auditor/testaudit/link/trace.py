"""What running a stretch of code does, in order, first-party functions entered with the arguments they get."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from testaudit.link.flow import calls, heads
from testaudit.link.frames import Definition, Frame, Instance, Value
from testaudit.link.values import Values
from testaudit.model import Phase, Place
from testaudit.read.facts import Body, Call, Class, Expr, Function, Region, Step
from testaudit.records import dataclass, field

MAX_EVENTS = 2000
"""More events than this in one trace end it: a test is not judged by the ten-thousandth call below it."""

Enter = Callable[[Function, "Event"], bool]


@dataclass(slots=True, eq=False)
class Event:
    """One step, or one call inside it, as it is about to run. For a call, `callee` is what is called and `call` the expression; for the
    step itself both are None, and it comes after its calls. `via` is the event whose call entered this code (None: the traced code itself),
    `region` the region of the frame's body in which it runs."""

    frame: Frame
    region: int
    step: Step | None
    call: Call | None = None
    callee: Value | None = None
    via: Event | None = None
    entered: bool = False
    """Whether the trace went into a first-party function that this call runs."""

    @property
    def place(self) -> Place:
        expr = self.call if self.call is not None else self.step
        assert expr is not None
        module = self.frame.module
        line, column = module.position(expr.start)
        end_line, end_column = module.position(expr.end)
        return Place(module.path, line, column, end_line, end_column)

    def chain(self) -> Iterator[Event]:
        """This event and the calls that led to it, innermost first."""
        at: Event | None = self
        while at is not None:
            yield at
            at = at.via

    def regions(self) -> Iterator[tuple[Region, Frame]]:
        """The regions around the event, innermost first, through the calls that led to it."""
        for event in self.chain():
            scope = event.frame.scope
            for region in scope.body.enclosing(event.region):
                yield region, event.frame


@dataclass(slots=True, eq=False)
class Tracer:
    """Traces over one suite's values. `enter` decides which first-party functions are gone into."""

    values: Values
    enter: Enter
    _calls: dict[Expr, tuple[tuple[Call, tuple[Function, ...]], ...]] = field(default_factory=dict)
    _conditions: dict[Body, list[tuple[int, int, Expr]]] = field(default_factory=dict)

    def function(self, frame: Frame) -> Iterator[Event]:
        """What the whole function of a frame does."""
        return self._run(frame, 0, None, None, [MAX_EVENTS])

    def phase(self, phase: Phase, frame: Frame) -> Iterator[Event]:
        """What one phase (of a fixture) does."""
        return self._run(frame, phase.first, phase.last, None, [MAX_EVENTS])

    def _run(self, frame: Frame, first: int, last: int | None, via: Event | None, left: list[int]) -> Iterator[Event]:
        body = frame.scope.body
        begin = body.steps[first].start if 0 < first < len(body.steps) else -1
        end = body.steps[last].start if last is not None and last < len(body.steps) else None
        conditions = [c for c in self._conditions_of(body) if c[0] >= begin and (end is None or c[0] < end)]
        for step in body.steps[first:last]:
            while conditions and conditions[0][0] <= step.start:
                _, region, head = conditions.pop(0)
                yield from self._expression(head, region, None, frame, via, left)
            region = step.region
            if step.how in ("enter", "iterate", "except") and region > 0:
                region = body.regions[region].parent
            for expr in (step.value, step.target):
                if expr is not None:
                    yield from self._expression(expr, region, step, frame, via, left)
            if left[0] <= 0:
                return
            left[0] -= 1
            yield Event(frame, step.region, step, via=via)
        for _, region, head in conditions:
            yield from self._expression(head, region, None, frame, via, left)

    def _expression(self, expr: Expr, region: int, step: Step | None, frame: Frame, via: Event | None, left: list[int]) -> Iterator[Event]:
        for call, around in self._calls_in(expr):
            if left[0] <= 0:
                return
            left[0] -= 1
            inner = frame
            for comprehension in around:
                inner = inner.inner(comprehension)
            event = Event(
                frame if inner is frame else inner, region if inner is frame else 0, step, call, self.values.callee(call, inner), via
            )
            if inner is not frame:
                event.via = Event(frame, region, step, via=via)
            yield event
            yield from self._entered(event, call, inner, left)

    def _entered(self, event: Event, call: Call, frame: Frame, left: list[int]) -> Iterator[Event]:
        callee = event.callee
        for definition in callee.definitions if callee is not None else ():
            for target in self.code(definition):
                if not isinstance(target.target, Function) or not self.enter(target.target, event):
                    continue
                inside = self.values.enter(call, target, frame)
                if inside is not None:
                    event.entered = True
                    yield from self._run(inside, 0, None, event, left)

    def _calls_in(self, expr: Expr) -> tuple[tuple[Call, tuple[Function, ...]], ...]:
        """The calls in an expression; found once, for a helper is traced for each of its callers."""
        found = self._calls.get(expr)
        if found is None:
            found = self._calls[expr] = tuple(calls(expr))
        return found

    def _conditions_of(self, body: Body) -> list[tuple[int, int, Expr]]:
        """Where the heads of regions are evaluated, in order: offset, region, expression."""
        if body not in self._conditions:
            found = ((region.start, region.parent, region.head) for _, region in heads(body) if region.head is not None)
            self._conditions[body] = sorted(found, key=lambda condition: condition[0])
        return self._conditions[body]

    def code(self, definition: Definition) -> Iterator[Definition]:
        """The functions that calling a definition runs: itself, or the constructor of a class."""
        if isinstance(definition.target, Function):
            yield definition
        elif isinstance(definition.target, Class):
            for name in ("__init__", "__post_init__"):
                found = self.values.names.attribute(definition.target, name, instance=True)
                if isinstance(found, Function):
                    yield Definition(found, None, Value((Instance(definition.target),)))
