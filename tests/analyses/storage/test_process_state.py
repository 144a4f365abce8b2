"""What tests leave in the environment, and what puts it back: held from the outside, through the rule that asks."""

from pathlib import Path
from textwrap import dedent

import pytest

from testaudit import suites
from testaudit.analyses.storage.process_state import ProcessState
from testaudit.config import load_config
from tests.auditing import audited, places, write

HEAD = """
import os
import unittest
from contextlib import contextmanager
from unittest import mock

import pytest

"""


def found(root: Path, test: str) -> list[int]:
    """The line (of the text without the head) of each finding."""
    document = audited(root, {"tests/test_it.py": HEAD + dedent(test)}, select=["TA223"])
    return [line - HEAD.count("\n") for _, _, line in places(document)]


SILENT = {
    "a variable that a fixture has monkeypatch keep, by a name from a table": """
        @pytest.fixture
        def terminal(monkeypatch):
            for name, value in {"COLUMNS": "120", "LINES": "40"}.items():
                monkeypatch.setenv(name, value)


        def test(terminal):
            os.environ["COLUMNS"] = "wide"
        """,
    "a variable whose name is made at run time": """
        def test():
            name = random_name()
            os.environ[name] = "1"
            assert os.environ[name] == "1"
        """,
    "another object stands in the place of the environment": """
        REAL = os.environ


        class Fake(unittest.TestCase):
            def setUp(self):
                os.environ = {}
                os.environ.update(HOME="/home/test")

            def tearDown(self):
                os.environ = REAL


        class Home(Fake):
            def setUp(self):
                super().setUp()
                os.environ["HOME"] = "/somewhere"

            def test(self):
                self.assertEqual(os.environ["HOME"], "/somewhere")
        """,
    "a default behind a condition": """
        @pytest.fixture
        def credentials():
            if "ACCESS_KEY" not in os.environ:
                os.environ["ACCESS_KEY"] = "a"
            if os.environ.get("SECRET_KEY") is None:
                os.environ["SECRET_KEY"] = "b"
            if not os.getenv("REGION"):
                os.environ["REGION"] = "c"


        def test(credentials):
            assert os.environ["ACCESS_KEY"]
        """,
    "variables by which coverage is measured": """
        def test():
            os.environ["COVERAGE_PROCESS_START"] = "setup.cfg"
            os.environ["COV_CORE_CONFIG"] = "setup.cfg"
        """,
    "a context manager that saves a copy and puts it back": """
        @contextmanager
        def temp_environ():
            before = dict(os.environ)
            try:
                yield
            finally:
                os.environ.clear()
                os.environ.update(before)


        def test():
            with temp_environ():
                os.environ["A"] = "1"
        """,
    "the same around a fixture for every test": """
        @contextmanager
        def temp_environ():
            before = os.environ.copy()
            yield
            os.environ.clear()
            os.environ.update(before)


        @pytest.fixture(autouse=True)
        def environ():
            with temp_environ():
                yield


        def test():
            os.environ["A"] = "1"
        """,
    "a class that puts it back": """
        class Environ:
            def __enter__(self):
                self.before = os.environ.copy()

            def __exit__(self, *exception):
                os.environ.clear()
                os.environ.update(self.before)


        def test():
            with Environ():
                os.environ["A"] = "1"


        @pytest.fixture
        def environ():
            with Environ():
                yield


        def test_fixture(environ):
            os.environ["B"] = "1"
        """,
    "a context manager of elsewhere with such a name": """
        from somewhere import isolated_environment


        def test():
            with isolated_environment():
                os.environ["A"] = "1"
        """,
    "a patcher that a setup starts": """
        class T(unittest.TestCase):
            def setUp(self):
                patcher = mock.patch.dict(os.environ, {"A": "1"})
                patcher.start()
                self.addCleanup(patcher.stop)

            def test(self):
                os.environ["B"] = "1"
        """,
    "a patcher around a class": """
        @mock.patch.dict("os.environ", {"A": "1"})
        class T(unittest.TestCase):
            def test(self):
                os.environ["B"] = "1"
        """,
    "a decorator that speaks of it": """
        def keeps(test):
            def run(*args):
                before = dict(os.environ)
                test(*args)
                os.environ.update(before)

            return run


        @keeps
        def test():
            os.environ["A"] = "1"
        """,
    "a copy that is put back, whole": """
        class T(unittest.TestCase):
            def setUp(self):
                self.before = os.environ.copy()
                os.environ["A"] = "1"

            def tearDown(self):
                os.environ = self.before

            def test(self):
                pass
        """,
    "a copy that is put back in the body": """
        def test():
            before = os.environ.copy()
            os.environ["A"] = "1"
            os.environ.clear()
            os.environ.update(before)
        """,
    "a value that is put back": """
        def test():
            before = os.environ.get("A", "")
            os.environ["A"] = "1"
            assert os.environ["A"] == "1"
            os.environ["A"] = before
        """,
    "a value that is put back where there was one": """
        def test():
            before = None
            if "A" in os.environ:
                before = os.environ["A"]
            os.environ["A"] = "1"
            assert os.environ["A"] == "1"
            if before is not None:
                os.environ["A"] = before
        """,
    "a value that the last line of the test puts back": """
        def test():
            os.environ["A"] = "0"
            assert os.environ["A"] == "0"
            os.environ["A"] = "1"
        """,
    "another object in place of the environment": """
        from test.support import os_helper


        class T(unittest.TestCase):
            def setUp(self):
                os.environ = os_helper.EnvironmentVarGuard()

            def tearDown(self):
                os.environ.__exit__()

            def test(self):
                os.environ["A"] = "1"
        """,
    "clean-ups that put it back": """
        class T(unittest.TestCase):
            def setUp(self):
                before = os.environ.copy()
                self.addCleanup(os.environ.update, before)
                self.addCleanup(os.environ.clear)
                os.environ["A"] = "1"

            def test(self):
                pass


        def test_request(request):
            os.environ["B"] = "1"
            request.addfinalizer(lambda: os.environ.pop("B"))
        """,
    "a helper that registers its own end": """
        def update(case, values, env=os.environ):
            before = env.copy()

            def replace(target, source):
                target.clear()
                target.update(source)

            case.addCleanup(replace, env, before)
            env.update(values)


        class T(unittest.TestCase):
            def setUp(self):
                update(self, {"A": "1"})

            def test(self):
                pass
        """,
    "a variable that is removed": """
        def test():
            os.environ.pop("A", None)
            del os.environ["B"]
        """,
    "a variable that the setup removes for each test": """
        class T(unittest.TestCase):
            def setUp(self):
                for name in ("A", "B"):
                    if name in os.environ:
                        del os.environ[name]

            def test(self):
                os.environ["A"] = "1"
        """,
    "what is set for the whole run": """
        os.environ["A"] = "1"
        os.environ.setdefault("B", "1")


        @pytest.fixture(scope="session", autouse=True)
        def settings():
            os.environ["C"] = "1"


        def test():
            os.environ["A"] = "1"
            os.environ["C"] = "1"
            os.environ.setdefault("D", "1")
        """,
    "one value that every test which needs it sets": """
        def test_one():
            os.environ["A"] = "1"


        def test_other():
            os.environ["A"] = "1"
        """,
}


