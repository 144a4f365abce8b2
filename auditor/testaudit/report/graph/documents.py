"""What the formats of `graph` are given: typed, frozen nodes and edges that hold no live module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from testaudit import __version__
from testaudit.errors import Problem
from testaudit.model import FixtureScope
from testaudit.records import dataclass
from testaudit.report.documents import Origin

Kind = Literal["value", "setup", "teardown"]
How = Literal["requests", "overrides", "autouse", "dynamic"]


@dataclass(slots=True, frozen=True)
class FixtureNode:
    """One definition of a fixture. `path` and `line` are None where the repository does not define it, `group` is the class in whose body
    it stands or empty. `tests` counts the tests that use it in whatever way, `asking` those among them that ask for it themselves;
    `around` says that it is what was asked about."""

    id: str
    name: str
    scope: FixtureScope
    autouse: bool
    parametrized: bool
    kind: Kind
    origin: Origin
    path: str | None
    line: int | None
    group: str = ""
    tests: int = 0
    asking: int = 0
    around: bool = False


@dataclass(slots=True, frozen=True)
class TestsNode:
    """One test (`id` is its node id), or the `tests` of one file or folder (`id` is its path) that ask for the same fixtures."""

    id: str
    path: str
    line: int | None
    tests: int
    around: bool = False


@dataclass(slots=True, frozen=True)
class Edge:
    """`source` gets `target`, both ids of nodes. `path` and `line` say where it asks (None: nobody writes it down), `tests` counts the
    tests in which it does. What other edges imply is `implied`, so that pictures leave it out. An edge `overrides` is `silent` where its
    source does not ask for what it overrides."""

    source: str
    target: str
    how: How
    path: str | None
    line: int | None
    tests: int
    implied: bool = False
    silent: bool = False


@dataclass(slots=True, frozen=True)
class GraphDocument:
    """The outcome of `graph`. Nodes and edges are sorted. `around` is the name that was asked about, or None for the whole graph, which has
    no nodes for tests; `depth` is how many edges away the neighbourhood ends (None: nowhere). `total` counts the suite's tests."""

    fixtures: tuple[FixtureNode, ...]
    edges: tuple[Edge, ...]
    tests: tuple[TestsNode, ...] = ()
    around: str | None = None
    depth: int | None = None
    total: int = 0
    errors: tuple[Problem, ...] = ()
    root: str = "."
    version: str = __version__

    @property
    def by_id(self) -> Mapping[str, FixtureNode]:
        return {node.id: node for node in self.fixtures}
