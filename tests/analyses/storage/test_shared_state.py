"""What tests leave in objects that they share, and what puts it back: held from the outside, through the rules that ask."""

from pathlib import Path
from textwrap import dedent

import pytest

from testaudit import suites
from testaudit.analyses.storage.state import State
from testaudit.config import load_config
from testaudit.read.facts import Module
from tests.auditing import audited, places, write

CODES = ["TA220", "TA221", "TA222"]

APP = """
class Settings:
    def __init__(self):
        self.order = "DMY"
        self.index = []

    def current(self):
        return self.index

    def sorted_by(self, key):
        if key:
            return self.order + key

    def reset(self):
        self.order = "DMY"

    def use(self, order):
        self.order = order

    def get(self, name):
        self.looked_up = name
        return self.index


class Proxy:
    def __setattr__(self, name, value):
        setattr(elsewhere(), name, value)


class Signals:
    def __setitem__(self, name, handler):
        signal(name, handler)


class Frozen:
    def __init__(self):
        self.name = "a"

    def __setattr__(self, name, value):
        if name == "frozen":
            raise AttributeError(name)
        super().__setattr__(name, value)


settings = Settings()
proxy = Proxy()
signals = Signals()
"""

HEAD = """
import unittest
from contextlib import contextmanager

import django.test
import pytest

from app import Frozen, Settings, proxy, settings, signals

"""


def found(root: Path, test: str) -> list[tuple[str, int]]:
    """Code and line (of the text without the head) of each finding."""
    document = audited(root, {"app.py": APP, "tests/test_it.py": HEAD + dedent(test)}, select=CODES)
    return [(code, line - HEAD.count("\n")) for code, _, line in places(document)]


