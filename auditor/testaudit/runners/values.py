"""What a module-level expression means without running it: the expression behind a name, constants, sequences and their lengths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from testaudit.link.names import Names
from testaudit.link.resolution.namespaces import live
from testaudit.model import Cell, External, Target
from testaudit.read.facts import (
    Attr,
    Body,
    Call,
    Class,
    Collection,
    Const,
    ConstantValue,
    Expr,
    FuncRef,
    Function,
    Module,
    Name,
    Op,
    Scope,
    Spread,
    Step,
    dotted,
)
from testaudit.records import dataclass, field

DEPTH = 12


@dataclass(slots=True, frozen=True, eq=False)
class Written:
    """An expression, the scope that it is written in, and what the parameters of that scope stand for, where a call told it."""

    expr: Expr
    scope: Scope
    given: dict[str, Written] = field(default_factory=dict)

    def at(self, expr: Expr) -> Written:
        """Another expression of the same place."""
        return Written(expr, self.scope, self.given)


@dataclass(slots=True, eq=False)
class Values:
    """Follows names to the expressions that they stand for; every answer is None where the source does not say."""

    names: Names
    own: Mapping[str, str] = field(default_factory=dict)
    """Definitions of audited code that are to be known by the name of the interface that they implement (a runner's own repository)."""
    _targets: dict[tuple[int, str], Target] = field(default_factory=dict)

    def target(self, expr: Expr, scope: Scope) -> Target:
        """What a name or attribute chain stands for, remembered by its text: decorators repeat the same few thousands of times."""
        text = dotted(expr)
        if text is None:
            return self.names.resolve(expr, scope)
        if isinstance(expr, Name) and (earlier := self.earlier(expr, scope)) is not None:
            return earlier.defined if earlier.defined is not None else Cell(scope, expr.name)
        key = (id(scope), text)
        if key not in self._targets:
            self._targets[key] = self._resolved(expr, scope)
        return self._targets[key]

    def _resolved(self, expr: Expr, scope: Scope) -> Target:
        if isinstance(expr, Attr):
            base = self.target(expr.value, scope)
            if isinstance(base, External):
                return External(f"{base.name}.{expr.name}")
        found = self.names.resolve(expr, scope)
        name = _dotted_name(found)
        return External(self.own[name]) if name in self.own else found

    def behind(self, written: Written) -> Written | None:
        """The expression that a name stands for: the value of the one assignment that is in force. None where there is none."""
        if isinstance(written.expr, Name) and written.expr.name in written.given:
            return written.given[written.expr.name]
        if isinstance(written.expr, Name) and (earlier := self.earlier(written.expr, written.scope)) is not None:
            return Written(earlier.value, written.scope) if earlier.value is not None else None
        target = self.target(written.expr, written.scope)
        return self.of_cell(target, written) if isinstance(target, Cell) else None

    def earlier(self, expr: Name, scope: Scope) -> Step | None:
        """What a name was bound to when module- or class-level code used it, where it is bound again later; else None."""
        if isinstance(scope, Function):
            return None
        steps = scope.body.bindings.get(expr.name, ())
        if len(steps) < 2 or steps[-1].end <= expr.start:
            return None
        before = [step for step in steps if step.end <= expr.start]
        step = live(scope, before) if before else None
        if step is None or (step.defined is None and (step.how not in ("=", ":") or not isinstance(step.target, Name))):
            return None
        return step

    def of_cell(self, cell: Cell, written: Written | None = None) -> Written | None:
        """The value that a module, a class or a function assigns to one of its names."""
        owner = cell.owner
        if not isinstance(owner, Module | Class | Function) or cell.instance:
            return None
        body: Body = owner.body
        step = live(owner, body.bindings.get(cell.name, []))
        if (
            step is None
            or step.kind != "bind"
            or step.how not in ("=", ":", "walrus")
            or step.value is None
            or not isinstance(step.target, Name)
        ):
            return None
        given = written.given if written is not None and isinstance(owner, Function) else {}
        return Written(step.value, owner, given)

    def followed(self, written: Written) -> Written:
        """The expression behind a chain of names, or what was given where there is nothing behind it."""
        for _ in range(DEPTH):
            behind = self.behind(written) if dotted(written.expr) is not None else None
            if behind is None:
                return written
            written = behind
        return written

    def constant(self, written: Written | None) -> Const | None:
        """The literal that an expression stands for."""
        if written is None:
            return None
        expr = self.followed(written).expr
        return expr if isinstance(expr, Const) else None

    def value(self, written: Written | None, otherwise: ConstantValue = None) -> ConstantValue:
        """The constant that an expression stands for, or `otherwise`."""
        found = self.constant(written)
        return found.value if found is not None else otherwise

    def items(self, written: Written, depth: int = 0) -> tuple[Written, ...] | None:
        """The elements of a sequence: displays, their sums and spreads, `list(…)` and the like around one, names for one."""
        if depth > DEPTH:
            return None
        written = self.followed(written)
        match written.expr:
            case Const(value=str() as text):
                return tuple(written.at(Const(written.expr.start, written.expr.end, character)) for character in text)
            case Collection(kind="list" | "tuple" | "set", items=items):
                return self._spliced(written, items, depth)
            case Collection(kind="dict", keys=keys) if None not in keys:
                return tuple(written.at(key) for key in keys if key is not None)
            case Op(op="+", operands=operands):
                return self._joined([self.items(written.at(o), depth + 1) for o in operands])
            case Call(func=Name(name="list" | "tuple" | "set" | "sorted" | "frozenset"), args=(argument,)) if not argument.spread:
                return self.items(written.at(argument.value), depth + 1)
            case _:
                return None

    def length(self, written: Written, depth: int = 0) -> int | None:
        """How many elements a sequence has; also of `range(…)` and of comprehensions without a condition."""
        if depth > DEPTH:
            return None  # `names = list(names)`: a name that stands for itself
        found = self.items(written)
        if found is not None:
            return len(found)
        written = self.followed(written)
        match written.expr:
            case Call(func=Name(name="range"), args=args):
                bounds = [self.value(written.at(a.value)) for a in args]
                whole = [b for b in bounds if isinstance(b, int)]
                return len(range(*whole)) if len(whole) == len(bounds) and 0 < len(whole) < 4 and whole[2:] != [0] else None
            case Call(func=Name(name="list" | "tuple" | "sorted" | "enumerate" | "reversed"), args=(argument, *_)) if not argument.spread:
                return self.length(written.at(argument.value), depth + 1)
            case FuncRef(function=function) if function.kind == "comprehension" and function.name in ("<list>", "<generator>"):
                return self._comprehension(function, written)
            case _:
                return None

    def strings(self, written: Written | None) -> tuple[str, ...] | None:
        """The strings of a sequence of strings; one string alone is one."""
        if written is None:
            return None
        single = self.value(written)
        if isinstance(single, str):
            return (single,)
        found = self.items(written)
        values = [self.value(item) for item in found or ()]
        texts = tuple(value for value in values if isinstance(value, str))
        return texts if found is not None and len(texts) == len(values) else None

    def names_in(self, written: Written | None) -> tuple[str, ...] | None:
        """Names as pytest's `parametrize` takes them: `"a, b"` or a sequence of strings."""
        if written is None:
            return None
        single = self.value(written)
        if isinstance(single, str):
            return tuple(part.strip() for part in single.split(",") if part.strip())
        return self.strings(written)

    def _spliced(self, written: Written, items: tuple[Expr, ...], depth: int) -> tuple[Written, ...] | None:
        if not any(isinstance(item, Spread) for item in items):
            return tuple(written.at(item) for item in items)
        return self._joined([self.items(written.at(i.value), depth + 1) if isinstance(i, Spread) else (written.at(i),) for i in items])

    @staticmethod
    def _joined(parts: list[tuple[Written, ...] | None]) -> tuple[Written, ...] | None:
        whole = [part for part in parts if part is not None]
        return tuple(item for part in whole for item in part) if len(whole) == len(parts) else None

    def _comprehension(self, function: Function, written: Written) -> int | None:
        if any(region.role == "branch" for region in function.body.regions):
            return None
        product = 1
        for step in function.body.steps:
            if step.kind == "bind" and step.how == "iterate":
                count = self.length(written.at(step.value)) if step.value is not None else None
                if count is None:
                    return None
                product *= count
        return product


def _dotted_name(target: Target) -> str:
    """The dotted name of a first-party definition, as far as the last two folders of its path tell."""
    if isinstance(target, Function | Class) and target.parent is None:
        module, name = target.module, target.name
    elif isinstance(target, Cell) and isinstance(target.owner, Module):
        module, name = target.owner, target.name
    else:
        return ""
    parts = module.path.removesuffix(".py").removesuffix("/__init__").split("/")
    while len(parts) > 1 and parts[0] in ("src", "lib"):
        parts = parts[1:]
    return ".".join((*parts, name))


def returned(function: Function) -> Iterator[Expr]:
    """What a function's own `return` statements give, in order."""
    return (step.value for step in function.body.steps if step.kind == "return" and step.value is not None)


def assignments(body: Body, name: str) -> Iterator[Step]:
    """The plain assignments to a name in one scope, in order."""
    return (step for step in body.bindings.get(name, ()) if step.kind == "bind" and step.how in ("=", ":") and step.value is not None)
