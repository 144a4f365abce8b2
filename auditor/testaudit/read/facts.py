"""The scoped intermediate representation: what any language's source says, purely syntactically.

Every offset is a byte offset into the module's source; `Module.position` turns one into a line and a column (both from 1, the
column in characters). Nodes compare and hash by identity, so that they can be dictionary keys.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Literal

from testaudit.records import dataclass, field

# --------------------------------------------------------------------------------------------------------------- expressions


@dataclass(slots=True, eq=False)
class Expr:
    """Any expression. `start` and `end` are byte offsets of its text."""

    start: int
    end: int


@dataclass(slots=True, eq=False)
class Name(Expr):
    name: str


@dataclass(slots=True, eq=False)
class Attr(Expr):
    """`value.name`"""

    value: Expr
    name: str


@dataclass(slots=True, eq=False)
class Index(Expr):
    """`value[key]`; a slice is an `Op("slice")`, several keys are a tuple `Collection`."""

    value: Expr
    key: Expr


@dataclass(slots=True, eq=False)
class Argument:
    """One argument of a call; `spread` is `*`, `**` or empty."""

    name: str | None
    value: Expr
    spread: str = ""


@dataclass(slots=True, eq=False)
class Call(Expr):
    func: Expr
    args: tuple[Argument, ...]

    def positional(self, index: int) -> Expr | None:
        """The positional argument at `index` (from 0), or None where there is none or a spread stands before it."""
        seen = 0
        for argument in self.args:
            if argument.spread == "*":
                return None
            if argument.name is None and not argument.spread:
                if seen == index:
                    return argument.value
                seen += 1
        return None

    def keyword(self, name: str) -> Expr | None:
        """The value of the keyword argument `name`, or None."""
        return next((a.value for a in self.args if a.name == name), None)

    def argument(self, index: int, name: str) -> Expr | None:
        """The argument that a parameter called `name` at `index` would receive."""
        by_name = self.keyword(name)
        return by_name if by_name is not None else self.positional(index)


ConstantValue = str | bytes | int | float | complex | bool | None


@dataclass(slots=True, eq=False)
class Const(Expr):
    """A literal; adjacent string literals are one. `...` is an `Opaque("ellipsis")`."""

    value: ConstantValue


@dataclass(slots=True, eq=False)
class Template(Expr):
    """An interpolated string: literal text and expressions in order."""

    parts: tuple[str | Expr, ...]


@dataclass(slots=True, eq=False)
class Collection(Expr):
    """A list, tuple, set or dict display. For a dict `keys` stands beside `items`, with None where an item is a `**` spread."""

    kind: Literal["list", "tuple", "set", "dict"]
    items: tuple[Expr, ...]
    keys: tuple[Expr | None, ...] = ()


@dataclass(slots=True, eq=False)
class Op(Expr):
    """A unary, binary or boolean operator (`not`, `-`, `+`, `and`, `or`, `|` …), `if-else` (test, then, else) or `slice`."""

    op: str
    operands: tuple[Expr, ...]


@dataclass(slots=True, eq=False)
class Compare(Expr):
    """A comparison chain: one operator fewer than operands (`==`, `in`, `not in`, `is`, `is not`, `<` …)."""

    ops: tuple[str, ...]
    operands: tuple[Expr, ...]


@dataclass(slots=True, eq=False)
class FuncRef(Expr):
    """A lambda, a comprehension, an arrow function: a function where it is written."""

    function: Function


@dataclass(slots=True, eq=False)
class Await(Expr):
    value: Expr


@dataclass(slots=True, eq=False)
class Spread(Expr):
    """`*value` or `**value` in a display or a target."""

    value: Expr


@dataclass(slots=True, eq=False)
class Opaque(Expr):
    """Anything else; `kind` says what (`yield`, `ellipsis`, `error`, the grammar's own word), `parts` are the expressions inside."""

    kind: str
    parts: tuple[Expr, ...] = ()


# ------------------------------------------------------------------------------------------------------------------- bodies

RegionRole = Literal["body", "with", "try", "try-else", "handler", "finally", "loop", "loop-else", "branch"]


@dataclass(slots=True, eq=False)
class Region:
    """A stretch of a body that runs under a condition or a guard. Region 0 of a body is the body itself (`parent` -1).

    `head` is the context expression of a `with`, the exception type of a `handler` (None when bare), the iterable or condition
    of a `loop`, the condition of a `branch` (None for `else`), `target` what it binds. Regions of one statement share `statement`
    (an index that is the same for `try` with its handlers, `else` and `finally`, and for `if` with its `elif` and `else`).
    A `with` of several items is nested regions, the first outermost. A `case` is a branch with the head `Op("match", (subject, pattern))`,
    or `Op("and", (that, guard))`.
    """

    role: RegionRole
    parent: int
    start: int
    end: int
    head: Expr | None = None
    target: Expr | None = None
    statement: int = -1
    is_async: bool = False


StepKind = Literal[
    "bind", "eval", "assert", "return", "yield", "raise", "delete", "define", "import", "global", "break", "continue", "pass"
]


@dataclass(slots=True, eq=False)
class Import:
    """One imported name. `import a.b` has module `a.b`, name None, bound `a`; `from ..m import x as y` has level 2, module `m`, name `x`,
    bound `y`; a star has name `*` and bound `*`; `import a.b as c` has module `a.b`, name None, bound `c`, `aliased`."""

    module: str
    name: str | None
    bound: str
    level: int = 0
    aliased: bool = False


@dataclass(slots=True, eq=False)
class Step:
    """One thing that a body does, in order.

    - bind: `target` gets `value`; `how` is `=`, `:` (annotated, `annotation` set, value may be None), an augmented operator (`+=`),
      `iterate` (target gets the elements of value), `enter` (`with value as target`), `except` (`except value as target`), `walrus`,
      `match` (a name that a pattern captures from value, the subject).
    - eval: `value` is evaluated for its effects.
    - assert: `value`, with the message in `target`.
    - return, yield: `value` or None; `how` is `from` for `yield from`, and the step precedes the one that uses its result.
    - raise: `value` or None when bare, the cause in `target`.
    - delete: `target`.
    - define: `defined`.
    - import: `imported`.
    - global: `how` is `global` or `nonlocal`, names in `names`.

    The heads of regions are not repeated as steps, except `enter`, `iterate`, `except` and `match`, which bind: they come first in
    their region (a `with` without target is an `enter` with target None; a handler without a name, a `while` or an `if` has none).
    """

    kind: StepKind
    region: int
    start: int
    end: int
    target: Expr | None = None
    value: Expr | None = None
    how: str = ""
    annotation: Expr | None = None
    defined: Function | Class | None = None
    imported: Import | None = None
    names: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Body:
    """The lowered content of a module, class or function: its regions and steps."""

    regions: list[Region]
    steps: list[Step]
    _bindings: dict[str, list[Step]] | None = None
    _declared: dict[str, str] | None = None

    @property
    def bindings(self) -> dict[str, list[Step]]:
        """Every name that this scope binds, with the steps that bind it in order (names declared `global` or `nonlocal` included)."""
        if self._bindings is None:
            self._bindings = {}
            for step in self.steps:
                for name in bound_names(step):
                    self._bindings.setdefault(name, []).append(step)
        return self._bindings

    @property
    def declared(self) -> dict[str, str]:
        """The names that the scope declares `global` or `nonlocal`, with which of the two."""
        if self._declared is None:
            self._declared = {name: step.how for step in self.steps if step.kind == "global" for name in step.names}
        return self._declared

    def inside(self, region: int, ancestor: int) -> bool:
        """Whether `region` is `ancestor` or lies within it."""
        while region > ancestor:
            region = self.regions[region].parent
        return region == ancestor

    def enclosing(self, region: int) -> Iterator[Region]:
        """The regions around and including `region`, innermost first, the body itself left out."""
        while region > 0:
            yield self.regions[region]
            region = self.regions[region].parent


@dataclass(slots=True, eq=False)
class Param:
    name: str
    kind: Literal["positional-only", "positional", "variadic", "keyword-only", "keywords"]
    default: Expr | None = None
    annotation: Expr | None = None
    start: int = 0
    end: int = 0


@dataclass(slots=True, eq=False)
class Decorator:
    """One decorator; the offsets are those of the expression, without the `@`."""

    expr: Expr
    start: int
    end: int

    @property
    def call(self) -> Call | None:
        return self.expr if isinstance(self.expr, Call) else None

    @property
    def func(self) -> Expr:
        """What is applied: the expression itself or what it calls."""
        return self.expr.func if isinstance(self.expr, Call) else self.expr


@dataclass(slots=True, eq=False)
class Function:
    """A function, lambda or comprehension. `start` is that of the first decorator's `@` where there is one; `region` is the region of
    the parent's body in which it is defined (0 for lambdas and comprehensions: look at the step that holds them).

    A comprehension's body: nested loop and branch regions, `iterate` binds, then one `yield` of its element (a key-value tuple for a
    dict); its `name` is `<list>`, `<set>`, `<dict>` or `<generator>`. A lambda's body is one `return`.
    """

    name: str
    kind: Literal["def", "lambda", "comprehension"]
    module: Module
    parent: Function | Class | None
    region: int
    start: int
    def_start: int
    end: int
    name_start: int
    name_end: int
    is_async: bool = False
    params: tuple[Param, ...] = ()
    decorators: tuple[Decorator, ...] = ()
    returns: Expr | None = None
    body_start: int = 0
    _body: Body | None = None
    _words: frozenset[str] | None = None

    @property
    def body(self) -> Body:
        """The lowered body; lowered at the first request."""
        if self._body is None:
            self._body = self.module.lower(self)
        return self._body

    @property
    def words(self) -> frozenset[str]:
        """Every identifier-like word of the function's text, comments and strings included: a cheap and sound filter (a name that is not
        among them is not used there)."""
        if self._words is None:
            self._words = frozenset(_WORD.findall(self.module.text(self.start, self.end)))
        return self._words

    @property
    def qualname(self) -> str:
        return self.name if self.parent is None else f"{self.parent.qualname}.{self.name}"

    @property
    def is_generator(self) -> bool:
        return any(step.kind == "yield" for step in self.body.steps)

    def param(self, name: str) -> Param | None:
        return next((p for p in self.params if p.name == name), None)


@dataclass(slots=True, eq=False)
class Class:
    """A class; its body is a scope of its own and is read with the outline."""

    name: str
    module: Module
    parent: Function | Class | None
    region: int
    start: int
    def_start: int
    end: int
    name_start: int
    name_end: int
    bases: tuple[Argument, ...] = ()
    decorators: tuple[Decorator, ...] = ()
    body: Body = field(default_factory=lambda: Body([], []))

    @property
    def qualname(self) -> str:
        return self.name if self.parent is None else f"{self.parent.qualname}.{self.name}"


# ------------------------------------------------------------------------------------------------------------------- modules


@dataclass(slots=True, frozen=True)
class Comment:
    """A comment that matters to some later step (suppressions): text without the marker, its line from 1, whether code stands before it."""

    line: int
    text: str
    trailing: bool


@dataclass(slots=True, frozen=True)
class SyntaxFault:
    """A place that the reader could not understand; the rest of the file is still read."""

    line: int
    column: int
    message: str


@dataclass(slots=True, eq=False)
class Module:
    """One source file as facts. `path` is relative to the audited root, with `/`. `lower` reads a function's body on demand."""

    path: str
    language: str
    source: bytes
    body: Body
    lower: Callable[[Function], Body]
    comments: tuple[Comment, ...] = ()
    faults: tuple[SyntaxFault, ...] = ()
    encoding: str = "utf-8"
    misread: bool = False  # something valid was beyond the reader: facts are missing here, and it is not the file's fault
    _line_starts: list[int] | None = None

    def text(self, start: int, end: int) -> str:
        """The source between two offsets, undecodable bytes replaced."""
        return self.source[start:end].decode(self.encoding, "replace")

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a byte offset, both from 1, the column in characters."""
        if self._line_starts is None:
            self._line_starts = [0, *accumulate(map(len, self.source.splitlines(keepends=True)))]
            if self.source and not self.source.endswith((b"\n", b"\r")):
                self._line_starts.pop()
            if self.source.startswith(_BOM):
                self._line_starts[0] = len(_BOM)
        line = bisect_right(self._line_starts, offset) or 1
        return line, len(self.text(self._line_starts[line - 1], offset)) + 1

    def line_text(self, line: int) -> str:
        """The text of a line (from 1) without its line end."""
        self.position(0)
        starts = self._line_starts or [0]
        end = starts[line] if line < len(starts) else len(self.source)
        return self.text(starts[line - 1], end).rstrip("\r\n")

    @property
    def functions(self) -> Iterator[Function]:
        """The functions defined in the module's own scope, in order (conditional ones included)."""
        return (step.defined for step in self.body.steps if isinstance(step.defined, Function))

    @property
    def classes(self) -> Iterator[Class]:
        return (step.defined for step in self.body.steps if isinstance(step.defined, Class))

    @property
    def imports(self) -> Iterator[Import]:
        return (step.imported for step in self.body.steps if step.imported is not None)


Scope = Module | Class | Function

_WORD = re.compile(r"[^\W\d]\w*")
_BOM = b"\xef\xbb\xbf"


# --------------------------------------------------------------------------------------------------------------------- walks


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct sub-expressions of `expr` in source order (not the inside of a `FuncRef`)."""
    match expr:
        case Call():
            return (expr.func, *(a.value for a in expr.args))
        case Attr() | Await() | Spread():
            return (expr.value,)
        case Index():
            return (expr.value, expr.key)
        case Collection():
            if expr.kind == "dict":
                return tuple(e for pair in zip(expr.keys, expr.items, strict=True) for e in pair if e is not None)
            return expr.items
        case Op() | Compare():
            return expr.operands
        case Template():
            return tuple(part for part in expr.parts if isinstance(part, Expr))
        case Opaque():
            return expr.parts
        case _:
            return ()


def walk(expr: Expr) -> Iterator[Expr]:
    """`expr` and everything inside it, outermost first, in source order; iterative, for sources are hostile."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def targets(expr: Expr | None) -> Iterator[Expr]:
    """The single targets inside an assignment target: `(a, *b.c)` has `a` and `b.c`."""
    stack = [expr] if expr is not None else []
    while stack:
        node = stack.pop()
        if isinstance(node, Collection):
            stack.extend(reversed(node.items))
        elif isinstance(node, Spread):
            stack.append(node.value)
        else:
            yield node


def bound_names(step: Step) -> Iterator[str]:
    """The plain names that a step binds in its scope."""
    if step.kind == "bind":
        for target in targets(step.target):
            if isinstance(target, Name):
                yield target.name
    elif step.kind == "define" and step.defined is not None:
        yield step.defined.name
    elif step.kind == "import" and step.imported is not None:
        yield step.imported.bound


def dotted(expr: Expr) -> str | None:
    """`a.b.c` as text when `expr` is a name or a chain of attributes on one, else None."""
    parts: list[str] = []
    while isinstance(expr, Attr):
        parts.append(expr.name)
        expr = expr.value
    if not isinstance(expr, Name):
        return None
    parts.append(expr.name)
    return ".".join(reversed(parts))


def docstring(function: Function) -> str:
    """The function's docstring, or an empty string."""
    steps = function.body.steps
    first = steps[0].value if steps and steps[0].kind == "eval" else None
    return first.value if isinstance(first, Const) and isinstance(first.value, str) else ""


def does_nothing(function: Function) -> bool:
    """Whether the body is only a docstring, `pass` or `...`."""
    return all(s.kind == "pass" or (s.kind == "eval" and isinstance(s.value, Const | Opaque)) for s in function.body.steps)
