"""Literal addresses that tests and their fixtures send into stores which outlive them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from testaudit.analyses.doubles.cuts import Cut
from testaudit.analyses.doubles.interception import Interception
from testaudit.analyses.errors.expectations import Expectation, Expectations
from testaudit.analyses.records.commits import Commits
from testaudit.analyses.records.emails import IN_SOURCE, Address, addresses, carried, in_value, is_pattern
from testaudit.analyses.records.remote import deletes, starts_server, target
from testaudit.analyses.records.resets import Resets
from testaudit.analyses.records.sent import DJANGO, Sent
from testaudit.analyses.records.statements import STATEMENTS, Does, statement_of
from testaudit.analyses.records.stores import Stores
from testaudit.analyses.roles import Role, roles
from testaudit.analyses.runs import Runs
from testaudit.link.linked import linked
from testaudit.link.trace import Event, Tracer
from testaudit.model import Fixture, Place, Suite, Test, Truth
from testaudit.read.facts import Call, Class, Const, Function, Module, walk
from testaudit.records import dataclass

_DEPTH = 4
"""How many calls deep the code under test is followed with an address in hand."""


@dataclass(slots=True, frozen=True, eq=False)
class _Run:
    """What was traced of one test: who runs each stretch of events, all events, and what doubles replace in them."""

    test: Test
    stretches: Sequence[tuple[Fixture | None, list[Event]]]
    events: Sequence[Event]
    cuts: Sequence[Cut]


class Persistence:
    """What a suite's tests leave in databases and on servers, by the addresses that they send there."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._context = linked(suite)
        self._values = self._context.values
        self._runs = suite.ask(Runs)
        self._resets = suite.ask(Resets)
        self._stores = Stores(self._values)
        self._interception = suite.ask(Interception)
        self._commits = Commits(self._context, self._stores)
        self._tracer = Tracer(self._values, self._enters)
        self._phases: dict[object, list[Event]] = {}
        self._holds: dict[Module, bool] = {}

    def emails(self, test: Test) -> Iterator[Sent]:
        """The addresses that the test and its fixtures send somewhere, one for each write; those that surely do not stay are left out."""
        if not self._may_send(test):
            return
        stretches = list(self._stretches(test))
        if not any(self._writes(event) for _, stretch in stretches for event in stretch):
            return
        events = [event for _, stretch in stretches for event in stretch]
        run = _Run(test, stretches, events, self._interception.cuts(test, events))
        yield from self._kept(run, list(self._sent(run)))

    def places(self, sent: Sent) -> tuple[Place, ...]:
        """All places of the same literal in the test or fixture that holds it, in order; empty when it stands elsewhere."""
        scope = sent.address.frame.scope
        expected = sent.fixture.function if sent.fixture is not None else sent.test.function
        if scope is not expected or not isinstance(scope, Function):
            return ()
        exprs = (expr for step in scope.body.steps for expr in (step.value, step.target) if expr is not None)
        same = (node for expr in exprs for node in walk(expr) if isinstance(node, Const) and node.value == sent.address.expr.value)
        return tuple(dict.fromkeys(sent.address.frame.place(node) for node in same))

    # ---------------------------------------------------------------------------------------------------------- candidates

    def _may_send(self, test: Test) -> bool:
        """Whether no framework takes it all back and one of the files that the code can reach by name holds an address."""
        if test.expects_failure or self._resets.isolated(test).truth is Truth.YES:
            return False
        functions = [test.function, *(u.fixture.function for u in test.closure if u.fixture.function is not None)]
        own = any(self._holds_address(f.module) for f in functions)
        return own or any(self._holds_address(m) for f in functions for m in self._reached(f))

    def _reached(self, function: Function) -> Iterator[Module]:
        names = self._context.names
        for name in function.words & names.namespace(function.module).keys():
            found = names.member(function.module, name)
            module = found if isinstance(found, Module) else found.module if isinstance(found, Function | Class) else None
            if module is not None and self._context.is_test_code(module.path):
                yield module

    def _holds_address(self, module: Module) -> bool:
        if module not in self._holds:
            self._holds[module] = b"@" in module.source and IN_SOURCE.search(module.source) is not None
        return self._holds[module]

    def _stretches(self, test: Test) -> Iterator[tuple[Fixture | None, list[Event]]]:
        for use in test.closure:
            fixture = use.fixture
            phase, frame = fixture.setup, self._values.fixture_frame(fixture, test)
            if phase is None or frame is None:
                continue
            key = (fixture, tuple(test.fixture(name) for name in fixture.requests), test.owner if fixture.owner is not None else None)
            if key not in self._phases:
                frame.scope = phase.function
                self._phases[key] = list(self._tracer.phase(phase, frame))
            yield fixture, self._phases[key]
        yield None, list(self._tracer.function(self._runs.frame(test)))

    def _enters(self, function: Function, event: Event) -> bool:
        """Test support is entered, and the code under test as long as it is handed an address."""
        if self._context.is_test_code(function.module.path):
            return True
        if event.frame.depth >= _DEPTH or event.call is None:
            return False
        if any(True for a in event.call.args for _ in addresses(a.value, event.frame, self._values)):
            return True
        receivers = [d.receiver for d in event.callee.definitions if d.receiver is not None] if event.callee is not None else []
        return any(True for receiver in receivers for _ in in_value(receiver, self._values))

    # --------------------------------------------------------------------------------------------------------------- judged

    def _writes(self, event: Event) -> list[Role]:
        """The roles by which an event sends data to a database or a server."""
        found = roles(event.callee, self._values) if event.call is not None else ()
        return [role for role in found if role.symbol.persists in ("database", "http")]

    def _sent(self, run: _Run) -> Iterator[Sent]:
        for fixture, stretch in run.stretches:
            for event in stretch:
                for role in self._writes(event):
                    for address in carried(role, event, self._values):
                        if is_pattern(address) or self._is_cut(role, event, run):
                            continue
                        sent = self._judge(fixture, address, role, event, run)
                        if sent is not None:
                            yield sent

    def _is_cut(self, role: Role, event: Event, run: _Run) -> bool:
        makers = self._stores.symbols(role.receiver) if role.receiver is not None and run.cuts else ()
        return self._interception.is_cut(run.cuts, role, event, makers)

    def _judge(self, fixture: Fixture | None, address: Address, role: Role, event: Event, run: _Run) -> Sent | None:
        if role.symbol.persists == "http":
            return self._over_http(fixture, address, role, event, run)
        if self._unique(address) is Truth.NO or not self._inserts(role, event):
            return None
        what, place, truth = self._stays(role, event, run)
        if truth is Truth.NO:
            return None
        why = "" if truth is Truth.YES else "the database, its commit or its clean-up cannot be told"
        return Sent(run.test, fixture, address, event, role.symbol.name, what, place, truth, why)

    def _stays(self, role: Role, event: Event, run: _Run) -> tuple[str, Place | None, Truth]:
        """What a write goes into, where the source says so, and whether it is still there after the test."""
        what, place, truth = "the test database", None, Truth.YES
        if not role.symbol.name.startswith(DJANGO):
            what, place, truth = "a database", None, Truth.UNKNOWN
            if role.receiver is not None:
                store = self._stores.store(role.receiver)
                what, place, truth = store.what, store.place, store.lasts
        truth &= self._commits.committed(role, event, run.events)
        if truth is not Truth.NO:
            undone = self._resets.undone(run.test)
            truth = truth & ~undone.truth & ~self._commits.held_back(role, undone) & ~self._commits.guarded(event)
        return what, place, truth

    def _over_http(self, fixture: Fixture | None, address: Address, role: Role, event: Event, run: _Run) -> Sent | None:
        if role.symbol.effect == "web-app":
            why = "what the application does with a request is not followed"
            return Sent(run.test, fixture, address, event, role.symbol.name, "the application", None, Truth.UNKNOWN, why)
        aim = target(role, event, self._context)
        if aim is None or starts_server(run.test, run.events, self._values):
            return None
        if any(deletes(other, self._values) for other in self._with_teardowns(run)):
            return None
        truth = aim.makes & ~self._resets.undone(run.test).truth & ~self._commits.guarded(event)
        if truth is Truth.NO or _is_refused(event):
            return None
        why = "" if truth is Truth.YES else "where the request goes cannot be told"
        return Sent(run.test, fixture, address, event, role.symbol.name, aim.what, aim.place, truth, why)

    def _with_teardowns(self, run: _Run) -> Iterator[Event]:
        yield from run.events
        for use in run.test.closure:
            yield from self._runs.teardown(use.fixture, run.test)

    def _inserts(self, role: Role, event: Event) -> bool:
        """A statement must be one that adds rows."""
        return role.method not in STATEMENTS or statement_of(role, event, self._values) is Does.WRITES

    def _unique(self, address: Address) -> Truth:
        """Whether the store refuses a second row with the same address: by the column's own declaration, where there is one."""
        if address.owner is None or address.field is None:
            return Truth.UNKNOWN
        for cls in self._context.names.mro(address.owner):
            for step in cls.body.bindings.get(address.field, ()) if isinstance(cls, Class) else ():
                if isinstance(step.value, Call) and isinstance(cls, Class):
                    unique = step.value.keyword("unique") or step.value.keyword("primary_key")
                    if isinstance(unique, Const) and unique.value is True:
                        return Truth.YES
                    said_elsewhere = "unique" in cls.module.text(cls.start, cls.end).lower()
                    return Truth.UNKNOWN if said_elsewhere else Truth.NO
        return Truth.UNKNOWN

    # ----------------------------------------------------------------------------------------------------------------- kept

    def _kept(self, run: _Run, found: list[Sent]) -> Iterator[Sent]:
        """Without those that the test wants twice or expects to be refused; one for each write, and one for each literal."""
        expected = list(self._suite.ask(Expectations).of(run.test)) if found else []
        seen: set[object] = set()
        for sent in found:
            if sent.event in seen or sent.address.expr in seen:
                continue
            if self._is_wanted_twice(sent, found) or self._is_expected(sent, expected, run):
                continue
            seen |= {sent.event, sent.address.expr}
            yield sent

    @staticmethod
    def _is_wanted_twice(sent: Sent, found: list[Sent]) -> bool:
        """Whether another write sends the same address, not only a part of this one."""
        others = (o for o in found if o.address.text == sent.address.text and o.event is not sent.event)
        return any(sent.event not in set(o.event.chain()) and o.event not in set(sent.event.chain()) for o in others)

    def _is_expected(self, sent: Sent, expected: list[Expectation], run: _Run) -> bool:
        """Whether the write, or another call with the same address, is to end in an error."""
        for event in run.events if expected else ():
            if event.call is not None and any(e.covers(event) for e in expected):
                held = (a.text for argument in event.call.args for a in addresses(argument.value, event.frame, self._values))
                if event is sent.event or sent.address.text in held:
                    return True
        return False


def _is_refused(event: Event) -> bool:
    """Whether an assertion expects an answer that is an error (`assert response.status_code == 409`)."""
    outermost = list(event.chain())[-1].frame.scope
    asserted = (s.value for s in outermost.body.steps if s.kind == "assert" and s.value is not None)
    statuses = (node.value for value in asserted for node in walk(value) if isinstance(node, Const))
    return any(isinstance(status, int) and 400 <= status < 600 for status in statuses)
