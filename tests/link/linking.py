"""Links repositories given as text, and asks the model about single tests."""

from collections.abc import Mapping
from pathlib import Path

from testaudit.analyses.runs import Runs
from testaudit.config import load_config
from testaudit.link.frames import Value
from testaudit.link.linked import linked
from testaudit.link.trace import Event
from testaudit.link.values import Values
from testaudit.model import Suite, Test
from testaudit.read.facts import Const
from testaudit.suites import load
from tests.auditing import write


def suite_of(root: Path, files: Mapping[str, str]) -> Suite:
    """The linked suite of these files below `root` (an empty folder)."""
    write(root, {"pytest.ini": "[pytest]\n", **files})
    return load([str(root)], load_config(root, {})).suite


def only_test(suite: Suite, name: str = "") -> Test:
    """The one test of a suite, or the one of this name."""
    (test,) = (test for test in suite.tests if not name or test.name == name)
    return test


def calls_of(suite: Suite, symbol: str, test: str = "") -> list[Event]:
    """The calls of a library's symbol that a test makes, itself or through helpers."""
    events = suite.ask(Runs).body(only_test(suite, test))
    return [event for event in events if event.call is not None and event.callee is not None and symbol in event.callee.externals]


def argument(suite: Suite, event: Event, name: str) -> Value:
    """The value of a call's keyword argument."""
    assert event.call is not None
    expr = event.call.keyword(name)
    assert expr is not None
    return linked_values(suite).evaluate(expr, event.frame)


def first(suite: Suite, event: Event) -> Value:
    """The value of a call's first argument."""
    assert event.call is not None
    expr = event.call.positional(0)
    assert expr is not None
    return linked_values(suite).evaluate(expr, event.frame)


def linked_values(suite: Suite) -> Values:
    return linked(suite).values


def constants(suite: Suite, value: Value) -> list[object]:
    """Every constant that a value holds, in order, without repetition."""
    found = (leaf.value for leaf, _ in linked(suite).values.contents(value) if isinstance(leaf, Const))
    return list(dict.fromkeys(found))


def asserted(suite: Suite, test: str = "") -> list[object]:
    """The constants that the left side of a test's first `assert x == …` may be."""
    case = only_test(suite, test)
    step = next(step for step in case.function.body.steps if step.kind == "assert")
    assert step.value is not None
    left = getattr(step.value, "operands", (step.value,))[0]
    return list(linked(suite).values.evaluate(left, suite.ask(Runs).frame(case)).constants)
