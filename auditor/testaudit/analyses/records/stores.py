"""Which database a handle (engine, session, connection, cursor) leads to, and whether that outlives a test."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testaudit.analyses.addresses.addresses import EMBEDDED, SERVER
from testaudit.analyses.operands import operand
from testaudit.analyses.roles import roles
from testaudit.knowledge import Symbol
from testaudit.link.frames import Definition, Frame, Instance, Literal, Thing, Value
from testaudit.link.values import Values
from testaudit.model import External, Place, Truth, place_of
from testaudit.read.facts import Call, Class, Const, Expr, Template
from testaudit.records import dataclass

_MEMORY = re.compile(r"^(?:[\w+]+://)?/?$|:memory:|mode=memory", re.IGNORECASE)
_GIVEN_FROM_OUTSIDE = ("os.environ", "os.getenv", "os.environ.get", "os.environ.setdefault")
_LIMIT = 40


@dataclass(slots=True, frozen=True, eq=False)
class Store:
    """A database behind a handle: whether rows in it outlive the test, and in which words and at which place the source says so."""

    lasts: Truth
    what: str
    place: Place | None = None


UNKNOWN = Store(Truth.UNKNOWN, "a database that cannot be told")


@dataclass(slots=True, eq=False)
class Stores:
    """Follows handles to where they come from."""

    values: Values

    def origins(self, value: Value) -> Iterator[Instance]:
        """The objects that a handle was made from, itself first: a cursor's connection, a session's sessionmaker, its engine."""
        pending: list[Thing] = list(value.things)
        seen: set[int] = set()
        while pending and len(seen) < _LIMIT:
            thing = pending.pop(0)
            if not isinstance(thing, Instance):
                continue
            if thing.call is None or thing.frame is None:
                yield thing
                continue
            if id(thing.call) in seen:
                continue
            seen.add(id(thing.call))
            yield thing
            callee = self.values.callee(thing.call, thing.frame)
            for maker in callee.things:
                if isinstance(maker, Definition) and maker.receiver is not None:
                    pending.extend(maker.receiver.things)
                elif isinstance(maker, Instance):
                    pending.append(maker)
            pending.extend(self._handed_over(thing.call, thing.frame))

    def made_by(self, value: Value) -> frozenset[int]:
        """The identities of the calls that made a handle and what it comes from."""
        return frozenset(id(origin.call) for origin in self.origins(value) if origin.call is not None)

    def store(self, value: Value) -> Store:
        """The database that a handle leads to."""
        for origin in self.origins(value):
            if origin.call is None or origin.frame is None:
                continue
            for role in roles(self.values.callee(origin.call, origin.frame), self.values):
                if role.symbol.address is not None:
                    return self._addressed(role.symbol, origin.call, origin.frame)
        return UNKNOWN

    def symbols(self, value: Value) -> Iterator[str]:
        """The names of the library symbols that made a handle and what it comes from."""
        for origin in self.origins(value):
            if origin.call is not None and origin.frame is not None:
                yield from (role.symbol.name for role in roles(self.values.callee(origin.call, origin.frame), self.values))

    # ----------------------------------------------------------------------------------------------------------- private

    def _handed_over(self, call: Call, frame: Frame) -> Iterator[Thing]:
        for argument in call.args:
            if isinstance(argument.value, Const | Template):
                continue
            for thing in self.values.evaluate(argument.value, frame).things:
                if isinstance(thing, Instance) and (isinstance(thing.type, Class) or self._is_handle(thing)):
                    yield thing

    def _is_handle(self, thing: Instance) -> bool:
        if not isinstance(thing.type, External):
            return False
        known = [self.values.knowledge.symbol(thing.type.name)]
        if thing.call is not None and thing.frame is not None:
            known += [role.symbol for role in roles(self.values.callee(thing.call, thing.frame), self.values)]
        return any(symbol is not None and (symbol.transaction is not None or symbol.address is not None) for symbol in known)

    def _addressed(self, symbol: Symbol, call: Call, frame: Frame) -> Store:
        place = place_of(frame.module, call.start, call.end)
        given = operand(symbol.address, call, None)
        if given is None:
            if symbol.effect == "database-server":
                fixed = all(not a.spread and self._fixed(a.value, frame) for a in call.args)
                return Store(Truth.of(fixed) if fixed else Truth.UNKNOWN, "a database server", place)
            return Store(Truth.UNKNOWN if any(a.spread for a in call.args) else Truth.NO, "a database in memory", place)
        expr, where = given[0], given[1] or frame
        text = self._text(expr, where)
        server = symbol.effect == "database-server" or (text is not None and SERVER.match(text) is not None)
        if server:
            rest = all(not a.spread and self._fixed(a.value, frame) for a in call.args)
            return Store(Truth.YES if rest and self._fixed(expr, where) else Truth.UNKNOWN, "a database server", place)
        if text is None or not self._fixed(expr, where):
            return Store(Truth.UNKNOWN, "a database whose address cannot be told", place)
        if _MEMORY.search(text) or text == "":
            return Store(Truth.NO, "a database in memory", place)
        if EMBEDDED.match(text) or "://" not in text:
            return Store(Truth.YES, f"the database file `{re.split(':/{2,3}', text)[-1]}`", place)
        return Store(Truth.UNKNOWN, "a database whose address cannot be told", place)

    def _text(self, expr: Expr, frame: Frame) -> str | None:
        """The text of an address, or what an interpolated one begins with."""
        for thing in self.values.evaluate(expr, frame).things:
            match thing:
                case Literal(expr=Const(value=str() as text)):
                    return text
                case Literal(expr=Template(parts=(str() as text, *_))):
                    return text
                case Instance(call=Call() as call, frame=Frame() as made) if call.positional(0) is not None:
                    first = call.positional(0)
                    return self._text(first, made) if first is not None else None
                case _:
                    pass
        return None

    def _fixed(self, expr: Expr, frame: Frame) -> bool:
        """Whether a part of an address is written in the source, or given to the whole run from outside: the same for every test."""
        if isinstance(expr, Call) and any(n in _GIVEN_FROM_OUTSIDE for n in self.values.callee(expr, frame).externals):
            return True
        value = self.values.evaluate(expr, frame)
        if any(isinstance(p.cell.owner, External) and p.cell.owner.name == "os.environ" for p in value.paths):
            return True
        if not value.things or value.why is not None:
            return False
        for thing in value.things:
            match thing:
                case Literal(expr=Const()):
                    continue
                case Literal(expr=Template() as template):
                    if not all(isinstance(part, str) or self._fixed(part, thing.frame) for part in template.parts):
                        return False
                case Instance(type=External(name=name)) if name in ("builtins.bool", "builtins.int"):
                    continue
                case _:
                    return False
        return True
