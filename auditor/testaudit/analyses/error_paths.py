"""How a function of the code under test can refuse what it is given: each `raise` with the condition on its arguments that leads to it."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass

from testaudit.link.flow import calls, expressions
from testaudit.link.linked import linked
from testaudit.link.names import methods
from testaudit.model import External, Place, Suite, place_of
from testaudit.read.facts import (
    Attr,
    Body,
    Call,
    Class,
    Const,
    Expr,
    Function,
    Name,
    Op,
    Region,
    Step,
    Template,
    does_nothing,
    dotted,
    targets,
    walk,
)

_NOT_AN_ANSWER = frozenset({
    "Abort", "AssertionError", "Exit", "GeneratorExit", "ImportError", "KeyboardInterrupt", "MemoryError", "ModuleNotFoundError", "NotImplementedError",
    "SkipTest", "Skipped", "StopAsyncIteration", "StopIteration", "SystemError", "SystemExit",
})  # fmt: skip
"""What is raised as control flow, as an invariant, or because of the machine: not an answer to an argument."""

_INTERNAL = re.compile(
    r"should(?:n't| not| never)|(?:never|not|cannot|can't|must not) (?:be )?(?:happen|reach|occur)|unreachable|impossible|invariant|internal"
    r"|\bbug\b|please report|programming error|programmer error|unexpected|unhandled|not (?:yet )?(?:implemented|supported)|unimplemented|subclass",
    re.IGNORECASE,
)
_VALIDATORS = re.compile(r"(?:^|_)validator$|^validates$")
_CONSTRUCTORS = ("__init__", "__post_init__", "__attrs_post_init__", "__new__")
_BUILTINS = frozenset(dir(builtins))
_EXCLUDED = b"pragma: no cover"


@dataclass(slots=True, frozen=True, eq=False)
class ErrorPath:
    """One `raise` that an argument decides. `guard` says in the source's words when it is reached; `via` is the private helper in which it
    stands, where the function hands its argument on; `types` are the names under which the error can be expected (its class and the classes
    above it, without `Exception`); `message` is its constant text."""

    function: Function
    place: Place
    error: str
    guard: str
    types: frozenset[str]
    message: tuple[str, ...]
    via: Function | None = None


class ErrorPaths:
    """The error paths of first-party functions and classes, kept."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        self._found: dict[Function, tuple[tuple[ErrorPath, frozenset[str]], ...]] = {}

    def of(self, function: Function) -> list[ErrorPath]:
        """The error paths in the function's own body, and in private helpers that it hands its arguments to."""
        return [path for path, _ in self._own(function)] + list(self._handed_on(function))

    def of_class(self, cls: Class) -> list[ErrorPath]:
        """The error paths of making an instance: those of its own constructor and of its validators."""
        own = [m for m in methods(cls) if m.name in _CONSTRUCTORS or any(_is_validator(d.func) for d in m.decorators)]
        return [path for method in own for path in self.of(method)]

    # ----------------------------------------------------------------------------------------------------------- private

    def _own(self, function: Function) -> tuple[tuple[ErrorPath, frozenset[str]], ...]:
        if function not in self._found:
            may = function.module.source.find(b"raise", function.body_start or function.start, function.end) >= 0
            self._found[function] = tuple(self._paths(function)) if may and not _is_abstract(function) else ()
        return self._found[function]

    def _paths(self, function: Function) -> Iterator[tuple[ErrorPath, frozenset[str]]]:
        """Each error path with the function's own parameters that decide it."""
        arguments = Arguments(function)
        for step in function.body.steps:
            if step.kind != "raise" or step.value is None or not arguments.names:
                continue
            types = self._types(step.value, function)
            message = tuple(_texts(step.value))
            if types is None or any(_INTERNAL.search(text) for text in message) or _caught(function.body, step, types):
                continue
            guard = arguments.guard(step)
            if guard is None or _declared_untested(function, step, guard):
                continue
            place = place_of(function.module, step.start, step.end)
            error = (dotted(_raised(step.value)) or "").rpartition(".")[2]
            yield ErrorPath(function, place, error, guard.text(function), types, message), guard.parameters

    def _handed_on(self, function: Function) -> Iterator[ErrorPath]:
        arguments = Arguments(function)
        body = function.body if arguments.names else None
        for step in body.steps if body is not None else ():
            if any(region.role in ("try", "handler", "branch") for region in function.body.enclosing(step.region)):
                continue
            for expr in expressions(step):
                for call, around in calls(expr):
                    helper = None if around else self._helper(call, function)
                    for path, parameters in self._own(helper) if helper is not None and helper is not function else ():
                        given = _given(call, path.function)
                        if any(arguments.decides(given[name]) for name in parameters if name in given):
                            yield ErrorPath(function, path.place, path.error, path.guard, path.types, path.message, path.function)

    def _helper(self, call: Call, function: Function) -> Function | None:
        """The private first-party function that a call surely runs."""
        name = call.func.name if isinstance(call.func, Name | Attr) else ""
        if not name.startswith("_") or name.startswith("__"):
            return None
        found = self._context.names.resolve(call.func, function)
        return found if isinstance(found, Function) and found.name == name else None

    def _types(self, value: Expr, function: Function) -> frozenset[str] | None:
        """The names under which what is raised can be expected; None when it does not resolve to an exception class or is no answer."""
        found = self._context.names.resolve(_raised(value), function)
        if isinstance(found, External):
            chain = [found.name.rpartition(".")[2]]
        elif isinstance(found, Class):
            mro = self._context.names.mro(found)
            chain = [base.name.rpartition(".")[2] for base in mro if isinstance(base, Class | External)]
        else:
            return None
        if chain[0][:1].islower() or not _NOT_AN_ANSWER.isdisjoint(chain) or any(name.endswith("Warning") for name in chain):
            return None
        kind: object = getattr(builtins, chain[-1], None)
        if isinstance(kind, type):
            chain += [base.__name__ for base in kind.__mro__]
        return frozenset(chain) - {"Exception", "BaseException", "object"}


