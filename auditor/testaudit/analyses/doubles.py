"""What test doubles and interceptors cut: which way from code to code is replaced, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from testaudit.knowledge import Symbol
from testaudit.knowledge.schema import EFFECTS
from testaudit.link.flow import reaching
from testaudit.link.frames import Definition, Frame, Instance, Literal, Value
from testaudit.link.linked import Linked
from testaudit.model import Cell, External, Target
from testaudit.read.facts import Attr, Await, Call, Class, Collection, Expr, Function, Index, Module, Name, Op, Spread, Step, targets

Owner = Module | Class | Function | str
Way = tuple[Owner, str]
"""How code gets at something: a name in a module or class, or (with an empty name) the dotted name of a library's attribute."""

# What a library's own code goes through: whoever replaces the first replaces the effect of the second.
_INSIDE = (
    ("subprocess.Popen", "subprocess"),
    ("subprocess.run", "subprocess.check_output"),
    ("requests.Session", "requests"),
    ("requests.sessions", "requests"),
    ("requests.adapters", "requests"),
    ("requests.request", "requests"),
    ("requests.api.request", "requests"),
    ("httpx.Client", "httpx"),
    ("httpx.AsyncClient", "httpx"),
    ("httpx.HTTPTransport", "httpx"),
    ("httpx.AsyncHTTPTransport", "httpx"),
    ("aiohttp.ClientSession", "aiohttp"),
    ("aiohttp.client", "aiohttp"),
    ("urllib3", "requests"),
    ("urllib3", "urllib3"),
    ("urllib.request.urlopen", "urllib.request"),
    ("urllib.request.OpenerDirector", "urllib.request"),
    ("smtplib.SMTP", "smtplib"),
    ("botocore.client.BaseClient", "boto3"),
    ("botocore.client.BaseClient", "botocore"),
    ("boto3.Session", "boto3"),
    ("boto3.session", "boto3"),
    ("asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"),
)
_SOCKETS = ("socket.socket", "socket.create_connection")
_NO_CUT = frozenset({"spy", "dict"})


@dataclass(slots=True, frozen=True)
class Cut:
    """One thing that is replaced. `kind`: `way` (a name of a module or class, or a library's attribute looked up at run time), `function`
    (this function
    however it is reached), `library` (a dotted name with all below it, however it is reached) or `effect`."""

    kind: str
    owner: Owner
    name: str = ""


@dataclass(slots=True, frozen=True, eq=False)
class Extent:
    """Where a cut is in force: from `start` to `end` in the code that makes it; `lasting` ones are in force for whoever ran that code,
    too."""

    start: int
    end: int
    cut: Cut
    lasting: bool = False


