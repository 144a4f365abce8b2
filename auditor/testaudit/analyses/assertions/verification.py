"""Whether a test verifies anything."""

from __future__ import annotations

from functools import cached_property
from re import Pattern

from testaudit.analyses.assertions.acceptance import Acceptance
from testaudit.analyses.assertions.promises import AT_ONCE, RAISES, VERIFIES, VERIFIES_IN_TEST, may_verify, says_so
from testaudit.analyses.assertions.verdicts import NO, YES, Verdict, unknown
from testaudit.analyses.runs import Runs
from testaudit.link.frames import MAX_DEPTH, Definition, Frame, Instance, Member, Thing, Value
from testaudit.link.linked import linked
from testaudit.link.trace import MAX_EVENTS, Event
from testaudit.model import External, Fixture, FixtureUse, Suite, Test, Truth
from testaudit.read.facts import Attr, Call, Class, Const, Decorator, Expr, Function, Name

_QUIET = frozenset({"StopIteration", "StopAsyncIteration", "KeyboardInterrupt", "SystemExit", "SkipTest"})
"""Errors that end something and do not fail the test."""

_RUNS_TEXT = frozenset({"builtins.exec", "builtins.eval", "runpy.run_path", "runpy.run_module"})
_MAX_NAMED = 20
"""Of code that is called back, so many functions are looked at."""

_TEST_SUPPORT = frozenset({"testing", "tests", "_testing", "test_utils"})
"""Packages of libraries whose business is testing: what the tables do not list there may verify."""


