"""Literal addresses that tests and their fixtures send into stores which outlive them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from testaudit.analyses.doubles import Cut, Doubles
from testaudit.analyses.emails import ADDRESS, IN_SOURCE, Address, addresses, in_value
from testaudit.analyses.expectations import Expectation, Expectations
from testaudit.analyses.operands import operand
from testaudit.analyses.remote import target
from testaudit.analyses.roles import Role, roles
from testaudit.analyses.runs import Runs
from testaudit.analyses.statements import Does, statement
from testaudit.analyses.transactions import Kind, Transactions, Undoing
from testaudit.link.frames import Frame, Instance, Value
from testaudit.link.linked import linked
from testaudit.link.trace import Event, Tracer
from testaudit.model import Fixture, Place, Suite, Test, Truth
from testaudit.read.facts import Attr, Call, Class, Collection, Const, Expr, Function, Module, Name, walk

_DEPTH = 4
"""How many calls deep the code under test is followed with an address in hand."""

_COMMITS_ITSELF = ("django.", "model_bakery.", "mixer.", "factory.django", "tortoise.", "peewee.", "pymongo.", "mongoengine.", "tinydb.", "duckdb.", "databases.", "rest_framework.", "mongoengine")
_DJANGO = ("django.", "model_bakery.", "mixer.", "factory.django", "rest_framework.")
_STARTS = frozenset({"process", "server", "container", "thread", "browser"})


@dataclass(slots=True, frozen=True, eq=False)
class Sent:
    """One literal address on its way into a store. `truth`: YES when it surely stays there after the test, UNKNOWN with `why` otherwise; `event` is the
    write, `store` says what it goes into, `fixture` is the one that sends it (None: the test's own body)."""

    test: Test
    fixture: Fixture | None
    address: Address
    event: Event
    symbol: str
    store: str
    store_place: Place | None
    truth: Truth
    why: str = ""


class Persistence:
    """What a suite's tests leave in databases and on servers, by the addresses that they send there."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._context = linked(suite)
        self._values = self._context.values
        self._runs = suite.ask(Runs)
        self._transactions = suite.ask(Transactions)
        self._doubles = Doubles(self._context)
        self._tracer = Tracer(self._values, self._enters)
        self._phases: dict[object, list[Event]] = {}
        self._holds: dict[Module, bool] = {}

    def emails(self, test: Test) -> Iterator[Sent]:
        """The addresses that the test and its fixtures send somewhere, each once per store and place; those that surely do not stay are left out."""
        if not self._may_send(test):
            return
        stretches = list(self._stretches(test))
        events = [event for _, stretch in stretches for event in stretch]
        found: list[Sent] = []
        seen: set[object] = set()
        for fixture, stretch in stretches:
            for event in stretch:
                for role in roles(event.callee, self._values) if event.call is not None else ():
                    if role.symbol.persists not in ("database", "http"):
                        continue
                    for address in self._carried(role, event):
                        key = (id(address.expr), role.symbol.persists)
                        sent = self._judge(test, fixture, address, role, event, events) if key not in seen else None
                        if sent is not None:
                            seen.add(key)
                            found.append(sent)
        yield from self._kept(test, found, events)

    def places(self, sent: Sent) -> tuple[Place, ...]:
        """All places of the same literal in the function that holds it, in order; empty when it stands in no function of its own."""
        scope = sent.address.frame.scope
        expected = sent.fixture.function if sent.fixture is not None else sent.test.function
        if scope is not expected or not isinstance(scope, Function):
            return ()
        text, found = sent.address.expr.value, []
        for step in scope.body.steps:
            for expr in (step.value, step.target):
                for node in walk(expr) if expr is not None else ():
                    if isinstance(node, Const) and node.value == text:
                        found.append(sent.address.frame.place(node))
        return tuple(dict.fromkeys(found))

    # ---------------------------------------------------------------------------------------------------------- candidates

    def _may_send(self, test: Test) -> bool:
        """Whether the source allows it: a word that persists, and an address in one of the files that the code can reach by name."""
        if test.expects_failure or self._transactions.isolated(test).truth is Truth.YES:
            return False
        if not self._runs.any_of(test, self._context.knowledge.words("persists") | _SENDING):
            return False
        functions = [test.function, *(u.fixture.function for u in test.closure if u.fixture.function is not None)]
        modules = {f.module for f in functions}
        return any(self._holds_address(module) for module in modules) or any(self._holds_address(m) for f in functions for m in self._reached(f))

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
        if any(next(addresses(a.value, event.frame, self._values), None) is not None for a in event.call.args):
            return True
        callee = event.callee
        receivers = [d.receiver for d in callee.definitions if d.receiver is not None] if callee is not None else []
        return any(next(in_value(receiver, self._values), None) is not None for receiver in receivers)

    # -------------------------------------------------------------------------------------------------------------- carried

    def _carried(self, role: Role, event: Event) -> Iterator[Address]:
        """The literal addresses among the data of a write."""
        call = event.call
        assert call is not None
        specs = [s for s in role.symbol.data if s != "*"]
        given = [found for spec in specs if (found := self._operand(spec, event)) is not None] if specs else [(a.value, event.frame) for a in call.args]
        for expr, frame in given:
            held = list(addresses(expr, frame, self._values))
            yield from held or self._built(expr, event)
        if not specs and role.receiver is not None and any(isinstance(t, Instance) and isinstance(t.type, Class) for t in role.receiver.things):
            yield from in_value(role.receiver, self._values)

    def _operand(self, spec: str, event: Event) -> tuple[Expr, Frame] | None:
        """The operand of a call, also where it is spread from a dict (`post(url, **options)`)."""
        call = event.call
        assert call is not None
        found = operand(spec, call, event.callee)
        if found is not None:
            return found[0], found[1] or event.frame
        for argument in call.args:
            display = self._values.spread(argument.value, event.frame) if argument.spread == "**" else None
            if display is not None and isinstance(display.expr, Collection):
                for key, item in zip(display.expr.keys, display.expr.items, strict=False):
                    if isinstance(key, Const) and key.value in spec.split("|"):
                        return item, display.frame
        return None

    def _built(self, expr: object, event: Event) -> Iterator[Address]:
        """Addresses written in a statement that is built (`insert(users).values(email="…")`), here or under a local name."""
        if isinstance(expr, Name):
            steps = event.frame.scope.body.bindings.get(expr.name, ())
            expr = steps[0].value if len(steps) == 1 and steps[0].how == "=" else None
        if not isinstance(expr, Call) or not any(isinstance(n, Name | Attr) and n.name in ("insert", "update") for n in walk(expr)):
            return
        for node in walk(expr):
            if isinstance(node, Call):
                for argument in node.args:
                    for address in addresses(argument.value, event.frame, self._values):
                        yield Address(address.text, address.expr, address.frame, argument.name or address.field)

    # --------------------------------------------------------------------------------------------------------------- judged

    def _judge(self, test: Test, fixture: Fixture | None, address: Address, role: Role, event: Event, events: list[Event]) -> Sent | None:
        """One write of one address: None when it surely does not stay."""
        if self._is_cut(test, role, event, events) or _varies(address):
            return None
        if role.symbol.persists == "http":
            return self._over_http(test, fixture, address, role, event, events)
        if self._unique(address) is Truth.NO or not self._inserts(role, event):
            return None
        committed = self._committed(role, event, events)
        if committed is Truth.NO:
            return None
        django = role.symbol.name.startswith(_DJANGO)
        store = self._transactions.stores.store(role.receiver) if role.receiver is not None and not django else None
        lasts = Truth.YES if django else store.lasts if store is not None else Truth.UNKNOWN
        if lasts is Truth.NO:
            return None
        undone = self._transactions.undone(test)
        held = self._rolled_back(role, undone)
        if undone.truth is Truth.YES or held is Truth.YES:
            return None
        truth = lasts & committed & ~undone.truth & ~held & ~self._guarded(event)
        why = "" if truth is Truth.YES else "the database, its commit or its clean-up cannot be told"
        what = "the test database" if django else store.what if store is not None else "a database"
        return Sent(test, fixture, address, event, role.symbol.name, what, store.place if store is not None else None, truth, why)

    def _over_http(self, test: Test, fixture: Fixture | None, address: Address, role: Role, event: Event, events: list[Event]) -> Sent | None:
        if role.symbol.effect == "web-app":
            return Sent(test, fixture, address, event, role.symbol.name, "the application", None, Truth.UNKNOWN, "what the application does with a request is not followed")
        aim = target(role, event, self._values)
        if aim is None or self._starts_server(test, events) or any(self._deletes(other) for other in self._all(test, events)):
            return None
        undone = self._transactions.undone(test)
        if undone.truth is Truth.YES:
            return None
        truth = aim.makes & ~undone.truth & ~self._guarded(event)
        return Sent(test, fixture, address, event, role.symbol.name, aim.what, aim.place, truth, "" if truth is Truth.YES else "where the request goes cannot be told")

    def _kept(self, test: Test, found: list[Sent], events: list[Event]) -> Iterator[Sent]:
        """Without those that the test wants twice or expects to be refused."""
        if not found:
            return
        expected = list(self._suite.ask(Expectations).of(test))
        texts = [sent.address.text for sent in found]
        for sent in found:
            writes = {id(s.event.call) for s in found if s.address.text == sent.address.text}
            wanted = any(e.covers(sent.event) for e in expected) or len(writes) > 1 or texts.count(sent.address.text) > 1
            if not wanted and not (expected and sent.fixture is None and self._sent_under(expected, sent, events)) and not self._refused(sent, events):
                yield sent

    def _sent_under(self, expected: list[Expectation], sent: Sent, events: list[Event]) -> bool:
        """Whether the same address is part of a call that an expected error covers."""
        for event in events:
            if event.call is not None and event is not sent.event and any(e.covers(event) for e in expected):
                if any(a.text == sent.address.text for argument in event.call.args for a in addresses(argument.value, event.frame, self._values)):
                    return True
        return False

    def _refused(self, sent: Sent, events: list[Event]) -> bool:
        """Whether the test expects an answer that is an error (`assert response.status_code == 409`)."""
        if not sent.symbol or "." not in sent.symbol:
            return False
        scope = sent.event.frame.scope
        for step in scope.body.steps if isinstance(scope, Function) and not sent.store.startswith("the database") else ():
            if step.kind == "assert" and step.value is not None:
                for node in walk(step.value):
                    if isinstance(node, Const) and isinstance(node.value, int) and not isinstance(node.value, bool) and 400 <= node.value < 600:
                        return True
        return False

    def _is_cut(self, test: Test, role: Role, event: Event, events: list[Event]) -> bool:
        """Whether a double replaces something between the test and the store."""
        cuts = self._cuts(test, events)
        if not cuts:
            return False
        ways = [way for at in event.chain() if at.call is not None for way in self._doubles.ways(at.call.func, at.frame)]
        names = [role.symbol.name, *(self._transactions.stores.symbols(role.receiver) if role.receiver is not None else ())]
        scopes = [at.frame.scope for at in event.chain()]
        for cut in cuts:
            match cut.kind:
                case "effect":
                    if cut.owner in (role.symbol.effect, role.symbol.persists):
                        return True
                case "function":
                    if any(scope is cut.owner for scope in scopes):
                        return True
                case "library":
                    if any(name == cut.owner or name.startswith(f"{cut.owner}.") for name in names):
                        return True
                case _:
                    if any(self._doubles.cuts_way(cut, way) for way in ways):
                        return True
                    if isinstance(cut.owner, str) and any(name == cut.owner or name.startswith(f"{cut.owner}.") for name in names):
                        return True
        return False

    def _cuts(self, test: Test, events: list[Event]) -> list[Cut]:
        found: list[Cut] = []
        knowledge = self._context.knowledge
        for event in (*self._runs.decorators(test), *events):
            if event.call is not None and event.callee is not None:
                found += self._doubles.made_by(event.call, event.callee, event.frame)
            elif event.step is not None and event.step.kind == "bind" and event.step.how == "=" and event.step.value is not None and hasattr(event.step.target, "value"):
                found += self._doubles.assigned(event.step.target, event.step.value, event.frame)  # type: ignore[arg-type]
        for use in test.closure:
            known = knowledge.fixture(use.name, knowledge.plugins()) if use.fixture.function is None else None
            if known is not None and known.cuts:
                found += self._doubles.interceptor(known.cuts)
        for name, _ in test.marks:
            marker = knowledge.marker(name)
            if marker is not None and marker.cuts:
                found += self._doubles.interceptor(marker.cuts)
        return found

    def _inserts(self, role: Role, event: Event) -> bool:
        """A statement must be one that adds rows."""
        if not role.method.startswith("exec") and role.method not in ("sql", "query"):
            return True
        call = event.call
        assert call is not None
        given = operand(role.symbol.data[0] if role.symbol.data else "0", call, None)
        return given is not None and statement(given[0], event.frame, self._values) is Does.WRITES

    def _committed(self, role: Role, event: Event, events: list[Event]) -> Truth:
        """Whether what was written is committed: by itself, by the `with` around it, or later through the same connection."""
        if role.symbol.commits or role.symbol.name.startswith(_COMMITS_ITSELF) or role.receiver is None:
            return Truth.YES
        stores = self._transactions.stores
        mine = stores.made_by(role.receiver)
        if any(name.startswith("asyncpg.") for name in stores.symbols(role.receiver)):
            return Truth.YES
        for region, frame in event.regions():
            if region.role == "with" and region.head is not None:
                head = self._values.evaluate(region.head, frame)
                makers = stores.made_by(head)
                opened = [r.symbol for r in roles(self._values.callee(region.head, frame), self._values)] if isinstance(region.head, Call) else []
                if any(s.commits or s.transaction == "transaction" for s in opened) and (makers & mine or not makers):
                    return Truth.YES
                driver = any(s.name.endswith(".connect") and s.transaction == "session" and not s.name.startswith("sqlalchemy") for s in opened)
                if (driver or not isinstance(region.head, Call)) and makers & mine and self._leaves_committed(head):
                    return Truth.YES
        after, unknown = False, False
        for other in events:
            after = after or other is event
            if after and other.call is not None and other is not event:
                for found in roles(other.callee, self._values):
                    if found.symbol.commits and found.receiver is not None:
                        theirs = stores.made_by(found.receiver)
                        if mine & theirs or (not mine and not theirs):
                            return Truth.YES
                        unknown = unknown or not (mine and theirs)
                if other.callee is not None and not other.callee.definitions and isinstance(other.call.func, Attr) and other.call.func.name == "commit":
                    unknown = True
        return Truth.UNKNOWN if unknown else Truth.NO

    def _leaves_committed(self, value: Value) -> bool:
        """Whether leaving the `with` of a connection itself commits (`with sqlite3.connect(…) as c`)."""
        return any(isinstance(t, Instance) and not isinstance(t.type, Class) and t.type.name in ("sqlite3.Connection", "_dbapi.Connection", "psycopg.Connection") for t in value.things)

    def _rolled_back(self, role: Role, undone: Undoing) -> Truth:
        """Whether a rollback around the test holds although the session commits: it is bound to a connection with a transaction or savepoint of its own."""
        begun = [r for r in undone.resets if r.kind is Kind.BEGINS]
        rolled = [r for r in undone.resets if r.kind is Kind.ROLLS_BACK]
        if not begun or role.receiver is None:
            return Truth.NO
        stores = self._transactions.stores
        mine = stores.made_by(role.receiver)
        if any(r.receiver is not None and stores.made_by(r.receiver) & mine and r.event.frame.test is not None for r in begun) and rolled:
            return Truth.YES
        return Truth.UNKNOWN if rolled else Truth.NO

    def _guarded(self, event: Event) -> Truth:
        """UNKNOWN where the write stands in the `with` of something that cannot be followed, or under a condition."""
        for region, frame in event.regions():
            if region.role == "branch":
                return Truth.UNKNOWN
            if region.role == "with" and isinstance(region.head, Call):
                callee = self._values.callee(region.head, frame)
                if not any(True for _ in roles(callee, self._values)) and not any(
                    isinstance(d.target, Function) and self._context.is_test_code(d.target.module.path) for d in callee.definitions
                ):
                    return Truth.UNKNOWN
        return Truth.NO

    def _unique(self, address: Address) -> Truth:
        """Whether the store refuses a second row with the same address: by the column's own declaration, where there is one."""
        if address.owner is None or address.field is None:
            return Truth.UNKNOWN
        for cls in self._context.names.mro(address.owner):
            for step in cls.body.bindings.get(address.field, ()) if isinstance(cls, Class) else ():
                assert isinstance(cls, Class)
                if isinstance(step.value, Call):
                    unique = step.value.keyword("unique") or step.value.keyword("primary_key")
                    if isinstance(unique, Const) and unique.value is True:
                        return Truth.YES
                    text = cls.module.text(cls.start, cls.end).lower()
                    return Truth.UNKNOWN if "unique" in text else Truth.NO
        return Truth.UNKNOWN

    def _starts_server(self, test: Test, events: list[Event]) -> bool:
        """Whether the test or its fixtures start the process that a request goes to."""
        for event in events:
            for role in roles(event.callee, self._values) if event.call is not None else ():
                if role.symbol.opens in _STARTS or role.symbol.effect in ("subprocess", "container", "browser"):
                    return True
        for use in test.closure:
            if use.fixture.origin == "unresolved" or (use.fixture.function is None and use.fixture.effect in ("socket", "subprocess", "container", "http")):
                return True
        return False

    def _all(self, test: Test, events: list[Event]) -> Iterator[Event]:
        yield from events
        for use in test.closure:
            yield from self._runs.teardown(use.fixture, test)

    def _deletes(self, event: Event) -> bool:
        """Whether a request takes something away again."""
        if event.call is None:
            return False
        for role in roles(event.callee, self._values):
            if role.symbol.persists == "http" or role.symbol.effect == "http":
                first = event.call.positional(0)
                if role.method == "delete" or (isinstance(first, Const) and str(first.value).upper() == "DELETE"):
                    return True
        func = event.call.func
        return isinstance(func, Attr | Name) and func.name.lower().startswith(("delete", "remove", "cleanup", "clean_up"))


def _varies(address: Address) -> bool:
    """Whether the literal is only a pattern for addresses."""
    return isinstance(address.expr.value, str) and ADDRESS.fullmatch(address.expr.value) is not None and any(c in address.expr.value for c in "%{}*")


_SENDING = frozenset({"save", "create", "add", "execute", "post", "put", "insert", "register"})
