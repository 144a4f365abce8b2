"""Which branches of a module run in a session: what its interpreter, platform and environment decide."""

from __future__ import annotations

import operator
import re
import sys
from collections.abc import Callable
from typing import Any

from testaudit.model import External
from testaudit.read.facts import (
    Attr,
    Body,
    Call,
    Collection,
    Compare,
    Const,
    Expr,
    Function,
    Import,
    Index,
    Module,
    Name,
    Op,
    Region,
    Scope,
    Step,
)
from testaudit.records import dataclass, field
from testaudit.runners.environment import UNREADABLE, Environment
from testaudit.runners.values import Values, Written

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "is": operator.is_,
    "is not": operator.is_not,
    "in": lambda item, whole: item in whole,
    "not in": lambda item, whole: item not in whole,
}
_ORDER = frozenset({"<", "<=", ">", ">="})
_GETENV = frozenset({"os.getenv", "os.environ.get"})
_ENVIRON = "os.environ"
_VERSIONS = frozenset(
    {
        *("packaging.version.Version", "packaging.version.parse", "pkg_resources.parse_version"),
        *("distutils.version.LooseVersion", "distutils.version.StrictVersion", "looseversion.LooseVersion"),
    }
)
_TEXTUAL = ("lower", "upper", "strip", "casefold")
_TYPES = {"builtins.bool": bool, "builtins.str": str, "builtins.int": int}
_DEPTH = 8
_FOR_IMPORTS = frozenset({"BaseException", "Exception", "ImportError", "ModuleNotFoundError"})


