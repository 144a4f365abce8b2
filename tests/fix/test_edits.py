"""Each edit does what it says, or is refused."""

import pytest

from testaudit.findings import AddImport, AddParameter, ExtractLocal, Fix, InsertAfter, InsertBefore, Replace, Share
from testaudit.model import Place
from tests.fix.making import PATH, after, mend, mended, place, refusal

UUID = AddImport(PATH, "uuid", "uuid4")


# ------------------------------------------------------------------------------------------------------------------ replace


@pytest.mark.parametrize(
    ("source", "old", "new", "expected"),
    [
        ("x = a * b\n", "a", "c + d", "x = (c + d) * b\n"),
        ("x = a\n", "a", "c + d", "x = c + d\n"),
        ("f(a)\n", "a", "c, d", "f((c, d))\n"),
        ("f((a))\n", "(a)", "c", "f(c)\n"),
        ("f((a))\n", "a", "c", "f((c))\n"),
        ("f(( (a)))\n", "(a)", "c", "f(( c))\n"),
        ("for x in(a, b):\n    pass\n", "(a, b)", "c", "for x in(c):\n    pass\n"),
        ("x = [a for a in(b)if a]\n", "b", "c", "x = [a for a in(c)if a]\n"),
        ("x = 1if y else 2\n", "1", "n", "x = (n)if y else 2\n"),
        ("x = (  # why\n  a,\n)\n", "(  # why\n  a,\n)", "()", "x = ()\n"),
        ("a.b.c\n", "a.b", "not d", "(not d).c\n"),
    ],
)
def test_a_new_expression_binds_like_the_old_one(source: str, old: str, new: str, expected: str) -> None:
    assert mended(source, Replace(place(source, old), new)) == expected


@pytest.mark.parametrize("text", ["", "1 +", "x = 1", "a; b", "a\nb", "pass", "f(\n1)("])
def test_a_text_that_is_no_expression_is_refused(text: str) -> None:
    source = "x = a\n"
    assert refusal(source, Replace(place(source, "a"), text)) == f"`{text}` is no expression"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a +", "line 1 holds no whole expression or statement at column 6"),
        ("(a + b", "line 1 holds no whole expression or statement at column 5"),
        ("x =", "line 1 holds no whole expression or statement at column 1"),
        ("(a + b) * c", None),
        ("x = (a + b) * c", "line 1 holds no expression at column 1"),
    ],
)
def test_a_place_holds_one_whole_expression(text: str, expected: str | None) -> None:
    source = "x = (a + b) * c\n"
    outcome = mend(source, [Fix("", (Replace(place(source, text), "d"),))])
    assert [refused.reason for refused in outcome.refused] == ([] if expected is None else [expected])


def test_a_place_beyond_the_file_is_refused() -> None:
    assert refusal("x = 1\n", Replace(Place(PATH, 7, 1, 7, 2), "y")) == "the file has no line 7"


def test_edits_of_one_fix_must_not_hold_each_other() -> None:
    source = "x = f(a)\n"
    assert refusal(source, Replace(place(source, "f(a)"), "g"), Replace(place(source, "a"), "b")) == "the edits of the fix overlap"
    assert refusal(source, Replace(place(source, "a"), "b"), Replace(place(source, "f(a)"), "g")) == "the edits of the fix overlap"


# ------------------------------------------------------------------------------------------------------------------- insert


def test_lines_come_before_and_after_a_statement() -> None:
    source = "if x:\n\n    # why\n    a()  # trailing\n    # below\nb()\n"
    edits = (
        InsertBefore(place(source, "a()"), "first()"),
        InsertBefore(place(source, "a"), "second()"),
        InsertAfter(place(source, "a"), "z()"),
    )
    assert mended(source, *edits) == "if x:\n\n    # why\n    first()\n    second()\n    a()  # trailing\n    z()\n    # below\nb()\n"


@pytest.mark.parametrize("text", ["if x: pass", "def f(): pass"])
def test_a_compound_statement_is_not_inserted(text: str) -> None:
    source = "a()\n"
    assert refusal(source, InsertAfter(place(source, "a()"), text)) == f"`{text}` is more than a simple statement"


@pytest.mark.parametrize("edit", [InsertAfter, InsertBefore])
def test_a_statement_of_the_block_is_not_inserted_again(edit: type[InsertAfter | InsertBefore]) -> None:
    source = "def f():\n    a()\n    b()\n    stop(a, 1)  # done\n"
    assert refusal(source, edit(place(source, "a()"), "stop(a, 1)")) == "`stop(a, 1)` is there already"


