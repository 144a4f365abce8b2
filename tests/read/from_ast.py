"""The same text as `rendering` makes of facts, made of CPython's own syntax tree: a second, independent reader to compare with."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**", ast.MatMult: "@",
    ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>", ast.And: "and", ast.Or: "or", ast.Not: "not",
    ast.USub: "-", ast.UAdd: "+", ast.Invert: "~", ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip


def render_ast(source: bytes, *, spans: bool = False) -> list[str]:
    """The whole module."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    if source.startswith(b"\xef\xbb\xbf"):
        starts[0] = 3
    scope = Scope(source, starts, spans)
    scope.block(ast.parse(source).body)
    return scope.lines("")


@dataclass
class Scope:
    source: bytes
    starts: list[int]
    spans: bool
    outer: Scope | None = None
    comprehension: bool = False
    regions: list[str] = field(default_factory=lambda: [""])
    steps: list[str | tuple[str, Scope]] = field(default_factory=list)
    region: int = 0

    def lines(self, indent: str) -> list[str]:
        result = [indent + region for region in self.regions[1:]]
        for step in self.steps:
            if isinstance(step, str):
                result.append(indent + step)
            else:
                result += [*(indent + line for line in step[0].split("\n")), *step[1].lines(indent + "    ")]
        return result

    def inner(self, *, comprehension: bool = False) -> Scope:
        return Scope(self.source, self.starts, self.spans, self, comprehension)

    def emit(self, *words: str) -> None:
        self.steps.append(" ".join([f"[{self.region}]", *(word for word in words if word)]))

    def enter(self, role: str, head: str = "", target: str = "", statement: int = 0, *, is_async: bool = False) -> int:
        number = len(self.regions)
        words = ["async" if is_async else "", f"{number}: {role} in {self.region} of {statement or number}", head and f"({head})"]
        self.regions.append(" ".join(word for word in [*words, target and f"as {target}"] if word))
        self.region = number
        return number

    # ------------------------------------------------------------------------------------------------------------ statements

    def block(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            outside = self.region
            getattr(self, f"do_{type(statement).__name__}")(statement)
            self.region = outside

    def do_Expr(self, node: ast.Expr) -> None:
        value = self.expr(node.value)
        if not isinstance(node.value, ast.Yield | ast.YieldFrom):
            self.emit("eval", value)

    def do_Assign(self, node: ast.Assign) -> None:
        value = self.expr(node.value)
        for target in node.targets:
            self.emit("bind", "=", f"({self.expr(target)})", value)

    def do_AnnAssign(self, node: ast.AnnAssign) -> None:
        value = self.expr(node.value) if node.value else ""
        self.emit("bind", ":", f"({self.expr(node.target)})", value, f"annotated {self.expr(node.annotation)}")

    def do_AugAssign(self, node: ast.AugAssign) -> None:
        value = self.expr(node.value)
        self.emit("bind", OPERATORS[type(node.op)] + "=", f"({self.expr(node.target)})", value)

    def do_TypeAlias(self, node: ast.AST) -> None:
        self.emit("bind", "=", f"({self.expr(getattr(node, 'name'))})", self.expr(getattr(node, "value")))  # noqa: B009

    def do_Assert(self, node: ast.Assert) -> None:
        value = self.expr(node.test)
        self.emit("assert", f"({self.expr(node.msg)})" if node.msg else "", value)

    def do_Return(self, node: ast.Return) -> None:
        self.emit("return", self.expr(node.value) if node.value else "")

    def do_Raise(self, node: ast.Raise) -> None:
        value = self.expr(node.exc) if node.exc else ""
        self.emit("raise", f"({self.expr(node.cause)})" if node.cause else "", value)

    def do_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self.emit("delete", f"({self.expr(target)})")

    def do_Global(self, node: ast.Global) -> None:
        self.emit("global", "global", ",".join(node.names))

    def do_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.emit("global", "nonlocal", ",".join(node.names))

    def do_Pass(self, _node: ast.Pass) -> None:
        self.emit("pass")

    def do_Break(self, _node: ast.Break) -> None:
        self.emit("break")

    def do_Continue(self, _node: ast.Continue) -> None:
        self.emit("continue")

    def do_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            bound = f"{alias.asname} aliased" if alias.asname else alias.name.split(".")[0]
            self.emit("import", f"{alias.name}  as {bound}")

    def do_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            bound = f"{alias.asname} aliased" if alias.asname else alias.name
            self.emit("import", f"{'.' * node.level}{node.module or ''} {alias.name} as {bound}")

    def do_If(self, node: ast.If) -> None:
        outside = self.region
        statement = self.enter("branch", self.expr(node.test))
        self.block(node.body)
        rest = node.orelse
        while rest:
            self.region = outside
            following = rest[0]
            if len(rest) == 1 and isinstance(following, ast.If) and self.source_at(following).startswith(b"elif"):
                self.enter("branch", self.expr(following.test), statement=statement)
                self.block(following.body)
                rest = following.orelse
            else:
                self.enter("branch", statement=statement)
                self.block(rest)
                break

    def do_For(self, node: ast.For | ast.AsyncFor) -> None:
        outside = self.region
        value = self.expr(node.iter)
        target = self.expr(node.target)
        statement = self.enter("loop", value, target, is_async=isinstance(node, ast.AsyncFor))
        self.emit("bind", "iterate", f"({target})", value)
        self.block(node.body)
        self.or_else(node.orelse, outside, statement)

    do_AsyncFor = do_For

    def do_While(self, node: ast.While) -> None:
        outside = self.region
        statement = self.enter("loop", self.expr(node.test))
        self.block(node.body)
        self.or_else(node.orelse, outside, statement)

    def or_else(self, statements: list[ast.stmt], outside: int, statement: int) -> None:
        if statements:
            self.region = outside
            self.enter("loop-else", statement=statement)
            self.block(statements)

    def do_With(self, node: ast.With | ast.AsyncWith) -> None:
        statement = 0
        for item in node.items:
            value = self.expr(item.context_expr)
            target = self.expr(item.optional_vars) if item.optional_vars else ""
            number = self.enter("with", value, target, statement, is_async=isinstance(node, ast.AsyncWith))
            statement = statement or number
            self.emit("bind", "enter", target and f"({target})", value)
        self.block(node.body)

    do_AsyncWith = do_With

    def do_Try(self, node: ast.Try) -> None:
        outside = self.region
        statement = self.enter("try")
        self.block(node.body)
        for handler in node.handlers:
            self.region = outside
            head = self.expr(handler.type) if handler.type else ""
            name = self.name_of(handler)
            self.enter("handler", head, name, statement)
            if name:
                self.emit("bind", "except", f"({name})", head)
            self.block(handler.body)
        for role, statements in (("try-else", node.orelse), ("finally", node.finalbody)):
            self.region = outside
            if statements:
                self.enter(role, statement=statement)
                self.block(statements)

    do_TryStar = do_Try

    def name_of(self, handler: ast.excepthandler) -> str:
        """The name that a handler binds, whose place the tree does not tell."""
        assert isinstance(handler, ast.ExceptHandler)
        if handler.name is None or handler.type is None or not self.spans:
            return handler.name or ""
        end = self.offsets(handler.type)[1]
        match = re.compile(rb"\bas\s+(\w+)").search(self.source, end)
        assert match is not None
        return f"{handler.name}@{match.start(1)}:{match.end(1)}"

    def do_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        returns = f" -> {self.expr(node.returns)}" if node.returns else ""
        decorators = [f"  @{self.expr(d)}" for d in node.decorator_list]
        word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
        head = [f"[{self.region}] define", *decorators, f"  {word} {node.name}({self.params(node.args)}){returns}"]
        body = self.inner()
        body.block(node.body)
        self.steps.append(("\n".join(head), body))

    do_AsyncFunctionDef = do_FunctionDef

    def do_ClassDef(self, node: ast.ClassDef) -> None:
        decorators = [f"  @{self.expr(d)}" for d in node.decorator_list]
        head = [f"[{self.region}] define", *decorators, f"  class {node.name}({self.args(node.bases, node.keywords)})"]
        body = self.inner()
        body.block(node.body)
        self.steps.append(("\n".join(head), body))

    def do_Match(self, node: ast.Match) -> None:
        outside = self.region
        subject = self.expr(node.subject)
        statement = 0
        for case in node.cases:
            captured: list[str] = []
            head = f"(match {subject}, {self.pattern(case.pattern, captured)})"
            guard = self.region, len(self.steps)
            self.region = len(self.regions)
            for name in captured:
                self.emit("bind", "match", f"({name})", subject)
            if case.guard:
                head = f"(and {head}, {self.expr(case.guard)})"
            self.region = guard[0]
            number = self.enter("branch", head, statement=statement)
            statement = statement or number
            self.block(case.body)
            self.region = outside

    def pattern(self, node: ast.pattern, captured: list[str]) -> str:
        match node:
            case ast.MatchValue():
                return self.expr(node.value)
            case ast.MatchSingleton():
                return repr(node.value)
            case ast.MatchSequence():
                kind = "list" if self.source_at(node).startswith(b"[") else "tuple"
                return f"{kind}{{{', '.join(self.pattern(p, captured) for p in node.patterns)}}}"
            case ast.MatchMapping():
                pairs = [f"{self.expr(k)}: {self.pattern(p, captured)}" for k, p in zip(node.keys, node.patterns, strict=True)]
                if node.rest:
                    captured.append(node.rest)
                    pairs.append("***<capture >")
                return f"dict{{{', '.join(pairs)}}}"
            case ast.MatchClass():
                parts = [self.expr(node.cls), *(self.pattern(p, captured) for p in [*node.patterns, *node.kwd_patterns])]
                return f"<class_pattern {', '.join(parts)}>"
            case ast.MatchStar():
                return f"*{self.capture(node.name, captured)}"
            case ast.MatchAs():
                if node.pattern is None:
                    return self.capture(node.name, captured)
                inner = self.pattern(node.pattern, captured)
                self.capture(node.name, captured)
                return inner
            case ast.MatchOr():
                return f"(| {', '.join(self.pattern(p, captured) for p in node.patterns)})"
            case _:
                raise AssertionError(node)

    def capture(self, name: str | None, captured: list[str]) -> str:
        if name is None:
            return "<wildcard >"
        captured.append(name)
        return "<capture >"

    # ----------------------------------------------------------------------------------------------------------- expressions

    def expr(self, node: ast.expr) -> str:
        text: str = getattr(self, f"of_{type(node).__name__}")(node)
        return text + (f"@{self.span(node)}" if self.spans and not isinstance(node, ast.NamedExpr) else "")

    def span(self, node: ast.expr) -> str:
        return "{}:{}".format(*self.offsets(node))

    def offsets(self, node: ast.expr | ast.stmt | ast.pattern) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.starts[node.lineno - 1] + node.col_offset, self.starts[node.end_lineno - 1] + node.end_col_offset

    def source_at(self, node: ast.stmt | ast.pattern) -> bytes:
        start = self.offsets(node)[0]
        return self.source[start : start + 4]

    def all(self, nodes: Sequence[ast.expr]) -> str:
        return ", ".join([self.expr(node) for node in nodes])

    def of_Name(self, node: ast.Name) -> str:
        return node.id

    def of_Attribute(self, node: ast.Attribute) -> str:
        return f"{self.expr(node.value)}.{node.attr}"

    def of_Subscript(self, node: ast.Subscript) -> str:
        return f"{self.expr(node.value)}[{self.expr(node.slice)}]"

    def of_Slice(self, node: ast.Slice) -> str:
        return f"(slice {', '.join(self.expr(e) if e else 'None' for e in (node.lower, node.upper, node.step))})"

    def of_Call(self, node: ast.Call) -> str:
        func = self.expr(node.func)
        return f"{func}({self.args(node.args, node.keywords)})"

    def args(self, args: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> str:
        result = []
        both: list[ast.expr | ast.keyword] = [*args, *keywords]
        for arg in sorted(both, key=lambda a: (a.lineno, a.col_offset)):
            if isinstance(arg, ast.keyword):
                result.append((f"{arg.arg}=" if arg.arg else "**") + self.expr(arg.value))
            else:
                result.append("*" + self.expr(arg.value) if isinstance(arg, ast.Starred) else self.expr(arg))
        return ", ".join(result)

    def of_Constant(self, node: ast.Constant) -> str:
        return "<ellipsis >" if node.value is ... else repr(node.value)

    def of_JoinedStr(self, node: ast.JoinedStr) -> str:
        parts = [part for part in self.template(node) if part != ""]
        merged: list[str | tuple[str]] = []
        for part in parts:
            if isinstance(part, str) and merged and isinstance(merged[-1], str):
                merged[-1] += part
            else:
                merged.append(part)
        if all(isinstance(part, str) for part in merged):
            return repr("".join(part for part in merged if isinstance(part, str)))
        return "`" + "|".join(repr(part) if isinstance(part, str) else part[0] for part in merged) + "`"

    of_TemplateStr = of_JoinedStr

    def template(self, node: ast.JoinedStr) -> Iterator[str | tuple[str]]:
        spans, self.spans = self.spans, False
        for value in node.values:
            if isinstance(value, ast.Constant):
                yield str(value.value)
            else:
                yield (self.expr(getattr(value, "value")),)  # noqa: B009
                specification = getattr(value, "format_spec", None)
                if isinstance(specification, ast.JoinedStr):
                    yield from (part for part in self.template(specification) if not isinstance(part, str))
        self.spans = spans

    def of_List(self, node: ast.List) -> str:
        return f"list{{{self.all(node.elts)}}}"

    def of_Tuple(self, node: ast.Tuple) -> str:
        return f"tuple{{{self.all(node.elts)}}}"

    def of_Set(self, node: ast.Set) -> str:
        return f"set{{{self.all(node.elts)}}}"

    def of_Dict(self, node: ast.Dict) -> str:
        pairs = [f"{self.expr(k)}: {self.expr(v)}" if k else f"**{self.expr(v)}" for k, v in zip(node.keys, node.values, strict=True)]
        return f"dict{{{', '.join(pairs)}}}"

    def of_BinOp(self, node: ast.BinOp) -> str:
        return f"({OPERATORS[type(node.op)]} {self.all([node.left, node.right])})"

    def of_BoolOp(self, node: ast.BoolOp) -> str:
        """The facts nest what CPython keeps flat."""
        word = OPERATORS[type(node.op)]
        first, *rest = [self.expr(value) for value in node.values]
        for index, value in enumerate(rest, 1):
            first = f"({word} {first}, {value})"
            if self.spans and index < len(rest):
                following = self.source[self.offsets(node.values[index])[1] : self.offsets(node.values[index + 1])[0]]
                closed = re.match(rb"(?:\s|#.*|\\|\))*\)", following)  # parentheses around the operand belong to the whole
                end = self.offsets(node.values[index])[1] + (closed.end() if closed else 0)
                first += f"@{self.offsets(node)[0]}:{end}"
        return first

    def of_UnaryOp(self, node: ast.UnaryOp) -> str:
        return f"({OPERATORS[type(node.op)]} {self.expr(node.operand)})"

    def of_Compare(self, node: ast.Compare) -> str:
        return f"({' '.join(OPERATORS[type(op)] for op in node.ops)} {self.all([node.left, *node.comparators])})"

    def of_IfExp(self, node: ast.IfExp) -> str:
        return f"(if-else {self.all([node.test, node.body, node.orelse])})"

    def of_Await(self, node: ast.Await) -> str:
        return f"await {self.expr(node.value)}"

    def of_Starred(self, node: ast.Starred) -> str:
        return f"*{self.expr(node.value)}"

    def of_Yield(self, node: ast.Yield) -> str:
        value = self.expr(node.value) if node.value else ""
        self.emit("yield", value)
        return f"<yield {value}>"

    def of_YieldFrom(self, node: ast.YieldFrom) -> str:
        value = self.expr(node.value)
        self.emit("yield", "from", value)
        return f"<yield {value}>"

    def of_NamedExpr(self, node: ast.NamedExpr) -> str:
        """Stands as its name, whose span it has."""
        target, value = self.expr(node.target), self.expr(node.value)
        scope = self
        while scope.comprehension and scope.outer is not None:
            scope.emit("global", "nonlocal", node.target.id)
            scope = scope.outer
        if scope is not self:
            scope.emit("bind", "walrus", f"({target})", "<walrus >" + (f"@{self.span(node)}" if self.spans else ""))
        self.emit("bind", "walrus", f"({target})", value)
        return target

    def of_Lambda(self, node: ast.Lambda) -> str:
        params = self.params(node.args)
        inner = self.inner()
        inner.emit("return", inner.expr(node.body))
        return f"<lambda>[{params} / {' / '.join(inner.lines(''))}]"

    def of_comprehension(self, name: str, generators: list[ast.comprehension], element: ast.expr | tuple[ast.expr, ast.expr]) -> str:
        inner = self.inner(comprehension=True)
        for generator in generators:
            value, target = inner.expr(generator.iter), inner.expr(generator.target)
            inner.enter("loop", value, target, is_async=bool(generator.is_async))
            inner.emit("bind", "iterate", f"({target})", value)
            for condition in generator.ifs:
                inner.enter("branch", inner.expr(condition))
        if isinstance(element, tuple):
            text = f"tuple{{{inner.all(element)}}}"
            if self.spans:
                text += f"@{self.span(element[0]).split(':')[0]}:{self.span(element[1]).split(':')[1]}"
        else:
            text = inner.expr(element)
        inner.emit("yield", text)
        return f"<{name}>[ / {' / '.join(inner.lines(''))}]"

    def of_ListComp(self, node: ast.ListComp) -> str:
        return self.of_comprehension("list", node.generators, node.elt)

    def of_SetComp(self, node: ast.SetComp) -> str:
        return self.of_comprehension("set", node.generators, node.elt)

    def of_GeneratorExp(self, node: ast.GeneratorExp) -> str:
        return self.of_comprehension("generator", node.generators, node.elt)

    def of_DictComp(self, node: ast.DictComp) -> str:
        return self.of_comprehension("dict", node.generators, (node.key, node.value))

    def params(self, args: ast.arguments) -> str:
        positional = [("positional-only", a) for a in args.posonlyargs] + [("positional", a) for a in args.args]
        defaults: list[ast.expr | None] = [None] * (len(positional) - len(args.defaults))
        defaults += args.defaults
        every = [(kind, arg, default) for (kind, arg), default in zip(positional, defaults, strict=True)]
        every += [("variadic", args.vararg, None)] if args.vararg else []
        every += [("keyword-only", arg, default) for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True)]
        every += [("keywords", args.kwarg, None)] if args.kwarg else []
        return ", ".join([self.param(*one) for one in every])

    def param(self, kind: str, arg: ast.arg, default: ast.expr | None) -> str:
        annotation = f": {self.expr(arg.annotation)}" if arg.annotation else ""
        return f"{kind} {arg.arg}{annotation}" + (f" = {self.expr(default)}" if default else "")
