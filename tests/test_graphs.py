"""The fixture graph of small suites: who asks for whom, how, in how many tests, and what a neighbourhood has."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from testaudit import audit
from testaudit.config import load_config
from testaudit.errors import UsageError
from testaudit.report.graph import as_json, dot, mermaid
from testaudit.report.graph.documents import GraphDocument
from tests.auditing import write

SHOP = {
    "pytest.ini": "[pytest]\n",
    "tests/conftest.py": """\
import pytest

@pytest.fixture(scope="session")
def engine(tmp_path_factory): ...

@pytest.fixture
def db(engine): ...

@pytest.fixture(autouse=True)
def clock(): ...

@pytest.fixture
def client(db, engine): ...
""",
    "tests/api/conftest.py": """\
import pytest

@pytest.fixture
def db(db): ...
""",
    "tests/api/test_pay.py": """\
import pytest

@pytest.fixture
def late(request):
    return request.getfixturevalue("client")

def test_pay(client, db): ...

@pytest.mark.parametrize("amount", [1, 2])
def test_refund(late, amount): ...

@pytest.mark.usefixtures("engine")
def test_nothing(): ...
""",
    "tests/test_plain.py": """\
import pytest

@pytest.fixture
def client(): ...

def test_plain(client, missing): ...
""",
}


def drawn(root: Path, around: str | None = None, depth: int | None = None) -> GraphDocument:
    write(root, SHOP)
    return audit.graph([str(root)], load_config(root), around=around, depth=depth)


def edges(document: GraphDocument) -> list[tuple[str, str, str]]:
    """The edges that are not implied, with short names."""
    return [(_short(edge.source), edge.how, _short(edge.target)) for edge in document.edges if not edge.implied]


def _short(key: str) -> str:
    return key.removeprefix("tests/").replace("conftest.py", "c")


def test_every_fixture_is_there_once_with_the_tests_that_use_it(tmp_path: Path) -> None:
    nodes = {_short(node.id): (node.scope, node.autouse, node.tests, node.asking) for node in drawn(tmp_path).fixtures}

    assert nodes == {
        "api/c:3:db": ("function", False, 2, 1),
        "api/test_pay.py:3:late": ("function", False, 1, 1),
        "c:3:engine": ("session", False, 3, 1),
        "c:6:db": ("function", False, 2, 0),
        "c:9:clock": ("function", True, 4, 0),
        "c:12:client": ("function", False, 2, 1),
        "test_plain.py:3:client": ("function", False, 1, 1),
        "builtin:tmp_path_factory": ("session", False, 3, 0),
        "unresolved:missing": ("unknown", False, 1, 1),
    }


def test_requests_are_reduced_and_overrides_and_dynamic_ones_are_told_apart(tmp_path: Path) -> None:
    document = drawn(tmp_path)

    assert edges(document) == [
        ("api/c:3:db", "overrides", "c:6:db"),
        ("api/test_pay.py:3:late", "dynamic", "c:12:client"),
        ("c:12:client", "requests", "api/c:3:db"),
        ("c:3:engine", "requests", "builtin:tmp_path_factory"),
        ("c:6:db", "requests", "c:3:engine"),
        ("test_plain.py:3:client", "overrides", "c:12:client"),
    ]
    assert [(_short(e.source), _short(e.target)) for e in document.edges if e.implied] == [("c:12:client", "c:3:engine")]
    assert [_short(e.source) for e in document.edges if e.silent] == ["test_plain.py:3:client"]


def test_an_edge_says_where_the_name_is_asked_for(tmp_path: Path) -> None:
    found = {(_short(e.source), _short(e.target)): (e.path, e.line, e.tests) for e in drawn(tmp_path).edges}

    assert found["c:12:client", "api/c:3:db"] == ("tests/conftest.py", 13, 2)
    assert found["api/c:3:db", "c:6:db"] == ("tests/api/conftest.py", 4, 2)


def test_a_tests_neighbourhood_has_what_it_gets_and_how(tmp_path: Path) -> None:
    document = drawn(tmp_path, "tests/api/test_pay.py::test_refund[1]")

    assert [(node.id, node.around) for node in document.tests] == [("tests/api/test_pay.py::test_refund", True)]
    assert [edge for edge in edges(document) if edge[0].endswith("test_refund")] == [
        ("api/test_pay.py::test_refund", "requests", "api/test_pay.py:3:late"),
        ("api/test_pay.py::test_refund", "autouse", "c:9:clock"),
    ]


def test_a_fixtures_neighbourhood_has_those_who_ask_for_it_and_what_it_asks_for(tmp_path: Path) -> None:
    document = drawn(tmp_path, "db")

    assert edges(document) == [
        ("api/c:3:db", "overrides", "c:6:db"),
        ("api/test_pay.py:3:late", "dynamic", "c:12:client"),
        ("api/test_pay.py::test_pay", "requests", "c:12:client"),
        ("api/test_pay.py::test_refund", "requests", "api/test_pay.py:3:late"),
        ("c:12:client", "requests", "api/c:3:db"),
        ("c:3:engine", "requests", "builtin:tmp_path_factory"),
        ("c:6:db", "requests", "c:3:engine"),
        ("test_plain.py:3:client", "overrides", "c:12:client"),
        ("test_plain.py::test_plain", "requests", "test_plain.py:3:client"),
    ]


def test_a_depth_ends_the_neighbourhood(tmp_path: Path) -> None:
    document = drawn(tmp_path, "tests/conftest.py:6:db", depth=1)

    assert edges(document) == [("api/c:3:db", "overrides", "c:6:db"), ("c:6:db", "requests", "c:3:engine")]
    assert [_short(node.id) for node in document.fixtures if node.around] == ["c:6:db"]


def test_many_tests_are_counted_by_their_files(tmp_path: Path) -> None:
    write(tmp_path, {"tests/test_many.py": "".join(f"def test_{i}(client): ...\n" for i in range(20))})

    document = drawn(tmp_path, "client", depth=1)

    assert [(node.id, node.tests) for node in document.tests] == [
        ("tests/api/test_pay.py", 1),
        ("tests/test_many.py", 20),
        ("tests/test_plain.py", 1),
    ]


def test_a_name_that_nothing_has_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="`clent` is neither a test nor a fixture; did you mean `client`\\?"):
        drawn(tmp_path, "clent")


@pytest.mark.parametrize("around", [None, "db", "tests/api/test_pay.py::test_pay"])
def test_the_json_document_keeps_to_its_schema(tmp_path: Path, around: str | None) -> None:
    schema = json.loads(files("testaudit.report").joinpath("schemas").joinpath("graph.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)

    document = json.loads(as_json.render(drawn(tmp_path, around)))

    assert [error.message for error in Draft202012Validator(schema).iter_errors(document)] == []
    ids = {node["id"] for node in (*document["fixtures"], *document["tests"])}
    assert {end for edge in document["edges"] for end in (edge["from"], edge["to"])} - ids == set()


DOT = """\
digraph fixtures {
  graph [rankdir=LR, fontname="Helvetica", fontsize=12, labelloc=t, labeljust=l, ranksep=0.6, nodesep=0.15]
  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=10, margin="0.12,0.06"]
  edge [fontname="Helvetica", fontsize=9, color="#57606a", fontcolor="#57606a", arrowsize=0.7]
  label="Around tests/api/test_pay.py::test_nothing"
  subgraph cluster_0 {
    graph [label="tests/api/test_pay.py", style="rounded", color="#d0d7de", fontcolor="#57606a"]
    "tests/api/test_pay.py::test_nothing" [label="test_nothing\\n", fillcolor="#dafbe1", color="#1a7f37", penwidth=3]
  }
  subgraph cluster_1 {
    graph [label="tests/conftest.py", style="rounded", color="#d0d7de", fontcolor="#57606a"]
    "tests/conftest.py:3:engine" [label="engine\\nsession\\n", fillcolor="#54aeff", color="#0550ae"]
    "tests/conftest.py:9:clock" [label="clock\\nfunction, autouse\\n", fillcolor="#ffffff", color="#57606a"]
  }
  subgraph cluster_2 {
    graph [label="pytest and plugins", style="rounded", color="#d0d7de", fontcolor="#57606a"]
    "builtin:tmp_path_factory" [label="tmp_path_factory\\nsession\\n", fillcolor="#f6f8fa", color="#8c959f"]
  }
  "tests/api/test_pay.py::test_nothing" -> "tests/conftest.py:3:engine"
  "tests/api/test_pay.py::test_nothing" -> "tests/conftest.py:9:clock" [style=dashed, label="autouse"]
  "tests/conftest.py:3:engine" -> "builtin:tmp_path_factory"
}
"""

MERMAID = """\
%% 7 fixtures of 4 tests; an arrow leads to what is asked for
flowchart LR
  subgraph f0["tests/api/conftest.py"]
    b0["db<br/>function<br/>2 tests, 1 of them directly"]:::look_function
  end
  subgraph f1["tests/api/test_pay.py"]
    b1["late<br/>function<br/>1 test"]:::look_function
  end
  subgraph f2["tests/conftest.py"]
    b2["engine<br/>session<br/>3 tests, 1 of them directly<br/>uses tmp_path_factory"]:::look_session
    b3["db<br/>function<br/>2 tests"]:::look_function
    b4["client<br/>function<br/>2 tests, 1 of them directly"]:::look_function
    b5["clock (autouse, 4 tests)"]:::look_list
  end
  subgraph f3["tests/test_plain.py"]
    b6["client<br/>function<br/>1 test"]:::look_function
  end
  subgraph f4["pytest and plugins"]
    b7["missing<br/>nothing is seen to define it<br/>1 test"]:::look_unresolved
  end
  b0 -->|overrides| b3
  b1 -.->|at run time| b4
  b4 --> b0
  b3 --> b2
  b6 -.->|overrides| b4
