"""Which classes are test cases in unittest's sense: those whose bases lead to a known library's `TestCase`."""

from __future__ import annotations

from testaudit.knowledge import Knowledge
from testaudit.model import External, Truth, Unknown
from testaudit.read.facts import Class, Index, Scope, dotted
from testaudit.runners.attributes import Attributes

_CASES = frozenset(
    {
        "unittest.TestCase",
        "unittest.case.TestCase",
        "unittest.IsolatedAsyncioTestCase",
        "unittest.FunctionTestCase",
        "twisted.trial.unittest.SynchronousTestCase",
        "testtools.TestCase",
        "testscenarios.TestWithScenarios",
        "fixtures.TestWithFixtures",
        "oslotest.base.BaseTestCase",
    }
)
_LAST = ("TestCase", "TestCaseBase", "TestCaseMixin")
# Externals that carry the word and are no test cases.
_NOT = frozenset({"hypothesis.stateful.RuleBasedStateMachine"})


def is_test_case(cls: Class, attributes: Attributes, knowledge: Knowledge) -> Truth:
    """Whether a class is a unittest test case. UNKNOWN when only the name of a base says so that cannot be looked into."""
    mro = attributes.values.names.mro(cls)
    verdict = Truth.NO
    for base in mro:
        if isinstance(base, External):
            if base.name in _CASES:
                return Truth.YES
            if base.name.endswith("TestCase") and base.name not in _NOT:
                return Truth.YES
            if knowledge.is_a(base.name, "unittest.TestCase") and not base.name.endswith("Mixin"):
                return Truth.YES
    if any(isinstance(base, Unknown) for base in mro) and any(isinstance(base, Class) and _named_so(base, attributes) for base in mro):
        verdict = Truth.UNKNOWN
    return verdict


def _named_so(cls: Class, attributes: Attributes) -> bool:
    scope: Scope = cls.parent if cls.parent is not None else cls.module
    for argument in cls.bases:
        expr = argument.value
        while isinstance(expr, Index):
            expr = expr.value
        text = dotted(expr)
        if (
            argument.name is None
            and text is not None
            and text.endswith(_LAST)
            and isinstance(attributes.values.target(expr, scope), Unknown)
        ):
            return True
    return False
