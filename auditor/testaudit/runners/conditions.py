"""Which branches of a module run in a session: what its interpreter and platform decide."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from testaudit.model import External
from testaudit.read.facts import Attr, Body, Call, Collection, Compare, Const, Expr, Import, Index, Module, Name, Op, Region, Scope
from testaudit.runners.values import Values, Written

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
_UNREADABLE = object()
_TYPE_CHECKING = {"typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING"}
_SYSTEMS = {"linux": ("Linux", "posix"), "darwin": ("Darwin", "posix"), "win32": ("Windows", "nt")}


@dataclass(slots=True, eq=False)
class Conditions:
    """Decides conditions for one interpreter (`(3, 12)`) and platform (`linux`)."""

    values: Values
    python: tuple[int, ...]
    platform: str
    implementation: str = "cpython"
    _decided: dict[int, bool | None] = field(default_factory=dict)

    def runs(self, scope: Scope, region: int) -> bool | None:
        """Whether a region of a module's or class's own body runs: False where a condition around it is known to fail."""
        body: Body = scope.body
        certain: bool | None = True
        while region > 0:
            at = body.regions[region]
            verdict = (
                self._branch(scope, body, at) if at.role == "branch" else self._handler(scope, body, at) if at.role == "handler" else True
            )
            if verdict is False:
                return False
            certain = certain if verdict else None
            region = at.parent
        return certain

    def _handler(self, scope: Scope, body: Body, region: Region) -> bool | None:
        """A handler does not run when all that its `try` does is to import what is surely there."""
        tries = {index for index, at in enumerate(body.regions) if at.role == "try" and at.statement == region.statement}
        steps = [step for step in body.steps if step.region in tries]
        sure = bool(steps) and all(step.imported is not None and self._is_there(step.imported, scope) for step in steps)
        return False if sure else None

    def _is_there(self, imported: Import, scope: Scope) -> bool:
        if imported.level:
            return False
        module = scope if isinstance(scope, Module) else scope.module
        top = imported.module.partition(".")[0]
        return top in sys.stdlib_module_names or self.values.names.workspace.find(imported.module, module.path) is not None

    def _branch(self, scope: Scope, body: Body, region: Region) -> bool | None:
        """An arm runs when its own condition holds and those of the arms before it do not."""
        if id(region) not in self._decided:
            own = True if region.head is None else self.holds(region.head, scope)
            for earlier in body.regions:
                if earlier is region:
                    break
                if earlier.role == "branch" and earlier.statement == region.statement and earlier.head is not None:
                    before = self.holds(earlier.head, scope)
                    own = False if before is True else own if before is False or own is False else None
            self._decided[id(region)] = own
        return self._decided[id(region)]

    def holds(self, expr: Expr, scope: Scope, depth: int = 0) -> bool | None:
        """Whether a condition is true, false, or not decidable here."""
        match expr:
            case Const():
                return bool(expr.value)
            case Op(op="not", operands=(operand,)):
                inner = self.holds(operand, scope, depth)
                return None if inner is None else not inner
            case Op(op="and" | "or" as op, operands=operands):
                verdicts = [self.holds(o, scope, depth) for o in operands]
                decisive = op == "or"
                return decisive if decisive in verdicts else None if None in verdicts else not decisive
            case Compare(ops=(op,), operands=(left, right)):
                return self._compare(op, self._value(left, scope), self._value(right, scope))
            case Name() | Attr():
                target = self.values.target(expr, scope)
                if isinstance(target, External):
                    return False if target.name in _TYPE_CHECKING else None
                behind = self.values.behind(Written(expr, scope))
                return self.holds(behind.expr, behind.scope, depth + 1) if behind is not None and depth < 5 else None
            case Call(func=func, args=()) if (target := self.values.target(func, scope)) == External("sys.gettrace"):
                return False
            case Call(func=Attr(name="startswith", value=value), args=(argument,)):
                whole, start = self._value(value, scope), self._value(argument.value, scope)
                return whole.startswith(start) if isinstance(whole, str) and isinstance(start, str) else None
            case _:
                return None

    @staticmethod
    def _compare(op: str, left: object, right: object) -> bool | None:
        if left is _UNREADABLE or right is _UNREADABLE:
            return None
        if op in ("in", "not in"):
            return (left in right) == (op == "in") if isinstance(right, tuple | str) and isinstance(left, str) else None
        comparable = type(left) is type(right)
        return _COMPARE[op](left, right) if op in _COMPARE and (comparable or op in ("==", "!=")) else None

    def _value(self, expr: Expr, scope: Scope) -> object:
        match expr:
            case Const():
                return expr.value
            case Collection(kind="tuple" | "list", items=items):
                values = tuple(self._value(item, scope) for item in items)
                return _UNREADABLE if _UNREADABLE in values else values
            case Index(value=value, key=key):
                return self._item(self._value(value, scope), key)
            case Call(func=func, args=()):
                target = self.values.target(func, scope)
                return self._known(f"{target.name}()") if isinstance(target, External) else _UNREADABLE
            case Name() | Attr():
                target = self.values.target(expr, scope)
                if isinstance(target, External):
                    return self._known(target.name)
                if isinstance(expr, Attr) and expr.name in ("major", "minor"):
                    version = self._value(expr.value, scope)
                    return version[expr.name == "minor"] if isinstance(version, tuple) and len(version) > 1 else _UNREADABLE
                behind = self.values.behind(Written(expr, scope))
                return self._value(behind.expr, behind.scope) if behind is not None else _UNREADABLE
            case _:
                return _UNREADABLE

    @staticmethod
    def _item(whole: object, key: Expr) -> object:
        if not isinstance(whole, tuple):
            return _UNREADABLE
        if isinstance(key, Const) and isinstance(key.value, int) and key.value < len(whole):
            return whole[key.value]
        if isinstance(key, Op) and key.op == "slice":
            bounds = [o.value for o in key.operands if isinstance(o, Const) and isinstance(o.value, int)]
            return whole[: bounds[-1]] if len(bounds) == 1 or bounds[:1] == [0] else _UNREADABLE
        return _UNREADABLE

    def _known(self, symbol: str) -> object:
        system, posix = _SYSTEMS.get(self.platform, ("", ""))
        version = self.python if len(self.python) > 2 else (*self.python[:2], 99)
        known: dict[str, object] = {
            "sys.version_info": (*version[:3], "final", 0),
            "sys.version_info.major": version[0],
            "sys.version_info.minor": version[1],
            "sys.platform": self.platform,
            "os.name": posix or _UNREADABLE,
            "platform.system()": system or _UNREADABLE,
            "sys.implementation.name": self.implementation,
            "platform.python_implementation()": {"cpython": "CPython", "pypy": "PyPy"}.get(self.implementation, _UNREADABLE),
        }
        return known.get(symbol, _UNREADABLE)
