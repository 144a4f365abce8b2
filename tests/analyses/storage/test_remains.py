"""What tests leave set in the process and in the code under test, held from the outside, through the rules that ask."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.auditing import audited, places

APP = """
import logging

LIMIT = 10
helps = {}
config = {}


class Factory:
    base = ""

    def __init__(self):
        self.lang = "en"

    def use(self, lang):
        self.lang = lang


DEFAULT = {"root": "main"}


class Convention:
    def __init__(self, config=DEFAULT):
        self.config = config


class Registry:
    known = {}


class Record:
    def __init__(self, meta=None):
        self.meta = meta or {}


class Local:
    meta = None


factory = Factory()
registry = Registry()
request = Local()
_warned = False
clipboard = None


def create():
    return Factory()


def warn():
    global _warned
    _warned = True


def take():
    global clipboard
    taken, clipboard = clipboard, None
    return taken


def reset():
    factory.lang = "en"
"""
HEAD = """
import asyncio
import locale
import logging
import os
import socket
import sys
import time
import unittest
from importlib import reload
from unittest import mock

import pytest

import app
from app import Factory, create, factory, helps

"""


def found(root: Path, test: str, **others: str) -> list[tuple[str, int]]:
    """Code and line (of the text without the head) of each finding; `others` are more files beside it."""
    files = {"app.py": APP, "tests/__init__.py": "", "tests/test_it.py": HEAD + dedent(test)}
    files |= {f"tests/{name}.py": HEAD + dedent(text) for name, text in others.items()}
    said = places(audited(root, files, select=["TA224", "TA225"]))
    return [(code, line - HEAD.count("\n")) for code, _, line in said]


SILENT = {
    "a folder that the last lines leave": """
        def test(tmp_path):
            before = os.getcwd()
            os.chdir(tmp_path)
            assert os.getcwd() == str(tmp_path)
            os.chdir(before)
        """,
    "a folder that a teardown leaves": """
        class T(unittest.TestCase):
            def setUp(self):
                self.before = os.getcwd()
                os.chdir("/")

            def tearDown(self):
                os.chdir(self.before)

            def test(self):
                pass
        """,
    "a folder that a registered function leaves": """
        class T(unittest.TestCase):
            def test(self):
                self.addCleanup(os.chdir, os.getcwd())
                os.chdir("/")
        """,
    "a folder that a fixture leaves after its yield": """
        @pytest.fixture
        def elsewhere():
            before = os.getcwd()
            os.chdir("/")
            yield
            os.chdir(before)


        def test(elsewhere):
            pass
        """,
    "what monkeypatch and patches put back": """
        @mock.patch("app.LIMIT", 1)
        def test(monkeypatch):
            monkeypatch.chdir("/")
            monkeypatch.setattr(app, "LIMIT", 2)
            monkeypatch.setitem(helps, "a", "b")
            with mock.patch.object(factory, "lang", "de"):
                assert factory.lang == "de"
        """,
    "a locale that is asked for": """
        def test():
            assert locale.setlocale(locale.LC_ALL)
        """,
    "a module that is loaded again": """
        def test():
            reload(app)
            assert app.LIMIT
        """,
    "a loop and a logger of its own": """
        def test():
            asyncio.set_event_loop(asyncio.new_event_loop())
            logging.getLogger("app").setLevel(logging.DEBUG)
        """,
    "an object that a test makes for itself": """
        def test():
            mine = create()
            mine.lang = "de"
            other = Factory()
            other.base = "x"
            assert mine.lang
        """,
    "what the code under test sets itself": """
        def test():
            factory.use("de")
            assert factory
        """,
    "the mode of tests": """
        def setup_function():
            app.config["TESTING"] = True
            app.config["WTF_CSRF_ENABLED"] = False


        def test():
            assert app.config["TESTING"]
        """,
    "what every test of the file sets alike": """
        def test_one():
            app.LIMIT = 3
            assert app.LIMIT


        def test_other():
            app.LIMIT = 3
            assert app.LIMIT == 3
        """,
    "items under a key that is made at run time": """
        def test(name):
            helps[name] = "text"
            assert helps[name]
        """,
    "an object of its own whose class names the attribute": """
        def test():
            mine = app.Record()
            mine.meta["a"] = "b"
            assert mine.meta
        """,
    "an object that hands on to what the request has": """
        def test():
            app.request.meta = {}
            assert app.request
        """,
    "a variable that the code under test takes the value from": """
        def test():
            app.clipboard = "text"
            assert app.take() == "text"
        """,
    "what a teardown has the code under test reset": """
        class T(unittest.TestCase):
            def setUp(self):
                factory.lang = "de"

            def tearDown(self):
                app.reset()

            def test(self):
                self.assertTrue(factory.lang)
        """,
    "the value with which it begins": """
        def test():
            app.registry = app.Registry()
            assert app.registry
        """,
    "attributes of a request of a library": """
        from flask import request


        def test():
            request.headers = {}
            assert request
        """,
    "what a setup has the code under test reset for each test": """
        class T(unittest.TestCase):
            def setUp(self):
                app.reset()

            def test(self):
                factory.lang = "de"
                self.assertTrue(factory.lang)
        """,
    "a container that a class may make for each object": """
        def test():
            mine = app.Record()
            mine.meta.update(a="b")
            assert mine.meta
        """,
    "a counter of a library that begins again": """
        import tracker


        def test():
            tracker.calls = 0
            assert tracker
        """,
    "a class attribute that mocker has replaced before": """
        def test(mocker):
            mocker.patch("app.Factory.base")
            Factory.base = "x"
            assert create()
        """,
    "logging that is switched on again": """
        def test():
            logging.disable(logging.CRITICAL)
            create()
            logging.disable(logging.NOTSET)
            assert create()
        """,
    "what an object does when its `with` is entered": """
        class Elsewhere:
            def __init__(self, path):
                self.before = os.getcwd()
                os.chdir(path)

            def __enter__(self):
                return self

            def __exit__(self, *_):
                os.chdir(self.before)


        def test(tmp_path):
            with Elsewhere(tmp_path):
                assert os.listdir() == []
        """,
    "a value that a helper restores": """
        def test():
            original = app.LIMIT
            app.LIMIT = 3
            try:
                assert app.LIMIT == 3
            finally:
                put(app, "LIMIT", original)
        """,
    "a path for imports that is added where it is missing": """
        def test():
            if "lib" not in sys.path:
                sys.path.insert(0, "lib")
            assert create()
        """,
    "what is put back in a finally": """
        def test():
            app.LIMIT = 3
            try:
                assert app.LIMIT == 3
            finally:
                app.LIMIT = 10
        """,
}


FOUND = {
    "a folder that a test enters": ("def test(tmp_path):\n    os.chdir(tmp_path)\n    assert os.listdir() == []\n", [("TA224", 2)]),
    "a folder that a helper enters": (
        """\
        def enter(path):
            os.chdir(path)
            return path


        def test(tmp_path):
            assert enter(tmp_path)
        """,
        [("TA224", 7)],
    ),
    "logging that is switched off": ("def test():\n    logging.disable(logging.CRITICAL)\n    assert True\n", [("TA224", 2)]),
    "a locale that is set": ('def test():\n    locale.setlocale(locale.LC_ALL, "C")\n    assert True\n', [("TA224", 2)]),
    "arguments of the program": ('def test():\n    sys.argv = ["prog"]\n    assert sys.argv\n', [("TA224", 2)]),
    "a path for imports": ('def test():\n    sys.path.insert(0, "lib")\n    assert sys.path\n', [("TA224", 2)]),
    "a double in the place of a library's function": (
        "def test():\n    time.sleep = mock.Mock()\n    time.sleep(3)\n    assert time.sleep.called\n",
        [("TA224", 2)],
    ),
    "a variable of a module": ("def test():\n    app.LIMIT = 3\n    assert app.LIMIT == 3\n", [("TA225", 2)]),
    "a variable of a module that the test imports itself": (
        "def test():\n    import app as under_test\n    under_test.LIMIT = 3\n    assert under_test.LIMIT == 3\n",
        [("TA225", 3)],
    ),
    "an attribute of a class": ('def test():\n    Factory.base = "x"\n    assert create().base\n', [("TA225", 2)]),
    "an attribute by its name": ('def test():\n    setattr(Factory, "base", "x")\n    assert create().base\n', [("TA225", 2)]),
    "an attribute of an object that a module holds, in a setup": (
        """\
        class T(unittest.TestCase):
            def setUp(self):
                factory.lang = "de"

            def test(self):
                self.assertTrue(factory.lang)
        """,
        [("TA225", 3)],
    ),
    "an item of what all objects of a class share": (
        'def test():\n    app.registry.known["a"] = "b"\n    assert app.registry.known\n',
        [("TA225", 2)],
    ),
    "an item of a default that all objects share": (
        'def test():\n    mine = app.Convention()\n    mine.config["root"] = "other"\n    assert mine.config\n',
        [("TA225", 3)],
    ),
    "several of one test, once": (
        'def test():\n    app.LIMIT = 3\n    helps["a"] = "b"\n    assert app.LIMIT\n',
        [("TA225", 2)],
    ),
    "several tests that set it to different values": (
        "def test_one():\n    app.LIMIT = 3\n    assert app.LIMIT\n\n\ndef test_other():\n    app.LIMIT = 4\n    assert app.LIMIT == 4\n",
        [("TA225", 2), ("TA225", 7)],
    ),
}


@pytest.mark.parametrize("name", SILENT)
def test_nothing_is_said_of(name: str, tmp_path: Path) -> None:
    assert found(tmp_path, SILENT[name]) == []


@pytest.mark.parametrize("name", FOUND)
def test_what_is_left_is_found(name: str, tmp_path: Path) -> None:
    test, expected = FOUND[name]
    assert found(tmp_path, test) == expected


def test_a_base_class_and_a_conftest_set_up_the_run(tmp_path: Path) -> None:
    base = "class Base(unittest.TestCase):\n    def setUp(self):\n        factory.lang = str(self)\n"
    conftest = "@pytest.fixture(autouse=True)\ndef elsewhere(tmp_path):\n    os.chdir(tmp_path)\n"
    test = "from tests.base import Base\n\n\nclass T(Base):\n    def test(self):\n        self.assertTrue(factory.lang)\n"

    assert found(tmp_path, test, base=base, conftest=conftest) == []


def test_a_finding_says_what_is_left_and_whose_it_is(tmp_path: Path) -> None:
    test = """
        @pytest.fixture
        def german():
            factory.lang = "de"
            helps["a"] = "b"


        def test_one(german):
            pass


        def test_other(german):
            pass
        """

    [finding] = audited(tmp_path, {"app.py": APP, "tests/test_it.py": HEAD + dedent(test)}, select=["TA225"]).findings

    assert finding.message.startswith("`german` sets `factory.lang`, `helps['a']` and nothing puts them back")
    assert (finding.fixture, finding.affects) == ("german", 2)
