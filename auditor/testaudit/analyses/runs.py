"""What runs for a test: its fixtures' phases and its body as traced events, test-support code entered, the code under test not."""

from __future__ import annotations

from collections.abc import Iterable

from testaudit.link.frames import Frame
from testaudit.link.linked import linked
from testaudit.link.trace import Event, Tracer
from testaudit.model import Fixture, Suite, Test
from testaudit.read.definitions import methods
from testaudit.read.facts import Class, Function, Module


class Runs:
    """Traces of tests and fixtures, kept; and the words that such a trace can meet, as a cheap filter before it."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        self._tracer = Tracer(self._context.values, lambda function, _event: self._context.is_test_code(function.module.path))
        self._bodies: dict[Test, list[Event]] = {}
        self._phases: dict[object, list[Event]] = {}
        self._words: dict[Function | Class, frozenset[str]] = {}
        self._direct: dict[Function | Class, tuple[frozenset[str], list[Function | Class]]] = {}

    def body(self, test: Test) -> list[Event]:
        """What the test's own body does, in order."""
        if test not in self._bodies:
            self._bodies[test] = list(self._tracer.function(self.frame(test)))
        return self._bodies[test]

    def events(self, test: Test) -> Iterable[Event]:
        """The same, followed only as far as it is asked for."""
        return self._bodies[test] if test in self._bodies else self._tracer.function(self.frame(test))

    def frame(self, test: Test) -> Frame:
        return self._context.values.test_frame(test)

    def decorators(self, test: Test) -> list[Event]:
        """The calls among the decorators of the test and its class, as events around its body."""
        found: list[Event] = []
        values = self._context.values
        for holder in (test.owner, test.function):
            for decorator in holder.decorators if holder is not None else ():
                if decorator.call is not None and holder is not None:
                    frame = values.module_frame(holder.parent if isinstance(holder.parent, Class) else holder.module)
                    found.append(Event(frame, 0, None, decorator.call, values.callee(decorator.call, frame)))
        return found

    def setup(self, fixture: Fixture, test: Test | None) -> list[Event]:
        """What a fixture does before the test, as in the closure of `test` (overrides nearer to the test are used)."""
        return self._phase(fixture, test, "setup")

    def teardown(self, fixture: Fixture, test: Test | None) -> list[Event]:
        """What a fixture does after the test."""
        return self._phase(fixture, test, "teardown")

    def words(self, test: Test) -> frozenset[str]:
        """Every word in the code of the test and its fixtures and in the support code that they can reach by name: a name that is not among
        them is not used there."""
        found = set(self.words_of(test.function))
        for use in test.closure:
            if use.fixture.function is not None:
                found |= self.words_of(use.fixture.function)
        return frozenset(found)

    def words_of(self, function: Function | Class) -> frozenset[str]:
        """The words of a function and of the support functions and classes that it can reach by name."""
        if function not in self._words:
            pending: list[Function | Class] = [function]
            seen: set[Function | Class] = set()
            words: set[str] = set()
            while pending:
                at = pending.pop()
                if at in seen:
                    continue
                seen.add(at)
                own, named = self._reached(at)
                words |= own
                pending.extend(named)
            self._words[function] = frozenset(words)
        return self._words[function]

    def any_of(self, test: Test, words: Iterable[str]) -> bool:
        """Whether one of the words can be met in the test's code."""
        functions = (test.function, *(use.fixture.function for use in test.closure if use.fixture.function is not None))
        return any(not self.words_of(function).isdisjoint(words) for function in functions)

    def _reached(self, at: Function | Class) -> tuple[frozenset[str], list[Function | Class]]:
        """The words of a function or class itself, and what it names; found once, for many tests come by the same helpers."""
        if at not in self._direct:
            own = at.words if isinstance(at, Function) else frozenset().union(*(method.words for method in methods(at)))
            self._direct[at] = own, self._named(at, own)
        return self._direct[at]

    def _named(self, function: Function | Class, words: frozenset[str]) -> list[Function | Class]:
        names = self._context.names
        found: list[Function | Class] = []
        owner = function.parent
        if isinstance(owner, Class):
            for base in names.mro(owner):
                if isinstance(base, Class) and self._context.is_test_code(base.module.path):
                    found.extend(method for method in methods(base) if method.name in words and method is not function)
        for name in words & names.namespace(function.module).keys():
            target = names.member(function.module, name)
            if isinstance(target, Function | Class) and self._context.is_test_code(target.module.path):
                found.append(target)
            elif isinstance(target, Module) and self._context.is_test_code(target.path):
                inner = names.namespace(target)
                for word in words & inner.keys():
                    reached = names.member(target, word)
                    if isinstance(reached, Function | Class):
                        found.append(reached)
        return found

    def _phase(self, fixture: Fixture, test: Test | None, which: str) -> list[Event]:
        phase = fixture.setup if which == "setup" else fixture.teardown
        frame = self._context.values.fixture_frame(fixture, test)
        if phase is None or frame is None:
            return []
        chosen = tuple(test.fixture(name) for name in fixture.requests) if test is not None else ()
        key = (fixture, which, chosen, test.owner if test is not None and fixture.owner is not None else None)
        if key not in self._phases:
            frame.scope = phase.function
            self._phases[key] = list(self._tracer.phase(phase, frame))
        return self._phases[key]
