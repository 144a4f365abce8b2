"""Facts as text, one line a step, so that tests can be read.

A step's number in brackets is its region; regions come first, each with its parent. With `spans` every expression carries its offsets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from testaudit.read.facts import (
    Argument,
    Attr,
    Await,
    Body,
    Call,
    Class,
    Collection,
    Compare,
    Const,
    Decorator,
    Expr,
    FuncRef,
    Function,
    Import,
    Index,
    Module,
    Name,
    Op,
    Opaque,
    Param,
    Spread,
    Step,
    Template,
)


def render(module: Module, *, spans: bool = False) -> list[str]:
    """The whole module, bodies of functions included."""
    return list(Renderer(spans).body(module.body, ""))


def rendered(expr: Expr | None) -> str:
    """One expression."""
    return Renderer(False).expr(expr)


@dataclass
class Renderer:
    spans: bool

    def body(self, body: Body, indent: str) -> Iterator[str]:
        for number, region in enumerate(body.regions[1:], 1):
            words = ["async"] if region.is_async else []
            words += [f"{number}: {region.role} in {region.parent} of {region.statement}"]
            words += [f"({self.expr(region.head)})"] if region.head else []
            words += [f"as {self.expr(region.target)}"] if region.target else []
            yield indent + " ".join(words)
        for step in body.steps:
            yield from self.step(step, indent)

    def step(self, step: Step, indent: str) -> Iterator[str]:
        words = [f"[{step.region}] {step.kind}"]
        words += [step.how] if step.how else []
        words += [f"({self.expr(step.target)})"] if step.target else []
        words += [self.expr(step.value)] if step.value else []
        words += [f"annotated {self.expr(step.annotation)}"] if step.annotation else []
        words += [",".join(step.names)] if step.names else []
        words += [imported(step.imported)] if step.imported else []
        yield indent + " ".join(words)
        if isinstance(step.defined, Function):
            yield from self.function(step.defined, indent + "  ")
        elif isinstance(step.defined, Class):
            yield from self.class_(step.defined, indent + "  ")

    def function(self, function: Function, indent: str) -> Iterator[str]:
        returns = f" -> {self.expr(function.returns)}" if function.returns else ""
        yield from (indent + "@" + self.decorator(decorator) for decorator in function.decorators)
        yield f"{indent}{'async ' if function.is_async else ''}def {function.name}({self.params(function.params)}){returns}"
        yield from self.body(function.body, indent + "  ")

    def class_(self, class_: Class, indent: str) -> Iterator[str]:
        yield from (indent + "@" + self.decorator(decorator) for decorator in class_.decorators)
        yield f"{indent}class {class_.name}({self.args(class_.bases)})"
        yield from self.body(class_.body, indent + "  ")

    def decorator(self, decorator: Decorator) -> str:
        return self.expr(decorator.expr)

    def params(self, params: tuple[Param, ...]) -> str:
        return ", ".join(self.param(param) for param in params)

    def param(self, param: Param) -> str:
        annotation = f": {self.expr(param.annotation)}" if param.annotation else ""
        default = f" = {self.expr(param.default)}" if param.default else ""
        return f"{param.kind} {param.name}{annotation}{default}"

    def args(self, args: tuple[Argument, ...]) -> str:
        return ", ".join(a.spread + (f"{a.name}=" if a.name else "") + self.expr(a.value) for a in args)

    def expr(self, expr: Expr | None) -> str:
        if expr is None:
            return "-"
        return self.bare(expr) + (f"@{expr.start}:{expr.end}" if self.spans and expr.start < expr.end else "")

    def all(self, exprs: tuple[Expr, ...]) -> str:
        return ", ".join(self.expr(e) for e in exprs)

    def bare(self, expr: Expr) -> str:
        match expr:
            case Name():
                return expr.name
            case Const():
                return repr(expr.value)
            case Attr():
                return f"{self.expr(expr.value)}.{expr.name}"
            case Index():
                return f"{self.expr(expr.value)}[{self.expr(expr.key)}]"
            case Call():
                return f"{self.expr(expr.func)}({self.args(expr.args)})"
            case Await():
                return f"await {self.expr(expr.value)}"
            case Spread():
                return f"*{self.expr(expr.value)}"
            case Collection():
                return f"{expr.kind}{{{self.items(expr)}}}"
            case _:
                return self.rest(expr)

    def rest(self, expr: Expr) -> str:
        match expr:
            case Op():
                return f"({expr.op} {self.all(expr.operands)})"
            case Compare():
                return f"({' '.join(expr.ops)} {self.all(expr.operands)})"
            case Opaque():
                return f"<{expr.kind} {self.all(expr.parts)}>"
            case Template():
                return "`" + "|".join(repr(p) if isinstance(p, str) else Renderer(False).expr(p) for p in expr.parts) + "`"
            case FuncRef():
                function = expr.function
                return f"{function.name}[{self.params(function.params)} / {' / '.join(self.body(function.body, ''))}]"
            case _:
                raise AssertionError(expr)

    def items(self, expr: Collection) -> str:
        if expr.kind != "dict":
            return self.all(expr.items)
        pairs = zip(expr.keys, expr.items, strict=True)
        return ", ".join(f"{self.expr(key)}: {self.expr(value)}" if key else f"**{self.expr(value)}" for key, value in pairs)


def imported(fact: Import) -> str:
    return f"{'.' * fact.level}{fact.module} {fact.name or ''} as {fact.bound}{' aliased' if fact.aliased else ''}"
