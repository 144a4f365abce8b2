"""What an SQL statement does, as text or built by SQLAlchemy."""

from __future__ import annotations

import re
from enum import Enum

from testaudit.link.frames import Frame, Instance, Literal
from testaudit.link.values import Values
from testaudit.read.facts import Attr, Const, Expr, Name, Template, walk


class Does(Enum):
    """`EMPTIES` takes rows or tables away, `WRITES` adds or changes rows, `OTHER` does neither (queries, tables made, settings)."""

    WRITES = "writes"
    EMPTIES = "empties"
    OTHER = "other"


_TEXT = (
    (re.compile(r"(?:--[^\n]*\n|\s)*(?:TRUNCATE|DROP|DELETE)\b", re.IGNORECASE), Does.EMPTIES),
    (re.compile(r"(?:--[^\n]*\n|\s)*(?:INSERT|UPDATE|REPLACE|UPSERT|MERGE|COPY)\b", re.IGNORECASE), Does.WRITES),
    (re.compile(r"(?:--[^\n]*\n|\s)*(?:SELECT|WITH|PRAGMA|EXPLAIN|SHOW|SET|CREATE|ALTER|USE|BEGIN|VACUUM|ANALYZE|DESCRIBE|VALUES|COMMENT|GRANT|ATTACH|DETACH|LOAD|INSTALL|SAVEPOINT|RELEASE|LISTEN)\b", re.IGNORECASE), Does.OTHER),
)  # fmt: skip
_BUILDERS = {"insert": Does.WRITES, "update": Does.WRITES, "delete": Does.EMPTIES, "truncate": Does.EMPTIES, "drop": Does.EMPTIES, "select": Does.OTHER}


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
    return _built(expr, frame, values)


def _of_text(text: str) -> Does | None:
    return next((does for pattern, does in _TEXT if pattern.match(text)), None)


def _built(expr: Expr, frame: Frame, values: Values) -> Does | None:
    """`insert(users).values(…)`, `users.delete()`, `text("DELETE …")`: the builder that the expression, or what the local name stands for, begins with."""
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