class Doubles:
    """Finds cuts, and says whether one cuts a way."""

    def __init__(self, context: Linked) -> None:
        self._context = context
        self._values = context.values
        self._names = context.names
        self._knowledge = context.knowledge

    # ------------------------------------------------------------------------------------------------------- what is cut

    def made_by(self, expr: Expr, callee: Value, frame: Frame) -> tuple[Cut, ...]:
        """What calling (or decorating with) something cuts."""
        found: list[Cut] = []
        for name in callee.externals:
            symbol = self._knowledge.symbol(name)
            if symbol is None:
                continue
            found += self.interceptor(symbol.cuts)
            if isinstance(expr, Call) and name.startswith("flexmock."):
                found += self._flexible(expr, name, frame)
            if isinstance(expr, Call) and name.rpartition(".")[2] in ("setitem", "dict"):
                found += self._replaced_modules(expr, name, frame)
            if (
                symbol.doubles is not None
                and isinstance(expr, Call)
                and name.rpartition(".")[2] not in _NO_CUT
                and expr.keyword("wraps") is None
            ):
                found += self._doubled(symbol, expr, frame)
        return tuple(found)

    def interceptor(self, cuts: tuple[str, ...]) -> Iterator[Cut]:
        """The cuts of an entry's `cuts`: effects and dotted names."""
        for cut in cuts:
            yield Cut("effect", cut) if cut in EFFECTS else Cut("library", self._knowledge.canonical(cut))

    def assigned(self, target: Attr | Index, value: Expr, frame: Frame) -> Iterator[Cut]:
        """`module.name = Mock()`, `instance.method = Mock()` and `app.dependency_overrides[get_db] = …`"""
        if isinstance(target, Index):
            if isinstance(target.value, Attr) and target.value.name == "dependency_overrides":
                for definition in self._values.evaluate(target.key, frame).definitions:
                    if isinstance(definition.target, Function):
                        yield Cut("function", definition.target)
            elif "sys.modules" in self._symbols(target.value, frame):
                yield from self._modules(self._values.evaluate(target.key, frame))
        elif self.is_double(self._values.evaluate(value, frame)):
            yield from self._attribute(self._values.evaluate(target.value, frame), target.name)

    def injected(self, call: Call, callee: Value, frame: Frame) -> Iterator[Cut]:
        """The attributes of an object that hold a double because its constructor was given one."""
        given = (a for a in call.args if not a.spread and isinstance(a.value, Name | Attr | Call))
        doubled = [argument for argument in given if self.is_double(self._values.evaluate(argument.value, frame))]
        if not doubled:
            return
        for definition in callee.definitions:
            cls = definition.target
            init = self._names.attribute(cls, "__init__", instance=True) if isinstance(cls, Class) else None
            if not isinstance(cls, Class) or not isinstance(init, Function):
                continue
            positional = [a for a in call.args if a.name is None and not a.spread]
            parameters = [p.name for p in init.params if p.kind in ("positional-only", "positional")][1:]
            for argument in doubled:
                name = argument.name
                if name is None:
                    index = positional.index(argument)
                    name = parameters[index] if index < len(parameters) else None
                if name is not None:
                    for attribute in _held(init, name):
                        yield Cut("way", cls, attribute)

    def is_double(self, value: Value) -> bool:
        """Whether a value is a test double: of a library, or an object of a class, or a function, that the tests define for themselves."""
        for thing in value.things:
            match thing:
                case Instance(type=External(name=name)):
                    symbol = self._knowledge.symbol(name)
                    if symbol is not None and symbol.makes_double:
                        return True
                case Instance(type=Class() as cls) if self._context.is_test_code(cls.module.path):
                    return not any(isinstance(base, External) and self._touches(base.name) for base in self._names.mro(cls))
                case Definition(target=Function() as function) if self._context.is_test_code(function.module.path):
                    return True
                case _:
                    continue
        return False

    def _touches(self, name: str) -> bool:
        symbol = self._knowledge.symbol(name)
        return symbol is not None and (symbol.effect is not None or symbol.opens is not None)

    def _symbols(self, expr: Expr, frame: Frame) -> tuple[str, ...]:
        """The names of the library variables that an expression stands for."""
        return tuple(
            p.cell.owner.name for p in self._values.evaluate(expr, frame).paths if isinstance(p.cell.owner, External) and not p.keys
        )

    def _modules(self, names: Value) -> Iterator[Cut]:
        """Cuts of whole libraries, by the names under which something else stands in `sys.modules`."""
        for name in names.constants:
            if isinstance(name, str):
                yield Cut("library", self._knowledge.canonical(name))

    def _replaced_modules(self, call: Call, name: str, frame: Frame) -> Iterator[Cut]:
        """`monkeypatch.setitem(sys.modules, "x", fake)` and `patch.dict("sys.modules", {"x": fake})`"""
        first, second = call.positional(0), call.positional(1)
        if first is None or second is None:
            return
        if "sys.modules" not in (*self._symbols(first, frame), *self._values.evaluate(first, frame).constants):
            return
        value = self._values.evaluate(second, frame)
        if name.endswith(".setitem"):
            yield from self._modules(value)
        for thing in value.things:
            if isinstance(thing, Literal) and isinstance(thing.expr, Collection):
                for key in thing.expr.keys:
                    if key is not None:
                        yield from self._modules(self._values.evaluate(key, thing.frame))

    def _doubled(self, symbol: Symbol, call: Call, frame: Frame) -> Iterator[Cut]:
        first, second = call.positional(0), call.positional(1)
        if first is None:
            first = call.keyword("target")
        if first is None:
            return
        value = self._values.evaluate(first, frame)
        strings = [c for c in value.constants if isinstance(c, str)]
        if (
            symbol.doubles is not None
            and "." in symbol.doubles
            and second is not None
            and not (strings and call.positional(2) is None and symbol.name.endswith("setattr"))
        ):
            names = [c for c in self._values.evaluate(second, frame).constants if isinstance(c, str)]
            for name in names:
                for text in strings:
                    yield from self._dotted(f"{text}.{name}", frame)
                yield from self._attribute(value, name)
        elif symbol.name.endswith(".multiple"):
            for argument in call.args:
                if argument.name is not None and argument.name != "target":
                    for text in strings:
                        yield from self._dotted(f"{text}.{argument.name}", frame)
                    yield from self._attribute(value, argument.name)
        else:
            for text in strings:
                yield from self._dotted(text, frame)

    def _flexible(self, call: Call, name: str, frame: Frame) -> Iterator[Cut]:
        """`flexmock(owner).should_receive("name")` and `flexmock(owner, name=…)`"""
        if name.endswith(".flexmock"):
            owner = call.positional(0)
            for argument in call.args if owner is not None else ():
                if argument.name is not None and owner is not None:
                    yield from self._attribute(self._values.evaluate(owner, frame), argument.name)
        elif name.endswith(".should_receive") and isinstance(call.func, Attr) and isinstance(call.func.value, Call):
            owner, replaced = call.func.value.positional(0), call.positional(0)
            if owner is not None and replaced is not None:
                for text in self._values.evaluate(replaced, frame).constants:
                    if isinstance(text, str):
                        yield from self._attribute(self._values.evaluate(owner, frame), text)

    def _dotted(self, text: str, frame: Frame) -> Iterator[Cut]:
        """The cut of a dotted string, as `patch` looks it up: the longest importable module, then attributes."""
        parts = text.split(".")
        importer = frame.module.path
        for length in range(len(parts) - 1, 0, -1):
            path = self._context.workspace.find(".".join(parts[:length]), importer)
            module = self._context.workspace.module(path) if path is not None else None
            if module is not None:
                owner: Target = module
                for part in parts[length:-1]:
                    owner = self._names.attribute_of(owner, part)
                yield from self._of_target(owner, parts[-1])
                return
        yield from self._of_target(External(".".join(parts[:-1])), parts[-1])

    def _of_target(self, owner: Target, name: str) -> Iterator[Cut]:
        match owner:
            case Module() | Class():
                yield Cut("way", owner, name)
                found = self._names.member(owner, name)
                if isinstance(found, Function) and isinstance(owner, Class):
                    yield Cut("function", found)
            case External():
                yield from self._external(f"{owner.name}.{name}")
            case Cell():
                yield from self._attribute(self._values.cell_value(owner), name)
            case _:
                return

    def _attribute(self, value: Value, name: str) -> Iterator[Cut]:
        for thing in value.things:
            match thing:
                case Definition(target=Module() | Class() as owner) | Instance(type=Class() as owner):
                    yield Cut("way", owner, name)
                case Definition(target=External(name=dotted)) | Instance(type=External(name=dotted)):
                    yield from self._external(f"{dotted}.{name}")
                case _:
                    continue

    def _external(self, dotted: str) -> Iterator[Cut]:
        name = self._knowledge.canonical(dotted)
        yield Cut("way", name)
        if name in _SOCKETS:
            yield from (Cut("effect", effect) for effect in ("socket", "http", "mail", "cache", "queue", "database-server"))
        for inner, library in _INSIDE:
            if name == inner or name.startswith(inner + "."):
                yield Cut("library", library)

    # ------------------------------------------------------------------------------------------------------------- ways

    def ways(self, expr: Expr, frame: Frame, depth: int = 0) -> Iterator[Way]:
        """How an expression gets at what it stands for; whoever replaces one of these replaces it."""
        if depth > 8:
            return
        match expr:
            case Call():
                yield from self.ways(expr.func, frame, depth + 1)
            case Await() | Index() | Spread():
                yield from self.ways(expr.value, frame, depth + 1)
            case Attr():
                yield from self.ways(expr.value, frame, depth + 1)
                yield from self._member_ways(expr, frame, depth)
            case Name():
                yield from self._name_ways(expr, frame, depth)
            case _:
                return

    def _member_ways(self, expr: Attr, frame: Frame, depth: int) -> Iterator[Way]:
        own = self._names.receiver_class(expr.value, frame.scope)
        if own is not None:
            cls = frame.this if frame.this is not None and own[0] in self._names.mro(frame.this) else own[0]
            yield cls, expr.name
            yield from self._property_ways(cls, expr.name, depth)
            yield from self._made(self._values.evaluate(expr, frame), depth)
            return
        value = self._values.evaluate(expr.value, frame)
        for thing in value.things:
            match thing:
                case Definition(target=Module() | Class() as owner) | Instance(type=Class() as owner):
                    yield owner, expr.name
                case Definition(target=External(name=dotted)) | Instance(type=External(name=dotted)):
                    yield self._knowledge.canonical(f"{dotted}.{expr.name}"), ""
                case _:
                    continue
        yield from self._made(value, depth)

    def _property_ways(self, cls: Class, name: str, depth: int) -> Iterator[Way]:
        """The ways through what a property returns."""
        found = self._names.attribute(cls, name, instance=True)
        if isinstance(found, Function) and self._values.is_property(found):
            inside = Frame(found, this=cls)
            for step in found.body.steps:
                if step.kind == "return" and step.value is not None:
                    yield from self.ways(step.value, inside, depth + 2)

    def _made(self, value: Value, depth: int) -> Iterator[Way]:
        """The ways to the constructor or factory of an object."""
        for thing in value.things:
            if isinstance(thing, Instance) and thing.call is not None and thing.frame is not None:
                yield from self.ways(thing.call.func, thing.frame, depth + 2)

    def _name_ways(self, expr: Name, frame: Frame, depth: int) -> Iterator[Way]:
        at: Frame | None = frame
        scope = frame.scope
        while isinstance(scope, Function):
            if expr.name in scope.body.bindings:
                if at is not None and at.scope is scope:
                    for step in reaching(scope.body, expr.name, expr.start)[:4]:
                        yield from self._bound_ways(step, scope, at, depth)
                return
            if scope.param(expr.name) is not None:
                yield from self._made(self._values.evaluate(expr, frame), depth)
                return
            at = at.lexical if at is not None and at.scope is scope else None
            scope = scope.parent if scope.parent is not None else scope.module
            if isinstance(scope, Class):
                scope = scope.module
        yield scope if isinstance(scope, Module) else scope.module, expr.name

    def _bound_ways(self, step: Step, scope: Function, frame: Frame, depth: int) -> Iterator[Way]:
        imported = step.imported
        if imported is not None:
            source = self._context.workspace.find(imported.module, scope.module.path) if not imported.level else None
            module = self._context.workspace.module(source) if source is not None else None
            if module is not None and imported.name is not None:
                yield module, imported.name
            elif imported.name is not None:
                yield self._knowledge.canonical(f"{imported.module}.{imported.name}"), ""
        elif step.value is not None and step.how in ("=", "enter", ":", "walrus"):
            yield from self.ways(step.value, frame, depth + 1)

    def cuts_way(self, cut: Cut, way: Way) -> bool:
        """Whether a cut of the kind `way` replaces something on a way."""
        owner, name = way
        if isinstance(owner, str):
            return isinstance(cut.owner, str) and (owner == cut.owner or owner.startswith(cut.owner + "."))
        if name != cut.name or isinstance(cut.owner, str):
            return False
        if owner is cut.owner:
            return True
        if isinstance(owner, Class) and isinstance(cut.owner, Class):
            return cut.owner in self._names.mro(owner) or owner in self._names.mro(cut.owner)
        return False


def _held(init: Function, parameter: str) -> Iterator[str]:
    """The attributes in which a constructor keeps a parameter as it is (or one of several that may be given)."""
    this = init.params[0].name if init.params else ""
    for step in init.body.steps:
        if (
            step.kind == "bind"
            and step.value is not None
            and any(isinstance(e, Name) and e.name == parameter for e in (step.value, *_operands(step.value)))
        ):
            for target in targets(step.target):
                if isinstance(target, Attr) and isinstance(target.value, Name) and target.value.name == this:
                    yield target.name


def _operands(expr: Expr) -> tuple[Expr, ...]:
    return expr.operands if isinstance(expr, Op) else ()
