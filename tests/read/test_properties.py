"""What holds for every source whatever."""

import keyword
from unicodedata import normalize

from hypothesis import given, settings
from hypothesis import strategies as st

from testaudit.read.facts import Body, Class, Expr, FuncRef, Function, Module, Name, walk
from testaudit.read.python import read_python
from tests.read.rendering import render

names = st.from_regex(r"[^\W\d]\w{0,6}", fullmatch=True).filter(lambda name: not keyword.iskeyword(name) and name.isidentifier())
values = st.one_of(names, st.integers(0, 10**6).map(str), st.text(max_size=8).map(repr))
shapes = ["{0}", "{0}.{1}", "{0}({1}, k={2})", "({0},\n  {1})", "[{0}, *{1}]", "{{{0}: {1}}}", "{0} + {1}", "f'{{{0}}} {{{1}:{{{2}}}}}'"]
expressions = st.builds(lambda shape, *parts: shape.format(*parts), st.sampled_from(shapes), names, names, values)
statements = st.builds(
    lambda shape, *parts: shape.format(*parts),
    st.sampled_from(["{1} = {0}", "{0}", "assert {0}, {1}", "def {1}({2}=1, *, k: {2}):\n    return {0}", "for {1} in {0}:\n    pass"]),
    expressions,
    names,
    names,
)
words = [
    "def f(",
    "class A:",
    "lambda ",
    "if ",
    "else:",
    "for ",
    " in ",
    " as ",
    "with ",
    "match x:\n  case ",
    "await ",
    "yield ",
    "async ",
]
words += ["not ", "from ", "import ", "print ", "type ", "except ", "try:", ":=", '"""', "f'", "\n    ", "x", "1", "\0"]
fragments = st.sampled_from([*words, *"()[]{}:,.=*\"'\n @\\#|-;"])


def exprs(module: Module) -> list[Expr]:
    """Every expression of a module, those in lambdas and comprehensions included."""
    found: list[Expr] = []
    bodies = [module.body]
    while bodies:
        body = bodies.pop()
        pending = [e for step in body.steps for e in (step.target, step.value, step.annotation) if e]
        for definition in (step.defined for step in body.steps):
            bodies += inside(definition)
        while pending:
            for expr in walk(pending.pop()):
                found.append(expr)
                bodies += inside(expr.function) if isinstance(expr, FuncRef) else []
    return found


def inside(scope: Function | Class | None) -> list[Body]:
    return [scope.body] if scope is not None else []


@given(st.lists(statements, max_size=6).map("\n".join))
@settings(max_examples=150, deadline=None)
def test_the_text_at_a_name_is_the_name(text: str) -> None:
    source = text.encode("utf-8", "replace")

    module = read_python("test_a.py", source)

    for expr in exprs(module):
        assert 0 <= expr.start <= expr.end <= len(source)
        if isinstance(expr, Name):
            assert normalize("NFKC", module.text(expr.start, expr.end)) == expr.name


@given(st.one_of(st.binary(max_size=300), st.lists(fragments, max_size=40).map(lambda parts: "".join(parts).encode())))
@settings(max_examples=300, deadline=None)
def test_no_bytes_raise(source: bytes) -> None:
    kept = read_python("test_a.py", source, bodies=True)

    render(kept)
    render(read_python("test_a.py", source))


@given(st.lists(statements, max_size=6).map("\n".join), st.integers(0, 400), fragments)
@settings(max_examples=150, deadline=None)
def test_no_damage_raises(text: str, place: int, fragment: str) -> None:
    damaged = text[:place] + fragment + text[place + 1 :]

    render(read_python("test_a.py", damaged.encode("utf-8", "replace")))
