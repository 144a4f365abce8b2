"""What no edit touches stays as it is, byte for byte."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from testaudit.findings import AddImport, AddParameter, Fix, InsertAfter, InsertBefore, Replace
from testaudit.fix import fix
from testaudit.model import place_of
from testaudit.read.facts import Call, walk
from testaudit.read.python import read_python
from tests.fix.making import PATH, finding, mend, place

STATEMENTS = [
    "old(1)",
    "x  =  old( 1 )   ",
    "y = [ old(1) ,2]\t# käse",
    "z = 'é\\t' ; w = old(1)",
    "if x :  old(1)",
    "assert(old(1))in(x)",
    "call(a,\\\n  old(1))",
    "'''text \n\t  text''', old(1)  ",
    "x = (  # why\n      old(1)\n)",
    "f'{x!r:>{old(1)}}', '🐍', old(1)",
    "# only a comment  ",
    "",
    "   ",
    "\f",
]
LAYOUTS = st.fixed_dictionaries(
    {
        "statements": st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=8),
        "indent": st.sampled_from(["    ", "\t", " "]),
        "newline": st.sampled_from(["\n", "\r\n"]),
        "head": st.sampled_from(["", "\ufeff", "#!/usr/bin/python\n# -*- coding: utf-8 -*-\n", "\n\n# head\n\n", '"""Docs."""\n']),
        "tail": st.sampled_from(["", "\n", "\n\n", "\n    \n# end", "\n  # end\n"]),
    }
)


def written(statements: Sequence[str], indent: str, newline: str, head: str, tail: str) -> str:
    """A file with one function which has these statements and a last one."""
    body = "".join(f"{indent}{statement}\n" for statement in statements)
    return f"{head}import os\n\ndef test_a( a,b ) :\n{body}{indent}last(){tail}".replace("\n", newline)


@settings(max_examples=40, deadline=None)
@given(LAYOUTS)
def test_only_replaced_expressions_change(layout: dict[str, str]) -> None:
    source = written(**layout)
    fixes = [Fix("", (Replace(place(source, "old(1)", nth), "new(2)"),)) for nth in range(source.count("old(1)"))]
    outcome = mend(source, fixes)
    inside_an_f_string = source.count("{old(1)}")
    assert [refused.reason for refused in outcome.refused] == ["the expression is inside an f-string"] * inside_an_f_string
    expected = source.replace("old(1)", "new(2)").replace("{new(2)}", "{old(1)}")
    assert [change.after.decode() for change in outcome.changes] == [expected] * (expected != source)


@settings(max_examples=40, deadline=None)
@given(LAYOUTS)
def test_only_lines_are_added(layout: dict[str, str]) -> None:
    source = written(**layout)
    indent, newline = layout["indent"], layout["newline"]
    last = place(source, "last()")
    outcome = mend(source, [Fix("", (InsertBefore(last, "first()"), InsertAfter(last, "after()")))])
    expected = source.replace(f"{indent}last()", f"{indent}first(){newline}{indent}last(){newline}{indent}after()")
    assert [change.after.decode() for change in outcome.changes] == [expected]


@settings(max_examples=40, deadline=None)
@given(LAYOUTS)
def test_only_a_parameter_and_an_import_are_added(layout: dict[str, str]) -> None:
    source = written(**layout)
    definition = place(source, "def test_a")
    outcome = mend(source, [Fix("", (AddParameter(definition, "request"), AddImport(PATH, "uuid", "uuid4")))])
    imports = f"import os{layout['newline']}"
    expected = source.replace(imports, f"{imports}from uuid import uuid4{layout['newline']}").replace("( a,b )", "( a,b, request )")
    assert [change.after.decode() for change in outcome.changes] == [expected]


@settings(max_examples=40, deadline=None)
@given(LAYOUTS)
def test_the_reader_and_the_tree_agree_on_places(layout: dict[str, str]) -> None:
    source = written(**layout).encode()
    module = read_python(PATH, source)
    calls = [
        call
        for function in module.functions
        for step in function.body.steps
        for root in (step.value, step.target)
        if root is not None
        for call in walk(root)
        if isinstance(call, Call)
    ]
    findings = [finding(Fix("", (Replace(place_of(module, call.start, call.end), "new"),))) for call in calls]
    reasons = {refused.reason for refused in fix({PATH: source}, findings, unsafe=False).refused}
    assert not any("holds no" in reason for reason in reasons)
