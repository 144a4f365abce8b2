"""All that a rule may import: the model, findings and edits, the expressions of the read model, and the analyses.

An analysis is loaded when its name is asked for, so that a rule costs no more than what it uses.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from testaudit.check.rule import Findings, Horizon, Rule, Tier, Unsure, note
from testaudit.edits import stop_patcher, unique_email
from testaudit.findings import AddParameter, Edit, Finding, Fix, InsertAfter, Note, Replace, Severity
from testaudit.model import (
    SCOPES,
    Cell,
    External,
    Fixture,
    FixtureScope,
    FixtureUse,
    Group,
    Layer,
    Phase,
    Place,
    Suite,
    Target,
    Test,
    TestModule,
    Truth,
    Unknown,
    place_of,
)
from testaudit.read.facts import (
    Argument,
    Attr,
    Await,
    Body,
    Call,
    Class,
    Collection,
    Compare,
    Const,
    Decorator,
    Expr,
    FuncRef,
    Function,
    Import,
    Index,
    Module,
    Name,
    Op,
    Opaque,
    Param,
    Region,
    Scope,
    Spread,
    Step,
    SyntaxFault,
    Template,
    children,
    docstring,
    does_nothing,
    dotted,
    targets,
    walk,
)

if TYPE_CHECKING:
    from testaudit.analyses.assertions.verification import Verification
    from testaudit.analyses.errors.expectations import Expectation, Expectations
    from testaudit.analyses.errors.subjects import Subject, Subjects
    from testaudit.analyses.fixtures.awaiting import Awaiting, Unawaited
    from testaudit.analyses.fixtures.decorations import Decorations
    from testaudit.analyses.fixtures.fixture_calls import FixtureCall, FixtureCalls
    from testaudit.analyses.fixtures.fixture_graph import Cycle, FixtureGraph, Missing, Request
    from testaudit.analyses.fixtures.lost_state import LostState, LostStates
    from testaudit.analyses.fixtures.lost_tests import Lost, LostTests
    from testaudit.analyses.fixtures.overrides import Dropped, Overrides
    from testaudit.analyses.fixtures.returned import ReturnedValues
    from testaudit.analyses.fixtures.unused import Unused, UnusedFixtures
    from testaudit.analyses.layers.declarations import Declarations, Mismatch
    from testaudit.analyses.layers.layers import Layers
    from testaudit.analyses.layers.pulls import Pull, Pulls
    from testaudit.analyses.layers.replaced_code import Replaced, ReplacedCode
    from testaudit.analyses.layers.thresholds import Thresholds
    from testaudit.analyses.records.persistence import Persistence
    from testaudit.analyses.records.sent import Sent
    from testaudit.analyses.records.transactions import Sharing, Transactions
    from testaudit.analyses.resources.opened import Ending, Opened
    from testaudit.analyses.resources.openings import Resources
    from testaudit.analyses.storage.leftovers import Change, Reading
    from testaudit.analyses.storage.process_state import ProcessState
    from testaudit.analyses.storage.remain import Remain
    from testaudit.analyses.storage.remains import Remains
    from testaudit.analyses.storage.state import Doubt, Leak, State

_ANALYSES = {
    "Awaiting": "fixtures.awaiting",
    "Change": "storage.leftovers",
    "Cycle": "fixtures.fixture_graph",
    "Declarations": "layers.declarations",
    "Decorations": "fixtures.decorations",
    "Doubt": "storage.state",
    "Dropped": "fixtures.overrides",
    "Ending": "resources.opened",
    "Expectation": "errors.expectations",
    "Expectations": "errors.expectations",
    "FixtureCall": "fixtures.fixture_calls",
    "FixtureCalls": "fixtures.fixture_calls",
    "FixtureGraph": "fixtures.fixture_graph",
    "Layers": "layers.layers",
    "Leak": "storage.state",
    "Lost": "fixtures.lost_tests",
    "LostState": "fixtures.lost_state",
    "LostStates": "fixtures.lost_state",
    "LostTests": "fixtures.lost_tests",
    "Mismatch": "layers.declarations",
    "Missing": "fixtures.fixture_graph",
    "Opened": "resources.opened",
    "Overrides": "fixtures.overrides",
    "Persistence": "records.persistence",
    "ProcessState": "storage.process_state",
    "Pull": "layers.pulls",
    "Pulls": "layers.pulls",
    "Reading": "storage.leftovers",
    "Remain": "storage.remain",
    "Remains": "storage.remains",
    "Replaced": "layers.replaced_code",
    "ReplacedCode": "layers.replaced_code",
    "Request": "fixtures.fixture_graph",
    "Resources": "resources.openings",
    "ReturnedValues": "fixtures.returned",
    "Sent": "records.sent",
    "Sharing": "records.transactions",
    "State": "storage.state",
    "Subject": "errors.subjects",
    "Subjects": "errors.subjects",
    "Thresholds": "layers.thresholds",
    "Unawaited": "fixtures.awaiting",
    "Transactions": "records.transactions",
    "Unused": "fixtures.unused",
    "UnusedFixtures": "fixtures.unused",
    "Verification": "assertions.verification",
}


def __getattr__(name: str) -> object:
    """An analysis, or what it hands out, from its own module."""
    if name not in _ANALYSES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"testaudit.analyses.{_ANALYSES[name]}"), name)


__all__ = [
    "SCOPES",
    "AddParameter",
    "Argument",
    "Attr",
    "Await",
    "Awaiting",
    "Body",
    "Call",
    "Cell",
    "Change",
    "Class",
    "Collection",
    "Compare",
    "Const",
    "Cycle",
    "Declarations",
    "Decorations",
    "Decorator",
    "Doubt",
    "Dropped",
    "Edit",
    "Ending",
    "Expectation",
    "Expectations",
    "Expr",
    "External",
    "Finding",
    "Findings",
    "Fix",
    "Fixture",
    "FixtureCall",
    "FixtureCalls",
    "FixtureGraph",
    "FixtureScope",
    "FixtureUse",
    "FuncRef",
    "Function",
    "Group",
    "Horizon",
    "Import",
    "Index",
    "InsertAfter",
    "Layer",
    "Layers",
    "Leak",
    "Lost",
    "LostState",
    "LostStates",
    "LostTests",
    "Mismatch",
    "Missing",
    "Module",
    "Name",
    "Note",
    "Op",
    "Opaque",
    "Opened",
    "Overrides",
    "Param",
    "Persistence",
    "Phase",
    "Place",
    "ProcessState",
    "Pull",
    "Pulls",
    "Reading",
    "Region",
    "Remain",
    "Remains",
    "Replace",
    "Replaced",
    "ReplacedCode",
    "Request",
    "Resources",
    "ReturnedValues",
    "Rule",
    "Scope",
    "Sent",
    "Severity",
    "Sharing",
    "Spread",
    "State",
    "Step",
    "Subject",
    "Subjects",
    "Suite",
    "SyntaxFault",
    "Target",
    "Template",
    "Test",
    "TestModule",
    "Thresholds",
    "Tier",
    "Transactions",
    "Truth",
    "Unawaited",
    "Unknown",
    "Unsure",
    "Unused",
    "UnusedFixtures",
    "Verification",
    "children",
    "docstring",
    "does_nothing",
    "dotted",
    "note",
    "place_of",
    "stop_patcher",
    "targets",
    "unique_email",
    "walk",
]
