"""What an application runs for a request of its in-process client: the handlers registered for the path, and what these depend on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from testaudit.analyses.operands import operand
from testaudit.knowledge import Symbol
from testaudit.link.flow import expressions, nested
from testaudit.link.frames import Definition, Frame, Instance
from testaudit.link.linked import Linked
from testaudit.model import Cell
from testaudit.read.facts import (
    Attr,
    Call,
    Class,
    Collection,
    Const,
    Expr,
    Function,
    Index,
    Module,
    Name,
    Param,
    Step,
    Template,
    walk,
)
from testaudit.records import dataclass

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "trace", "websocket"})
_REGISTERS = re.compile(rb"\b(?:get|post|put|patch|delete|\w*route|websocket\w*|add_\w+|on_event|\w*Route)\(|\blifespan\s*=")
"""What a file that registers a handler surely says; most files do not, and are not looked into."""
_INNER_IMPORT = re.compile(rb"^[ \t]+(?:from|import)[ \t]", re.MULTILINE)
_URL = re.compile(r"^\w+://[^/]*")
_BY_NAME = frozenset({"url_path_for", "url_for", "reverse", "app_path"})
DEPENDENCIES = 4
"""So deep the dependencies of dependencies are followed."""

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

    @property
    def says_something(self) -> bool:
        """Whether some part of its path is constant; what is mounted somewhere as `/{id}` may be meant by many paths."""
        return any(self.segments or ())


class Applications:
    """Finds the routes that modules register, each once, and which of them a request means."""

    def __init__(self, context: Linked) -> None:
        self._context = context
        self._values = context.values
        self._names = context.names
        self._knowledge = context.knowledge
        self._registered: dict[Module, tuple[Route, ...]] = {}
        self._imported: dict[Module, tuple[Module, ...]] = {}
        self._known: dict[frozenset[Module], tuple[Route, ...]] = {}

    def answering(self, call: Call, path: str, name: str, frame: Frame) -> tuple[tuple[Function, ...], bool]:
        """The functions that a request runs, dependencies included, and whether it is certain that they do: when several handlers fit
        alike, any of them may. `path` is the operand that names the request's path, `name` the dotted name of the client's method."""
        given = operand(path, call, None)
        if given is None:
            return (), True
        asked = self._asked(given[0], given[1] or frame)
        routes = self._routes(frame) if asked is not None else ()
        verb = name.rpartition(".")[2].removeprefix("simulate_").partition("_")[0]
        meant = _meant(routes, asked, verb if verb in _VERBS else "") if asked is not None else []
        found: dict[Function, None] = {}
        for route in meant:
            found |= dict.fromkeys((route.handler, *self._dependencies(route.handler)))
        vague = not isinstance(asked, str) and bool(asked) and any(not route.says_something for route in meant)
        return tuple(found), len(meant) < 2 and not vague

    def starting(self, frame: Frame) -> Iterator[Function]:
        """The functions that run when the application of a client is started: its lifespan, and what is registered for the event."""
        return (route.handler for route in self._routes(frame) if route.segments is None)

    # ------------------------------------------------------------------------------------------------------- what is asked for

    def _asked(self, expr: Expr, frame: Frame) -> tuple[Segment, ...] | str | None:
        """The parts of the request's path, or the name of the handler that it is made from; None where nothing of it is known."""
        if isinstance(expr, Call) and isinstance(expr.func, Name | Attr) and expr.func.name in _BY_NAME:
            first = expr.positional(0)
            said = self._values.constant(first, frame) if first is not None else None
            return re.split(r"[:.]", said)[-1] if isinstance(said, str) else None
        for thing in self._values.evaluate(expr, frame).things:
            match getattr(thing, "expr", None):
                case Const(value=str() as text):
                    return _segments(text)
                case Template(parts=parts):
                    return _segments("".join(part if isinstance(part, str) else "{}" for part in parts))
                case _:
                    continue
        return None

    # ------------------------------------------------------------------------------------------------- what is registered where

    def _routes(self, frame: Frame) -> tuple[Route, ...]:
        """The routes of all modules that are imported, however far away, by the file of the call, the test's and its fixtures'."""
        homes = {frame.module}
        if frame.test is not None:
            homes |= {frame.test.module, frame.test.function.module}
            homes |= {use.fixture.function.module for use in frame.test.closure if use.fixture.function is not None}
        key = frozenset(homes)
        if key not in self._known:
            self._known[key] = tuple(route for module in self._reached(homes) for route in self._of(module))
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
                steps += (step for function in _functions(module) if "import" in function.words for step in function.body.steps)
            named = (other for step in steps if step.imported is not None for other in self._names.named_by(step.imported, module))
            self._imported[module] = tuple(dict.fromkeys(named))
        return self._imported[module]

    def _of(self, module: Module) -> tuple[Route, ...]:
        if module not in self._registered:
            self._registered[module] = ()
            if _REGISTERS.search(module.source) is not None:
                self._registered[module] = tuple(self._in(module))
        return self._registered[module]

    def _in(self, module: Module) -> Iterator[Route]:
        frame = self._values.module_frame(module)
        yield from self._called(module.body.steps, frame)
        for function in _functions(module):
            if _REGISTERS.search(module.source, function.start, function.end) is not None:
                for inner in (function, *nested(function)):
                    yield from self._decorated(inner)
                yield from self._called(function.body.steps, Frame(function, lexical=frame))

    def _decorated(self, function: Function) -> Iterator[Route]:
        outside = self._values.lexical_frame(Frame(function), function) if function.decorators else None
        for decorator in function.decorators:
            if decorator.call is not None and outside is not None:
                for symbol in self._symbols(decorator.call.func, outside):
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
                    for symbol in self._symbols(call.func, frame):
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
                for verb in sorted(_VERBS):
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
        if verb not in _VERBS:
            verb = handler.name.removeprefix("on_") if isinstance(handler.parent, Class) else ""
        said = name if isinstance(name, str) else handler.name
        own = _segments(path) if isinstance(path, str) else ()
        segments = None if symbol.route is None else (*self._prefix(call.func, frame), *own)
        return Route(segments, verb, re.split(r"[:.]", said)[-1], handler)

    def _prefix(self, func: Expr, frame: Frame) -> tuple[Segment, ...]:
        """What the router says that its paths begin with: `APIRouter(prefix="/items")`."""
        for thing in self._values.evaluate(func.value, frame).things if isinstance(func, Attr) else ():
            if isinstance(thing, Instance) and thing.call is not None and thing.frame is not None:
                given = thing.call.keyword("prefix") or thing.call.keyword("url_prefix")
                said = self._values.constant(given, thing.frame) if given is not None else None
                if isinstance(said, str):
                    return _segments(said)
        return ()

    def _symbols(self, func: Expr, frame: Frame) -> Iterator[Symbol]:
        for name in self._values.evaluate(func, frame).externals:
            symbol = self._knowledge.symbol(name)
            if symbol is not None and symbol.handler is not None:
                yield symbol

    # ------------------------------------------------------------------------------------------------------------ dependencies

    def _dependencies(self, handler: Function, depth: int = 0) -> Iterator[Function]:
        """What a framework calls for a handler's parameters: `db = Depends(get_db)`, `Annotated[Session, Depends(get_db)]`."""
        frame = self._values.lexical_frame(Frame(handler), handler)
        for param in handler.params if depth < DEPENDENCIES else ():
            for call, where in self._given(param, frame):
                for symbol in self._symbols(call.func, where):
                    given = operand(symbol.handler, call, None)
                    for thing in self._values.evaluate(given[0], where).definitions if given is not None else ():
                        if isinstance(thing.target, Function):
                            yield thing.target
                            yield from self._dependencies(thing.target, depth + 1)

    def _given(self, param: Param, frame: Frame) -> Iterator[tuple[Call, Frame]]:
        if isinstance(param.default, Call):
            yield param.default, frame
        annotation, where = param.annotation, frame
        if isinstance(annotation, Name | Attr):  # an alias: `SessionDep = Annotated[…]`
            target = self._names.resolve(annotation, frame.scope)
            if isinstance(target, Cell) and isinstance(target.owner, Module):
                bound = target.owner.body.bindings.get(target.name, [])
                annotation = bound[-1].value if bound else None
                where = self._values.module_frame(target.owner)
        if isinstance(annotation, Index) and isinstance(annotation.key, Collection):
            yield from ((item, where) for item in annotation.key.items if isinstance(item, Call))