@dataclass(slots=True, frozen=True, eq=False)
class Guard:
    """What leads to a `raise`: a condition, its negation (`unless`), or a failed conversion; `parameters` are those that decide it."""

    expr: Expr | None
    word: str
    parameters: frozenset[str]
    region: Region | None

    def text(self, function: Function) -> str:
        """`if not name`"""
        written = function.module.text(self.expr.start, self.expr.end) if self.expr is not None else ""
        return f"{self.word} {' '.join(written.split())}".rstrip()


class Arguments:
    """Which expressions in a function its arguments alone decide."""

    def __init__(self, function: Function) -> None:
        self._body: Body | None = None
        self._function = function
        first = 1 if isinstance(function.parent, Class) and not any(dotted(d.expr) == "staticmethod" for d in function.decorators) else 0
        self.names = {param.name for param in function.params[first:]}
        self._origin = {name: frozenset({name}) for name in self.names}
        self._follow()

    def guard(self, step: Step) -> Guard | None:
        """What leads to a step, when an argument decides it; None when nothing, state or the world outside does."""
        body = self._function.body
        for region in body.enclosing(step.region):
            if region.role == "branch":
                return self._branch(region)
            if region.role == "handler":
                return self._handler(region)
            if region.role in ("finally", "try-else", "loop-else"):
                return None
        return self._after_returns(step)

    def decides(self, expr: Expr) -> frozenset[str]:
        """The parameters on which the value of `expr` depends, and on nothing that is asked of the world outside; empty when none."""
        used: set[str] = set()
        for node in walk(expr):
            if isinstance(node, Name):
                used |= self._origin.get(node.name, frozenset())
            elif isinstance(node, Call) and not self._is_plain(node):
                return frozenset()
            elif not isinstance(node, Attr | Call | Const | Template | Op) and type(node).__name__ in ("Await", "Opaque"):
                return frozenset()
        return frozenset(used)

    # ----------------------------------------------------------------------------------------------------------- private

    def _follow(self) -> None:
        """Locals that are made of arguments count as arguments; a name that is also bound from elsewhere does not."""
        if not self.names:
            return
        for name, steps in self._function.body.bindings.items():
            for step in steps:
                made = self.decides(step.value) if step.kind == "bind" and step.value is not None and step.how != "enter" else frozenset()
                if any(isinstance(t, Name) and t.name == name for t in targets(step.target)) and made:
                    self._origin[name] = self._origin.get(name, frozenset()) | made
                else:
                    self._origin.pop(name, None)
                    break

    def _is_plain(self, call: Call) -> bool:
        """Whether a call only computes: a builtin, a method of an argument, a library's function that is given one."""
        func = call.func
        if isinstance(func, Name):
            return func.name in _BUILTINS or func.name[:1].islower()
        while isinstance(func, Attr | Call):
            func = func.value if isinstance(func, Attr) else func.func
        first = self._function.params[0].name if isinstance(self._function.parent, Class) and self._function.params else ""
        return not isinstance(func, Name) or func.name != first

    def _branch(self, region: Region) -> Guard | None:
        if region.head is not None:
            found = self.decides(region.head)
            return Guard(region.head, "if", found, region) if found else None
        arms = [r for r in self._function.body.regions if r.statement == region.statement and r.role == "branch" and r.head is not None]
        decided = [self.decides(arm.head) for arm in arms if arm.head is not None]
        if not arms or not all(decided):
            return None
        return Guard(arms[-1].head, "unless", frozenset[str]().union(*decided), region)

    def _handler(self, region: Region) -> Guard | None:
        """A conversion of an argument that failed: `try: int(text)`."""
        body = self._function.body
        tried = next((i for i, r in enumerate(body.regions) if r.statement == region.statement and r.role == "try"), None)
        steps = [s for s in body.steps if tried is not None and body.inside(s.region, tried)]
        if len(steps) != 1 or steps[0].value is None or region.head is None:
            return None
        found = self.decides(steps[0].value)
        return Guard(steps[0].value, f"when `{self._text(region.head)}` comes of", found, region) if found else None

    def _after_returns(self, step: Step) -> Guard | None:
        """`if a: return …` and then an unconditional `raise`."""
        body = self._function.body
        heads: list[tuple[Expr, frozenset[str]]] = []
        for before in body.steps:
            if before.start >= step.start or before.kind != "return":
                continue
            region = next(iter(body.enclosing(before.region)), None)
            if region is None or region.role != "branch" or region.head is None or body.regions[region.parent].parent > 0:
                return None
            heads.append((region.head, self.decides(region.head)))
        if not heads or not all(found for _, found in heads):
            return None
        return Guard(heads[-1][0], "unless", frozenset[str]().union(*(found for _, found in heads)), None)

    def _text(self, expr: Expr) -> str:
        return self._function.module.text(expr.start, expr.end)


