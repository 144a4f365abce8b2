"""Which handlers an application registers, and for which paths."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from testaudit.analyses.operands import operand
from testaudit.knowledge import Symbol
from testaudit.link.flow import expressions, nested
from testaudit.link.frames import Definition, Frame, Instance
from testaudit.link.linked import Linked
from testaudit.read.definitions import functions_of
from testaudit.read.facts import Attr, Call, Class, Expr, Function, Module, Name, Step, walk
from testaudit.records import dataclass

VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "trace", "websocket"})
_REGISTERS = re.compile(rb"\b(?:get|post|put|patch|delete|\w*route|websocket\w*|add_\w+|on_event|\w*Route)\(|\blifespan\s*=")
"""What a file that registers a handler surely says; most files do not, and are not looked into."""
_INNER_IMPORT = re.compile(rb"^[ \t]+(?:from|import)[ \t]", re.MULTILINE)
_URL = re.compile(r"^\w+://[^/]*")

Segment = str | None
"""One part of a path; None for what only the run knows (`{id}`, `<int:id>`, an expression)."""


@dataclass(slots=True, frozen=True)
class Route:
    """One registered handler: the end of its path (None: it runs when the application starts or ends), the verb that it answers (empty:
    any, or not known) and its name."""

    segments: tuple[Segment, ...] | None
    verb: str
    name: str
    handler: Function


class Routes:
    """Finds what modules register, each once."""

    def __init__(self, context: Linked) -> None:
        self._context = context
        self._values = context.values
        self._names = context.names
        self._registered: dict[Module, tuple[Route, ...]] = {}
        self._imported: dict[Module, tuple[Module, ...]] = {}
        self._known: dict[frozenset[Module], tuple[Route, ...]] = {}

    def of(self, frame: Frame) -> tuple[Route, ...]:
        """The routes of all modules that are imported, however far away, by the file of the call, the test's and its fixtures'."""
        homes = {frame.module}
        if frame.test is not None:
            homes |= {frame.test.module, frame.test.function.module}
            homes |= {use.fixture.function.module for use in frame.test.closure if use.fixture.function is not None}
        key = frozenset(homes)
        if key not in self._known:
            self._known[key] = tuple(route for module in self._reached(homes) for route in self._registered_in(module))
        return self._known[key]

    def _reached(self, homes: Iterable[Module]) -> list[Module]:
        found = sorted(homes, key=lambda module: module.path)
        seen = set(found)
        for module in found:  # grows meanwhile
            for other in self._imports(module):
                if other not in seen:
                    seen.add(other)
                    found.append(other)
        return found

    def _imports(self, module: Module) -> tuple[Module, ...]:
        if module not in self._imported:
            steps = list(module.body.steps)
            if _INNER_IMPORT.search(module.source) is not None:
                steps += (step for function in functions_of(module) if "import" in function.words for step in function.body.steps)
            named = (other for step in steps if step.imported is not None for other in self._names.named_by(step.imported, module))
            self._imported[module] = tuple(dict.fromkeys(named))
        return self._imported[module]

    def _registered_in(self, module: Module) -> tuple[Route, ...]:
        if module not in self._registered:
            self._registered[module] = ()
            if _REGISTERS.search(module.source) is not None:
                self._registered[module] = tuple(self._in(module))
        return self._registered[module]

    def _in(self, module: Module) -> Iterator[Route]:
        frame = self._values.module_frame(module)
        yield from self._called(module.body.steps, frame)
        for function in functions_of(module):
            if _REGISTERS.search(module.source, function.start, function.end) is not None:
                for inner in (function, *nested(function)):
                    yield from self._decorated(inner)
                yield from self._called(function.body.steps, Frame(function, lexical=frame))

    def _decorated(self, function: Function) -> Iterator[Route]:
        outside = self._values.lexical_frame(Frame(function), function) if function.decorators else None
        for decorator in function.decorators:
            if decorator.call is not None and outside is not None:
                for symbol in registering(self._context, decorator.call.func, outside):
                    if symbol.handler == "decorated":
                        yield self._route(symbol, decorator.call, outside, function)

    def _called(self, steps: Iterable[Step], frame: Frame) -> Iterator[Route]:
        """Handlers that are handed to a call: `app.add_url_rule("/x", view_func=f)`, `Route("/x", f)`."""
        for step in steps:
            for expr in expressions(step):
                for call in walk(expr):
                    if not isinstance(call, Call) or not call.args or not isinstance(call.func, Name | Attr):
                        continue
                    if _REGISTERS.search(f"{call.func.name}(".encode()) is None and call.keyword("lifespan") is None:
                        continue
                    for symbol in registering(self._context, call.func, frame):
                        given = operand(symbol.handler, call, None) if symbol.handler not in (None, "decorated") else None
                        for function in self._functions(given[0], frame) if given is not None else ():
                            yield self._route(symbol, call, frame, function)

    def _functions(self, expr: Expr, frame: Frame) -> Iterator[Function]:
        """The functions that a handler's expression means: itself, or those of a class that are called like verbs."""
        if isinstance(expr, Call) and isinstance(expr.func, Attr) and expr.func.name in ("as_view", "as_asgi"):
            expr = expr.func.value
        for thing in self._values.evaluate(expr, frame).things:
            target = thing.target if isinstance(thing, Definition) else getattr(thing, "type", None)
            if isinstance(target, Function):
                yield target
            elif isinstance(target, Class):
                for verb in sorted(VERBS):
                    for name in (verb, f"on_{verb}"):
                        found = self._names.attribute(target, name, instance=False)
                        if isinstance(found, Function):
                            yield found

    def _route(self, symbol: Symbol, call: Call, frame: Frame, handler: Function) -> Route:
        given = operand(symbol.route, call, None)
        path = self._values.constant(given[0], frame) if given is not None else None
        named = call.keyword("name") or call.keyword("endpoint")
        name = self._values.constant(named, frame) if named is not None else None
        verb = symbol.name.rpartition(".")[2].removeprefix("add_")
        if verb not in VERBS:
            verb = handler.name.removeprefix("on_") if isinstance(handler.parent, Class) else ""
        said = name if isinstance(name, str) else handler.name
        own = segments_of(path) if isinstance(path, str) else ()
        segments = None if symbol.route is None else (*self._prefix(call.func, frame), *own)
        return Route(segments, verb, re.split(r"[:.]", said)[-1], handler)

    def _prefix(self, func: Expr, frame: Frame) -> tuple[Segment, ...]:
        """What the router says that its paths begin with: `APIRouter(prefix="/items")`."""
        for thing in self._values.evaluate(func.value, frame).things if isinstance(func, Attr) else ():
            if isinstance(thing, Instance) and thing.call is not None and thing.frame is not None:
                given = thing.call.keyword("prefix") or thing.call.keyword("url_prefix")
                said = self._values.constant(given, thing.frame) if given is not None else None
                if isinstance(said, str):
                    return segments_of(said)
        return ()


def registering(context: Linked, func: Expr, frame: Frame) -> Iterator[Symbol]:
    """What is known of a callee that registers a handler, or something that a handler depends on."""
    for name in context.values.evaluate(func, frame).externals:
        symbol = context.knowledge.symbol(name)
        if symbol is not None and symbol.handler is not None:
            yield symbol


def segments_of(path: str) -> tuple[Segment, ...]:
    """`/items/{id}?x=1` -> `("items", None)`"""
    plain = _URL.sub("", path).partition("?")[0].partition("#")[0]
    return tuple(None if any(mark in part for mark in "{<") or part.startswith(":") else part for part in plain.split("/") if part)