def _functions(module: Module) -> Iterator[Function]:
    """The functions of a module and the methods of its classes."""
    yield from module.functions
    for cls in module.classes:
        yield from (step.defined for step in cls.body.steps if isinstance(step.defined, Function))


def _segments(path: str) -> tuple[Segment, ...]:
    """`/items/{id}?x=1` -> `("items", None)`"""
    plain = _URL.sub("", path).partition("?")[0].partition("#")[0]
    return tuple(None if any(mark in part for mark in "{<") or part.startswith(":") else part for part in plain.split("/") if part)


def _meant(routes: Iterable[Route], asked: tuple[Segment, ...] | str, verb: str) -> list[Route]:
    """The routes that a request means: of that name, or those whose path is the end of the asked one (what is mounted where is not
    followed), with as many constant parts as any."""
    if isinstance(asked, str):
        return [route for route in routes if route.name == asked and route.segments is not None]
    best, found = -1, list[Route]()
    for route in routes:
        if (
            route.segments is None
            or (asked and not route.segments)
            or len(route.segments) > len(asked)
            or (verb and route.verb and route.verb != verb)
        ):
            continue
        pairs = list(zip(reversed(route.segments), reversed(asked), strict=False))
        if all(mine == theirs or mine is None or theirs is None for mine, theirs in pairs):
            same = sum(mine == theirs and mine is not None for mine, theirs in pairs)
            if same > best:
                best, found = same, []
            if same == best:
                found.append(route)
    return found