@pytest.mark.parametrize("name", SILENT)
def test_nothing_is_said_of(name: str, tmp_path: Path) -> None:
    assert found(tmp_path, SILENT[name]) == []


FOUND = {
    "a variable of a test": (
        """\
        def test():
            os.environ["A"] = "1"
        """,
        [2],
    ),
    "several variables of a test, once": (
        """\
        def test():
            os.environ["A"] = "1"
            os.environ["B"] = "1"
            assert os.environ["A"]
        """,
        [2],
    ),
    "a variable that gets another value in another test": (
        """\
        def test_one():
            os.environ["A"] = "1"


        def test_other():
            os.environ["A"] = "2"
        """,
        [2, 6],
    ),
    "a variable whose teardown removes another one": (
        """\
        class T(unittest.TestCase):
            def setUp(self):
                os.environ["A"] = "1"

            def tearDown(self):
                del os.environ["B"]

            def test(self):
                pass
        """,
        [3],
    ),
    "a variable of a setup for a class": (
        """\
        class T(unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                os.environ["A"] = "1"

            def test(self):
                pass
        """,
        [4],
    ),
    "a variable that a helper sets": (
        """\
        def configure(mode):
            os.environ["MODE"] = mode


        def test():
            configure("debug")
        """,
        [2],
    ),
    "a variable beside a marker with such a name": (
        """\
        uses_environment = pytest.mark.usefixtures("tmp_path")


        @uses_environment
        def test():
            os.environ["A"] = "1"
        """,
        [6],
    ),
    "a path that grows": (
        """\
        def test():
            os.environ["PATH"] = "bin" + os.pathsep + os.environ["PATH"]
        """,
        [2],
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_is_left_is_found(name: str, tmp_path: Path) -> None:
    test, expected = FOUND[name]

    assert found(tmp_path, test) == expected


def test_a_fixture_of_a_conftest_that_every_test_has_sets_up_the_run(tmp_path: Path) -> None:
    conftest = HEAD + '@pytest.fixture(autouse=True)\ndef settings():\n    os.environ["A"] = "1"\n'
    files = {"tests/conftest.py": conftest, "tests/test_it.py": "def test():\n    pass\n"}

    assert places(audited(tmp_path, files, select=["TA223"])) == []


def test_a_finding_names_the_variables_and_counts_the_tests(tmp_path: Path) -> None:
    test = """
        @pytest.fixture
        def settings():
            os.environ["A"] = "1"
            os.environ["B"] = "1"


        def test_one(settings):
            pass


        def test_other(settings):
            pass
        """

    [finding] = audited(tmp_path, {"tests/test_it.py": HEAD + dedent(test)}, select=["TA223"]).findings

    assert "the environment variables `A`, `B`" in finding.message
    assert (finding.fixture, finding.affects) == ("settings", 2)


def test_the_setup_of_a_base_class_in_another_file_sets_up_the_run(tmp_path: Path) -> None:
    base = HEAD + 'class Base(unittest.TestCase):\n    def setUp(self):\n        os.environ["A"] = str(self)\n'
    test = "from tests.base import Base\n\n\nclass T(Base):\n    def test(self):\n        pass\n"
    files = {"tests/__init__.py": "", "tests/base.py": base, "tests/test_it.py": test}

    assert places(audited(tmp_path, files, select=["TA223"])) == []


@pytest.mark.parametrize(
    ("test", "why"),
    [
        ('def test():\n    with isolated():\n        os.environ["A"] = "1"\n', "a `with` around it may restore it"),
        ('def test():\n    os.environ[made()] = "1"\n', "its name is made at run time"),
        ('@clean_env\ndef test():\n    os.environ["A"] = "1"\n', "something may restore the environment as a whole"),
    ],
)
def test_what_nobody_can_say_is_counted(test: str, why: str, tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "", "tests/test_it.py": HEAD + test})
    suite = suites.load([str(tmp_path)], load_config(tmp_path, {})).suite

    assert [leak.doubt for leak in suite.ask(ProcessState).environment] == [why]
