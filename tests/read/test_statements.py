"""Which steps and regions Python's statements become, as `rendering` prints them."""

from textwrap import dedent

from testaudit.read.python import read_python
from tests.read.rendering import render


def read(text: str) -> list[str]:
    return render(read_python("test_a.py", dedent(text).encode()))


def test_a_chained_assignment_binds_each_target_to_the_same_value() -> None:
    module = read_python("test_a.py", b"a = b.c = v()\n")

    first, second = module.body.steps

    assert render(module) == ["[0] bind = (a) v()", "[0] bind = (b.c) v()"]
    assert first.value is second.value


def test_assignments_say_how_they_bind() -> None:
    assert read("""
        x: int = 1
        y: str
        x += 2
        a, *b[0] = c
        [d, (e, f)] = g
        type Pair[T] = tuple[T, T]
    """) == [
        "[0] bind : (x) 1 annotated int",
        "[0] bind : (y) annotated str",
        "[0] bind += (x) 2",
        "[0] bind = (tuple{a, *b[0]}) c",
        "[0] bind = (list{d, tuple{e, f}}) g",
        "[0] bind = (Pair) tuple[tuple{T, T}]",
    ]


def test_a_call_of_type_at_the_start_of_a_line_is_no_alias() -> None:
    assert read("type(self).seen = []\n") == ["[0] bind = (type(self).seen) list{}"]


def test_simple_statements_are_steps_in_order() -> None:
    assert read("""
        def f():
            global a, b
            nonlocal c
            assert x, "no x"
            del y[0], z
            pass
            raise E from cause
            return
    """) == [
        "[0] define",
        "  def f()",
        "    [0] global global a,b",
        "    [0] global nonlocal c",
        "    [0] assert ('no x') x",
        "    [0] delete (y[0])",
        "    [0] delete (z)",
        "    [0] pass",
        "    [0] raise (cause) E",
        "    [0] return",
    ]


def test_imports_keep_their_module_level_and_bound_name() -> None:
    assert read("""
        import a.b, c as d
        import e.f as g
        from . import h
        from ..i.j import (k as l, m,)
        from n import *
        from __future__ import annotations
    """) == [
        "[0] import a.b  as a",
        "[0] import c  as d aliased",
        "[0] import e.f  as g aliased",
        "[0] import . h as h",
        "[0] import ..i.j k as l aliased",
        "[0] import ..i.j m as m",
        "[0] import n * as *",
        "[0] import __future__ annotations as annotations",
    ]


def test_several_items_of_a_with_are_nested_regions() -> None:
    assert read("""
        with a() as b, c:
            d()
    """) == [
        "1: with in 0 of 1 (a()) as b",
        "2: with in 1 of 1 (c)",
        "[1] bind enter (b) a()",
        "[2] bind enter c",
        "[2] eval d()",
    ]


def test_parentheses_around_the_items_of_a_with_change_nothing() -> None:
    bare = read("with a as b, c as d: pass\n")

    assert read("with (a as b, c as d): pass\n") == bare
    assert read("with (\n    a as b,\n    c as d,\n): pass\n") == bare


def test_one_item_in_parentheses_with_a_comma_is_an_item_and_no_tuple() -> None:
    assert read("with (a as b,): pass\n") == read("with a as b: pass\n")


def test_a_tuple_that_is_entered_by_name_stays_a_tuple() -> None:
    assert read("with (a, b) as c: pass\n")[0] == "1: with in 0 of 1 (tuple{a, b}) as c"


def test_an_async_with_and_an_async_for_are_marked() -> None:
    assert read("""
        async def f():
            async with a: pass
            async for b in c: pass
    """)[2:4] == ["    async 1: with in 0 of 1 (a)", "    async 2: loop in 0 of 2 (c) as b"]


def test_the_clauses_of_a_try_share_their_statement() -> None:
    assert read("""
        try:
            a()
        except (B, C) as d:
            pass
        except:
            raise
        else:
            e()
        finally:
            f()
    """) == [
        "1: try in 0 of 1",
        "2: handler in 0 of 1 (tuple{B, C}) as d",
        "3: handler in 0 of 1",
        "4: try-else in 0 of 1",
        "5: finally in 0 of 1",
        "[1] eval a()",
        "[2] bind except (d) tuple{B, C}",
        "[2] pass",
        "[3] raise",
        "[4] eval e()",
        "[5] eval f()",
    ]


def test_exception_groups_and_bare_tuples_of_types_are_handlers_too() -> None:
    assert read("try: pass\nexcept* A as b: pass\n")[1] == "2: handler in 0 of 1 (A) as b"
    assert read("try: pass\nexcept A, B: pass\n")[1] == "2: handler in 0 of 1 (tuple{A, B})"


def test_branches_share_their_statement_and_keep_their_conditions() -> None:
    assert read("""
        if a: b()
        elif c: d()
        else: e()
    """) == [
        "1: branch in 0 of 1 (a)",
        "2: branch in 0 of 1 (c)",
        "3: branch in 0 of 1",
        "[1] eval b()",
        "[2] eval d()",
        "[3] eval e()",
    ]


def test_loops_bind_inside_and_have_an_else() -> None:
    assert read("""
        for i, x in y:
            break
        else:
            continue
        while z: pass
    """) == [
        "1: loop in 0 of 1 (y) as tuple{i, x}",
        "2: loop-else in 0 of 1",
        "3: loop in 0 of 3 (z)",
        "[1] bind iterate (tuple{i, x}) y",
        "[1] break",
        "[2] continue",
        "[3] pass",
    ]


def test_what_a_condition_binds_is_bound_before_its_region() -> None:
    assert read("while (line := read()): use(line)\n") == [
        "1: loop in 0 of 1 (line)",
        "[0] bind walrus (line) read()",
        "[1] eval use(line)",
    ]


def test_a_match_binds_what_its_patterns_capture() -> None:
    assert read("""
        match command:
            case [first, *_]: a
            case {"k": value, **rest} if value > 0: b
            case Point(x=0) | None as point: c
            case Color.RED | -1: d
            case _: e
    """) == [
        "1: branch in 0 of 1 ((match command, list{<capture >, *<wildcard >}))",
        "2: branch in 0 of 1 ((and (match command, dict{'k': <capture >, ***<capture >}), (> value, 0)))",
        "3: branch in 0 of 1 ((match command, (| <class_pattern Point, 0>, None)))",
        "4: branch in 0 of 1 ((match command, (| Color.RED, (- 1))))",
        "5: branch in 0 of 1 ((match command, <wildcard >))",
        "[1] bind match (first) command",
        "[1] eval a",
        "[2] bind match (value) command",
        "[2] bind match (rest) command",
        "[2] eval b",
        "[3] bind match (point) command",
        "[3] eval c",
        "[4] eval d",
        "[5] eval e",
    ]


def test_soft_keywords_stay_names() -> None:
    assert read("match = case = type = 1\nprint(match)\n") == [
        "[0] bind = (match) 1",
        "[0] bind = (case) 1",
        "[0] bind = (type) 1",
        "[0] eval print(match)",
    ]


def test_printing_to_a_file_the_old_way_is_an_expression() -> None:
    assert read('print >> log, "x"\n') == ["[0] eval tuple{(>> print, log), 'x'}"]


def test_a_definition_says_in_which_region_it_stands() -> None:
    assert read("""
        try:
            import a
        except ImportError:
            def f(): pass
        else:
            class C: pass
    """)[3:] == [
        "[1] import a  as a",
        "[2] define",
        "  def f()",
        "    [0] pass",
        "[3] define",
        "  class C()",
        "    [0] pass",
    ]