class Verification:
    """Verifications of a suite's tests: *no* means that everything which may verify was resolved, and does not."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        self._values = self._context.values
        self._runs = suite.ask(Runs)
        self._acceptance = Acceptance()
        self._suite = suite
        self._searched: dict[tuple[Function | Class, Pattern[bytes]], bool] = {}

    def plain(self, test: Test) -> bool:
        """Whether the test's own text shows a verification: true of most, and all that it takes to settle them."""
        return self._says(test.function, VERIFIES_IN_TEST)

    def verified(self, test: Test) -> Verdict:
        """Whether something is verified by the test, its helpers, fixtures, decorators, context managers or what it hands over.

        A function that several classes inherit is several tests; in one of them a helper may do nothing on purpose. It verifies
        when one of them does.
        """
        verdict = self._verified(test)
        if verdict.truth is Truth.YES or test.owner is None:
            return verdict
        for other in self._sharing[test.function]:
            if other.owner is not test.owner:
                verdict |= self._verified(other)
        return verdict

    @cached_property
    def _sharing(self) -> dict[Function, list[Test]]:
        """The tests of each function."""
        found: dict[Function, list[Test]] = {}
        for test in self._suite.tests:
            found.setdefault(test.function, []).append(test)
        return found

    def _verified(self, test: Test) -> Verdict:
        if self.plain(test) or self._acceptance.accepts(test.function):
            return YES
        verdict = self._marked(test) | self._decorated(test) | self._by_fixtures(test)
        if test.unresolved:
            verdict |= unknown(f"the fixture `{test.unresolved[0]}` is not found")
        return verdict if verdict.truth is Truth.YES else verdict | self._by_running(test)

    # ---------------------------------------------------------------------------------------------------- around the test

    def _marked(self, test: Test) -> Verdict:
        for name, _ in test.marks:
            marker = self._context.knowledge.marker(name)
            if marker is not None and marker.verifies is not None:
                return YES
        return NO

    def _by_fixtures(self, test: Test) -> Verdict:
        verdict = NO
        for use in test.closure:
            if use.fixture.function is not None:
                if self._watches(use.fixture, test) and self._says(use.fixture.function, VERIFIES):
                    return YES
            elif use.fixture.origin == "unresolved":
                verdict |= unknown(f"the fixture `{use.name}` is not found")
            elif self._library_fixture_verifies(use):
                return YES
        return verdict

    @staticmethod
    def _watches(fixture: Fixture, test: Test) -> bool:
        """Whether a fixture may verify what the test is about: it was asked for, or stands beside the test.

        What conftest does around every test is not about this one, and `setUp` comes before it.
        """
        if fixture.kind != "value":
            return fixture.kind == "teardown"
        return not fixture.autouse or (fixture.function is not None and fixture.function.module is test.function.module)

    def _library_fixture_verifies(self, use: FixtureUse) -> bool:
        """`benchmark`, `snapshot`, `httpx_mock`: fixtures that compare, or fail at the end, by themselves."""
        returned = use.fixture.returns
        symbol = self._context.knowledge.symbol(returned) if returned is not None else None
        return use.requested_by is None and (
            (symbol is not None and symbol.verifies is not None) or (not use.fixture.autouse and may_verify(use.name))
        )

    def _decorated(self, test: Test) -> Verdict:
        verdict = NO
        for holder in (test.function, test.owner):
            for decorator in holder.decorators if holder is not None else ():
                verdict |= self._decorator(decorator, holder) if holder is not None else NO
        return verdict

    def _decorator(self, decorator: Decorator, holder: Function | Class) -> Verdict:
        frame = self._values.module_frame(holder.parent if isinstance(holder.parent, Class) else holder.module)
        for definition in self._values.evaluate(decorator.func, frame).definitions:
            if isinstance(definition.target, Function | Class) and self._says(definition.target, RAISES):
                return YES
            if isinstance(definition.target, External):
                symbol = self._context.knowledge.symbol(definition.target.name)
                if symbol is not None and symbol.verifies not in (None, "skip"):
                    return YES
                if definition.target.name.startswith("pytest.mark.") or (
                    symbol is not None and not self._is_generic(definition.target.name)
                ):
                    return NO
        name = _last(decorator.func)
        return unknown(f"the decorator `{name}` may verify") if may_verify(name) else NO

    # ----------------------------------------------------------------------------------------------------- what it runs

    def _by_running(self, test: Test) -> Verdict:
        verdict = NO
        seen = 0
        for event in self._runs.events(test):
            seen += 1
            verdict |= self._event(event)
            if verdict.truth is Truth.YES:
                return YES
        return verdict | unknown("it runs too long to be followed") if seen >= MAX_EVENTS else verdict

    def _event(self, event: Event) -> Verdict:
        step = event.step
        if event.call is not None:
            return self._call(event.call, event.callee, event.frame) | self._handed_over(event)
        if step is None:
            return NO
        if step.kind == "assert" or (step.kind == "raise" and _fails(step.value)):
            return YES
        if step.how == "enter" and step.value is not None and not isinstance(step.value, Call):
            return self._manager(step.value, event.frame)
        return NO

    def _call(self, call: Call, callee: Value | None, frame: Frame) -> Verdict:
        verdict = NO
        name = _last(call.func)
        for thing in callee.things if callee is not None else ():
            verdict |= self._thing(thing, call, frame)
        if verdict.truth is Truth.NO and callee is not None and (callee.why is not None or not callee.things):
            verdict = unknown(f"`{name or 'a computed function'}` does not resolve") if not name or may_verify(name) else NO
        return verdict

    def _thing(self, thing: Thing, call: Call, frame: Frame) -> Verdict:
        match thing:
            case Definition(target=External(name=name)):
                return self._library(name, call)
            case Definition(target=Function() as function):
                return self._first_party(function, frame)
            case Definition(target=Class() as cls):
                return YES if self._is_test_code(cls) and self._says(cls, VERIFIES) else NO
            case Instance(type=External(name=name)):
                return self._library(f"{name}.__call__", call)
            case Instance(type=Class() as cls):
                return YES if self._is_test_code(cls) and self._says(cls, VERIFIES) else NO
            case Member(name=name):
                return self._member(name)
            case _:
                return NO

    def _library(self, name: str, call: Call) -> Verdict:
        symbol = self._context.knowledge.symbol(name)
        last = name.rpartition(".")[2]
        if symbol is not None and symbol.verifies not in (None, "skip"):
            return YES
        if name in _RUNS_TEXT:
            return unknown(f"`{last}` runs code that is given as text")
        if symbol is not None and not self._is_generic(name):
            checked = call.keyword("check") if symbol.effect == "subprocess" else None
            return YES if isinstance(checked, Const) and checked.value is True else NO
        if last.startswith("test_"):
            return YES  # an inherited test
        if says_so(last) or (last[:1].islower() and not _TEST_SUPPORT.isdisjoint(name.split("."))):
            return unknown(f"`{last}` of a library may verify")
        return NO

    def _first_party(self, function: Function, frame: Frame) -> Verdict:
        if self._is_test_code(function):
            if self._says(function, VERIFIES):
                return YES
            if frame.depth >= MAX_DEPTH:
                return unknown(f"`{function.name}` is called too deep")
            # what it calls in turn is traced as well
            return unknown(f"`{function.name}` says that it verifies") if says_so(function.name) else NO
        if function.name.startswith("test_"):
            return YES if self._says(function, VERIFIES) else NO
        if not says_so(function.name):
            return YES if may_verify(function.name) and self._says(function, RAISES) else NO
        return YES if self._says(function, RAISES) else unknown(f"`{function.name}` may verify")

    def _member(self, name: str) -> Verdict:
        if name.startswith(("assert", "raise_for_status", "wait_for", "wait_until", "should_receive", "should_call")):
            return YES
        return unknown(f"`.{name}` does not resolve and may verify") if may_verify(name) else NO

    def _handed_over(self, event: Event) -> Verdict:
        """Functions of the tests that are handed over to be called back."""
        for argument in event.call.args if event.call is not None else ():
            if isinstance(argument.value, Name | Attr):
                target = self._context.names.resolve(argument.value, event.frame.scope)
                if isinstance(target, Function | Class) and self._is_test_code(target) and self._leads_to_verification(target):
                    return YES
        return NO

    def _leads_to_verification(self, code: Function | Class) -> bool:
        """Whether code that is called back, when and with what is not seen, verifies, or names functions of its file that do."""
        waiting, seen = [code], {code}
        while waiting and len(seen) <= _MAX_NAMED:
            code = waiting.pop()
            if self._says(code, VERIFIES):
                return True
            if isinstance(code, Function):
                words = code.words & self._context.names.namespace(code.module).keys()
                members = (self._context.names.member(code.module, word) for word in words)
                named = [member for member in members if isinstance(member, Function) and member not in seen]
                seen.update(named)
                waiting.extend(named)
        return False

    def _manager(self, expr: Expr, frame: Frame) -> Verdict:
        """A context manager that is not called where it is entered."""
        value = self._values.evaluate(expr, frame)
        verdict = NO
        for thing in value.things:
            match thing:
                case Instance(type=Class() as cls) if self._is_test_code(cls) and self._says(cls, VERIFIES):
                    return YES
                case Instance(call=Call() as call, frame=Frame() as made):
                    verdict |= self._call(call, self._values.callee(call, made), made)
                case _:
                    pass
        return verdict if value.things and value.why is None else verdict | unknown("a context manager does not resolve")

    # ------------------------------------------------------------------------------------------------------- questions

    def _says(self, code: Function | Class, pattern: Pattern[bytes]) -> bool:
        key = (code, pattern)
        if key not in self._searched:
            source, start, end = code.module.source, code.start, code.end
            at_once = pattern is not RAISES and any(quick.search(source, start, end) for quick in AT_ONCE)
            self._searched[key] = at_once or pattern.search(source, start, end) is not None
        return self._searched[key]

    def _is_test_code(self, code: Function | Class) -> bool:
        return self._context.is_test_code(code.module.path)

    def _is_generic(self, name: str) -> bool:
        """Whether the tables know the name by a wildcard only."""
        entry = self._context.knowledge.entry_name(name)
        return entry is None or entry.endswith("*")


def _fails(raised: Expr | None) -> bool:
    return not (_last(raised.func if isinstance(raised, Call) else raised) in _QUIET if raised is not None else False)


def _last(expr: Expr) -> str:
    return expr.name if isinstance(expr, Name | Attr) else ""
