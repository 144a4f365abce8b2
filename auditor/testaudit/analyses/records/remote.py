"""Requests over a real socket: which server they go to, and whether they make something there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from testaudit.analyses.addresses.addresses import effect_of
from testaudit.analyses.operands import operand
from testaudit.analyses.roles import Role, roles
from testaudit.link.frames import Definition, Frame, Instance, Literal, Value
from testaudit.link.linked import Linked
from testaudit.link.trace import Event
from testaudit.link.values import Values
from testaudit.model import Place, Test, Truth, place_of
from testaudit.read.facts import Attr, Call, Const, Expr, Name, Op, Template
from testaudit.records import dataclass

_LOOKS_UP = re.compile(
    r"log[-_]?(?:in|out)|sign[-_]?in|auth|token|session|verif|valid|search|look[-_]?up|quer|check|reset|forgot|refresh|/me\b|unsubscribe|/mock|expectation",
    re.IGNORECASE,
)
"""Paths that take an address without making anything of it."""
_NOBODY_STORES = re.compile(
    r"httpbin|postman-echo|reqres\.in|jsonplaceholder|example\.(?:com|org|net)|\.(?:test|invalid|example)(?:[:/]|$)|testserver|webhook\.site",
    re.IGNORECASE,
)
"""Hosts that stand for no server, or for one that only answers."""
_STARTS = frozenset({"process", "server", "container", "thread", "browser"})
_HOST = re.compile(r"https?://[^/{}]+", re.IGNORECASE)


@dataclass(slots=True, frozen=True, eq=False)
class Target:
    """Where a request goes: whether it makes something on a server of its own, and in which words."""

    makes: Truth
    what: str
    place: Place | None = None


def target(role: Role, event: Event, context: Linked) -> Target | None:
    """What the request that an event makes does to the server; None when it is no real HTTP or only reads there."""
    call, values = event.call, context.values
    assert call is not None
    if effect_of(role.symbol, role.thing, call, event.frame, context) != "http":
        return None
    method = role.method.lower()
    if method in ("request", "stream", "fetch", "send", "urlopen"):
        first = call.argument(0, "method")
        named = values.evaluate(first, event.frame).constants if first is not None else ()
        method = str(named[0]).lower() if len(named) == 1 and method in ("request", "stream") else "?"
    if method in ("get", "head", "options", "delete", "patch"):
        return None
    given = operand(role.symbol.address, call, event.callee)
    text = "".join(_texts(given[0], given[1] or event.frame, values)) if given is not None else ""
    base, place = _base(role.thing, values)
    url = text if _HOST.match(text) else base + text
    if _LOOKS_UP.search(_HOST.sub("", url)) or _NOBODY_STORES.search(url):
        return None
    host = _HOST.match(url)
    makes = Truth.of(method in ("post", "put")) if host is not None and text and method != "?" else Truth.UNKNOWN
    return Target(makes, f"the server at {host[0]}" if host is not None else "a server that cannot be told", place)


def _texts(expr: Expr, frame: Frame, values: Values, depth: int = 0) -> Iterator[str]:
    """The text of a URL as far as it can be told; what cannot is left out."""
    if depth > 6:
        return
    if isinstance(expr, Op) and expr.op == "+":
        for part in expr.operands:
            yield from _texts(part, frame, values, depth + 1)
        return
    for thing in values.evaluate(expr, frame).things:
        match thing:
            case Literal(expr=Const(value=str() as text)):
                yield text
                return
            case Literal(expr=Template(parts=parts)):
                for piece in parts:
                    if isinstance(piece, str):
                        yield piece
                    else:
                        yield from _texts(piece, thing.frame, values, depth + 1)
                return
            case _:
                pass


def _base(thing: object, values: Values) -> tuple[str, Place | None]:
    """The base address of the client whose method is called."""
    receiver = thing.receiver if isinstance(thing, Definition) else None
    for maker in receiver.things if isinstance(receiver, Value) else ():
        if isinstance(maker, Instance) and isinstance(maker.call, Call) and maker.frame is not None:
            for role in roles(values.callee(maker.call, maker.frame), values):
                given = operand(role.symbol.address, maker.call, None)
                if given is not None:
                    text = "".join(_texts(given[0], given[1] or maker.frame, values))
                    return text, place_of(maker.frame.module, maker.call.start, maker.call.end)
    return "", None


def starts_server(test: Test, events: Iterable[Event], values: Values) -> bool:
    """Whether the test or its fixtures start the process that a request goes to."""
    for event in events:
        for role in roles(event.callee, values) if event.call is not None else ():
            if role.symbol.opens in _STARTS or role.symbol.effect in ("subprocess", "container", "browser"):
                return True
    effects = [use.fixture.effect for use in test.closure if use.fixture.function is None]
    known = any(effect in ("socket", "subprocess", "container", "http") for effect in effects)
    return known or any(use.fixture.origin == "unresolved" for use in test.closure)


def deletes(event: Event, values: Values) -> bool:
    """Whether a call takes something away again: a request that deletes, or a helper named so."""
    if event.call is None:
        return False
    for role in roles(event.callee, values):
        first = event.call.positional(0)
        over_http = role.symbol.persists == "http" or role.symbol.effect == "http"
        if over_http and (role.method == "delete" or (isinstance(first, Const) and str(first.value).upper() == "DELETE")):
            return True
    func = event.call.func
    return isinstance(func, Attr | Name) and func.name.lower().startswith(("delete", "remove", "cleanup", "clean_up"))
