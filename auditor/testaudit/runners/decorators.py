"""Which library decorators a function really carries: through aliases, partials and the suite's own decorators and decorator factories."""

from __future__ import annotations

from testaudit.model import External
from testaudit.read.facts import Attr, Call, Class, Expr, FuncRef, Function, Name, Op, Scope, does_nothing
from testaudit.records import dataclass, field
from testaudit.runners.applied import CAST, OBJECT, WRAPS, Applied, arguments, spliced
from testaudit.runners.values import Values, Written, returned
from testaudit.runners.wrapping import Inside, rebound, results

_CONTEXT = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager", "contextlib.ContextDecorator"})
_PARTIAL = frozenset({"functools.partial"})
_DEPTH = 8


@dataclass(slots=True, eq=False)
class Decorators:
    """What decorators amount to, remembered per expression."""

    values: Values
    _own: dict[Function, tuple[Applied, ...]] = field(default_factory=dict)
    _by_function: dict[Function, tuple[Applied, ...]] = field(default_factory=dict)
    _active: set[Function] = field(default_factory=set)

    def of(self, function: Function, given: dict[str, Written] | None = None) -> tuple[Applied, ...]:
        """Everything that was applied to a function by its decorators, in the order in which it was applied (the lowest first). `given` is
        what the parameters of the function around it stand for."""
        if given:
            around: Scope = function.parent if function.parent is not None else function.module
            return tuple(a for d in reversed(function.decorators) for a in self.meaning(Written(d.expr, around, given)))
        if function not in self._own:
            scope: Scope = function.parent if function.parent is not None else function.module
            self._own[function] = tuple(a for d in reversed(function.decorators) for a in self.meaning(Written(d.expr, scope)))
        return self._own[function]

    def of_class(self, cls: Class) -> tuple[Applied, ...]:
        """The same for a class."""
        scope: Scope = cls.parent if cls.parent is not None else cls.module
        return tuple(a for d in reversed(cls.decorators) for a in self.meaning(Written(d.expr, scope)))

    def meaning(self, written: Written, depth: int = 0) -> tuple[Applied, ...]:
        """What applying this decorator expression applies."""
        if depth > _DEPTH:
            return (Applied("", written, known=False),)
        expr = written.expr
        if isinstance(expr, Call):
            return self._called(written, expr, depth)
        if isinstance(expr, FuncRef):
            return self.applying(expr.function, depth)
        if isinstance(expr, Op) and expr.op == "if-else":
            return self.meaning(written.at(expr.operands[1]), depth + 1)
        target = self.values.target(expr, written.scope)
        match target:
            case External():
                return (Applied(target.name, written),)
            case Function():
                return self.applying(target, depth)
            case Class():
                return (Applied("", written, known=False),)
            case _:
                pass
        behind = self.values.behind(written)
        return self.meaning(behind, depth + 1) if behind is not None else (Applied(_text(expr), written, known=False),)

    def _called(self, written: Written, call: Call, depth: int) -> tuple[Applied, ...]:
        target = self.values.target(call.func, written.scope)
        match target:
            case External(name=name) if name in _PARTIAL and call.args:
                inner = written.at(Call(call.start, call.end, call.args[0].value, call.args[1:]))
                return self.meaning(inner, depth + 1)
            case External(name=name) if name in CAST and len(call.args) == 2:
                return self.meaning(written.at(call.args[1].value), depth + 1)
            case External(name=name):
                return (Applied(name.removesuffix(".with_args"), written, call),)
            case Function():
                return self._factory(target, written, call, depth)
            case Class():
                return self._instance(target, written, call, depth)
            case _:
                pass
        behind = self.values.behind(written.at(call.func))
        if behind is None:
            return (Applied(_text(call.func), written, call, known=False),)
        return self._called_value(behind, written, call, depth)

    def _called_value(self, behind: Written, written: Written, call: Call, depth: int) -> tuple[Applied, ...]:
        """A name for a decorator, called: `skipif = pytest.mark.skipif`, `fixture = partial(pytest.fixture, scope="module")`, a lambda."""
        if isinstance(behind.expr, FuncRef):
            return self._factory(behind.expr.function, written, call, depth)
        if isinstance(behind.expr, Call):
            inner = self.values.target(behind.expr.func, behind.scope)
            if isinstance(inner, External) and inner.name in _PARTIAL and behind.expr.args:
                merged = Call(call.start, call.end, behind.expr.args[0].value, (*call.args, *behind.expr.args[1:]))
                return self.meaning(Written(merged, behind.scope, {**behind.given}), depth + 1)
            return self.meaning(behind, depth + 1)
        again = Written(Call(call.start, call.end, behind.expr, call.args), behind.scope, behind.given)
        found = self.meaning(again, depth + 1)
        return tuple(
            Applied(a.symbol, Written(call, written.scope, written.given) if a.call is again.expr else a.where, a.call, a.wrapper, a.known)
            for a in found
        )

    # ---------------------------------------------------------------------------------------------- the suite's own decorators

    def _factory(self, function: Function, written: Written, call: Call, depth: int) -> tuple[Applied, ...]:
        """A first-party function that is called to make a decorator."""
        if function in self._active or self._passes_through(function):
            return ()
        self._active.add(function)
        try:
            given = arguments(function, call, written)
            found: list[Applied] = []
            for expr in returned(function):
                found += self._returned(function, expr, given, depth)
            return tuple(found)
        finally:
            self._active.discard(function)

    def _returned(self, function: Function, expr: Expr, given: dict[str, Written], depth: int) -> tuple[Applied, ...]:
        if isinstance(expr, Name):
            inner = self.values.names.lookup(expr.name, function)
            if isinstance(inner, Function):
                return self.applying(inner, depth, given)
        if isinstance(expr, FuncRef):
            return self.applying(expr.function, depth, given)
        params = {param.name for param in function.params if param.kind not in ("variadic", "keywords")}
        expr, given = spliced(expr, given)
        passed = [a.value for a in expr.args] if isinstance(expr, Call) else [expr]
        if any(isinstance(value, Name) and value.name in params and value.name not in given for value in passed):
            return ()  # the way of `def decorator(function=None, **options)` when it is used without parentheses
        return self.meaning(Written(expr, function, given), depth + 1)

    def _instance(self, cls: Class, written: Written, call: Call, depth: int) -> tuple[Applied, ...]:
        """A first-party class that is called to make a decorator: its `__call__` decorates."""
        if any(isinstance(base, External) and base.name in _CONTEXT for base in self.values.names.mro(cls)):
            return ()
        method = self.values.names.member(cls, "__call__")
        return self.applying(method, depth, skip=1) if isinstance(method, Function) else (Applied(cls.name, written, call, known=False),)

    def applying(self, function: Function, depth: int = 0, given: dict[str, Written] | None = None, skip: int = 0) -> tuple[Applied, ...]:
        """What a first-party decorator does to the function that it is given as its first parameter."""
        if function in self._active or depth > _DEPTH or len(function.params) <= skip or self._passes_through(function):
            return ()
        if not given and function in self._by_function:
            return self._by_function[function]
        self._active.add(function)
        try:
            subject = function.params[skip].name
            inside = Inside(function, subject, given or {}, depth)
            found = list(rebound(self, inside))
            wrappers: list[Applied] = []
            plain = False
            for expr in returned(function):
                made = list(results(self, inside, expr))
                instead = [a for a in made if a.wrapper is not None or a.symbol == OBJECT]
                plain = plain or not instead
                found += [a for a in made if a not in instead]
                wrappers += instead
            result = tuple(found if plain else found + wrappers[:1])
            if not plain and not wrappers and not does_nothing(function) and not function.is_generator:
                result = (Applied(OBJECT, inside.written(Name(function.start, function.start, subject))),)  # it returns None
        finally:
            self._active.discard(function)
        if not given:
            self._by_function[function] = result
        return result

    def _passes_through(self, function: Function) -> bool:
        """Whether a first-party function is a context manager, whose use as a decorator keeps the signature."""
        scope: Scope = function.parent if function.parent is not None else function.module
        targets = (self.values.target(d.func, scope) for d in function.decorators)
        return any(isinstance(t, External) and (t.name in _CONTEXT or t.name in WRAPS) for t in targets)


def _text(expr: Expr) -> str:
    """The last word of a name, for messages and for knowledge that goes by names."""
    return expr.name if isinstance(expr, Name | Attr) else ""