SILENT = {
    "a field of a dataclass": """
        from dataclasses import dataclass, field


        @dataclass
        class Tool:
            calls: list = field(default_factory=list, init=False)

            def __call__(self, name):
                self.calls.append(name)


        def test_one():
            tool = Tool()
            tool("a")
            assert tool.calls == ["a"]


        def test_other():
            tool = Tool()
            assert tool.calls == []
        """,
    "what the code under test reads under a condition only": """
        @pytest.fixture(scope="module")
        def service():
            return Settings()


        def test_changes(service):
            service.order = "YMD"
            assert service.order == "YMD"


        def test_does_not_read(service):
            assert service.sorted_by(None) is None
        """,
    "what the test puts back before it saves": """
        def test_changes():
            settings.order = "YMD"
            settings.use("YMD")
            assert settings.order == "YMD"
            settings.order = "DMY"
            settings.save()


        def test_reads():
            assert settings.order == "DMY"
        """,
    "a helper of the tests that hands out the next number": """
        class Ports:
            def __init__(self):
                self.last = 8000
                self.first = 80

            def allocate(self):
                self.last += 1
                return self.last

            def low(self):
                self.first = self.first + 1
                return self.first


        @pytest.fixture(scope="session")
        def ports():
            return Ports()


        def test_one(ports):
            assert ports.allocate() != ports.low()


        def test_other(ports):
            assert ports.allocate() != ports.low()
        """,
    "what a helper writes through a library's session": """
        from flask_sqlalchemy import SQLAlchemy

        db = SQLAlchemy()


        def make(user):
            db.session.add(user)


        def test_writes():
            make(object())


        def test_reads():
            assert db is not None
        """,
    "a constant that the test puts back as the last thing": """
        def test_changes():
            settings.order = "YMD"
            assert settings.order == "YMD"
            settings.order = "DMY"


        def test_reads():
            assert settings.order == "DMY"
        """,
    "what a method gave before is put back": """
        def test_changes():
            before = settings.current()
            settings.index = ["a"]
            assert settings.current() == ["a"]
            settings.index = before
            assert settings.current() == []


        def test_reads():
            assert settings.index == []
        """,
    "a memo behind a condition": """
        _made = None


        def made():
            global _made
            if _made is None:
                _made = object()
            return _made


        def test_one():
            assert made()


        def test_two():
            assert made()
        """,
    "a memo behind an early return": """
        _made = None


        def made():
            global _made
            if _made is not None:
                return _made
            _made = object()
            return _made


        def test_one():
            assert made()


        def test_two():
            assert made()
        """,
    "a memo behind a missing key": """
        MADE = {}


        def made(name):
            try:
                return MADE[name]
            except KeyError:
                MADE[name] = name.upper()
                return MADE[name]


        def test_one():
            assert made("a") == "A"


        def test_two():
            assert made("a") == "A"
        """,
    "an item of a class whose base does not resolve": """
        from somewhere import Entity


        class Person(Entity):
            name = "nobody"


        def test_changes():
            Person[3].name = "somebody"
            assert Person[3].name == "somebody"


        def test_reads():
            assert Person.name == "nobody"
        """,
    "a context manager of the object may put it back": """
        class Machine:
            def __init__(self):
                self.variables = {}

            @contextmanager
            def kept(self):
                before = dict(self.variables)
                try:
                    yield
                finally:
                    self.variables = before


        machine = Machine()


        def test_changes():
            with machine.kept():
                machine.variables["a"] = 1
                assert machine.variables == {"a": 1}


        def test_reads():
            assert machine.variables == {}
        """,
    "what a context manager sets it sets back after its yield": """
        counter = None


        @contextmanager
        def counting():
            global counter
            counter = 0
            yield
            counter = None


        def test_counts():
            with counting():
                assert counter == 0


        def test_does_not_count():
            assert counter is None
        """,
    "assignments that a class hands on to another object": """
        def test_changes():
            proxy.name = "a"
            setattr(proxy, "other", "a")
            signals["INT"] = print


        def test_reads():
            assert proxy.name == "a"
            assert proxy.other == "a"
            assert signals["INT"] is print
        """,
    "an attribute whose name is not known is not the one that is read": """
        class Options:
            def __init__(self):
                self.debug = False

            def change(self, name, value):
                setattr(self, name, value)


        options = Options()


        @pytest.mark.parametrize("name", NAMES)
        def test_changes(name):
            options.change(name, True)


        def test_reads():
            assert options.debug is False
        """,
    "a list is emptied through a slice before it is read": """
        SEEN = []


        def test_changes():
            SEEN.append(1)


        def test_reads():
            del SEEN[:]
            SEEN.append(2)
            assert len(SEEN) == 1
        """,
    "a copy of a part is put back at the end": """
        from copy import deepcopy


        def test_changes():
            before = deepcopy(settings.index)
            settings.index.append("a")
            assert settings.index == ["a"]
            settings.index = before


        def test_reads():
            assert settings.index == []
        """,
    "what is switched off in the end was switched on before": """
        def test_changes():
            enable(settings)
            assert settings.index
            settings.debug = False


        def test_reads():
            assert settings.debug is False
        """,
    "a method of the object resets it": """
        def test_resets():
            settings.reset()
            assert settings.index == []


        def test_reads():
            assert settings.order == "DMY"
        """,
    "a method that is called like one that only looks": """
        def test_looks():
            assert settings.get("order") == []


        def test_reads():
            assert settings.looked_up is None
        """,
    "an assignment that is expected to fail": """
        def test_cannot_be_set():
            with pytest.raises(AttributeError):
                settings.order = "YMD"


        def test_reads():
            assert settings.order == "DMY"
        """,
    "a layer of zope.testrunner has its resources set up for each test": """
        from plone.testing import LAYER


        class TestIt(unittest.TestCase):
            layer = LAYER

            def test_changes(self):
                self.layer["request"]["LANGUAGE"] = "fr"

            def test_reads(self):
                self.assertEqual(self.layer["request"], {})
        """,
    "what an instance gives in the place of a descriptor is its own": """
        class Field:
            def __get__(self, instance, owner=None):
                return instance.__dict__.setdefault("values", {})


        class Model:
            values = Field()


        def test_changes():
            model = Model()
            model.values["a"] = 1
            assert model.values == {"a": 1}


        def test_reads():
            assert Model().values == {}
        """,
    "a text cannot be changed": """
        @pytest.fixture(scope="session")
        def text() -> str:
            return made()


        @pytest.fixture(params=["text", "other"])
        def message(request, text):
            return text if request.param == "text" else {}


        def test_changes(message):
            message["Cc"] = "somebody"
            assert message["Cc"]


        def test_reads(message, text):
            assert not message["Cc"]
            assert text
        """,
    "what Django's setUpTestData puts on the class is copied for each test": """
        class TestIt(django.test.TestCase):
            @classmethod
            def setUpTestData(cls):
                cls.settings = Settings()

            def test_changes(self):
                self.settings.order = "YMD"
                self.assertTrue(self.settings.order)

            def test_reads(self):
                self.assertEqual(self.settings.order, "DMY")
        """,
}

