"""What test doubles and interceptors cut: patches, assigned and injected fakes, replaced modules, overridden dependencies."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.analyses.addresses.carriers import carried
from testaudit.analyses.doubles.cuts import Cut, Cuts
from testaudit.analyses.doubles.injected import Injected
from testaudit.analyses.doubles.own_names import own_interceptors
from testaudit.analyses.doubles.texts import written
from testaudit.knowledge import Symbol
from testaudit.link.frames import Definition, Frame, Instance, Literal, Value
from testaudit.link.linked import Linked
from testaudit.link.public_names import public_class_names
from testaudit.model import External
from testaudit.read.facts import Attr, Call, Class, Collection, Expr, Function, Index, Name

_NO_CUT = frozenset({"spy", "dict"})


class Doubles:
    """Finds what code replaces."""

    def __init__(self, context: Linked) -> None:
        self._context = context
        self._values = context.values
        self._names = context.names
        self._knowledge = context.knowledge
        self._cuts = Cuts(context)
        self._injected = Injected(context)

    def made_by(self, expr: Expr, callee: Value, frame: Frame) -> tuple[Cut, ...]:
        """What calling (or decorating with) something cuts."""
        if not callee.things:
            return ()
        found: list[Cut] = []
        for own in own_interceptors(callee, self._knowledge):
            found += self._cuts.interceptor(own.cuts)
        called = (f"{t.name}.__call__" for t in callee.types if isinstance(t, External))  # `mocker.patch` is an object
        for name in (*callee.externals, *called):
            symbol = self._knowledge.symbol(name)
            if symbol is None:
                continue
            if symbol.cuts:
                found += self._cuts.interceptor(symbol.cuts)
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

    def assigned(self, target: Attr | Index, value: Expr, frame: Frame) -> Iterator[Cut]:
        """`module.name = Mock()`, `instance.method = Mock()` and `app.dependency_overrides[get_db] = …`"""
        if isinstance(target, Index):
            if isinstance(target.value, Attr) and target.value.name == "dependency_overrides":
                for definition in self._values.evaluate(target.key, frame).definitions:
                    if isinstance(definition.target, Function):
                        yield Cut("function", definition.target)
            elif "sys.modules" in self._symbols(target.value, frame):
                yield from self._modules(self._values.evaluate(target.key, frame))
        elif self._replaces(self._values.evaluate(value, frame)):
            yield from self._cuts.attribute(self._values.evaluate(target.value, frame), target.name)

    def _replaces(self, value: Value) -> bool:
        """Whether a value is a double, or a class of the tests' own that stands for another one."""
        return self.is_double(value) or any(
            isinstance(d.target, Class)
            and self._context.is_test_code(d.target.module.path)
            and not any(isinstance(base, External) and self._touches(base.name) for base in self._names.mro(d.target))
            for d in value.definitions
        )

    def injected(self, call: Call, callee: Value, frame: Frame) -> Iterator[Cut]:
        """What is cut because a call gives first-party code a double: where that is kept, and what is of its type."""
        given = (a for a in call.args if not a.spread and isinstance(a.value, Name | Attr | Call))
        doubled = [argument for argument in given if self.is_double(self._values.evaluate(argument.value, frame))]
        for definition in callee.definitions if doubled else ():
            target = definition.target
            if isinstance(target, Class | Function):
                bound = isinstance(target, Function) and isinstance(target.parent, Class) and definition.receiver is not None
                for argument in doubled:
                    yield from self._injected.given(target, argument, call, bound=bound)

    def is_double(self, value: Value) -> bool:
        """Whether a value is a test double: of a library, or an object of a class, or a function, that the tests define for themselves."""
        for thing in value.things:
            match thing:
                case Instance(type=External(name=name)):
                    symbol = self._knowledge.symbol(name)
                    if symbol is not None and (symbol.makes_double or self._talks_to_a_double(thing)):
                        return True
                case Instance(type=Class() as cls) if self._context.is_test_code(cls.module.path):
                    return not any(isinstance(base, External) and self._touches(base.name) for base in self._names.mro(cls))
                case Instance(type=Class() as cls):
                    symbols = (self._knowledge.symbol(name) for name in public_class_names(cls, self._knowledge))
                    if any(s is not None and (s.makes_double or s.effect == "web-app") for s in symbols):
                        return True  # a transport in the suite of the library that has it
                case Definition(target=Function() as function) if self._context.is_test_code(function.module.path):
                    return True
                case _:
                    continue
        return False

    def _talks_to_a_double(self, client: Instance) -> bool:
        """Whether a client was made around a transport that reaches nothing (`httpx.Client(transport=httpx.MockTransport(answer))`)."""
        if client.call is None or client.frame is None:
            return False
        makers = (self._knowledge.symbol(name) for name in self._values.callee(client.call, client.frame).externals)
        through = (maker for maker in makers if maker is not None and maker.through)
        return any(carried(maker, client.call, client.frame, self._context) == "" for maker in through)

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
        strings = list(written(first, frame, self._values))
        if (
            symbol.doubles is not None
            and "." in symbol.doubles
            and second is not None
            and not (strings and call.positional(2) is None and symbol.name.endswith("setattr"))
        ):
            names = [c for c in self._values.evaluate(second, frame).constants if isinstance(c, str)]
            for name in names:
                for text in strings:
                    yield from self._cuts.dotted(f"{text}.{name}", frame)
                yield from self._cuts.attribute(value, name)
        elif symbol.name.endswith(".multiple"):
            for argument in call.args:
                if argument.name is not None and argument.name != "target":
                    for text in strings:
                        yield from self._cuts.dotted(f"{text}.{argument.name}", frame)
                    yield from self._cuts.attribute(value, argument.name)
        else:
            for text in strings:
                yield from self._cuts.dotted(text, frame)

    def _flexible(self, call: Call, name: str, frame: Frame) -> Iterator[Cut]:
        """`flexmock(owner).should_receive("name")` and `flexmock(owner, name=…)`"""
        if name.endswith(".flexmock"):
            owner = call.positional(0)
            for argument in call.args if owner is not None else ():
                if argument.name is not None and owner is not None:
                    yield from self._cuts.attribute(self._values.evaluate(owner, frame), argument.name)
        elif name.endswith(".should_receive") and isinstance(call.func, Attr) and isinstance(call.func.value, Call):
            owner, replaced = call.func.value.positional(0), call.positional(0)
            if owner is not None and replaced is not None:
                for text in self._values.evaluate(replaced, frame).constants:
                    if isinstance(text, str):
                        yield from self._cuts.attribute(self._values.evaluate(owner, frame), text)
