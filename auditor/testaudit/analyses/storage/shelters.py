"""Whether a context manager, decorator or finalizer may keep the environment as a whole, though nobody can see how."""

from __future__ import annotations

import re

from testaudit.analyses.operands import operand
from testaudit.analyses.roles import REGISTERS
from testaudit.analyses.runs import Runs
from testaudit.analyses.storage.putting_back import is_environment
from testaudit.link.frames import Definition, Frame
from testaudit.link.linked import Linked
from testaudit.link.trace import Event
from testaudit.model import External, Fixture, Test
from testaudit.read.facts import Attr, Call, Class, Expr, Function, Module, Name, Region, dotted, walk

WORDS = frozenset({"environ", "environb", "putenv", "unsetenv", "load_dotenv"})
"""Code that has none of them leaves the environment alone."""
SETS = WORDS | {"setenv", "delenv"}
"""Fixtures that have none of them neither set nor keep a variable."""
SHELTER = re.compile(r"env|isolat|patch|sandbox|override", re.IGNORECASE)
"""Parts of names of context managers and decorators that, when they cannot be followed, may keep the environment."""


class Shelters:
    """Judges calls by what they lead to, and by their names where that is not known."""

    def __init__(self, context: Linked, runs: Runs) -> None:
        self._context = context
        self._values = context.values
        self._runs = runs

    def speaks(self, function: Function) -> bool:
        """Whether the code of a function mentions the environment."""
        return not WORDS.isdisjoint(self._runs.words_of(function))

    def sets(self, function: Function) -> bool:
        """Whether the code of a function may set variables, so that they are put back, too (`monkeypatch.setenv`)."""
        return not SETS.isdisjoint(self._runs.words_of(function))

    def enters(self, function: Function) -> bool:
        """Whether a function is followed: test code that mentions the environment."""
        return self._context.is_test_code(function.module.path) and self.speaks(function)

    def guards_all(self, event: Event, fixture: Fixture | None) -> bool:
        """Whether something that cannot be followed, or a finalizer, may put the environment back after the test."""
        if event.call is not None:
            return self._finalizes(event, event.call) or (
                event.step is None and self._shelters_by(event.call, event.frame, decorates=event.region == 0 and event.via is None)
            )
        step = event.step
        entered = step is not None and step.how == "enter" and fixture is not None and event.via is None
        return entered and step is not None and isinstance(step.value, Call) and self._shelters_by(step.value, event.frame)

    def is_decorated(self, test: Test) -> bool:
        """Whether a decorator of the test or of its classes may keep the environment; those that are calls are among the events."""
        classes = self._context.names.mro(test.owner) if test.owner is not None else ()
        holders: list[Function | Class] = [test.function, *(cls for cls in classes if isinstance(cls, Class))]
        for holder in holders:
            frame = self._values.module_frame(holder.module)
            for decorator in holder.decorators:
                if decorator.call is None:
                    if self._shelters_by(Call(decorator.start, decorator.end, decorator.expr, ()), frame, decorates=True):
                        return True
                elif isinstance(holder, Class) and holder is not test.owner and self._shelters_by(decorator.call, frame, decorates=True):
                    return True
        return False

    def shelters(self, region: Region, frame: Frame) -> bool:
        """Whether a region is a `with` that may keep the environment."""
        return region.role == "with" and isinstance(region.head, Call) and self._shelters_by(region.head, frame)

    def _shelters_by(self, call: Call, frame: Frame, *, decorates: bool = False) -> bool:
        """Whether a context manager or decorator that is not traced may put the environment back: one whose code speaks of it, or an
        unknown one with such a name."""
        callee = self._values.callee(call, frame)
        for definition in callee.definitions:
            match definition:
                case Definition(target=Function() as function):
                    if (not self.enters(function) or decorates) and not WORDS.isdisjoint(function.words):
                        return True
                case Definition(target=Class() as cls):
                    leave = self._context.names.attribute(cls, "__exit__", instance=True)
                    if isinstance(leave, Function) and self.speaks(leave):
                        return True
                case _:
                    pass
        if decorates and _is_marker(call.func, frame.module):
            return False
        name = call.func.name if isinstance(call.func, Attr | Name) else ""
        known = any(
            isinstance(d.target, Function | Class) or self._context.knowledge.symbol(d.target.name)
            for d in callee.definitions
            if not isinstance(d.target, Module)
        )
        return not known and SHELTER.search(name) is not None

    def _finalizes(self, event: Event, call: Call) -> bool:
        """Whether a call registers what may put the environment back after the test."""
        given = self._registered(event, call)
        if given is None:
            return False
        if any(isinstance(node, Attr | Name) and node.name in WORDS for argument in call.args for node in walk(argument.value)):
            return True
        if any(is_environment(self._values.evaluate(argument.value, event.frame)) for argument in call.args):
            return True
        targets = (definition.target for definition in self._values.evaluate(given, event.frame).definitions)
        return any(isinstance(target, Function) and self.speaks(target) for target in targets)

    def _registered(self, event: Event, call: Call) -> Expr | None:
        """What a call registers to run when the test is over; by its name where it does not resolve (`addCleanup` of an unknown base
        class)."""
        definitions = event.callee.definitions if event.callee is not None else ()
        for definition in definitions:
            symbol = self._context.knowledge.symbol(definition.target.name) if isinstance(definition.target, External) else None
            given = operand(symbol.finalizer, call, event.callee) if symbol is not None else None
            if given is not None:
                return given[0]
        name = call.func.name if isinstance(call.func, Attr | Name) else ""
        return call.args[0].value if not definitions and call.args and REGISTERS.search(name) else None


def _is_marker(expr: Expr, module: Module) -> bool:
    """Whether a decorator is a name for one of pytest's markers: `needs_it = pytest.mark.usefixtures("it")`."""
    steps = module.body.bindings.get(expr.name, ()) if isinstance(expr, Name) else ()
    return any(
        step.value is not None and "mark" in (dotted(step.value.func if isinstance(step.value, Call) else step.value) or "").split(".")
        for step in steps
    )