"""


def test_a_neighbourhood_is_drawn_for_graphviz(tmp_path: Path) -> None:
    assert dot.render(drawn(tmp_path, "tests/api/test_pay.py::test_nothing")) == DOT


def test_the_whole_graph_is_drawn_for_mermaid(tmp_path: Path) -> None:
    drawing = mermaid.render(drawn(tmp_path))

    assert drawing[: len(MERMAID)] == MERMAID
    assert all(line.startswith(("  classDef ", "  class ")) for line in drawing[len(MERMAID) :].splitlines())


def test_what_mermaid_reads_as_markup_is_written_as_entities(tmp_path: Path) -> None:
    drawing = mermaid.render(drawn(tmp_path, "tests/api/test_pay.py::test_refund[<b>"))

    assert drawing.splitlines()[0] == "%% Around tests/api/test_pay.py::test_refund[<b>"
    write(tmp_path, {"a[1]/conftest.py": SHOP["tests/conftest.py"], "a[1]/test_b.py": "def test_b(db): ...\n"})
    assert '  subgraph f0["a#91;1#93;/conftest.py"]' in mermaid.render(drawn(tmp_path)).splitlines()


MANY = "import pytest\n" + "".join(f"@pytest.fixture\ndef a{i}(hub): ...\n@pytest.fixture\ndef b{i}(a{i}): ...\n" for i in range(20))


def test_a_fixture_that_many_ask_for_is_named_instead_of_drawn(tmp_path: Path) -> None:
    write(tmp_path, {"tests/conftest.py": "", "tests/test_a.py": ""})
    files = {"pytest.ini": "[pytest]\n", "conftest.py": f"{MANY}@pytest.fixture\ndef hub(): ...\n"}
    write(tmp_path, {**files, "test_x.py": "".join(f"def test_{i}(b{i}): ...\n" for i in range(20))})

    lines = dot.render(audit.graph([str(tmp_path)], load_config(tmp_path))).splitlines()

    assert '"conftest.py:82:hub" [label="hub\\nfunction\\n20 tests\\nnamed in 20 fixtures, without arrows\\n"' in "\n".join(lines)
    assert sum(" -> " in line for line in lines) == 20


def test_twins_share_a_box(tmp_path: Path) -> None:
    text = "import pytest\n@pytest.fixture\ndef base(): ...\n" + "".join(f"@pytest.fixture\ndef p{i}(base): ...\n" for i in range(3))
    write(tmp_path, {"pytest.ini": "", "test_x.py": f"{text}def test_a(p0): ...\ndef test_b(p0, p1): ...\ndef test_c(p2): ...\n"})

    lines = dot.render(audit.graph([str(tmp_path)], load_config(tmp_path))).splitlines()

    assert '    "test_x.py:4:p0" [label="p0 (2 tests)\\lp1 (1 test)\\lp2 (1 test)\\l", fillcolor="#fffdf5", color="#d0d7de"]' in lines
    assert [line for line in lines if " -> " in line] == ['  "test_x.py:4:p0" -> "test_x.py:2:base"']
