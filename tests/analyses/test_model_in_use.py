"""What the analyses make of code that hides its meaning: each verdict beside its twin."""

from pathlib import Path

import pytest

from testaudit.analyses.assertions.verification import Verification
from testaudit.analyses.errors.expectations import Expectations
from testaudit.analyses.resources.opened import Opened
from testaudit.analyses.resources.openings import Resources
from testaudit.analyses.runs import Runs
from testaudit.model import Suite, Truth
from testaudit.read.facts import Compare, Op
from tests.auditing import audited, places
from tests.link.linking import calls_of, only_test, suite_of

PATCHER = """
import unittest
from unittest.mock import patch

class TestA(unittest.TestCase):
    def setUp(self):
        self.p = patch("os.getcwd")
        self.p.start()
        {cleanup}

    def test_it(self):
        self.assertTrue(1)
"""


@pytest.mark.parametrize(
    ("cleanup", "ended"),
    [("self.addCleanup(self.p.stop)", Truth.YES), ("self.addCleanup(patch.stopall)", Truth.YES), ("pass", Truth.NO)],
)
def test_a_patcher_kept_on_self_is_ended_by_a_registered_cleanup(tmp_path: Path, cleanup: str, ended: Truth) -> None:
    suite = suite_of(tmp_path, {"test_a.py": PATCHER.format(cleanup=cleanup)})

    (opened,) = opened_by(suite, "setUp")

    assert (opened.kind, opened.ended) == ("patcher", ended)


SERVER = """
import subprocess
from contextlib import ExitStack

import pytest

class Server:
    def __enter__(self):
        self.process = subprocess.Popen(["server"])
        return self

    def __exit__(self, *error):
        self.process.kill()

@pytest.fixture
def server():
{setup}

def test_it(server):
    assert server
"""


@pytest.mark.parametrize(
    ("setup", "ended"),
    [
        ("    with ExitStack() as stack:\n        yield stack.enter_context(subprocess.Popen(['server']))", [Truth.YES]),
        (
            "    with ExitStack() as stack:\n        server = subprocess.Popen('a')\n        stack.callback(server.kill)\n        yield 1",
            [Truth.YES],
        ),
        ("    process = subprocess.Popen(['server'])\n    yield process\n    process.kill()", [Truth.YES]),
        ("    return subprocess.Popen(['server'])", [Truth.NO]),
    ],
)
def test_an_exit_stack_ends_what_it_was_given(tmp_path: Path, setup: str, ended: list[Truth]) -> None:
    suite = suite_of(tmp_path, {"test_a.py": SERVER.format(setup=setup)})

    assert [resource.ended for resource in opened_by(suite, "server")] == ended


def opened_by(suite: Suite, fixture: str) -> tuple[Opened, ...]:
    found = only_test(suite).fixture(fixture)
    assert found is not None
    return suite.ask(Resources).of_fixture(found)


CHECKER = """
import pytest

@pytest.fixture
def check():
    def inner(value):
        {body}
    return inner

def test_it(check):
    check(sum([1]))
"""


@pytest.mark.parametrize(
    ("body", "verified"), [("assert value == 1", Truth.YES), ("print(value)", Truth.NO), ("unknown_helper(value)", Truth.NO)]
)
def test_a_fixture_that_returns_a_function_verifies_when_that_asserts(tmp_path: Path, body: str, verified: Truth) -> None:
    suite = suite_of(tmp_path, {"test_a.py": CHECKER.format(body=body)})

    assert suite.ask(Verification).verified(only_test(suite)).truth is verified


def test_an_expectation_from_a_parameter_table_covers_the_block_that_it_guards(tmp_path: Path) -> None:
    source = """
from contextlib import nullcontext

import pytest

def divide(by):
    return 1 / by

@pytest.mark.parametrize(("by", "expectation"), [(1, nullcontext()), (0, pytest.raises(ZeroDivisionError))])
def test_it(by, expectation):
    with expectation:
        divide(by)
"""
    suite = suite_of(tmp_path, {"test_a.py": source})
    test = only_test(suite)
    expectations = suite.ask(Expectations)

    (expected,) = expectations.of(test)

    assert expectations.broadest(expected) == {"ZeroDivisionError"}
    assert any(expected.covers(event) for event in suite.ask(Runs).body(test) if event.call is not None and event.step is not None)


