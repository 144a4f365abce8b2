"""A Jest file built by hand from facts, and a tiny runner for it: proof that the core is about tests, not about Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from testaudit.check import Verdict, catalogue, check
from testaudit.config import Config
from testaudit.discover.pytest.settings import PytestSettings
from testaudit.discover.session import Session
from testaudit.knowledge import load
from testaudit.link.linked import Linked
from testaudit.link.names import Names
from testaudit.link.values import Values
from testaudit.model import External, Fixture, FixtureUse, Group, Suite, Test, TestModule, place_of
from testaudit.read.facts import (
    Argument,
    Attr,
    Await,
    Body,
    Call,
    Collection,
    Const,
    Expr,
    FuncRef,
    Function,
    Import,
    Module,
    Name,
    Param,
    Region,
    Scope,
    Step,
)
from testaudit.workspace import Workspace

# ---------------------------------------------------------------------------------------------------------------- a script


@dataclass(frozen=True)
class Text:
    """A string literal."""

    value: str


@dataclass(frozen=True)
class Get:
    """`of.name`"""

    of: object
    name: str


@dataclass(frozen=True)
class Do:
    """`func(...args)`; a func of type str is a dotted name."""

    func: object
    args: tuple[object, ...] = ()


@dataclass(frozen=True)
class Arrow:
    """`(params) => { body }`; its statements are `Let`, `Set` and expressions."""

    body: tuple[object, ...]
    params: tuple[str, ...] = ()


@dataclass(frozen=True)
class Obj:
    items: tuple[tuple[str, object], ...]


@dataclass(frozen=True)
class Arr:
    items: tuple[object, ...] = ()


@dataclass(frozen=True)
class Later:
    """`await value`"""

    value: object


@dataclass(frozen=True)
class Let:
    """`let name = value`, or only `let name`."""

    name: str
    value: object | None = None


@dataclass(frozen=True)
class Set:
    """`name = value`, an assignment to a variable of whatever scope has it."""

    name: str
    value: object


def do(func: object, *args: object) -> Do:
    return Do(func, args)


def arrow(*body: object, params: tuple[str, ...] = ()) -> Arrow:
    return Arrow(body, params)


@dataclass
class Script:
    """Writes source text and its facts side by side, as a reader would have found them."""

    path: str
    text: str = ""
    module: Module = field(init=False)

    def __post_init__(self) -> None:
        self.module = Module(self.path, "javascript", b"", empty(), lambda function: function._body or empty())

    def written(self, imports: dict[str, tuple[str, ...]], *statements: object) -> Module:
        """The module of these imports (module -> names) and statements."""
        for source, names in imports.items():
            for name in names:
                start = len(self.text)
                self.text += f'import {{ {name} }} from "{source}"\n'
                self.module.body.steps.append(Step("import", 0, start, len(self.text), imported=Import(source, name, name)))
        for statement in statements:
            self._statement(statement, self.module.body, self.module)
        self.module.source = self.text.encode()
        return self.module

    def _write(self, text: str) -> tuple[int, int]:
        start = len(self.text)
        self.text += text
        return start, len(self.text)

    def _statement(self, statement: object, body: Body, scope: Scope) -> None:
        start = len(self.text)
        match statement:
            case Let(name=name, value=value):
                self._write("let ")
                target = Name(*self._write(name), name)
                given = None
                if value is not None:
                    self._write(" = ")
                    given = self.expr(value, scope)
                body.steps.append(Step("bind", 0, start, len(self.text), target=target, value=given, how="=" if given is not None else ":"))
            case Set(name=name, value=value):
                if isinstance(scope, Function) and name not in body.bindings and (how := outer(name, scope)) is not None:
                    body.steps.append(Step("global", 0, start, start, how=how, names=(name,)))
                target = Name(*self._write(name), name)
                self._write(" = ")
                given = self.expr(value, scope)
                body.steps.append(Step("bind", 0, start, len(self.text), target=target, value=given, how="="))
            case _:
                value = self.expr(statement, scope)
                body.steps.append(Step("eval", 0, start, len(self.text), value=value))
        body._bindings = body._declared = None
        self._write(";\n")

    def expr(self, spec: object, scope: Scope) -> Expr:  # noqa: C901 # one arm a form
        start = len(self.text)
        match spec:
            case Text(value=value):
                return Const(*self._write(repr(value)), value)
            case int():
                return Const(*self._write(str(spec)), spec)
            case str():
                first, *rest = spec.split(".")
                expr: Expr = Name(*self._write(first), first)
                for name in rest:
                    self._write(f".{name}")
                    expr = Attr(start, len(self.text), expr, name)
                return expr
            case Get(of=of, name=name):
                inner = self.expr(of, scope)
                self._write(f".{name}")
                return Attr(start, len(self.text), inner, name)
            case Do(func=func, args=args):
                called = self.expr(func, scope)
                self._write("(")
                given = []
                for index, argument in enumerate(args):
                    self._write(", " if index else "")
                    given.append(Argument(None, self.expr(argument, scope)))
                self._write(")")
                return Call(start, len(self.text), called, tuple(given))
            case Later(value=value):
                self._write("await ")
                return Await(start, len(self.text), self.expr(value, scope))
            case Obj(items=items):
                self._write("{ ")
                keys, values = [], []
                for key, value in items:
                    keys.append(Const(*self._write(key), key))
                    self._write(": ")
                    values.append(self.expr(value, scope))
                    self._write(", ")
                self._write("}")
                return Collection(start, len(self.text), "dict", tuple(values), tuple(keys))
            case Arr(items=items):
                self._write("[")
                parts = []
                for item in items:
                    parts.append(self.expr(item, scope))
                    self._write(", ")
                self._write("]")
                return Collection(start, len(self.text), "list", tuple(parts))
            case Arrow(body=statements, params=params):
                made = self._function(statements, params, scope, start)
                return FuncRef(start, len(self.text), made)
            case _:
                raise TypeError(spec)

    def _function(self, statements: tuple[object, ...], params: tuple[str, ...], scope: Scope, start: int) -> Function:
        given = tuple(Param(name, "positional") for name in params)
        parent = scope if isinstance(scope, Function) else None
        made = Function("<arrow>", "lambda", self.module, parent, 0, start, start, start, start, start, params=given, _body=empty())
        self._write(f"({', '.join(params)}) => {{\n")
        for statement in statements:
            self._statement(statement, made.body, made)
        made.end = self._write("}")[1]
        return made


def empty() -> Body:
    return Body([Region("body", -1, 0, 0)], [])


def outer(name: str, scope: Function) -> str | None:
    """How a Python reader would have declared an assignment to a variable of an outer scope."""
    at = scope.parent
    while isinstance(at, Function):
        if name in at.body.bindings or at.param(name) is not None:
            return "nonlocal"
        at = at.parent
    return "global" if name in scope.module.body.bindings else None


# ---------------------------------------------------------------------------------------------------------------- a runner

HOOKS = {
    "jest.beforeEach": ("setup", "function"),
    "jest.afterEach": ("teardown", "function"),
    "jest.beforeAll": ("setup", "class"),
    "jest.afterAll": ("teardown", "class"),
}
SESSION = Session("jest", ".", None, PytestSettings(), "a test", runner="jest")


@dataclass
class Collector:
    """Finds groups, hooks and tests by the calls that declare them."""

    module: Module
    names: Names
    tests: list[Test] = field(default_factory=list)

    def collect(self) -> TestModule:
        group = Group(self.module.path, self.module, None)
        self._inside(group)
        tests = [replace(test, closure=closure(test.group)) for test in self.tests]
        return TestModule(self.module.path, self.module, SESSION, group, tests, list(fixtures(tests)))

    def _inside(self, group: Group) -> None:
        for step in group.scope.body.steps:
            call = step.value
            if isinstance(call, Call):
                self._declared(call, group)

    def _declared(self, call: Call, group: Group) -> None:
        table: Expr | None = None
        func: Expr = call.func
        if isinstance(func, Call) and isinstance(func.func, Attr) and func.func.name == "each":  # it.each(table)(title, callback)
            table, func = func.positional(0), func.func.value
        found = self.names.resolve(func, group.scope)
        name = found.name if isinstance(found, External) else ""
        callback = next((a.value.function for a in reversed(call.args) if isinstance(a.value, FuncRef)), None)
        title = call.positional(0)
        if callback is None:
            return
        if name in HOOKS:
            kind, scope = HOOKS[name]
            definition = place_of(self.module, call.start, call.end)
            hook = Fixture(name.rpartition(".")[2], scope, kind, callback, group, definition, autouse=True)  # type: ignore[arg-type]  # the literals of HOOKS
            group.fixtures.append(hook)
        elif name == "jest.describe" and isinstance(title, Const):
            self._inside(Group(str(title.value), callback, group))
        elif name == "jest.it" and isinstance(title, Const):
            self._test(str(title.value), title, callback, group, table)

    def _test(self, title: str, at: Expr, callback: Function, group: Group, table: Expr | None) -> None:
        above = [around.name for around in group.chain()]
        rows = table.items if isinstance(table, Collection) else ()
        cells = [row.items if isinstance(row, Collection) else (row,) for row in rows]
        direct = {param.name: tuple(row[index] for row in cells) for index, param in enumerate(callback.params)} if rows else {}
        self.tests.append(
            Test(
                id=" > ".join([*reversed(above), title]),
                path=self.module.path,
                name=title,
                function=callback,
                group=group,
                module=self.module,
                runner="jest",
                session=SESSION,
                place=place_of(self.module, at.start, at.end),
                variants=max(len(rows), 1),
                direct=direct,
            )
        )


def closure(group: Group) -> tuple[FixtureUse, ...]:
    """The hooks around a test, the outermost group's first."""
    groups = reversed(list(group.chain()))
    return tuple(FixtureUse(hook.name, hook) for around in groups for hook in around.fixtures)


