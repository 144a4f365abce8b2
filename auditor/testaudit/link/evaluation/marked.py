"""Whether the test that a fixture runs for has a mark: what fixtures that are meant for some tests only ask their request."""

from __future__ import annotations

import re

from testaudit.link.evaluation.evaluator import Evaluator
from testaudit.link.evaluation.options import conftests
from testaudit.link.frames import Frame
from testaudit.model import Test
from testaudit.read.facts import Attr, Call, Const, Expr, Function, Name

MARK_WORDS = frozenset({"get_closest_marker", "keywords"})
"""Words that a fixture says which asks for marks."""


def has_mark(values: Evaluator, expr: Expr, frame: Frame) -> bool | None:
    """Whether the test has the mark that `request.node.get_closest_marker("x")` asks for; None where it is not to be seen, and for any
    other expression."""
    match expr:
        case Call(func=Attr(name="get_closest_marker", value=asked)) if isinstance(first := expr.positional(0), Const):
            return _says(values, str(first.value), asked, frame, names=False)
        case _:
            return None


def is_keyword(values: Evaluator, word: Expr, asked: Expr, frame: Frame) -> bool | None:
    """The same for `"x" in request.keywords`, where names of the test, its class and its file count as well."""
    if isinstance(word, Const) and isinstance(word.value, str) and isinstance(asked, Attr) and asked.name == "keywords":
        return _says(values, word.value, asked.value, frame, names=True)
    return None


def _says(values: Evaluator, word: str, asked: Expr, frame: Frame, *, names: bool) -> bool | None:
    test = frame.test
    if test is None or not _is_item(asked, frame):
        return None
    if any(name == word for name, _ in test.marks):
        return True
    if (names and word in _names(test)) or _is_given_elsewhere(values, word, frame, test):
        return None
    return False


def _is_item(expr: Expr, frame: Frame) -> bool:
    """`request` or `request.node` of a fixture for one test, or of the test itself."""
    if frame.fixture is not None and frame.fixture.scope != "function":
        return False
    root = expr.value if isinstance(expr, Attr) and expr.name == "node" else expr
    scope = frame.scope
    return isinstance(root, Name) and root.name == "request" and isinstance(scope, Function) and scope.param("request") is not None


def _names(test: Test) -> tuple[str, ...]:
    return (test.name, *test.id.replace("::", "/").split("/"), *(part.partition("[")[0] for part in test.id.split("::")))


def _is_given_elsewhere(values: Evaluator, word: str, frame: Frame, test: Test) -> bool:
    """Whether the test's file, the fixture's or a conftest above it gives the mark otherwise than by a decorator: while tests are collected
    (`item.add_marker`), or to single parameter sets."""
    name = re.escape(word.encode())
    given = re.compile(rb"(?<!@)(?<!@pytest\.)\bmark\." + name + rb"\b|add_marker\(\s*['\"]" + name + rb"\b")
    modules = (test.module, test.function.module, frame.module, *conftests(values, test.module))
    return any(given.search(module.source) is not None for module in modules)