@pytest.mark.parametrize(
    "call",
    ["pytest.raises(ValueError, int, 'a')", "pytest.raises(ValueError, lambda: convert('a'))", "pytest.raises(ValueError, convert, 'a')"],
)
def test_raises_used_as_a_function_expects_the_error(tmp_path: Path, call: str) -> None:
    source = f"""
import pytest

def convert(text):
    return int(text)

def test_it():
    {call}
"""
    suite = suite_of(tmp_path, {"test_a.py": source})
    expectations = suite.ask(Expectations)

    (expected,) = expectations.of(only_test(suite))

    assert expectations.broadest(expected) == {"ValueError"}
    assert expected.region is None
    assert expected.covered is not None
    assert expected.covered.definitions


POLL = """
import time

def ready():
    return False

def test_it():
    deadline = time.monotonic() + 5
    while not ready():
        {guard}
        time.sleep(0.1)
    assert ready()
"""


def test_a_poll_with_a_deadline_has_a_branch_that_leaves_its_loop(tmp_path: Path) -> None:
    guard = "if time.monotonic() > deadline:\n            raise TimeoutError"
    suite = suite_of(tmp_path, {"test_a.py": POLL.format(guard=guard)})
    body = only_test(suite).function.body

    (leaving,) = (step for step in body.steps if step.kind in ("raise", "break", "return"))

    assert [region.role for region in body.enclosing(leaving.region)] == ["branch", "loop"]
    branch, loop = body.enclosing(leaving.region)
    assert isinstance(branch.head, Compare)
    assert isinstance(loop.head, Op)
    (sleep,) = calls_of(suite, "time.sleep")
    assert [region.role for region, _ in sleep.regions()] == ["loop"]


def test_a_poll_without_a_deadline_has_nothing_that_leaves_its_loop(tmp_path: Path) -> None:
    suite = suite_of(tmp_path, {"test_a.py": POLL.format(guard="pass")})
    body = only_test(suite).function.body

    assert [step.kind for step in body.steps if step.kind in ("raise", "break", "return")] == []
    assert [region.role for region in body.regions] == ["body", "loop"]


def test_a_poll_in_a_helper_keeps_its_loop_around_the_call(tmp_path: Path) -> None:
    source = """
import time

def wait(check):
    for _ in range(50):
        if check():
            break
        time.sleep(0.1)

def test_it():
    wait(lambda: True)
    assert 1
"""
    suite = suite_of(tmp_path, {"test_a.py": source})

    (sleep,) = calls_of(suite, "time.sleep")

    assert [region.role for region, _ in sleep.regions()] == ["loop"]


LEAKS = """
import copy

ORDERS = [{{"lines": []}}]

def add(orders, line):
    for order in orders:
        order["lines"].append(line)

def test_writer():
{body}
    assert ORDERS

def test_reader():
    assert ORDERS[0]["lines"] == []
"""


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("    mine = ORDERS\n    mine[0]['lines'].append(1)", 12),
        ("    for order in ORDERS:\n        order['lines'].append(1)", 12),
        ("    add(ORDERS, 1)", 11),
        ("    first, = ORDERS\n    first['lines'] += [1]", 12),
        ("    if (orders := ORDERS):\n        orders[0]['lines'].extend([1])", 12),
        ("    (lambda orders: orders[0]['lines'].append(1))(ORDERS)", 11),
        ("    [order['lines'].append(1) for order in ORDERS]", 11),
    ],
)
def test_a_change_through_another_name_is_a_change(tmp_path: Path, body: str, line: int) -> None:
    document = audited(tmp_path, {"tests/test_a.py": LEAKS.format(body=body)}, select=["TA220"])

    assert places(document) == [("TA220", "tests/test_a.py", line)]


@pytest.mark.parametrize(
    "body",
    [
        "    mine = copy.deepcopy(ORDERS)\n    mine[0]['lines'].append(1)",
        "    mine = list(ORDERS)\n    mine.append(1)",
        "    mine = [*ORDERS]\n    mine.append(1)",
        "    try:\n        ORDERS[0]['lines'].append(1)\n    finally:\n        ORDERS[0]['lines'].clear()",
        "    mine = {}\n    mine['orders'] = ORDERS\n    mine['orders'] = None",
    ],
)
def test_a_change_of_a_copy_or_one_that_is_taken_back_is_none(tmp_path: Path, body: str) -> None:
    assert places(audited(tmp_path, {"tests/test_a.py": LEAKS.format(body=body)}, select=["TA220"])) == []