FOUND = {
    "a method of the code under test whose name promises a change": (
        """
        def test_changes():
            settings.use("YMD")
            assert settings.index == []


        def test_reads():
            assert settings.order == "DMY"
        """,
        [("TA220", 3)],
    ),
    "a constant that is set once, though as the last thing": (
        """
        DATA = {"mode": "a"}


        def test_changes():
            assert DATA["mode"] == "a"
            DATA["mode"] = "b"


        def test_reads():
            assert DATA["mode"] == "a"
        """,
        [("TA220", 7)],
    ),
    "an assignment under a condition that looks elsewhere": (
        """
        _mode = None


        def use(mode):
            global _mode
            if mode:
                _mode = mode


        def test_changes():
            use("b")


        def test_reads():
            assert _mode is None
        """,
        [("TA220", 12)],
    ),
    "an item of the class attribute itself": (
        """
        class TestIt:
            data = {"a": 1}

            def test_changes(self):
                self.data["a"] = 2

            def test_reads(self):
                assert self.data["a"] == 1
        """,
        [("TA221", 6)],
    ),
    "a `with` that is about something else": (
        """
        DATA = {"mode": "a"}


        def test_changes():
            with pytest.raises(KeyError):
                DATA["mode"] = "b"
                DATA["none"]


        def test_reads():
            assert DATA["mode"] == "a"
        """,
        [("TA220", 7)],
    ),
    "a setter that checks, and keeps the value in the object": (
        """
        @pytest.fixture(scope="module")
        def frozen():
            return Frozen()


        def test_changes(frozen):
            frozen.name = "b"
            assert frozen.name == "b"


        def test_reads(frozen):
            assert frozen.name == "a"
        """,
        [("TA222", 8)],
    ),
    "what setUpClass puts on the class is one object for all": (
        """
        class TestIt(django.test.TestCase):
            @classmethod
            def setUpClass(cls):
                cls.settings = Settings()

            def test_changes(self):
                self.settings.order = "YMD"
                self.assertTrue(self.settings.order)

            def test_reads(self):
                self.assertEqual(self.settings.order, "DMY")
        """,
        [("TA221", 8)],
    ),
}


@pytest.mark.parametrize("name", SILENT)
def test_nothing_is_said_of(name: str, tmp_path: Path) -> None:
    assert found(tmp_path, SILENT[name]) == []


@pytest.mark.parametrize("name", FOUND)
def test_what_is_left_is_found(name: str, tmp_path: Path) -> None:
    test, expected = FOUND[name]
    assert found(tmp_path, test) == expected


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a context manager of the object may put it back", ["a `with` around it may put it back"]),
        ("assignments that a class hands on to another object", ["its class says where what is assigned to it goes"] * 2),
        ("a memo behind a condition", []),
    ],
)
def test_what_nobody_can_say_is_counted(name: str, why: list[str], tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "", "app.py": APP, "tests/test_it.py": HEAD + dedent(SILENT[name])})
    suite = suites.load([str(tmp_path)], load_config(tmp_path, {})).suite
    assert [doubt.why for doubt in suite.ask(State).doubts(Module)] == why