def fixtures(tests: list[Test]) -> Iterator[Fixture]:
    return iter(dict.fromkeys(use.fixture for test in tests for use in test.closure))


# ------------------------------------------------------------------------------------------------------------------ a suite

KNOWN = {
    "symbols": {
        "jest": {
            "describe it": {"pure": True},
            "beforeEach afterEach beforeAll afterAll": {"pure": True},
            "expect": {"returns": "jest.Expectation"},
        },
        "jest.Expectation": {
            "class": True,
            "toBe toEqual toHaveLength": {"verifies": "assertion"},
            "toThrow": {"verifies": "error", "covers": "self.0", "expects": "0"},
        },
        "builtins.list": {"push": {"mutates": "self"}},
        "express": {"app": {"type": "express.Application"}},
        "express.Application": {
            "class": True,
            "listen": {"opens": "server", "harmful": True, "returns": "express.Server"},
        },
        "express.Server": {"class": True, "close": {"ends": "self"}},
        "pg": {"connect": {"returns": "pg.Client", "effect": "database-server", "address": "0"}},
        "pg.Client": {
            "class": True,
            "insert": {"persists": "database", "data": ["1"], "effect": "database-server", "commits": True},
            "truncate": {"rolls_back": True, "effect": "database-server"},
        },
    }
}
IMPORTS = {
    "jest": ("describe", "it", "expect", "beforeEach", "afterEach", "beforeAll", "afterAll"),
    "express": ("app",),
    "pg": ("connect",),
    "shop": ("parse", "total"),
}


def suite_of(*statements: object) -> Suite:
    """The linked suite of one file with these statements."""
    module = Script("shop.test.js").written(IMPORTS, *statements)
    workspace = Workspace(Path("nowhere"), lambda _path: ())
    workspace.add(module)
    names, known = Names(workspace), load(KNOWN)
    files = frozenset([module.path])
    context = Linked(workspace, names, Values(names, known), known, frozenset(), files)
    return Suite([Collector(module, names).collect()], True, context)


def verdict_on(suite: Suite, code: str) -> Verdict:
    """The verdict of one rule on a suite."""
    return check(suite, catalogue(), Config(root=Path(), select=(code,)), None)


def lines(suite: Suite, code: str) -> list[str]:
    """The source lines that a rule reports; a rule that failed is no answer."""
    verdict = verdict_on(suite, code)
    assert verdict.errors == ()
    module = suite.modules[0].module
    return [module.line_text(finding.place.line).strip() for finding in verdict.findings]
