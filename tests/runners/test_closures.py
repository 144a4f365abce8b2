"""What pytest's collection does not show: setup order, overridden definitions, dynamic requests, setups, phases."""

from __future__ import annotations

from pathlib import Path

import pytest

from testaudit.model import Test, Truth
from tests.runners.collecting import by_id, collect_files


def only(root: Path, source: str, **changes: str) -> Test:
    """The one test of a file."""
    (test,) = by_id(collect_files(root, {"test_it.py": source}, **changes)).values()
    return test


def order(test: Test) -> list[str]:
    return [use.name for use in test.closure]


def test_wide_scopes_are_set_up_first_and_what_is_asked_for_before_who_asks(tmp_path: Path) -> None:
    test = only(
        tmp_path,
        """
import pytest

@pytest.fixture
def narrow(deep): ...

@pytest.fixture(scope="session")
def wide(engine): ...

@pytest.fixture(scope="session")
def engine(): ...

@pytest.fixture
def deep(): ...

@pytest.fixture(autouse=True)
def always(): ...

def test_it(narrow, wide): ...
""",
    )

    assert order(test) == ["engine", "wide", "always", "deep", "narrow"]


def test_setups_stand_in_the_order_in_which_they_run(tmp_path: Path) -> None:
    test = only(
        tmp_path,
        """
import pytest

def setup_module(): ...
def teardown_module(): ...
def setup_function(): ...

class TestIt:
    def setup_class(cls): ...
    def setup_method(self): ...
    def teardown_method(self): ...

    @pytest.fixture
    def db(self): ...

    def test_it(self, db): ...
""",
    )

    assert order(test) == ["setup_module", "teardown_module", "setup_class", "setup_method", "teardown_method", "db"]
    assert [use.fixture.kind for use in test.closure if use.name.endswith("module")] == ["setup", "teardown"]
    assert {use.fixture.origin for use in test.closure if use.name != "db"} == {"builtin"}


def test_an_overridden_fixture_runs_before_its_override_and_is_not_what_the_test_gets(tmp_path: Path) -> None:
    modules = collect_files(
        tmp_path,
        {
            "conftest.py": "import pytest\n\n@pytest.fixture\ndef db(): ...\n",
            "test_it.py": "import pytest\n\n@pytest.fixture\ndef db(db): ...\n\ndef test_it(db): ...\n",
        },
    )
    test = by_id(modules)["test_it.py::test_it"]
    chosen = test.fixture("db")

    assert [(use.overridden, use.fixture.definition.path) for use in test.closure if use.fixture.definition] == [
        (True, "conftest.py"),
        (False, "test_it.py"),
    ]
    assert chosen is not None
    assert [f.definition.path for f in chosen.overrides if f.definition] == ["conftest.py"]


def test_before_pytest_9_what_an_overridden_fixture_asks_for_is_dynamic(tmp_path: Path) -> None:
    files = {
        "conftest.py": "import pytest\n\n@pytest.fixture\ndef server(): ...\n\n@pytest.fixture\ndef db(server): ...\n",
        "test_it.py": "import pytest\n\n@pytest.fixture\ndef db(db): ...\n\ndef test_it(db): ...\n",
    }

    older = by_id(collect_files(tmp_path, files, version="8.4"))["test_it.py::test_it"]
    newer = by_id(collect_files(tmp_path, files, version="9.0"))["test_it.py::test_it"]

    assert [(use.name, use.dynamic) for use in older.closure] == [("server", True), ("db", False), ("db", False)]
    assert [(use.name, use.dynamic) for use in newer.closure] == [("server", False), ("db", False), ("db", False)]


def test_setup_and_teardown_of_a_fixture_are_split_at_its_yield(tmp_path: Path) -> None:
    test = only(
        tmp_path,
        """
import pytest

@pytest.fixture
def db():
    with open("x") as file:
        yield file
        file.flush()
    print()

def test_it(db): ...
""",
    )
    fixture = test.fixture("db")

    assert fixture is not None
    assert fixture.setup is not None
    assert fixture.teardown is not None
    steps = fixture.setup.function.body.steps
    assert [step.kind for step in steps[fixture.setup.first : fixture.setup.last]] == ["bind", "yield"]
    assert [step.kind for step in steps[fixture.teardown.first : fixture.teardown.last]] == ["eval", "eval"]