@dataclass(slots=True, eq=False)
class Conditions:
    """Decides conditions for one session's environment."""

    values: Values
    environment: Environment
    _decided: dict[Region, bool | None] = field(default_factory=dict)
    _frames: dict[Scope, dict[str, object]] = field(default_factory=dict)
    """The functions that are being called, with the values of their names."""

    def runs(self, scope: Scope, region: int) -> bool | None:
        """Whether a region of a module's or class's own body runs: False where a condition around it is known to fail."""
        body: Body = scope.body
        certain: bool | None = True
        while region > 0:
            at = body.regions[region]
            verdict: bool | None = True
            if at.role == "branch":
                verdict = self._branch(scope, body, at)
            elif at.role == "handler":
                verdict = self._handler(scope, body, at)
            elif at.role in ("try", "try-else"):
                verdict = self._import_fails(scope, body, at) is not True
            if verdict is False:
                return False
            certain = certain if verdict else None
            region = at.parent
        return certain

    def holds(self, expr: Expr, scope: Scope, depth: int = 0) -> bool | None:
        """Whether a condition is true, false, or not decidable here."""
        if isinstance(expr, Op) and expr.op == "not":
            inner = self.holds(expr.operands[0], scope, depth)
            return None if inner is None else not inner
        if isinstance(expr, Op) and expr.op in ("and", "or"):
            verdicts = [self.holds(operand, scope, depth) for operand in expr.operands]
            decisive = expr.op == "or"
            return decisive if decisive in verdicts else None if None in verdicts else not decisive
        value = self._value(expr, scope, depth)
        if value is UNREADABLE and isinstance(expr, Name) and depth < _DEPTH:
            behind = self.values.behind(Written(expr, scope))
            return self.holds(behind.expr, behind.scope, depth + 1) if behind is not None else None
        return None if value is UNREADABLE else bool(value)

    def _handler(self, scope: Scope, body: Body, region: Region) -> bool | None:
        """A handler does not run when all that its `try` does is to import what is surely there. It runs when the first thing that is
        imported is surely missing, and it is the first one for that."""
        steps = _steps_of_try(body, region)
        if bool(steps) and all(step.imported is not None and self._is_there(step.imported, scope) for step in steps):
            return False
        if self._import_fails(scope, body, region) is not True:
            return None
        handlers = (at for at in body.regions if at.role == "handler" and at.statement == region.statement)
        return next((at for at in handlers if _takes_import_errors(at)), None) is region

    def _import_fails(self, scope: Scope, body: Body, region: Region) -> bool | None:
        """Whether what the `try` of a region does first is to import a library that the environment has not; only where its packages are
        known exactly."""
        first = next(iter(_steps_of_try(body, region)), None)
        if first is None or first.imported is None or first.imported.level or self._is_there(first.imported, scope):
            return None
        present = self.environment.has_module(first.imported.module, first.imported.name)
        return None if present is None else not present

    def _is_there(self, imported: Import, scope: Scope) -> bool:
        if imported.level:
            return False
        module = scope if isinstance(scope, Module) else scope.module
        if imported.module.partition(".")[0] in sys.stdlib_module_names:
            return True
        if self.values.names.workspace.find(imported.module, module.path) is not None:
            return True
        return self.environment.has_module(imported.module, imported.name) is True

    def _branch(self, scope: Scope, body: Body, region: Region) -> bool | None:
        """An arm runs when its own condition holds and those of the arms before it do not."""
        if region not in self._decided or scope in self._frames:
            own = True if region.head is None else self.holds(region.head, scope)
            for earlier in body.regions:
                if earlier is region:
                    break
                if earlier.role == "branch" and earlier.statement == region.statement and earlier.head is not None:
                    before = self.holds(earlier.head, scope)
                    own = False if before is True else own if before is False or own is False else None
            self._decided[region] = own
        return self._decided[region]

    # ------------------------------------------------------------------------------------------------------------- values

    def _value(self, expr: Expr, scope: Scope, depth: int = 0) -> object:
        """The value of an expression, or UNREADABLE."""
        if depth > _DEPTH:
            return UNREADABLE
        match expr:
            case Const():
                return expr.value
            case Collection(kind="tuple" | "list" | "set", items=items):
                values = tuple(self._value(item, scope, depth + 1) for item in items)
                return UNREADABLE if UNREADABLE in values else values
            case Index(value=value, key=key):
                return self._item(value, key, scope, depth)
            case Compare(ops=(op,), operands=(left, right)):
                return self._compared(op, left, right, scope, depth)
            case Call():
                return self._called(expr, scope, depth)
            case Name() | Attr():
                return self._named(expr, scope, depth)
            case _:
                return UNREADABLE

    def _compared(self, op: str, left: Expr, right: Expr, scope: Scope, depth: int) -> object:
        one = self._value(left, scope, depth + 1)
        if op in ("in", "not in") and isinstance(one, str) and self.values.target(right, scope) == External(_ENVIRON):
            found = self.environment.variable(one)
            return UNREADABLE if found is UNREADABLE else (found is not None) == (op == "in")
        other = self._value(right, scope, depth + 1)
        if one is UNREADABLE or other is UNREADABLE or op not in _COMPARE or (op in _ORDER and type(one) is not type(other)):
            return UNREADABLE
        try:
            return _COMPARE[op](one, other)
        except TypeError:
            return UNREADABLE

    def _called(self, call: Call, scope: Scope, depth: int) -> object:
        given = [self._value(argument.value, scope, depth + 1) for argument in call.args]
        if isinstance(call.func, Attr) and (found := self._of_text(call.func, given, scope, depth)) is not UNREADABLE:
            return found
        target = self.values.target(call.func, scope)
        if isinstance(target, Function):
            return self._returned(target, call, given, depth)
        if not isinstance(target, External):
            return UNREADABLE
        if target.name == "builtins.isinstance" and len(given) == 2:
            return self._is_instance(given[0], call.args[1].value, scope)
        if target.name in _VERSIONS and len(given) == 1 and isinstance(given[0], str):
            return tuple(int(number) for number in re.findall(r"\d+", given[0].partition("+")[0]))
        if target.name in ("builtins.tuple", "builtins.list") and len(given) == 1 and isinstance(given[0], tuple):
            return given[0]
        if target.name == "builtins.map" and len(given) == 2 and isinstance(given[1], tuple):
            function = self.values.target(call.args[0].value, scope)
            texts = [text for text in given[1] if isinstance(text, str) and text.isdigit()]
            is_int = isinstance(function, External) and function.name == "builtins.int"
            return tuple(int(text) for text in texts) if is_int and len(texts) == len(given[1]) else UNREADABLE
        if target.name in _GETENV and given and isinstance(given[0], str):
            return self.environment.variable(given[0], *given[1:2])
        if target.name in ("builtins.bool", "builtins.int", "builtins.str") and len(given) == 1:
            return _converted(target.name, given[0])
        return UNREADABLE if given else self.environment.symbol(f"{target.name}()")

    def _of_text(self, func: Attr, given: list[object], scope: Scope, depth: int) -> object:
        """What a method of a text answers."""
        if func.name not in (*_TEXTUAL, "startswith", "split") or len(given) > 1:
            return UNREADABLE
        whole = self._value(func.value, scope, depth + 1)
        if not isinstance(whole, str):
            return UNREADABLE
        if func.name in _TEXTUAL and not given:
            return str(getattr(whole, func.name)())
        if func.name == "startswith" and given and isinstance(given[0], str):
            return whole.startswith(given[0])
        return tuple(whole.split(".")) if func.name == "split" and given == ["."] else UNREADABLE

    def _returned(self, function: Function, call: Call, given: list[object], depth: int) -> object:
        """What a small first-party function answers (`env_flag("CI")`): its assignments and conditions are decided on the way."""
        if function in self._frames or function.is_async or function.is_generator or any(a.name or a.spread for a in call.args):
            return UNREADABLE
        around: Scope = function.parent if function.parent is not None else function.module
        frame = self._frames[function] = {
            param.name: self._value(param.default, around, depth + 1) if param.default is not None else UNREADABLE
            for param in function.params
        }
        frame.update(zip(frame, given, strict=False))
        try:
            return self._run(function, frame, depth)
        finally:
            del self._frames[function]

    def _run(self, function: Function, frame: dict[str, object], depth: int) -> object:
        for step in function.body.steps:
            reached = self.runs(function, step.region)
            if any(at.role == "loop" for at in function.body.enclosing(step.region)):
                return UNREADABLE
            if reached is False or step.kind in ("eval", "import", "assert"):
                continue
            if step.kind == "return" and reached and isinstance(step.value, Expr | None):
                return self._answer(step.value, function, depth) if step.value is not None else None
            if step.kind != "bind" or step.how not in ("=", ":") or not isinstance(step.target, Name) or step.value is None:
                return UNREADABLE
            frame[step.target.name] = self._answer(step.value, function, depth) if reached else UNREADABLE
        return None

    def _answer(self, expr: Expr, scope: Scope, depth: int) -> object:
        if isinstance(expr, Op) and expr.op in ("not", "and", "or"):
            holds = self.holds(expr, scope, depth + 1)
            return UNREADABLE if holds is None else holds
        return self._value(expr, scope, depth + 1)

    def _is_instance(self, value: object, kind: Expr, scope: Scope) -> object:
        found = self.values.target(kind, scope)
        known = _TYPES.get(found.name) if isinstance(found, External) else None
        return UNREADABLE if value is UNREADABLE or known is None else isinstance(value, known)

    def _named(self, expr: Expr, scope: Scope, depth: int) -> object:
        if isinstance(expr, Name) and scope in self._frames and expr.name in self._frames[scope]:
            return self._frames[scope][expr.name]
        target = self.values.target(expr, scope)
        if isinstance(target, External):
            return self.environment.symbol(target.name)
        if isinstance(expr, Attr) and expr.name in ("major", "minor"):
            version = self._value(expr.value, scope, depth + 1)
            return version[expr.name == "minor"] if isinstance(version, tuple) and len(version) > 1 else UNREADABLE
        behind = self.values.behind(Written(expr, scope))
        return self._value(behind.expr, behind.scope, depth + 1) if behind is not None else UNREADABLE

    def _item(self, value: Expr, key: Expr, scope: Scope, depth: int) -> object:
        whole = self._value(value, scope, depth + 1)
        if not isinstance(whole, tuple):
            return UNREADABLE
        if isinstance(key, Const) and isinstance(key.value, int) and key.value < len(whole):
            return whole[key.value]
        if isinstance(key, Op) and key.op == "slice":
            bounds = [o.value for o in key.operands if isinstance(o, Const) and isinstance(o.value, int)]
            return whole[: bounds[-1]] if len(bounds) == 1 or bounds[:1] == [0] else UNREADABLE
        return UNREADABLE


def _steps_of_try(body: Body, region: Region) -> list[Step]:
    """The steps of the `try` that a region belongs to, without those of inner statements."""
    tries = {index for index, at in enumerate(body.regions) if at.role == "try" and at.statement == region.statement}
    return [step for step in body.steps if step.region in tries]


def _takes_import_errors(handler: Region) -> bool:
    """Whether a handler is one for a failed import, by the names of what it catches."""
    heads = handler.head.items if isinstance(handler.head, Collection) else (handler.head,)
    return any(head is None or (isinstance(head, Name) and head.name in _FOR_IMPORTS) for head in heads)


def _converted(symbol: str, value: object) -> object:
    """`bool(x)`, `int(x)` and `str(x)` of what an environment variable can be."""
    if not isinstance(value, str | int | None):
        return UNREADABLE
    if symbol == "builtins.bool":
        return bool(value)
    try:
        return str(value) if symbol == "builtins.str" else int(value or 0)
    except ValueError:
        return UNREADABLE
