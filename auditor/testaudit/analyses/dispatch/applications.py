"""What an application runs for a request of its in-process client: the handlers registered for the path, and what these depend on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from testaudit.analyses.dispatch.dependencies import Dependencies
from testaudit.analyses.dispatch.routes import VERBS, Route, Routes, Segment, segments_of
from testaudit.analyses.operands import operand
from testaudit.link.frames import Frame
from testaudit.link.linked import Linked
from testaudit.read.facts import Attr, Call, Const, Expr, Function, Name, Template

_BY_NAME = frozenset({"url_path_for", "url_for", "reverse", "app_path"})


class Applications:
    """Finds the handlers that requests mean."""

    def __init__(self, context: Linked) -> None:
        self._values = context.values
        self._routes = Routes(context)
        self._dependencies = Dependencies(context)

    def answering(self, call: Call, path: str, name: str, frame: Frame) -> tuple[tuple[Function, ...], bool]:
        """The functions that a request runs, dependencies included, and whether it is certain that they do: when several handlers fit
        alike, any of them may. `path` is the operand that names the request's path, `name` the dotted name of the client's method."""
        given = operand(path, call, None)
        if given is None:
            return (), True
        asked = self._asked(given[0], given[1] or frame)
        routes = self._routes.of(frame) if asked is not None else ()
        verb = name.rpartition(".")[2].removeprefix("simulate_").partition("_")[0]
        meant = _meant(routes, asked, verb if verb in VERBS else "") if asked is not None else []
        found: dict[Function, None] = {}
        for route in meant:
            found |= dict.fromkeys((route.handler, *self._dependencies.of(route.handler)))
        return tuple(found), len(meant) < 2

    def starting(self, frame: Frame) -> Iterator[Function]:
        """The functions that run when the application of a client is started: its lifespan, and what is registered for the event."""
        return (route.handler for route in self._routes.of(frame) if route.segments is None)

    def _asked(self, expr: Expr, frame: Frame) -> tuple[Segment, ...] | str | None:
        """The parts of the request's path, or the name of the handler that it is made from; None where nothing of it is known."""
        if isinstance(expr, Call) and isinstance(expr.func, Name | Attr) and expr.func.name in _BY_NAME:
            first = expr.positional(0)
            said = self._values.constant(first, frame) if first is not None else None
            return re.split(r"[:.]", said)[-1] if isinstance(said, str) else None
        for thing in self._values.evaluate(expr, frame).things:
            match getattr(thing, "expr", None):
                case Const(value=str() as text):
                    return segments_of(text)
                case Template(parts=parts):
                    return segments_of("".join(part if isinstance(part, str) else "{}" for part in parts))
                case _:
                    continue
        return None


def _meant(routes: Iterable[Route], asked: tuple[Segment, ...] | str, verb: str) -> list[Route]:
    """The routes that a request means: of that name, or those whose path is the end of the asked one (what is mounted where is not
    followed), with as many constant parts in common as any; none where nothing constant is in common."""
    if isinstance(asked, str):
        return [route for route in routes if route.name == asked and route.segments is not None]
    best, found = 1 if asked else 0, list[Route]()
    for route in routes:
        if route.segments is None or len(route.segments) > len(asked) or (verb and route.verb and route.verb != verb):
            continue
        pairs = list(zip(reversed(route.segments), reversed(asked), strict=False))
        if all(mine == theirs or mine is None or theirs is None for mine, theirs in pairs):
            same = sum(mine == theirs and mine is not None for mine, theirs in pairs)
            if same > best:
                best, found = same, []
            if same == best:
                found.append(route)
    return found
