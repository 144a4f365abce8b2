"""Which facts Python's expressions become, as `rendering` prints them."""

import pytest

from testaudit.read.facts import Const
from testaudit.read.python import read_python
from tests.read.rendering import render, rendered


def value_of(text: str) -> str:
    """The expression of a file that holds only that."""
    return rendered(read_python("test_a.py", text.encode()).body.steps[-1].value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b.c", "a.b.c"),
        ("(a\n # why\n .b)", "a.b"),
        ("f(a, *b, k=c, **d)", "f(a, *b, k=c, **d)"),
        ("f(x for x in y)", "f(<generator>[ / 1: loop in 0 of 1 (y) as x / [1] bind iterate (x) y / [1] yield x])"),
        ("a[0]", "a[0]"),
        ("a[1:2, ::3, ...]", "a[tuple{(slice 1, 2, None), (slice None, None, 3), <ellipsis >}]"),
        ("a[b,]", "a[tuple{b}]"),
        ("not a and b or -c ** 2", "(or (and (not a), b), (- (** c, 2)))"),
        ("a < b is not c not in d", "(< is not not in a, b, c, d)"),
        ("a if b else c", "(if-else b, a, c)"),
        ("[*range(3), *a or b]", "list{*range(3), *(or a, b)}"),
        ("x[*a.b()]", "x[tuple{*a.b()}]"),
        ("{1, *a}", "set{1, *a}"),
        ("{'k': v, **d}", "dict{'k': v, **d}"),
        ("()", "tuple{}"),
        ("(a,)", "tuple{a}"),
        ("a, b", "tuple{a, b}"),
        ("(a)", "a"),
        ("await a.b()", "await a.b()"),
        ("...", "<ellipsis >"),
        ("lambda a, *, b=1: a", "<lambda>[positional a, keyword-only b = 1 / [0] return a]"),
    ],
)
def test_an_expression_is_read_as_it_is_meant(text: str, expected: str) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'a' \"b\" '''c'''", "abc"),
        (r"'\n\t\x41\101\u00e9\N{BULLET}\q'", "\n\tAAé•\\q"),
        (r"r'\n' '\n'", "\\n\n"),
        ("'a\\\nb'", "ab"),
        ('"""a\r\nb"""', "a\nb"),
        ('"é"', "é"),
        ("u'a'", "a"),
        (r"rf'\\'", "\\\\"),
        (r"b'\x00\u00e9a' rb'\n'", b"\x00\\u00e9a\\n"),
        ("''''a'''", "'a"),
        ("f'a{{}}'", "a{}"),
        ("0x_ff", 255),
        ("1_000.5e1", 10005.0),
        ("3j", 3j),
        ("True", True),
        ("None", None),
    ],
)
def test_a_literal_has_its_value(text: str, expected: object) -> None:
    value = read_python("test_a.py", text.encode()).body.steps[-1].value

    assert isinstance(value, Const)
    assert value.value == expected
    assert type(value.value) is type(expected)


@pytest.mark.parametrize("text", ["0777", "10L", "9" * 5000])
def test_a_number_without_a_value_is_not_guessed(text: str) -> None:
    assert value_of(text) == "<number >"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f'a{b}c'", "`'a'|b|'c'`"),
        ("f'{a!r:>{width}}'", "`a|width`"),
        ("f'{a = }'", "`'a = '|a`"),
        ("f'{x:=10}'", "`x`"),
        ("'a' f'{b}' 'c'", "`'a'|b|'c'`"),
        ("f'{f\"{a}\"}'", "``a``"),
        ("f'{d[\"k\"]}'", "`d['k']`"),
        ("t'{a}'", "`a`"),
        ("rf'\\d{a}'", "`'\\\\d'|a`"),
    ],
)
def test_an_interpolated_string_keeps_its_text_and_its_expressions(text: str, expected: str) -> None:
    assert value_of(text) == expected


def test_a_comprehension_is_loops_and_branches_around_a_yield() -> None:
    assert value_of("{k: v for k, v in a if k for w in v}").split(" / ") == [
        "<dict>[",
        "1: loop in 0 of 1 (a) as tuple{k, v}",
        "2: branch in 1 of 2 (k)",
        "3: loop in 2 of 3 (v) as w",
        "[1] bind iterate (tuple{k, v}) a",
        "[3] bind iterate (w) v",
        "[3] yield tuple{k, v}]",
    ]


def test_a_yield_inside_an_expression_is_a_step_before_it() -> None:
    module = read_python("test_a.py", b"def f():\n    x = g((yield a))\n    yield from b\n")

    assert render(module)[2:] == ["    [0] yield a", "    [0] bind = (x) g(<yield a>)", "    [0] yield from b"]


def test_a_walrus_is_a_step_before_the_one_that_uses_its_name() -> None:
    module = read_python("test_a.py", b"f(x := g(), x)\n")

    assert render(module) == ["[0] bind walrus (x) g()", "[0] eval f(x, x)"]


def test_a_walrus_in_a_comprehension_binds_around_it() -> None:
    module = read_python("test_a.py", b"[y := f(x) for x in z]\n")

    first, second = render(module)

    assert first == "[0] bind walrus (y) <walrus >"
    assert second.split(" / ") == [
        "[0] eval <list>[",
        "1: loop in 0 of 1 (z) as x",
        "[1] bind iterate (x) z",
        "[1] global nonlocal y",
        "[1] bind walrus (y) f(x)",
        "[1] yield y]",
    ]
    assert list(module.body.bindings) == ["y"]


def test_an_identifier_of_another_script_is_compared_in_its_normal_form() -> None:
    assert value_of("ﬁle") == "file"
