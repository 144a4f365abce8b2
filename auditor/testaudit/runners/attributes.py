"""What the attributes of an imported module or class are in a session: functions under their decorators, classes, other expressions."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.link.resolution.namespaces import live
from testaudit.link.resolution.resolver import Binding
from testaudit.model import Cell, External, Target
from testaudit.read.facts import Attr, Call, Class, Const, Expr, FuncRef, Function, Module, Name, Region, Scope, Step
from testaudit.records import dataclass, field
from testaudit.runners.applied import WRAPS, Applied, arguments
from testaudit.runners.conditions import Conditions
from testaudit.runners.decorators import Decorators
from testaudit.runners.values import Values, Written, returned

_DEPTH = 8
_PARTIAL = frozenset({"functools.partial", "functools.partialmethod"})
_SKIPS = frozenset({"pytest.skip", "_pytest.outcomes.skip"})
_IMPORT_OR_SKIP = External("pytest.importorskip")
_RAISED = frozenset({"unittest.SkipTest", "pytest.skip.Exception", "unittest.case.SkipTest"})


@dataclass(slots=True, frozen=True, eq=False)
class Product:
    """A function as it stands in a namespace: its code, everything that was applied to it (the lowest decorator first), and the
    parameters that a `partial` has already filled (by name; `positional` of them from the left)."""

    function: Function
    applied: tuple[Applied, ...]
    bound: frozenset[str] = frozenset()
    positional: int = 0

    def has(self, symbols: frozenset[str]) -> bool:
        return any(applied.symbol in symbols for applied in self.applied)

    def last(self, symbols: frozenset[str]) -> Applied | None:
        """The outermost application of one of these symbols."""
        return next((applied for applied in reversed(self.applied) if applied.symbol in symbols), None)


_PLAIN_BASES = frozenset({"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"})


@dataclass(slots=True, eq=False)
class Attributes:
    """Namespaces as one session's interpreter and platform leave them."""

    values: Values
    decorators: Decorators
    conditions: Conditions
    _shown: dict[Module | Class, dict[str, Binding]] = field(default_factory=dict)
    _merged: dict[Class, dict[str, Binding]] = field(default_factory=dict)
    _products: dict[Function, Product] = field(default_factory=dict)
    _ends: dict[Module, float] = field(default_factory=dict)

    def of(self, owner: Module | Class) -> dict[str, Binding]:
        """Every attribute with what binds it, in the order of their first binding; a class's bases included, the most basic first."""
        if isinstance(owner, Module):
            return self._of_one(owner)
        if owner not in self._merged:
            merged: dict[str, Binding] = {}
            for base in reversed(self.values.names.mro(owner)):
                if isinstance(base, Class):
                    merged.update(self._of_one(base))
            self._merged[owner] = merged
        return self._merged[owner]

    def own(self, cls: Class) -> dict[str, Binding]:
        """What a class's own body binds."""
        return self._of_one(cls)

    def get(self, owner: Module | Class, name: str) -> Binding | None:
        return self.of(owner).get(name)

    def _of_one(self, owner: Module | Class) -> dict[str, Binding]:
        if owner not in self._shown:
            found = self.values.names.namespace(owner, inherited=False)
            self._shown[owner] = {name: live for name, binding in found.items() if (live := self._live(owner, name, binding)) is not None}
        return self._shown[owner]

    def _live(self, owner: Module | Class, name: str, binding: Binding) -> Binding | None:
        """The binding that is in force once the branches that this session does not take are left out."""
        steps = owner.body.bindings.get(name, ())
        if binding.owner is not owner or (len(steps) == 1 and steps[0].region == 0):
            return binding
        running = [step for step in steps if self.conditions.runs(owner, step.region) is not False]
        if len(running) == len(steps):
            return binding
        step = live(owner, running)
        return Binding(step, owner) if step is not None else None

    # -------------------------------------------------------------------------------------------------------- what they are

    def target(self, binding: Binding, name: str) -> Target | Written:
        """What an attribute is: a definition, or the expression that was assigned."""
        step, owner = binding.step, binding.owner
        if step.defined is not None:
            return step.defined
        if step.imported is not None:
            found = self.values.names.member(owner, name)
            if isinstance(found, Cell) and isinstance(found.owner, Module) and (value := self.values.of_cell(found)) is not None:
                return self._expression(value)
            return self._elsewhere(found)
        if step.kind == "bind" and step.how in ("=", ":") and step.value is not None and isinstance(step.target, Name):
            return _decorated_by_hand(step, owner) or self._expression(Written(step.value, owner))
        return Cell(owner, name)

    def _elsewhere(self, found: Target) -> Target:
        """An imported definition as this session sees it in the module where it stands."""
        if isinstance(found, Function | Class) and found.parent is None and found.region > 0:
            binding = self.get(found.module, found.name)
            if binding is not None and binding.step.defined is not None:
                return binding.step.defined
        return found

    def _expression(self, written: Written) -> Target | Written:
        written = self.values.followed(written)
        if isinstance(written.expr, Name | Attr):
            target = self.values.target(written.expr, written.scope)
            return target if isinstance(target, Function | Class | Module | External) else written
        return written

    def product(self, thing: Target | Written, depth: int = 0) -> Product | None:
        """The function that a definition or an expression gives: a `def`, a lambda, a decorator called by hand, a `partial`, what a factory
        hands back. None when it is none, or cannot be said."""
        if isinstance(thing, Function):
            if thing not in self._products:
                self._products[thing] = Product(thing, self.decorators.of(thing))
            return self._products[thing]
        if not isinstance(thing, Written) or depth > _DEPTH:
            return None
        written = self.values.followed(thing)
        match written.expr:
            case FuncRef(function=function) if function.kind == "lambda":
                return Product(function, ())
            case Name() | Attr():
                target = self.values.target(written.expr, written.scope)
                return self.product(target, depth + 1) if isinstance(target, Function) else None
            case Call():
                return self._called(written, written.expr, depth)
            case _:
                return None

    def made_class(self, thing: Target | Written) -> Class | None:
        """The class that a call of a first-party function hands back, where it is written inside that function."""
        if not isinstance(thing, Written) or not isinstance(thing.expr, Call):
            return None
        factory = self.values.target(thing.expr.func, thing.scope)
        if not isinstance(factory, Function):
            return None
        found = {self.values.names.lookup(expr.name, factory) if isinstance(expr, Name) else None for expr in returned(factory)}
        only = next(iter(found)) if len(found) == 1 else None
        return only if isinstance(only, Class) and only.parent is factory else None

    def _called(self, written: Written, call: Call, depth: int) -> Product | None:
        target = self.values.target(call.func, written.scope)
        inner = (
            self.product(written.at(call.args[0].value), depth + 1)
            if call.args and not call.args[0].spread and not call.args[0].name
            else None
        )
        if isinstance(target, External) and target.name in _PARTIAL:
            if inner is None:
                return None
            names = frozenset(a.name for a in call.args if a.name is not None)
            return Product(
                inner.function, inner.applied, inner.bound | names, inner.positional + sum(a.name is None for a in call.args[1:])
            )
        if isinstance(target, Function):
            made = self._made(target, written, call, depth)
            if made is not None and not (inner is not None and self._wraps(made)):
                return made
        if inner is None or (isinstance(target, Class) and self._is_no_function(target)):
            return None
        if isinstance(target, External) and not isinstance(call.func, Call):
            options = Call(call.start, call.end, call.func, call.args[1:]) if len(call.args) > 1 else None
            return Product(inner.function, (*inner.applied, Applied(target.name, written, options)), inner.bound, inner.positional)
        return Product(inner.function, (*inner.applied, *self.decorators.meaning(written.at(call.func))), inner.bound, inner.positional)

    def _is_no_function(self, cls: Class) -> bool:
        """Whether instances of a class of the suite's own cannot be called, so that one is no function whatever it was given."""
        names = self.values.names
        known = all(isinstance(base, Class) or (isinstance(base, External) and base.name in _PLAIN_BASES) for base in names.mro(cls))
        return known and not isinstance(names.member(cls, "__call__"), Function)

    def _made(self, factory: Function, written: Written, call: Call, depth: int) -> Product | None:
        """The function that a first-party factory returns."""
        given = arguments(factory, call, written)
        for expr in returned(factory):
            inner = self._returned(factory, expr, given)
            if isinstance(inner, Function):
                return Product(inner, self.decorators.of(inner, given))
            made = self.product(inner, depth + 1)
            if made is not None:
                return made
        return None

    def _returned(self, factory: Function, expr: Expr, given: dict[str, Written]) -> Target | Written:
        if isinstance(expr, Name):
            inner = self.values.names.lookup(expr.name, factory)
            if isinstance(inner, Function):
                steps = factory.body.bindings.get(expr.name, ())
                running = [step for step in steps if self.conditions.runs(factory, step.region) is not False]
                live = next((step.defined for step in running if isinstance(step.defined, Function)), inner)
                return live if len(running) < len(steps) else inner
        return Written(expr, factory, given)

    def _wraps(self, product: Product) -> bool:
        return product.has(WRAPS)

    # ------------------------------------------------------------------------------------------------------------- flags

    def flag(self, owner: Module | Class, name: str) -> bool | None:
        """A constant truth that a module or class has under a name (`__test__ = False`), or None."""
        binding = self.get(owner, name)
        if binding is None or binding.step.value is None or not isinstance(binding.step.value, Const):
            return None
        return bool(binding.step.value.value)

    def function_flag(self, owner: Module | Class, attribute: str, name: str) -> bool | None:
        """A constant truth set on a function after its definition: `test_helper.__test__ = False`."""
        verdict = None
        for step in _attribute_steps(owner, attribute):
            if (
                isinstance(step.target, Attr)
                and isinstance(step.target.value, Name)
                and step.target.value.name == name
                and isinstance(step.value, Const)
            ):
                verdict = bool(step.value.value)
        return verdict

    def left_at(self, module: Module) -> float:
        """The offset from which a module's body surely does not run, for it skips itself: `pytest.skip(…, allow_module_level=True)`,
        `pytest.importorskip` of what the environment has not."""
        if module not in self._ends:
            self._ends[module] = next((step.start for step in module.body.steps if self._leaves(step, module)), float("inf"))
        return self._ends[module]

    def _leaves(self, step: Step, module: Module) -> bool:
        if step.kind not in ("eval", "bind", "raise") or not isinstance(step.value, Expr) or self._guarded(step.region, module):
            return False
        if isinstance(step.value, Call) and b"importorskip" in module.source and self._lacks(step.value, module):
            return self.conditions.runs(module, step.region) is True
        if step.kind == "bind":
            return False
        expr = step.value.func if isinstance(step.value, Call) else step.value
        target = self.values.target(expr, module)
        if not isinstance(target, External) or target.name not in (_RAISED if step.kind == "raise" else _SKIPS):
            return False
        return self.conditions.runs(module, step.region) is True

    def _lacks(self, call: Call, module: Module) -> bool:
        """Whether a call skips because it finds no module of this name."""
        name = call.args[0].value if call.args else None
        if self.values.target(call.func, module) != _IMPORT_OR_SKIP or not isinstance(name, Const) or not isinstance(name.value, str):
            return False
        is_own = self.values.names.workspace.find(name.value, module.path) is not None
        return not is_own and self.conditions.environment.has_module(name.value, None) is False

    @staticmethod
    def _guarded(region: int, module: Module) -> bool:
        regions: list[Region] = module.body.regions
        while region > 0:
            if regions[region].role not in ("branch", "with"):
                return True
            region = regions[region].parent
        return False


def _decorated_by_hand(step: Step, owner: Scope) -> Class | None:
    """The class that a step binds again, handed through a call: `TestA = unittest.skipIf(…)(TestA)`."""
    call, target = step.value, step.target
    if not isinstance(call, Call) or not isinstance(target, Name) or len(call.args) != 1:
        return None
    given = call.args[0].value
    if not isinstance(given, Name) or given.name != target.name:
        return None
    earlier = (other.defined for other in owner.body.bindings.get(target.name, ()) if other.start < step.start)
    return next((cls for cls in reversed(tuple(earlier)) if isinstance(cls, Class)), None)


def _attribute_steps(owner: Scope, attribute: str) -> Iterator[Step]:
    return (s for s in owner.body.steps if s.kind == "bind" and isinstance(s.target, Attr) and s.target.name == attribute)
