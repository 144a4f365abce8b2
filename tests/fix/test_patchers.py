"""A started patcher is stopped by the runner."""

import os
from unittest.mock import patch

import pytest

from testaudit.edits import Registers, stop_patcher
from testaudit.findings import AddParameter, ExtractLocal, Fix, InsertAfter
from tests.fix.making import after, mend, place

UNITTEST: tuple[str, Registers] = ("self", "addCleanup")
PYTEST: tuple[str, Registers] = ("request", "addfinalizer")


def test_a_kept_patcher_is_stopped_after_its_start() -> None:
    source = """\
class TestA(TestCase):
\tdef setUp(self):
\t\tself.p = patch("os.getcwd")
\t\tself.p.start()  # from now on
"""
    expected = source + "\t\tself.addCleanup(self.p.stop)\n"
    assert after(source, stop_patcher(place(source, "self.p.start()"), "self.p", UNITTEST)) == expected


def test_a_nameless_patcher_gets_a_name() -> None:
    source = """\
class TestA(TestCase):
    def setUp(self):
        super().setUp()

        # the folder
        self.getcwd = patch("os.getcwd").start()
        patch.object(
            os,
            "listdir",  # and this
        ).start()
"""
    first = stop_patcher(place(source, 'patch("os.getcwd").start()'), place(source, 'patch("os.getcwd")'), UNITTEST)
    long = 'patch.object(\n            os,\n            "listdir",  # and this\n        )'
    second = stop_patcher(place(source, f"{long}.start()"), place(source, long), UNITTEST)
    assert (
        after(source, first, second)
        == """\
class TestA(TestCase):
    def setUp(self):
        super().setUp()

        # the folder
        patcher = patch("os.getcwd")
        self.getcwd = patcher.start()
        self.addCleanup(patcher.stop)
        patcher_2 = patch.object(
            os,
            "listdir",  # and this
        )
        patcher_2.start()
        self.addCleanup(patcher_2.stop)
"""
    )


def test_what_a_class_starts_is_stopped_for_the_class() -> None:
    source = """\
class TestA(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.p = patch("os.getcwd")
        cls.p.start()"""
    mending = stop_patcher(place(source, "cls.p.start()"), "cls.p", ("cls", "addClassCleanup"))
    assert after(source, mending) == source + "\n        cls.addClassCleanup(cls.p.stop)"


def test_a_fixture_asks_for_the_request() -> None:
    source = """\
@pytest.fixture()
def folder(tmp_path, *, name="x"):
    mock = patch("os.getcwd").start()
    yield mock
"""
    started = place(source, 'patch("os.getcwd").start()')
    mending = stop_patcher(started, place(source, 'patch("os.getcwd")'), PYTEST, function=place(source, source))
    assert (
        after(source, mending)
        == """\
@pytest.fixture()
def folder(tmp_path, request, *, name="x"):
    patcher = patch("os.getcwd")
    mock = patcher.start()
    request.addfinalizer(patcher.stop)
    yield mock
"""
    )


def test_what_is_returned_is_registered_before() -> None:
    source = """\
class TestA(TestCase):
    def patch(self, name):
        return patch(name).start()
"""
    mending = stop_patcher(place(source, "patch(name).start()"), place(source, "patch(name)"), UNITTEST, leaves=True)
    assert (
        after(source, mending)
        == """\
class TestA(TestCase):
    def patch(self, name):
        patcher = patch(name)
        self.addCleanup(patcher.stop)
        return patcher.start()
"""
    )


def test_a_patcher_in_a_loop_is_stopped_in_the_loop() -> None:
    source = """\
class TestA(TestCase):
    def setUp(self):
        for name in NAMES:
            patch(name).start()
        for p in self.patchers:
            p.start()
"""
    nameless = stop_patcher(place(source, "patch(name).start()"), place(source, "patch(name)"), UNITTEST)
    named = stop_patcher(place(source, "p.start()"), "p", UNITTEST)
    assert (
        after(source, nameless, named)
        == """\
class TestA(TestCase):
    def setUp(self):
        for name in NAMES:
            patcher = patch(name)
            patcher.start()
            self.addCleanup(patcher.stop)
        for p in self.patchers:
            p.start()
            self.addCleanup(p.stop)
"""
    )


@pytest.mark.parametrize(
    ("code", "started", "expected"),
    [
        ("return p.start()", "p.start()", "nothing after the statement runs"),
        ("self.mocks = [p.start() for p in ps]", "p.start()", "the expression is inside a lambda or a comprehension"),
        ("later(lambda: p.start())", "p.start()", "the expression is inside a lambda or a comprehension"),
        ("with p.start() as mock:\n            pass", "p.start()", "the expression is on the line of a compound statement"),
        ("if p.start():\n            pass", "p.start()", "the expression is on the line of a compound statement"),
        ("if self.x: p.start()", "p.start()", "the expression is on the line of a compound statement"),
        ("p.start(); use()", "p.start()", "several statements are on the line"),
    ],
)
def test_a_start_that_is_not_alone_is_refused(code: str, started: str, expected: str) -> None:
    source = f"class TestA(TestCase):\n    def setUp(self):\n        {code}\n"
    outcome = mend(source, [stop_patcher(place(source, started), "p", UNITTEST)])
    assert outcome.changes == ()
    assert [refused.reason for refused in outcome.refused] == [expected]


@pytest.mark.parametrize(
    "code",
    ["a, b = first(), patch(x).start()", "use(patch(x).start())", "m = patch(x).start() if x else None", "m[first()] += patch(x).start()"],
)
def test_a_patcher_is_not_taken_out_of_the_order_of_evaluation(code: str) -> None:
    source = f"def test_a(self):\n    {code}\n"
    outcome = mend(source, [stop_patcher(place(source, "patch(x).start()"), place(source, "patch(x)"), UNITTEST)])
    assert outcome.changes == ()
    assert [refused.reason for refused in outcome.refused] == ["the statement evaluates something else first"]


def test_a_request_that_means_something_else_is_not_shadowed() -> None:
    source = "def test_a(client):\n    p.start()\n    assert request.path == '/'\n"
    outcome = mend(source, [stop_patcher(place(source, "p.start()"), "p", PYTEST, function=place(source, source))])
    assert [refused.reason for refused in outcome.refused] == ["`request` already means something else in `test_a`"]
    assert outcome.changes == ()


def test_the_fix_names_starts_and_stops() -> None:
    source = "request.addfinalizer; patch(x).start()\n"
    started, made = place(source, "patch(x).start()"), place(source, "patch(x)")
    edits = (ExtractLocal(made, "patcher"), InsertAfter(started, "request.addfinalizer(patcher.stop)"), AddParameter(made, "request"))
    assert stop_patcher(started, made, PYTEST, function=made) == Fix("stop the patcher when the test is over", edits, "safe")


def test_stopping_what_never_started_does_nothing() -> None:
    before = os.getcwd
    patch("os.getcwd").stop()
    patch.dict("os.environ", {}).stop()
    assert os.getcwd is before
