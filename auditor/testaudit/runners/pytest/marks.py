"""The marks of a test: its decorators', its class's with the bases', its module's; and what parametrization gives it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from testaudit.model import External
from testaudit.read.facts import Call, Class, Collection, Expr, Module
from testaudit.records import dataclass, field
from testaudit.runners.applied import Applied
from testaudit.runners.attributes import Attributes, Product
from testaudit.runners.pytest.symbols import MARK, PARAM
from testaudit.runners.unfolding import length
from testaudit.runners.values import Values, Written


@dataclass(slots=True, frozen=True, eq=False)
class Mark:
    """One mark with what it was given."""

    name: str
    applied: Applied

    @property
    def expr(self) -> Expr:
        return self.applied.call if self.applied.call is not None else self.applied.where.expr


@dataclass(slots=True, frozen=True, eq=False)
class Parametrization:
    """What parametrize marks fill: `direct` names with their values, names passed on to fixtures (`indirect`), how many variants they make;
    `certain` is False where names or values cannot be read."""

    direct: Mapping[str, tuple[Expr, ...] | None] = field(default_factory=dict)
    indirect: Mapping[str, tuple[Expr, ...] | None] = field(default_factory=dict)
    variants: int = 1
    certain: bool = True


NONE = Parametrization()


@dataclass(slots=True, eq=False)
class Marks:
    """Reads marks; remembers those of classes and modules."""

    attributes: Attributes
    _classes: dict[Class, tuple[Mark, ...]] = field(default_factory=dict)
    _modules: dict[Module, tuple[Mark, ...]] = field(default_factory=dict)
    _parametrizations: dict[tuple[int, ...], Parametrization] = field(default_factory=dict)

    def of_product(self, product: Product) -> tuple[Mark, ...]:
        """A function's own marks, the lowest decorator first, as pytest keeps them."""
        return tuple(marks(product.applied)) if product.applied else ()

    def of_class(self, cls: Class) -> tuple[Mark, ...]:
        """A class's marks: its decorators and `pytestmark`, and its bases' (pytest walks the method resolution order backwards)."""
        if cls not in self._classes:
            found: list[Mark] = []
            for base in reversed(self.attributes.values.names.mro(cls)):
                if isinstance(base, Class):
                    found += self._assigned(base)
                    if base.decorators:
                        found += marks(self.attributes.decorators.of_class(base))
            self._classes[cls] = tuple(found)
        return self._classes[cls]

    def of_module(self, module: Module) -> tuple[Mark, ...]:
        if module not in self._modules:
            self._modules[module] = tuple(self._assigned(module))
        return self._modules[module]

    def _assigned(self, owner: Module | Class) -> Iterator[Mark]:
        """`pytestmark`: one mark or a list of them."""
        binding = self.attributes.of(owner).get("pytestmark") if isinstance(owner, Module) else self.attributes.own(owner).get("pytestmark")
        if binding is None:
            return
        running = self.attributes.conditions.runs
        steps = [
            s
            for s in binding.owner.body.bindings.get("pytestmark", ())
            if s.kind == "bind" and running(binding.owner, s.region) is not False
        ]
        begin = max((index for index, step in enumerate(steps) if step.how != "+="), default=0)
        for step in steps[begin:]:
            if step.value is not None:
                yield from self._listed(Written(step.value, binding.owner))
        if binding.step.imported is not None:
            target = self.attributes.target(binding, "pytestmark")
            if isinstance(target, Written):
                yield from self._listed(target)

    def _listed(self, written: Written) -> Iterator[Mark]:
        items = self.attributes.values.items(written)
        for item in (written,) if items is None else items:
            yield from marks(self.attributes.decorators.meaning(item))

    # ---------------------------------------------------------------------------------------------------------- what they say

    def parametrization(self, found: Iterable[Mark]) -> Parametrization:
        """What the parametrize marks among these fill."""
        wanted = [mark for mark in found if mark.name == "parametrize"]
        if not wanted:
            return NONE
        key = tuple(id(mark.applied.call) for mark in wanted)
        if any(mark.applied.where.given for mark in wanted) or key not in self._parametrizations:
            self._parametrizations[key] = self._parametrization(wanted)
        return self._parametrizations[key]

    def _parametrization(self, wanted: list[Mark]) -> Parametrization:
        direct: dict[str, tuple[Expr, ...] | None] = {}
        indirect: dict[str, tuple[Expr, ...] | None] = {}
        variants, certain = 1, True
        values = self.attributes.values
        for mark in wanted:
            names = values.names_in(mark.applied.argument(0, "argnames"))
            if names is None:
                certain = False
                continue
            passed = self._indirect(mark.applied, names)
            certain = certain and passed is not None
            given = mark.applied.argument(1, "argvalues")
            for index, name in enumerate(names):
                target = indirect if passed is None or name in passed else direct
                target[name] = column(values, given, index, len(names))
            variants *= (length(values, given) if given is not None else None) or 1
        return Parametrization(direct, indirect, variants, certain)

    def _indirect(self, applied: Applied, names: tuple[str, ...]) -> tuple[str, ...] | None:
        written = applied.argument(2, "indirect")
        if written is None:
            return ()
        whole = self.attributes.values.constant(written)
        if whole is not None and not isinstance(whole.value, str):
            return names if whole.value else ()
        return self.attributes.values.strings(written)

    def used_fixtures(self, found: Iterable[Mark]) -> tuple[tuple[str, ...], bool]:
        """The names that `usefixtures` marks ask for, and whether all could be read."""
        names: list[str] = []
        certain = True
        for mark in found:
            if mark.name != "usefixtures":
                continue
            for argument in mark.applied.arguments:
                written = mark.applied.where.at(argument.value)
                texts = self.attributes.values.strings(written)
                certain = certain and texts is not None
                names += texts or ()
        return tuple(names), certain


def marks(applied: Iterable[Applied]) -> Iterator[Mark]:
    """The marks among what was applied."""
    for one in applied:
        if one.symbol.startswith(MARK):
            yield Mark(one.symbol[len(MARK) :].partition(".")[0], one)


def column(values: Values, given: Written | None, index: int, width: int) -> tuple[Expr, ...] | None:
    """The expressions that one name gets from the rows of `argvalues`, or None where they cannot be read."""
    rows = values.items(given) if given is not None else None
    if rows is None:
        return None
    found: list[Expr] = []
    for row in rows:
        expr = row.expr
        if isinstance(expr, Call):
            target = values.target(expr.func, row.scope)
            if isinstance(target, External) and target.name in PARAM:
                cell = expr.positional(index)
                if cell is None:
                    return None
                found.append(cell)
                continue
        if width > 1:
            row = values.followed(row)
            if not isinstance(row.expr, Collection) or row.expr.kind not in ("tuple", "list") or len(row.expr.items) != width:
                return None
            expr = row.expr.items[index]
        found.append(expr)
    return tuple(found)
