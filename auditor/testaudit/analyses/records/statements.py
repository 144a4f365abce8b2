"""What an SQL statement does, as text or built by SQLAlchemy."""

from __future__ import annotations

import re
from enum import Enum

from testaudit.analyses.operands import operand
from testaudit.analyses.roles import Role
from testaudit.link.frames import Frame, Instance, Literal
from testaudit.link.trace import Event
from testaudit.link.values import Values
from testaudit.read.facts import Attr, Const, Expr, Name, Template, walk


class Does(Enum):
    """`EMPTIES` takes rows or tables away, `WRITES` adds or changes rows, `OTHER` does neither (queries, tables made, settings)."""

    WRITES = "writes"
    EMPTIES = "empties"
    OTHER = "other"


_FIRST_WORD = re.compile(r"(?:--[^\n]*\n|\s)*(\w+)")
_WORDS = {
    Does.EMPTIES: "TRUNCATE DROP DELETE",
    Does.WRITES: "INSERT UPDATE REPLACE UPSERT MERGE COPY",
    Does.OTHER: (
        "SELECT WITH PRAGMA EXPLAIN SHOW SET CREATE ALTER USE BEGIN VACUUM ANALYZE DESCRIBE VALUES COMMENT GRANT ATTACH DETACH LOAD "
        "INSTALL SAVEPOINT RELEASE LISTEN"
    ),
}
_DOES = {word: does for does, words in _WORDS.items() for word in words.split()}
_BUILDERS = {
    "insert": Does.WRITES,
    "update": Does.WRITES,
    "delete": Does.EMPTIES,
    "truncate": Does.EMPTIES,
    "drop": Does.EMPTIES,
    "select": Does.OTHER,
}


STATEMENTS = frozenset({
    "execute", "executemany", "executescript", "exec", "exec_driver_sql", "sql", "query", "execute_many", "execute_insert", "copy",
    "copy_expert", "callproc", "execute_values", "execute_batch",
})  # fmt: skip
"""Methods that run a statement, whatever it does."""


def statement_of(role: Role, event: Event, values: Values) -> Does | None:
    """What the statement that a traced call runs does."""
    assert event.call is not None
    given = operand(role.symbol.data[0] if role.symbol.data else "0", event.call, None)
    return statement(given[0], event.frame, values) if given is not None else None


def statement(expr: Expr | None, frame: Frame, values: Values) -> Does | None:
    """What running the statement `expr` does, None where it cannot be told."""
    if expr is None:
        return None
    for thing in values.evaluate(expr, frame).things:
        match thing:
            case Literal(expr=Const(value=str() as text)):
                return _of_text(text)
            case Literal(expr=Template(parts=(str() as text, *_))):
                return _of_text(text)
            case Instance(call=call, frame=made) if call is not None and made is not None and call.positional(0) is not None:
                return statement(call.positional(0), made, values)
            case _:
                pass
    return _built(expr, frame)


def _of_text(text: str) -> Does | None:
    found = _FIRST_WORD.match(text)
    return _DOES.get(found[1].upper()) if found is not None else None


def _built(expr: Expr, frame: Frame) -> Does | None:
    """`insert(users).values(…)`, `users.delete()`: by the first builder in the expression, or in what the local name stands for."""
    if isinstance(expr, Name):
        steps = frame.scope.body.bindings.get(expr.name, ())
        if len(steps) != 1 or steps[0].how != "=" or steps[0].value is None:
            return None
        expr = steps[0].value
    for node in walk(expr):
        if isinstance(node, Name | Attr) and node.name in _BUILDERS:
            return _BUILDERS[node.name]
        if isinstance(node, Const) and isinstance(node.value, str) and (does := _of_text(node.value)) is not None:
            return does
    return None
