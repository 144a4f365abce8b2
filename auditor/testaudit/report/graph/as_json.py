"""The graph as JSON that `schemas/graph.schema.json` describes: every edge, those that others imply marked."""

from __future__ import annotations

from testaudit.report.as_json import written
from testaudit.report.documents import SCHEMA
from testaudit.report.graph.documents import Edge, FixtureNode, GraphDocument, TestsNode


def render(document: GraphDocument) -> str:
    """`graph --format json`, in ASCII."""
    value = {
        "schema": SCHEMA,
        "tool": {"name": "testaudit", "version": document.version},
        "root": document.root,
        "around": document.around,
        "depth": document.depth,
        "summary": {"tests": document.total, "fixtures": len(document.fixtures), "edges": len(document.edges)},
        "fixtures": [_fixture(node) for node in document.fixtures],
        "tests": [_tests(node) for node in document.tests],
        "edges": [_edge(edge) for edge in document.edges],
    }
    return written(value)


def _fixture(node: FixtureNode) -> dict[str, object]:
    return {
        "id": node.id,
        "name": node.name,
        "kind": node.kind,
        "scope": node.scope,
        "autouse": node.autouse,
        "parametrized": node.parametrized,
        "origin": node.origin,
        "path": node.path,
        "line": node.line,
        "class": node.group or None,
        "tests": node.tests,
        "asking_tests": node.asking,
        "around": node.around,
    }


def _tests(node: TestsNode) -> dict[str, object]:
    return {"id": node.id, "path": node.path, "line": node.line, "tests": node.tests, "around": node.around}


def _edge(edge: Edge) -> dict[str, object]:
    return {
        "from": edge.source,
        "to": edge.target,
        "how": edge.how,
        "gets": not edge.silent,
        "path": edge.path,
        "line": edge.line,
        "tests": edge.tests,
        "implied": edge.implied,
    }
