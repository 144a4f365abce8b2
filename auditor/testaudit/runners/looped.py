"""Tests that loops give to classes and namespaces: `setattr(TestA, f"test_{name}", make(name))`, `locals()[name] = …`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from testaudit.model import External
from testaudit.read.facts import Attr, Body, Call, Class, Expr, Function, Index, Module, Name, Region, Scope, Step
from testaudit.records import dataclass, field
from testaudit.runners.applied import arguments
from testaudit.runners.attributes import Attributes, Product
from testaudit.runners.plain import MOST, UNREADABLE, plain
from testaudit.runners.unfolding import elements, unpacked
from testaudit.runners.values import Written

NAMESPACES = frozenset({"builtins.globals", "builtins.locals", "builtins.vars"})
WORDS = (b"setattr(", b"globals()", b"locals()", b"vars()")
_SETATTR = External("builtins.setattr")
Given = dict[str, Written]


@dataclass(slots=True, frozen=True, eq=False)
class Unfolded:
    """What the loops of one module make: functions by whom they are given to and their name, and the steps of which that could be told."""

    made: Mapping[Module | Class, Mapping[str, Product]]
    steps: frozenset[int]
    """The offsets of these steps."""


_NOTHING = Unfolded({}, frozenset())


@dataclass(slots=True, eq=False)
class Looped:
    """Unfolds the loops of modules, each module once."""

    attributes: Attributes
    _known: dict[Module, Unfolded] = field(default_factory=dict)

    def of(self, owner: Module | Class) -> dict[str, Product]:
        """The functions that loops give to a module or a class, those of its bases included."""
        if isinstance(owner, Module):
            return dict(self.unfolded(owner).made.get(owner, {}))
        found: dict[str, Product] = {}
        for base in reversed(self.attributes.values.names.mro(owner)):
            if isinstance(base, Class):
                found.update(self.unfolded(base.module).made.get(base, {}))
        return found

    def unfolded(self, module: Module) -> Unfolded:
        """What the loops of a module make; nothing in most modules, which is seen by their words."""
        if module not in self._known:
            spoken = any(word in module.source for word in WORDS)
            self._known[module] = _Unfolding(self.attributes, module).result() if spoken else _NOTHING
        return self._known[module]


class _Unfolding:
    """The unfolding of one module."""

    def __init__(self, attributes: Attributes, module: Module) -> None:
        self.attributes = attributes
        self.values = attributes.values
        self.module = module
        self.made: dict[Module | Class, dict[str, Product]] = {}
        self.steps: dict[int, bool] = {}

    def result(self) -> Unfolded:
        scopes: list[Scope] = [self.module, *self.module.classes]
        for scope in scopes:
            self._scope(scope, {})
        return Unfolded(self.made, frozenset(start for start, told in self.steps.items() if told))

    def _scope(self, scope: Scope, given: Given, depth: int = 0) -> None:
        """Every step of a scope that makes something, once for each round of the loops around it."""
        for step in scope.body.steps:
            helper = self._helper(step, scope) if depth == 0 and isinstance(scope, Module) else None
            if helper is None and not _may_make(step):
                continue
            rounds = self._rounds(scope, step, given)
            if helper is not None:
                for one in rounds or ():
                    assert isinstance(step.value, Call)
                    self._scope(helper, arguments(helper, step.value, Written(step.value, scope, one)), depth + 1)
                continue
            told = [self._make(step, scope, one) for one in rounds or ()]  # all of them, also behind one that cannot be told
            self.steps[step.start] = self.steps.get(step.start, True) and rounds is not None and all(told)

    def _helper(self, step: Step, scope: Scope) -> Function | None:
        """The function of this module that a step calls and that sets attributes."""
        if step.kind != "eval" or not isinstance(step.value, Call):
            return None
        target = self.values.target(step.value.func, scope)
        return target if isinstance(target, Function) and target.module is self.module and "setattr" in target.words else None

    def _make(self, step: Step, scope: Scope, given: Given) -> bool:
        """Note what one step makes in one round; False where that cannot be told."""
        parts = self._parts(step, scope, given)
        if parts is None:
            return False
        whom, name, value = parts
        text = self._name(name, scope, given)
        product = self.attributes.product(Written(value, scope, given)) if isinstance(text, str) else None
        if product is None or not isinstance(text, str):
            return False
        self.made.setdefault(whom, {})[text] = product
        return True

    def _parts(self, step: Step, scope: Scope, given: Given) -> tuple[Module | Class, Expr, Expr] | None:
        """Whom a step gives something, under which name, and what."""
        if isinstance(step.value, Call) and step.kind == "eval":
            whom, name, value = (argument.value for argument in step.value.args)
            held = self.values.followed(Written(whom, scope, given))
            target = self.values.target(held.expr, held.scope)
            fits = self.values.target(step.value.func, scope) == _SETATTR and isinstance(target, Class)
            return (target, name, value) if fits and isinstance(target, Class) else None
        if not isinstance(step.target, Index) or not isinstance(step.target.value, Call) or step.value is None:
            return None
        found = self.values.target(step.target.value.func, scope)
        if not isinstance(found, External) or found.name not in NAMESPACES or isinstance(scope, Function):
            return None
        return (self.module if found.name == "builtins.globals" else scope), step.target.key, step.value

    def _name(self, name: Expr, scope: Scope, given: Given) -> object:
        """The text of a name; `method.__name__` is what the loop has set it to."""
        if isinstance(name, Attr) and name.name == "__name__" and isinstance(name.value, Name):
            held = given.get(f"{name.value.name}.__name__")
            return plain(self.values, held) if held is not None else UNREADABLE
        return plain(self.values, Written(name, scope, given))

    def _rounds(self, scope: Scope, step: Step, given: Given) -> list[Given] | None:
        """What the names stand for in each round of the loops around a step, those that conditions leave out left out; None where a loop
        cannot be unfolded."""
        body = scope.body
        rounds = [given]
        for region in reversed(list(body.enclosing(step.region))):
            inside = self._inside(scope, region, rounds)
            if inside is None or len(inside) > MOST:
                return None
            rounds = [self._assigned(body, scope, region, step, one) for one in inside]
        return rounds

    def _inside(self, scope: Scope, region: Region, rounds: list[Given]) -> list[Given] | None:
        """The rounds of a region for those around it."""
        body = scope.body
        if region.role == "loop" and region.head is not None and region.target is not None and not _is_left_early(body, region):
            found: list[Given] = []
            for one in rounds:
                items = elements(self.values, Written(region.head, scope, one))
                rows = [unpacked(self.values, region.target, item) for item in items or ()]
                if items is None or any(row is None for row in rows):
                    return None
                found += [{**one, **row} for row in rows if row is not None]
            return found
        if region.role != "branch" or region.head is None or _has_arms_before(body, region):
            return None
        verdicts = [plain(self.values, Written(region.head, scope, one)) for one in rounds]
        if any(verdict is UNREADABLE for verdict in verdicts):
            return None
        return [one for one, verdict in zip(rounds, verdicts, strict=True) if verdict]

    @staticmethod
    def _assigned(body: Body, scope: Scope, region: Region, until: Step, given: Given) -> Given:
        """The names with what the statements of a region before a step assign to them."""
        known = dict(given)
        for step in body.steps:
            if step.start >= until.start:
                break
            if step.region <= 0 or body.regions[step.region] is not region or step.kind != "bind" or step.how != "=" or step.value is None:
                continue
            written = Written(step.value, scope, dict(known))
            if isinstance(step.target, Name):
                known[step.target.name] = written
            elif isinstance(step.target, Attr) and step.target.name == "__name__" and isinstance(step.target.value, Name):
                known[f"{step.target.value.name}.__name__"] = written
        return known


def _may_make(step: Step) -> bool:
    """A cheap look: three arguments for a name that could be `setattr`, or an item of what a call gives."""
    if step.kind == "eval" and isinstance(step.value, Call):
        func = step.value.func
        return isinstance(func, Name) and func.name == "setattr" and [a.spread or a.name for a in step.value.args] == [None] * 3
    return step.kind == "bind" and step.how == "=" and isinstance(step.target, Index) and isinstance(step.target.value, Call)


def _is_left_early(body: Body, loop: Region) -> bool:
    """Whether a loop can leave out what it was to do: `continue`, `break`."""
    return any(step.kind in ("continue", "break") and loop in body.enclosing(step.region) for step in body.steps)


def _has_arms_before(body: Body, arm: Region) -> bool:
    """Whether an arm of a condition is not its first."""
    first: Iterator[Region] = (at for at in body.regions if at.role == "branch" and at.statement == arm.statement)
    return next(first) is not arm