def test_a_fixture_without_yield_has_no_teardown(tmp_path: Path) -> None:
    test = only(tmp_path, "import pytest\n\n@pytest.fixture\ndef db():\n    return 1\n\ndef test_it(db): ...\n")
    fixture = test.fixture("db")

    assert fixture is not None
    assert fixture.teardown is None


# ------------------------------------------------------------------------------------------------------- dynamic requests

FIXTURES = """
import pytest

@pytest.fixture
def deep(): ...

@pytest.fixture
def a(deep): ...

@pytest.fixture
def b(): ...
"""


def test_a_constant_that_is_asked_for_while_the_test_runs(tmp_path: Path) -> None:
    test = only(tmp_path, FIXTURES + '\ndef test_it(request, b):\n    request.getfixturevalue("a")\n')

    assert [(use.name, use.dynamic) for use in test.closure] == [("b", False), ("deep", True), ("a", True)]
    assert test.dynamic is Truth.YES


def test_names_that_parametrization_gives(tmp_path: Path) -> None:
    source = '\n@pytest.mark.parametrize("name", ["a", "b"])\ndef test_it(request, name):\n    request.getfixturevalue(name)\n'
    test = only(tmp_path, FIXTURES + source)

    assert {use.name for use in test.closure if use.dynamic} == {"a", "b", "deep"}
    assert test.dynamic is Truth.YES


def test_names_of_a_loop(tmp_path: Path) -> None:
    test = only(tmp_path, FIXTURES + '\ndef test_it(request):\n    for name in ("a", "b"):\n        request.getfixturevalue(name)\n')

    assert {use.name for use in test.closure if use.dynamic} == {"a", "b", "deep"}


def test_names_that_a_helper_gets_with_the_request(tmp_path: Path) -> None:
    helper = "\ndef ask(request, name):\n    return request.getfixturevalue(name)\n"
    test = only(tmp_path, FIXTURES + helper + '\ndef test_it(request):\n    ask(request, "b")\n')

    assert {use.name for use in test.closure if use.dynamic} == {"b"}
    assert test.dynamic is Truth.YES


def test_names_that_a_fixture_gets_as_its_parameters(tmp_path: Path) -> None:
    fixture = '\n@pytest.fixture(params=["a", "b"])\ndef each(request):\n    return request.getfixturevalue(request.param)\n'
    test = only(tmp_path, FIXTURES + fixture + "\ndef test_it(each): ...\n")
    each = test.fixture("each")

    assert each is not None
    assert each.dynamic_requests == ("a", "b")
    assert {use.name for use in test.closure if use.dynamic and use.requested_by is each} == {"a", "b"}
    assert test.variants == 2


def test_a_name_that_is_computed_makes_the_test_dynamic_and_unknown(tmp_path: Path) -> None:
    test = only(tmp_path, FIXTURES + "\ndef test_it(request):\n    request.getfixturevalue(str(1))\n")

    assert order(test) == []
    assert test.dynamic is Truth.UNKNOWN


def test_a_test_with_a_request_that_asks_for_nothing_is_not_dynamic(tmp_path: Path) -> None:
    test = only(tmp_path, FIXTURES + "\ndef test_it(request):\n    print(request.node.name)\n")

    assert test.dynamic is Truth.NO


def test_a_marker_pulls_its_plugins_fixtures(tmp_path: Path) -> None:
    test = only(tmp_path, "import pytest\n\n@pytest.mark.django_db\ndef test_it(): ...\n")

    assert "_django_db_helper" in [use.name for use in test.closure if use.dynamic]


def test_a_hook_adds_a_fixture_to_every_item(tmp_path: Path) -> None:
    conftest = (
        FIXTURES
        + """
def pytest_collection_modifyitems(items):
    for item in items:
        item.fixturenames.insert(0, "b")
        if item.get_closest_marker("slow"):
            item.fixturenames.append("a")
"""
    )
    modules = collect_files(tmp_path, {"conftest.py": conftest, "test_it.py": "def test_it(): ...\n"})

    assert [(use.name, use.dynamic) for use in by_id(modules)["test_it.py::test_it"].closure] == [("b", True)]


# ------------------------------------------------------------------------------------------------------ names, marks, values


