"""Files that are broken, hostile or odd: nothing raises, and the rest is still read."""

import sys

import pytest

from testaudit.read.facts import Comment
from testaudit.read.python import read_python
from testaudit.read.python.encoding import declared_encoding
from tests.read.rendering import render


def places(source: bytes) -> list[int]:
    return [fault.line for fault in read_python("test_a.py", source).faults]


def test_a_broken_statement_is_a_fault_and_the_rest_is_read() -> None:
    module = read_python("test_a.py", b"import a\nx = = 1\n\ndef test_b():\n    return 3\n")

    assert [fault.line for fault in module.faults] == [2]
    assert not module.misread
    assert [function.name for function in module.functions] == ["test_b"]
    assert [imported.module for imported in module.imports] == ["a"]


def test_a_valid_file_has_no_fault() -> None:
    assert places(b"x = 1\n") == []
    assert places(b"") == []
    assert places(b"# only a comment") == []


@pytest.mark.parametrize(
    "source",
    [b'print "hello"\n', b"def f():\n    print x\n", b'exec "code"\n', b"try: f()\nexcept E, e: pass\nprint 'x'\n", b"if a <> b: pass\n"],
)
def test_python_2_is_a_fault(source: bytes) -> None:
    assert len(places(source)) == 1


@pytest.mark.parametrize("source", [b"print -1\n", b'"""\nprint "x"\n"""\n', b"x = '<>'\n", b"print('a', e)\nlambda a, e: 1\n"])
def test_what_only_looks_like_python_2_is_none(source: bytes) -> None:
    assert places(source) == []


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b"def test_a():\n    pass\n\nreturn\n", 4),
        (b"yield 1\n", 1),
        (b"await f()\n", 1),
        (b"break\n", 1),
        (b"nonlocal x\n", 1),
        (b"def test_a(client):\n    await client.get('/')\n", 2),
        (b"class TestA:\n    class TestB:\n        def test_a(self, client):\n            assert await client.get('/')\n", 4),
        (b"def test_a(one, two, one):\n    pass\n", 1),
        (b"def test_a():\n    print(count)\n    global count\n", 3),
        (b"import os\nfrom __future__ import annotations\n", 2),
    ],
)
def test_what_the_compiler_refuses_is_a_fault(source: bytes, line: int) -> None:
    assert places(source) == [line]


@pytest.mark.parametrize(
    "source",
    [
        b'"""\nreturn\n"""\n',
        b"async def test_a(client):\n    await client.get('/')\n",
        b"def test_a(run):\n    async def inner():\n        await run()\n    run(inner)\n",
        b'def test_a(mock):\n    """One can\n    await this."""\n    mock.await_count\n',
        b"def count():\n    global count\n    count = 1\n",
        b'def test_a():\n    """The count."""\n    global count\n    count = 1\n',
        b'"""Text."""\nfrom __future__ import annotations\nimport os\n',
        b"for _ in ():\n    pass\nelse:\n    pass\n",
    ],
)
def test_what_only_looks_as_if_the_compiler_refused_it_is_none(source: bytes) -> None:
    assert places(source) == []


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python has generic functions")
def test_what_a_newer_python_reads_is_no_fault() -> None:
    assert places(b'"""\nreturn\n"""\n\n\ndef first[T](items: list[T]) -> T:\n    return items[0]\n') == []


def test_what_only_the_grammar_cannot_read_is_no_fault() -> None:
    module = read_python("test_a.py", b"class A:\n    @property\n# comment\n    def f(self): pass\n")

    assert module.faults == ()
    assert module.misread


def test_a_null_byte_is_a_fault_with_its_place() -> None:
    module = read_python("test_a.py", b"x = 1\ny = \0\n")

    assert [(fault.line, fault.column) for fault in module.faults] == [(2, 5)]


def test_bytes_that_are_not_utf_8_are_a_fault_unless_the_file_declares_them() -> None:
    assert places(b"x = 1\ny = '\xe9'\n") == [2]
    assert places(b"# coding: latin-1\ny = '\xe9'\n") == []


def test_names_and_strings_are_decoded_as_the_file_declares() -> None:
    module = read_python("test_a.py", "# -*- coding: cp1252 -*-\nnaïve = 'é€' 'a\\n'\n".encode("cp1252"))

    assert render(module) == ["[0] bind = (naïve) 'é€a\\n'"]
    assert module.text(25, 30) == "naïve"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"#!/bin/python\n# vim: set fileencoding=latin-1 :\n", "latin-1"),
        (b"x = 1\n# coding: latin-1\n", "utf-8"),
        (b"# coding: no-such-thing\n", "utf-8"),
        (b"# coding: rot13\n", "utf-8"),
        (b"# coding: UTF8\n", "utf-8"),
        (b"'coding: latin-1'\n", "utf-8"),
    ],
)
def test_an_encoding_is_declared_in_a_comment_of_the_first_two_lines(source: bytes, expected: str) -> None:
    assert declared_encoding(source) == expected


def test_a_byte_order_mark_is_skipped_and_offsets_count_it() -> None:
    module = read_python("test_a.py", b"\xef\xbb\xbfx = 1\n")

    target = module.body.steps[0].target

    assert target is not None
    assert (target.start, target.end) == (3, 4)
    assert module.position(3) == (1, 1)


def test_line_ends_of_all_kinds_are_read() -> None:
    text = 'def f():\n    x = """a\nb"""\n\n    return x\n'
    expected = render(read_python("test_a.py", text.encode()))

    assert render(read_python("test_a.py", text.replace("\n", "\r\n").encode())) == expected
    assert render(read_python("test_a.py", text.replace("\n\n", "\n\f\n").encode())) == expected
    assert render(read_python("test_a.py", text.replace("    ", "\t").encode())) == expected


@pytest.mark.parametrize(
    "source",
    [
        b"x = " + b"(" * 20_000 + b")" * 20_000,
        b"x = " + b"(" * 20_000,
        b"x = " + b"-" * 20_000 + b"1",
        b"x" + b".a()" * 20_000,
        b"x = 1" + b" + 1" * 20_000,
        b"x = " + b"lambda: " * 5_000 + b"1",
        b"x: " + b"a[" * 5_000 + b"b" + b"]" * 5_000,
        b"".join(b" " * depth + b"if x:\n" for depth in range(500)) + b" " * 500 + b"pass\n",
        b"".join(b" " * depth + b"def f():\n" for depth in range(500)) + b" " * 500 + b"pass\n",
        b"".join(b" " * depth + b"if x:\n" for depth in range(99)) + b" " * 99 + b"x = " + b"[f(" * 90 + b")]" * 90 + b"\n",
        b"match x:\n case " + b"[" * 5_000 + b"]" * 5_000 + b": pass\n",
        b"x = '" + b"a" * 1_000_000,
    ],
    ids=["parentheses", "open", "minus", "calls", "plus", "lambdas", "subscripts", "branches", "functions", "both", "patterns", "string"],
)
def test_deep_nesting_breaks_nothing(source: bytes) -> None:
    lines = render(read_python("test_a.py", source))

    assert len(lines) < 500


def test_comments_that_matter_are_kept_with_their_place() -> None:
    module = read_python("test_a.py", b"x = 1  # testaudit: ignore[TA230] why\n# testaudit: off\n\n    # other\n")

    assert module.comments == (Comment(1, "testaudit: ignore[TA230] why", True), Comment(2, "testaudit: off", False))


def test_a_comment_in_a_string_is_none() -> None:
    assert read_python("test_a.py", b"x = '# testaudit: ignore'\ny = '''\n# testaudit: off\n'''\n").comments == ()