def test_what_is_in_another_block_may_be_inserted() -> None:
    source = "def f():\n    a()\n    if x:\n        stop()\n"
    assert mended(source, InsertAfter(place(source, "a()"), "stop()")) == "def f():\n    a()\n    stop()\n    if x:\n        stop()\n"


def test_a_text_that_is_no_statement_is_refused() -> None:
    source = "a()\n"
    assert refusal(source, InsertAfter(place(source, "a()"), "b(")) == "`b(` is no statement"


# ------------------------------------------------------------------------------------------------------------------ extract


def test_an_extracted_expression_goes_before_what_is_inserted() -> None:
    source = "def f():\n    x: int = g(1)(2)\n"
    edits = (InsertBefore(place(source, "g(1)(2)"), "use(made)"), ExtractLocal(place(source, "g(1)"), "made"))
    expected = "def f():\n    made = g(1)\n    use(made)\n    x: int = made(2)\n"
    assert mended(source, edits[1], edits[0]) == expected


def test_parentheses_stay_where_the_expression_was() -> None:
    source = "x = (g)(2)\n"
    assert mended(source, ExtractLocal(place(source, "g"), "made")) == "made = g\nx = (made)(2)\n"


def test_names_are_chosen_and_texts_follow() -> None:
    source = "def f(made):\n    g(1).h()\n"
    edits = (ExtractLocal(place(source, "g(1)"), "made"), InsertAfter(place(source, "g(1).h()"), "k(made, x.made, made=made.made)"))
    assert mended(source, *edits) == "def f(made):\n    made_2 = g(1)\n    made_2.h()\n    k(made_2, x.made, made=made_2.made)\n"


def test_a_keyword_is_no_name() -> None:
    source = "g(1).h()\n"
    assert mended(source, ExtractLocal(place(source, "g(1)"), "class")) == "class_2 = g(1)\nclass_2.h()\n"


# --------------------------------------------------------------------------------------------------------------- parameters


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("()", "(request)"),
        ("(self)", "(self, request)"),
        ("(a, )", "(a, request, )"),
        ("(a, b=1)", "(a, request, b=1)"),
        ("(b=1)", "(request, b=1)"),
        ("(*args)", "(request, *args)"),
        ("(*, b)", "(request, *, b)"),
        ("(**kw)", "(request, **kw)"),
        ("(a, /)", "(a, /, request)"),
        ("(a, /, *, b)", "(a, /, request, *, b)"),
        ("(a, *, b)", "(a, request, *, b)"),
        ("(a: int,b)", "(a: int,b, request)"),
        ("(\n    a,\n    b,\n)", "(\n    a,\n    b,\n    request,\n)"),
        ("(\n    a,\n    b\n)", "(\n    a,\n    b,\n    request\n)"),
        ("(  # why\n    a,  # an a\n)", "(  # why\n    a,\n    request,  # an a\n)"),
        ("(\n    a=1,\n)", "(\n    request,\n    a=1,\n)"),
        ("(request)", "(request)"),
        ("(*, request)", "(*, request)"),
    ],
)
def test_a_parameter_is_written_like_the_others(before: str, expected: str) -> None:
    source = f"@mark\nasync def f{before}:\n    pass\n"
    for definition in ("@mark", "async def f", f"f{before}"):
        assert mended(source, AddParameter(place(source, definition), "request")) == source.replace(before, expected)


def test_two_fixes_may_want_one_parameter() -> None:
    source = "def f(): pass\n"
    mending = Fix("", (AddParameter(place(source, "def"), "request"),))
    assert after(source, mending, mending) == "def f(request): pass\n"


@pytest.mark.parametrize(
    ("source", "definition", "expected"),
    [
        ("def f(a=1, /): pass\n", "def", "`f` has a positional-only parameter with a default"),
        ("def f(): request = 1\n", "def", "`request` already means something else in `f`"),
        ("def f(request, /): pass\n", "def", "`request` already means something else in `f`"),
        ("def f(): pass\n", "pass", "line 1 defines no function at column 10"),
    ],
)
def test_a_parameter_that_does_not_fit_is_refused(source: str, definition: str, expected: str) -> None:
    assert refusal(source, AddParameter(place(source, definition), "request")) == expected