def test_a_name_that_nothing_defines_is_unresolved(tmp_path: Path) -> None:
    test = only(tmp_path, "import pytest\n\n@pytest.fixture\ndef db(nowhere): ...\n\ndef test_it(db, surely_missing): ...\n")

    assert test.unresolved == ("nowhere", "surely_missing")


def test_a_decorator_that_does_not_resolve_makes_the_requests_unknown(tmp_path: Path) -> None:
    test = only(tmp_path, "import schemas\n\nschema = schemas.load()\n\n@schema.parametrize()\ndef test_it(case): ...\n")

    assert test.unresolved == ("case",)
    assert test.dynamic is Truth.UNKNOWN


def test_direct_parameters_keep_their_values(tmp_path: Path) -> None:
    source = 'import pytest\n\n@pytest.mark.parametrize("a, b", [(1, "x"), pytest.param(2, "y", id="z")])\ndef test_it(a, b): ...\n'
    test = only(tmp_path, source)

    assert {name: [getattr(v, "value", None) for v in values or ()] for name, values in test.direct.items()} == {
        "a": [1, 2],
        "b": ["x", "y"],
    }


def test_marks_are_the_functions_the_classs_and_the_modules(tmp_path: Path) -> None:
    test = only(
        tmp_path,
        """
import pytest

pytestmark = pytest.mark.slow

@pytest.mark.integration
class TestIt:
    @pytest.mark.xfail(strict=True)
    def test_it(self): ...
""",
    )

    assert [name for name, _ in test.marks] == ["xfail", "integration", "slow"]
    assert test.expects_failure


def test_an_expected_failure_under_a_condition_is_none(tmp_path: Path) -> None:
    test = only(tmp_path, "import pytest\n\n@pytest.mark.xfail(1 > 2, reason='x')\ndef test_it(): ...\n")

    assert not test.expects_failure


def test_the_fixtures_of_installed_plugins_are_known(tmp_path: Path) -> None:
    test = only(tmp_path, "def test_it(mocker, tmp_path, monkeypatch): ...\n")

    assert test.unresolved == ()
    assert {use.name: use.fixture.origin for use in test.closure if use.name in ("mocker", "tmp_path", "monkeypatch")} == {
        "mocker": "plugin",
        "tmp_path": "builtin",
        "monkeypatch": "builtin",
    }


def test_fixtures_that_factories_of_libraries_make(tmp_path: Path) -> None:
    modules = collect_files(
        tmp_path,
        {
            "models.py": "class User: ...\n",
            "conftest.py": """
import factory
from models import User
from pytest_factoryboy import register
from pytest_postgresql import factories

@register
class UserFactory(factory.Factory):
    class Meta:
        model = User

    name = "x"

class HTTPServerFactory(factory.Factory): ...

register(HTTPServerFactory)
register(UserFactory, "admin")
postgres = factories.postgresql_proc()
""",
            "test_it.py": "def test_it(user, user_factory, user__name, admin, http_server, postgres): ...\n",
        },
    )
    test = by_id(modules)["test_it.py::test_it"]

    assert test.unresolved == ()
    assert {use.fixture.origin for use in test.closure} == {"plugin"}


@pytest.mark.parametrize("imported", ["from tests.databases import *", "from tests.databases import postgres"])
def test_what_a_library_makes_in_another_module_is_imported_as_a_fixture(imported: str, tmp_path: Path) -> None:
    modules = collect_files(
        tmp_path,
        {
            "tests/__init__.py": "",
            "tests/databases.py": "from pytest_postgresql import factories\n\npostgres = factories.postgresql_proc()\nport = int('1')\n",
            "tests/conftest.py": f"{imported}\n",
            "tests/test_it.py": "def test_it(postgres): ...\n\n\ndef test_number(port): ...\n",
        },
    )
    test, other = by_id(modules)["tests/test_it.py::test_it"], by_id(modules)["tests/test_it.py::test_number"]

    assert test.unresolved == ()
    assert [(u.name, u.fixture.scope, u.fixture.definition.path if u.fixture.definition else "") for u in test.closure] == [
        ("postgres", "session", "tests/databases.py")
    ]
    assert other.unresolved == ("port",)


# ---------------------------------------------------------------------------------------------------------------- unittest

