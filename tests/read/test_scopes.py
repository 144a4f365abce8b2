"""Functions, classes and their outlines."""

from textwrap import dedent

import pytest

from testaudit.read.facts import Class, Function, Module
from testaudit.read.python import read_python
from tests.read.rendering import render, rendered


def read(text: str) -> Module:
    return read_python("test_a.py", dedent(text).encode())


def only(module: Module) -> Function:
    return next(module.functions)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a, /, b", "positional-only a, positional b"),
        ("a: int = 1, *args: str", "positional a: int = 1, variadic args: str"),
        ("*, k, **kwargs: dict[str, int]", "keyword-only k, keywords kwargs: dict[tuple{str, int}]"),
        ("*a, b=None", "variadic a, keyword-only b = None"),
        ("x: list[int] | str | None", "positional x: (| (| list[int], str), None)"),
        ("*args: *Ts", "variadic args: *Ts"),
    ],
)
def test_parameters_keep_kind_annotation_and_default(written: str, expected: str) -> None:
    assert render(read(f"def f({written}): ...\n"))[1] == f"  def f({expected})"


def test_a_decorated_function_starts_at_its_first_decorator() -> None:
    module = read("""
        @first
        @second(1)
        async def test_a() -> None:
            pass
    """)

    function = only(module)

    assert [rendered(d.expr) for d in function.decorators] == ["first", "second(1)"]
    assert module.text(function.start, function.start + 6) == "@first"
    assert module.text(function.def_start, function.def_start + 9) == "async def"
    assert module.text(function.name_start, function.name_end) == "test_a"
    assert module.text(function.body_start, function.end) == "pass"
    assert function.is_async
    assert rendered(function.returns) == "None"


def test_a_body_waits_until_it_is_asked_for() -> None:
    function = only(read("def f():\n    return 1\n"))

    before = function._body

    assert before is None
    assert [step.kind for step in function.body.steps] == ["return"]


def test_bodies_read_from_the_file_s_tree_are_the_bodies_read_from_their_own_text() -> None:
    source = dedent("""
        class TestA:
            '''Its tests.'''

            @fixture
            def a(self):
                def inner():
                    yield é
                return inner

        if x:
            def test_b(): assert [y for y in z]
    """).encode()

    kept = read_python("test_a.py", source, bodies=True)

    assert render(kept, spans=True) == render(read_python("test_a.py", source), spans=True)


def test_offsets_in_a_body_are_those_of_the_file() -> None:
    module = read("""
        # Ünïcode
        class A:
            def f(self):
                return self.välue
    """)
    method = next(module.classes).body.steps[0].defined
    assert isinstance(method, Function)

    value = method.body.steps[0].value

    assert value is not None
    assert module.text(value.start, value.end) == "self.välue"
    assert module.position(value.start) == (5, 16)


def test_a_class_is_read_with_its_bases_and_its_body() -> None:
    module = read("""
        class A(B, C[int], metaclass=M, **kwargs):
            x = []
            class Inner:
                def f(self): pass
    """)

    inner = next(module.classes).body.steps[1].defined

    assert render(module)[:3] == ["[0] define", "  class A(B, C[int], metaclass=M, **kwargs)", "    [0] bind = (x) list{}"]
    assert isinstance(inner, Class)
    assert inner.qualname == "A.Inner"
    assert [step.defined.qualname for step in inner.body.steps if step.defined] == ["A.Inner.f"]


def test_a_conditional_definition_knows_its_region() -> None:
    module = read("""
        if sys.version_info >= (3, 12):
            def f(): pass
        else:
            def f(): pass
    """)

    assert [function.region for function in module.functions] == [1, 2]
    assert [module.body.regions[function.region].role for function in module.functions] == ["branch", "branch"]


def test_what_is_defined_in_a_function_belongs_to_it() -> None:
    function = only(
        read("""
        def test_a():
            class Local:
                def f(self): return lambda: 1
    """)
    )

    local = function.body.steps[0].defined

    assert local is not None
    assert local.parent is function
    assert local.qualname == "test_a.Local"


def test_type_parameters_are_no_parameters() -> None:
    module = read("def f[T: int, *Ts](x: T): pass\nclass A[T = str]: pass\n")

    assert render(module)[1] == "  def f(positional x: T)"
    assert module.faults == ()


def test_words_hold_every_name_that_a_function_uses() -> None:
    function = only(read("def f(a):\n    return b.c('d e')  # g\n"))

    assert function.words == frozenset({"def", "f", "a", "return", "b", "c", "d", "e", "g"})