# ------------------------------------------------------------------------------------------------------------------ imports


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", "from uuid import uuid4\n\n"),
        ("# a comment\n\n", "# a comment\n\nfrom uuid import uuid4\n\n"),
        ('"""Tests."""\n\n', '"""Tests."""\n\nfrom uuid import uuid4\n\n'),
        ("from __future__ import annotations\n\n", "from __future__ import annotations\n\nfrom uuid import uuid4\n\n"),
        ("import os\n\nimport pytest\n", "import os\nfrom uuid import uuid4\n\nimport pytest\n"),
        ("import pytest\nx = 1\nimport app\n", "import pytest\nx = 1\nimport app\nfrom uuid import uuid4\n"),
        ("import os\nfrom app import *\n", "import os\nfrom app import *\nfrom uuid import uuid4\n"),
        ("import app  # ours\n", "import app  # ours\nfrom uuid import uuid4\n"),
        ("import app\ntry:\n    import x\nexcept: pass\n", "import app\nfrom uuid import uuid4\ntry:\n    import x\nexcept: pass\n"),
        ("import app\ndef f(): pass\nimport os\n", "import app\nfrom uuid import uuid4\ndef f(): pass\nimport os\n"),
    ],
)
def test_an_import_goes_after_those_that_are_there(before: str, expected: str) -> None:
    source = f"{before}x = a\n"
    assert mended(source, UUID, Replace(place(source, "a", source.count("a") - 1), "uuid4()")) == f"{expected}x = uuid4()\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("from uuid import uuid4\n", "uuid4()"),
        ("from uuid import uuid1, uuid4 as make\n", "make()"),
        ("import uuid\n", "uuid.uuid4()"),
        ("import os, uuid as u\n", "u.uuid4()"),
    ],
)
def test_an_import_that_is_there_is_used(line: str, expected: str) -> None:
    source = f"{line}y = old\n"
    assert mended(source, UUID, Replace(place(source, "old"), "uuid4()")) == f"{line}y = {expected}\n"


@pytest.mark.parametrize(
    "line",
    [
        "uuid4 = 1",
        "from ids import uuid4",
        "def uuid4(): pass",
        "if x:\n    from uuid import uuid4",
        "from uuid import uuid4\nuuid4 = 1",
        "from uuid import uuid4\ndef f(uuid4): pass",
        "from uuid import uuid4\nmatch x:\n    case uuid4: pass",
        "from uuid import uuid4\nmatch x:\n    case [*uuid4]: pass",
        "from uuid import uuid4\nmatch x:\n    case {**uuid4}: pass",
        "from uuid import uuid4\nfor uuid4 in x: pass",
    ],
)
def test_a_name_that_may_mean_something_else_is_not_used(line: str) -> None:
    source = f"import os\n{line}\ny = old\n"
    result = mended(source, UUID, Replace(place(source, "old"), "uuid4().uuid4"))
    assert result.endswith("\ny = uuid4_2().uuid4\n")
    assert "\nfrom uuid import uuid4 as uuid4_2\n" in result


def test_an_import_is_added_once_for_all() -> None:
    source = "import os\ndef f():\n    g(1)\n    g(2)\n"
    fixes = [Fix("", (UUID, Replace(place(source, number), "uuid4()"))) for number in "12"]
    assert after(source, *fixes) == "import os\nfrom uuid import uuid4\ndef f():\n    g(uuid4())\n    g(uuid4())\n"


def test_a_local_variable_does_not_take_the_name_of_an_import() -> None:
    source = "import os\ndef f():\n    g(1)\n    h(2).i()\n"
    first = Fix("", (UUID, Replace(place(source, "1"), "uuid4()")))
    second = Fix("", (ExtractLocal(place(source, "h(2)"), "uuid4"),))
    expected = "import os\nfrom uuid import uuid4\ndef f():\n    g(uuid4())\n    uuid4_2 = h(2)\n    uuid4_2.i()\n"
    assert after(source, first, second) == expected


def test_a_module_that_is_none_is_refused() -> None:
    assert refusal("y = 1\n", AddImport(PATH, "no module", "x")) == "`from no module import x` is no statement"


def test_a_value_that_is_wanted_nowhere_is_refused() -> None:
    assert refusal("x = 1\n", UUID, Share((), "x", "1")) == "the fix has no place"


def test_a_name_means_one_thing_in_a_fix() -> None:
    source = "def f():\n    g(1, 1)\n"
    one = tuple(place(source, "1", nth) for nth in range(2))
    assert refusal(source, UUID, Share(one, "uuid4", "uuid4()")) == "the fix has two meanings for `uuid4`"