CASES = """
import unittest
from parameterized import parameterized

def setUpModule(): ...

class Base(unittest.TestCase):
    def setUp(self): ...

    def tearDown(self): ...

class Case(Base):
    @classmethod
    def setUpClass(cls): ...

    def setUp(self):
        super().setUp()

    def test_it(self): ...

    @unittest.skip("no")
    def test_skipped(self): ...

    @parameterized.expand([("a b", 1), (2, 3)])
    def test_many(self, first, second): ...

    def helper(self): ...
"""


def test_a_test_case_under_pytest(tmp_path: Path) -> None:
    tests = by_id(collect_files(tmp_path, {"test_it.py": CASES}))
    test = tests["test_it.py::Case::test_it"]
    setup = test.fixture("setUp")

    assert sorted(tests) == [f"test_it.py::Case::{name}" for name in ("test_it", "test_many_0_a_b", "test_many_1", "test_skipped")]
    assert order(test) == ["setUpModule", "setUpClass", "setUp", "tearDown"]
    assert setup is not None
    assert [fixture.owner.name for fixture in (setup, *setup.overrides) if fixture.owner] == ["Case", "Base"]
    assert tests["test_it.py::Case::test_skipped"].expects_failure


def test_a_test_case_under_unittest(tmp_path: Path) -> None:
    modules = collect_files(tmp_path, {"test_it.py": CASES + "\ndef load_tests(loader, tests, pattern): ...\n"}, runner="unittest")
    tests = by_id(modules)

    assert sorted(tests) == [f"test_it.py::Case::{name}" for name in ("test_it", "test_many_0_a_b", "test_many_1", "test_skipped")]
    assert order(tests["test_it.py::Case::test_it"]) == ["setUpModule", "setUpClass", "setUp", "tearDown"]
    assert modules[0].not_audited == {"load_tests": 1}


def test_families_of_test_cases_are_known_by_their_libraries(tmp_path: Path) -> None:
    source = """
import django.test
from rest_framework.test import APITestCase
from twisted.trial import unittest as trial
from elsewhere import SomethingTestCase
import missing.first.party
import django_webtest
import vcr.unittest

class A(django.test.TestCase):
    @classmethod
    def setUpTestData(cls): ...

    def test_it(self): ...

class B(APITestCase):
    def test_it(self): ...

class C(trial.TestCase):
    def test_it(self): ...

class D(SomethingTestCase):
    def test_it(self): ...

class E(django_webtest.WebTest):
    def test_it(self): ...

class F(django.test.Client):
    def test_it(self): ...

class G(vcr.unittest.VCRMixin):
    def test_it(self): ...
"""
    tests = by_id(collect_files(tmp_path, {"test_it.py": source}))

    assert sorted(tests) == [f"test_it.py::{name}::test_it" for name in "ABCDE"]
    assert "setUpTestData" in order(tests["test_it.py::A::test_it"])


def test_what_is_not_modelled_is_counted(tmp_path: Path) -> None:
    files = {
        "pytest.ini": "[pytest]\naddopts = --doctest-modules\n",
        "test_it.py": 'from machines import Machine\n\nTestMachine = Machine.TestCase\n\ndef test_it():\n    """\n    >>> 1\n    """\n',
    }

    (module,) = collect_files(tmp_path, files)

    assert module.not_audited == {"state machine": 1, "doctest": 1}


def test_scenarios_and_machines_are_counted_and_single_scenarios_are_tests(tmp_path: Path) -> None:
    source = """
from hypothesis.stateful import RuleBasedStateMachine
from pytest_bdd import scenario, scenarios

scenarios("features/shop.feature")
scenarios("features")

@scenario("features/shop.feature", "Buying")
def test_buying(): ...

class Shop(RuleBasedStateMachine): ...

TestShop = Shop.TestCase
"""

    (module,) = collect_files(tmp_path, {"test_it.py": source})

    assert ([test.name for test in module.tests], module.not_audited) == (["test_buying"], {"bdd scenarios": 2, "state machine": 1})


def test_statements_that_make_tests_by_names_of_their_own_are_counted(tmp_path: Path) -> None:
    source = """
import settings

class TestLoop:
    for name in load():
        locals()[name] = make(name)

class Helper: ...

def inject(cases):
    for case in cases:
        setattr(TestLoop, case.name, make(case))
        setattr(Helper, case.name, 1)
        setattr(settings, case.name, 1)

for name in load():
    globals()[f"test_{name}"] = make(name)

setattr(TestLoop, "written", 1)
globals()["written"] = 1
"""

    (module,) = collect_files(tmp_path, {"test_it.py": source})

    assert module.not_audited == {"generated tests": 3}


