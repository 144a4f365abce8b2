"""What an effect becomes by the address that it goes to and by what carries it."""

from __future__ import annotations

import re

from testaudit.analyses.carriers import carried, carried_by_own
from testaudit.analyses.operands import operand
from testaudit.knowledge import Knowledge, Symbol
from testaudit.knowledge.naming import is_capitalised
from testaudit.link.frames import Definition, Frame, Instance, Literal, Thing, Value
from testaudit.link.linked import Linked
from testaudit.link.values import Values
from testaudit.read.facts import Call, Class, Const, Template

EMBEDDED = re.compile(r"^(?:sqlite|duckdb|file:|:memory:)", re.IGNORECASE)
SERVER = re.compile(
    r"^(?:postgres|postgis|mysql|mariadb|oracle|mssql|cockroach|redshift|snowflake|clickhouse|trino|presto|db2|ibm_db|firebird|hana|mongodb|redis|cassandra)",
    re.IGNORECASE,
)

DEPTH = 4

_ENDS = frozenset({"close", "aclose", "stop", "shutdown", "terminate", "kill", "dispose", "disconnect", "quit", "cleanup", "__exit__"})


def is_meant(name: str, knowledge: Knowledge) -> bool:
    """Whether the entry that decides about a name is about it: a wildcard for a whole package means its functions and the clients that it
    lists, not the plain types that it has as well (`openai.types.Message`), and not the end of what something else began (`close`)."""
    entry = knowledge.entry_name(name)
    if entry is None or not entry.endswith("*"):
        return entry is not None
    parts = knowledge.canonical(name).split(".")
    if parts[-1] in _ENDS:
        return False
    for length in range(entry.count(".") + 1, len(parts) + 1):
        if is_capitalised(parts[length - 1]):
            owner = ".".join(parts[:length])
            listed = knowledge.symbol(owner) if knowledge.entry_name(owner) == owner else None
            return listed is not None and not listed.pure
    return True


def effect_of(symbol: Symbol, thing: Thing, call: Call, frame: Frame, context: Linked) -> str | None:
    """The effect of one call of a library's symbol: None where what was handed over carries it out without any."""
    effect = symbol.effect
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
    """Embedded or a server, by the dialect in the address of the call itself or of the one that made its receiver."""
    maker = (call, frame)
    holder: Symbol | None = symbol
    for _ in range(DEPTH):
        if holder is not None and holder.address is not None:
            given = operand(holder.address, maker[0], None)
            if given is not None:
                said = _dialect(values.evaluate(given[0], given[1] or maker[1]))
                if said is not None:
                    return said
        before = making(thing)
        if before is None or before == maker:
            break
        maker = before
        callee = values.callee(*maker)
        holder = next((s for name in callee.externals if (s := values.knowledge.symbol(name)) is not None), None)
        thing = next(iter(callee.things), thing)
    return effect


def _dialect(value: Value) -> str | None:
    for thing in value.things:
        if isinstance(thing, Literal):
            text = thing.expr.value if isinstance(thing.expr, Const) else None
            if isinstance(thing.expr, Template) and thing.expr.parts and isinstance(thing.expr.parts[0], str):
                text = thing.expr.parts[0]
            if isinstance(text, str):
                if EMBEDDED.match(text):
                    return "database"
                if SERVER.match(text):
                    return "database-server"
    return None


def making(thing: Thing) -> tuple[Call, Frame] | None:
    """The call that made the object whose method is called."""
    things: tuple[Instance, ...] = (thing,) if isinstance(thing, Instance) else ()
    if isinstance(thing, Definition) and thing.receiver is not None:
        things = tuple(t for t in thing.receiver.things if isinstance(t, Instance))
    return next(((t.call, t.frame) for t in things if t.call is not None and t.frame is not None), None)
