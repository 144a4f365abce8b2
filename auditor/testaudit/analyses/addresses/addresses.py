"""What an effect becomes by the address that it goes to and by what carries it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator

from testaudit.analyses.addresses.carriers import carried, carried_by_own
from testaudit.analyses.addresses.leads import leads
from testaudit.analyses.operands import operand
from testaudit.knowledge import Knowledge, Symbol
from testaudit.knowledge.naming import is_capitalised
from testaudit.link.frames import Definition, Frame, Instance, Thing
from testaudit.link.linked import Linked
from testaudit.link.values import Values
from testaudit.model import External
from testaudit.read.facts import Attr, Call, Class, Expr, Name

EMBEDDED = re.compile(r"^(?:sqlite|duckdb|file:|:memory:)", re.IGNORECASE)
SERVER = re.compile(
    r"^(?:postgres|postgis|mysql|mariadb|oracle|mssql|cockroach|redshift|snowflake|clickhouse|trino|presto|db2|ibm_db|firebird|hana|mongodb|redis|cassandra)",
    re.IGNORECASE,
)

MAKERS = 8
"""So many calls are looked at for the address of a database."""

_ENDS = frozenset({"close", "aclose", "stop", "shutdown", "terminate", "kill", "dispose", "disconnect", "quit", "cleanup", "__exit__"})


def is_meant(name: str, knowledge: Knowledge) -> bool:
    """Whether the entry that decides about a name is about it: a wildcard for a whole package means its functions and the clients that it
    lists, not the plain types that it has as well (`openai.types.Message`), and not the end of what something else began (`close`)."""
    entry = knowledge.entry_name(name)
    if entry is None or not entry.endswith("*"):
        return entry is not None
    if _asks_a_double(name, knowledge):
        return False
    parts = knowledge.canonical(name).split(".")
    if parts[-1] in _ENDS:
        return False
    for length in range(entry.count(".") + 1, len(parts) + 1):
        if is_capitalised(parts[length - 1]):
            owner = ".".join(parts[:length])
            listed = knowledge.symbol(owner) if knowledge.entry_name(owner) == owner else None
            return listed is not None and not listed.pure
    return True


def _asks_a_double(name: str, knowledge: Knowledge) -> bool:
    """Whether the method is one that only doubles have (`client.release.assert_called_once()`)."""
    symbol = knowledge.member("unittest.mock.Mock", name.rpartition(".")[2])
    return symbol is not None and (symbol.verifies == "mock" or symbol.rolls_back)


def effect_of(symbol: Symbol, thing: Thing, call: Call, frame: Frame, context: Linked) -> str | None:
    """The effect of one call of a library's symbol: None where what was handed over carries it out without any."""
    effect = symbol.effect
    if symbol.eager and context.workspace.names_any(symbol.eager):
        return None
    maker = making(thing)
    instead = carried(symbol, call, frame, context)
    if instead is None and maker is not None:
        for name in context.values.callee(*maker).externals:
            origin = context.knowledge.symbol(name)
            if origin is not None and origin.through:
                instead = carried(origin, *maker, context)
    if instead is None and effect == "http":
        for receiver in thing.receiver.things if isinstance(thing, Definition) and thing.receiver is not None else ():
            if isinstance(receiver, Instance) and isinstance(receiver.type, Class):
                instead = carried_by_own(receiver.type, context)
    if instead is not None:
        return instead or None
    if effect in ("database", "database-server"):
        return _database(effect, symbol, thing, call, frame, context.values)
    return effect


def _database(effect: str, symbol: Symbol, thing: Thing, call: Call, frame: Frame, values: Values) -> str:
    """Embedded or a server, by the dialect in the address of the call itself, or of those that made its receiver and what they were given
    (a session's engine, an inspector's connection)."""
    pending: deque[tuple[Symbol | None, Thing | None, Call, Frame]] = deque([(symbol, thing, call, frame)])
    seen = {call}
    for _ in range(MAKERS):
        if not pending:
            break
        holder, thing_, at, where = pending.popleft()
        given = operand(holder.address, at, None) if holder is not None else None
        said = _dialect(given[0], given[1] or where, values) if given is not None else None
        if said is not None:
            return said
        for made, inside in (*_making(thing_), *_handed_over(at, where, values)):
            if made not in seen:
                seen.add(made)
                callee = values.callee(made, inside)
                maker = next((s for name in callee.externals if (s := values.knowledge.symbol(name)) is not None), None)
                pending.append((maker, next(iter(callee.things), None), made, inside))
    return effect


def _making(thing: Thing | None) -> Iterator[tuple[Call, Frame]]:
    found = making(thing) if thing is not None else None
    if found is not None:
        yield found


def _handed_over(call: Call, frame: Frame, values: Values) -> Iterator[tuple[Call, Frame]]:
    """The calls that made the objects of libraries which a call is given."""
    for argument in call.args:
        if isinstance(argument.value, Name | Attr | Call):
            for thing in values.evaluate(argument.value, frame).things:
                if isinstance(thing, Instance) and isinstance(thing.type, External) and thing.call is not None and thing.frame is not None:
                    yield thing.call, thing.frame


def _dialect(expr: Expr, frame: Frame, values: Values) -> str | None:
    for lead in leads(expr, frame, values):
        if EMBEDDED.match(lead.text):
            return "database"
        if SERVER.match(lead.text):
            return "database-server"
    return None


def making(thing: Thing) -> tuple[Call, Frame] | None:
    """The call that made the object whose method is called."""
    things: tuple[Instance, ...] = (thing,) if isinstance(thing, Instance) else ()
    if isinstance(thing, Definition) and thing.receiver is not None:
        things = tuple(t for t in thing.receiver.things if isinstance(t, Instance))
    return next(((t.call, t.frame) for t in things if t.call is not None and t.frame is not None), None)