def _raised(value: Expr) -> Expr:
    return value.func if isinstance(value, Call) else value


def _texts(value: Expr) -> Iterator[str]:
    """The constant text in what is raised."""
    for node in walk(value):
        if isinstance(node, Const) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, Template):
            yield from (part for part in node.parts if isinstance(part, str))


def _caught(body: Body, step: Step, types: frozenset[str]) -> bool:
    """Whether the function may catch the error itself."""
    for region in body.enclosing(step.region):
        if region.role == "try":
            for handler in body.regions:
                if handler.role == "handler" and handler.statement == region.statement:
                    names = {(dotted(node) or "").rpartition(".")[2] for node in walk(handler.head)} if handler.head is not None else {"Exception"}
                    if names & (types | {"Exception", "BaseException"}):
                        return True
        elif region.role == "with" and region.head is not None and b"suppress" in _bytes(region.head):
            return True
    return False


def _bytes(expr: Expr) -> bytes:
    return " ".join(node.name for node in walk(expr) if isinstance(node, Name | Attr)).encode()


def _declared_untested(function: Function, step: Step, guard: Guard) -> bool:
    """Whether a comment on the line of the `raise` or of its condition says that no test is meant to come here."""
    starts = (step.start, guard.region.start if guard.region is not None else step.start, function.def_start)
    source = function.module.source
    return any(_EXCLUDED in source[start : source.find(b"\n", start) if source.find(b"\n", start) >= 0 else len(source)] for start in starts)


def _given(call: Call, function: Function) -> dict[str, Expr]:
    """The arguments of a call by the parameters of the function that it runs."""
    first = 1 if isinstance(function.parent, Class) and isinstance(call.func, Attr) else 0
    given: dict[str, Expr] = {}
    for index, param in enumerate(function.params[first:]):
        found = call.argument(index, param.name)
        if found is not None:
            given[param.name] = found
    return given


def _is_validator(expr: Expr) -> bool:
    return _VALIDATORS.search((dotted(expr) or "").rpartition(".")[2]) is not None


def _is_abstract(function: Function) -> bool:
    return does_nothing(function) or any((dotted(d.func) or "").rpartition(".")[2] in ("abstractmethod", "overload") for d in function.decorators)