def test_conftests_and_plugins_are_modules_without_tests(tmp_path: Path) -> None:
    files = {
        "conftest.py": 'import pytest\n\npytest_plugins = "more"\n\n@pytest.fixture\ndef a(): ...\n',
        "more.py": "import pytest\n\n@pytest.fixture\ndef b(): ...\n",
        "test_it.py": "def test_it(a, b): ...\n",
    }

    modules = collect_files(tmp_path, files)

    assert [(module.path, [f.name for f in module.fixtures], len(module.tests)) for module in modules] == [
        ("conftest.py", ["a"], 0),
        ("more.py", ["b"], 0),
        ("test_it.py", [], 1),
    ]


# ---------------------------------------------------------------------------------------------------------------- libraries


def test_a_fixture_that_was_imported_from_a_library_is_a_plugins(tmp_path: Path) -> None:
    test = only(tmp_path, "from some_library.testing import served\n\ndef test_it(served): ...\n")
    served = test.fixture("served")

    assert served is not None
    assert (served.origin, served.scope) == ("plugin", "unknown")
    assert test.unresolved == ()


def test_a_star_from_a_library_makes_unresolved_names_unknown(tmp_path: Path) -> None:
    test = only(tmp_path, "from some_library.testing import *\n\ndef test_it(served): ...\n")

    assert test.unresolved == ("served",)
    assert test.dynamic is Truth.UNKNOWN


def test_a_plugin_that_cannot_be_read_makes_unresolved_names_unknown(tmp_path: Path) -> None:
    modules = collect_files(
        tmp_path, {"conftest.py": 'pytest_plugins = ["some_library.plugin"]\n', "test_it.py": "def test_it(served): ...\n"}
    )

    assert by_id(modules)["test_it.py::test_it"].dynamic is Truth.UNKNOWN


def test_a_repository_is_its_own_plugin_by_its_entry_points(tmp_path: Path) -> None:
    setup = 'from setuptools import setup\n\nsetup(\n    entry_points={\n        "pytest11": ["ours = ours.plugin"],\n    },\n)\n'
    plugin = "import pytest\n\n@pytest.fixture\ndef served(): ...\n"
    modules = collect_files(
        tmp_path, {"setup.py": setup, "ours/__init__.py": "", "ours/plugin.py": plugin, "tests/test_it.py": "def test_it(served): ...\n"}
    )

    assert by_id(modules)["tests/test_it.py::test_it"].unresolved == ()


@pytest.mark.parametrize(("version", "automatic"), [("8.0.2", True), ("8.1.0", False)])
def test_an_override_of_an_automatic_fixture_is_automatic_itself_while_pytest_keeps_names(
    tmp_path: Path, version: str, automatic: bool
) -> None:
    files = {
        "conftest.py": "import pytest\n\n@pytest.fixture(autouse=True)\ndef clock(): ...\n",
        "test_it.py": "import pytest\n\n@pytest.fixture\ndef clock(): ...\n\ndef test_it(): ...\n",
    }

    (test,) = by_id(collect_files(tmp_path, files, version=version)).values()

    assert [(use.name, use.autouse, use.fixture.autouse) for use in test.closure] == [("clock", automatic, False)]


@pytest.mark.parametrize(
    ("kind", "asked"),
    [("'plain'", []), ("'first'", ["a"]), ("'second'", ["b"]), ("'second', wide=True", ["b_wide"]), ("kind", ["a", "b"])],
)
def test_what_a_helper_is_told_decides_what_it_asks_for(kind: str, asked: list[str], tmp_path: Path) -> None:
    helper = """
import pytest


@pytest.fixture
def a(): ...


@pytest.fixture
def b(): ...


@pytest.fixture
def a_wide(): ...


@pytest.fixture
def b_wide(): ...


def ask(request, kind, wide=False):
    if kind == "plain":
        return kind
    if kind == "first":
        name = "a"
    elif kind == "second":
        name = "b"
    else:
        assert False
    if wide:
        name = f"{name}_wide"
    return request.getfixturevalue(name)
"""
    test = only(tmp_path, f"{helper}\n\ndef test_it(request, kind=None):\n    ask(request, {kind})\n")

    assert sorted(use.name for use in test.closure if use.dynamic) == sorted(asked)
