"""What tests touch: directly, through fixtures, helpers and first-party code."""

from pathlib import Path

import pytest

from tests.reporting import chain, only_test, reported

STORE = """\
import sqlite3


class Store:
    def __init__(self, path):
        self.path = path

    def open(self):
        return sqlite3.connect(self.path)
"""


def test_a_direct_call_is_an_effect_with_its_place(tmp_path: Path) -> None:
    test = only_test(tmp_path, {"tests/test_a.py": "import sqlite3\n\n\ndef test_a():\n    assert sqlite3.connect(':memory:')\n"})

    assert test.effects == ("database",)
    assert chain(test) == ["tests/test_a.py:4 `test_a`", "tests/test_a.py:5 `sqlite3.connect` touches: database"]


def test_the_chain_leads_through_fixtures_and_the_code_under_test(tmp_path: Path) -> None:
    conftest = (
        "import pytest\nfrom store import Store\n\n\n"
        "@pytest.fixture\ndef connection():\n    return Store(':memory:').open()\n\n\n"
        "@pytest.fixture\ndef session(connection):\n    yield connection\n"
    )
    test = only_test(
        tmp_path, {"store.py": STORE, "tests/conftest.py": conftest, "tests/test_a.py": "def test_a(session):\n    assert session\n"}
    )

    assert chain(test) == [
        "tests/test_a.py:1 `test_a`",
        "tests/conftest.py:10 uses the fixture `session`",
        "tests/conftest.py:5 uses the fixture `connection`",
        "tests/conftest.py:7 calls `Store.open`",
        "store.py:9 `sqlite3.connect` touches: database",
    ]


@pytest.mark.parametrize(
    ("head", "body", "effect"),
    [
        ("import subprocess", "subprocess.run(['ls'])", "subprocess"),
        ("import requests", "requests.get('http://localhost:8000')", "http"),
        ("import requests", "requests.Session().get('http://localhost:8000')", "http"),
        ("import smtplib", "smtplib.SMTP('localhost')", "mail"),
        ("import redis", "redis.Redis().get('a')", "cache"),
        ("import boto3", "boto3.client('s3').list_buckets()", "cloud"),
        ("from sqlalchemy import create_engine", "create_engine('sqlite://').connect()", "database"),
        ("from sqlalchemy import create_engine", "create_engine('postgresql://db/x').connect()", "database-server"),
        ("import os", "os.environ['A'] = 'b'\n    os.getenv('A')", "environment"),
        ("import time", "time.sleep(1)", "sleep"),
    ],
)
def test_libraries_have_effects(head: str, body: str, effect: str, tmp_path: Path) -> None:
    assert effect in only_test(tmp_path, {"tests/test_a.py": f"{head}\n\n\ndef test_a():\n    {body}\n"}).effects


def test_a_method_runs_on_the_class_of_its_object(tmp_path: Path) -> None:
    code = (
        "import subprocess\n\n\nclass Base:\n    def run(self):\n        return self.step()\n\n    def step(self):\n        return 1\n\n\n"
        "class Shell(Base):\n    def step(self):\n        return subprocess.run(['ls'])\n"
    )
    tests = (
        "from code_ import Base, Shell\n\n\ndef test_base():\n    assert Base().run()\n\n\ndef test_shell():\n    assert Shell().run()\n"
    )
    document = reported(tmp_path, {"code_.py": code, "tests/test_a.py": tests})

    assert [(test.id.rpartition("::")[2], test.effects) for test in document.tests] == [("test_base", ()), ("test_shell", ("subprocess",))]


def test_functions_that_call_each_other_come_to_an_end(tmp_path: Path) -> None:
    code = (
        "import subprocess\n\n\ndef even(n):\n    return odd(n - 1)\n\n\ndef odd(n):\n    subprocess.run(['ls'])\n    return even(n - 1)\n"
    )
    test = only_test(tmp_path, {"code_.py": code, "tests/test_a.py": "from code_ import even\n\n\ndef test_a():\n    assert even(2)\n"})

    assert test.effects == ("subprocess",)


def test_code_behind_one_condition_of_the_called_function_counts_and_deeper_conditions_do_not(tmp_path: Path) -> None:
    code = "import subprocess\n\n\ndef build(fast):\n    if not fast:\n        subprocess.run(['make'])\n\n\ndef release(fast):\n    build(fast)\n"  # noqa: E501  # a file as one literal
    tests = (
        "from code_ import build, release\n\n\ndef test_build():\n    build(False)\n    assert True\n\n\n"
        "def test_release():\n    release(True)\n    assert True\n"
    )
    document = reported(tmp_path, {"code_.py": code, "tests/test_a.py": tests})

    assert [(test.id.rpartition("::")[2], test.effects) for test in document.tests] == [
        ("test_build", ("subprocess",)),
        ("test_release", ()),
    ]


def test_an_object_known_by_an_annotation_touches_only_what_somebody_made(tmp_path: Path) -> None:
    code = "import redis\n\n\ndef load(client: redis.Redis):\n    return client.get('a')\n"
    fake = (
        "from code_ import load\n\n\nclass Fake:\n    def get(self, key):\n        return 1\n\n\ndef test_a():\n    assert load(Fake())\n"
    )
    real = "import redis\nfrom code_ import load\n\n\ndef test_b():\n    assert load(redis.Redis())\n"
    document = reported(tmp_path, {"code_.py": code, "tests/test_a.py": fake, "tests/test_b.py": real})

    assert [(test.path, "cache" in test.effects) for test in document.tests] == [("tests/test_a.py", False), ("tests/test_b.py", True)]


def test_an_overriding_method_of_the_object_that_was_made_runs(tmp_path: Path) -> None:
    code = (
        "import subprocess\n\n\nclass Env:\n    def python(self):\n        return subprocess.run(['python'])\n\n\n"
        "class Null(Env):\n    def python(self):\n        return None\n\n\ndef install(env: Env):\n    return env.python()\n"
    )
    test = only_test(
        tmp_path, {"code_.py": code, "tests/test_a.py": "from code_ import Null, install\n\n\ndef test_a():\n    install(Null())\n"}
    )

    assert test.effects == ()


def test_import_time_code_of_test_support_is_an_effect(tmp_path: Path) -> None:
    test = only_test(
        tmp_path,
        {
            "tests/support.py": "import sqlite3\n\nDB = sqlite3.connect(':memory:')\n",
            "tests/test_a.py": "from support import DB\n\n\ndef test_a():\n    assert DB\n",
        },
    )

    assert test.effects == ("database",)


def test_a_closure_that_a_fixture_hands_out_runs_when_it_is_called(tmp_path: Path) -> None:
    conftest = (
        "import subprocess\nimport pytest\n\n\n@pytest.fixture\ndef server():\n    def start():\n        return subprocess.Popen(['srv'])\n\n"  # noqa: E501  # a file as one literal
        "    return start\n"
    )
    tests = "def test_unused(server):\n    assert server\n\n\ndef test_used(server):\n    assert server()\n"
    document = reported(tmp_path, {"tests/conftest.py": conftest, "tests/test_a.py": tests})

    assert [test.effects for test in document.tests] == [(), ("subprocess",)]


def test_a_fixture_asked_for_under_a_condition_is_not_what_the_test_uses(tmp_path: Path) -> None:
    conftest = (
        "import sqlite3\nimport pytest\n\n\n@pytest.fixture\ndef db():\n    return sqlite3.connect(':memory:')\n\n\n"
        "@pytest.fixture(autouse=True)\ndef counted(request):\n    if 'db' in request.fixturenames:\n        request.getfixturevalue('db')\n"  # noqa: E501  # a file as one literal
    )
    tests = "def test_pure():\n    assert True\n\n\ndef test_rows(db):\n    assert db\n"
    document = reported(tmp_path, {"tests/conftest.py": conftest, "tests/test_a.py": tests})

    assert [test.effects for test in document.tests] == [(), ("database",)]


def test_fixtures_in_a_parameter_table_are_used(tmp_path: Path) -> None:
    tests = (
        "import sqlite3\nimport pytest\nfrom pytest_lazy_fixtures import lf\n\n\n@pytest.fixture\ndef store():\n"
        "    return sqlite3.connect(':memory:')\n\n\n@pytest.mark.parametrize('db', [lf('store')])\ndef test_a(db):\n    assert db\n"
    )

    assert only_test(tmp_path, {"tests/test_a.py": tests}).effects == ("database",)


CATALOG = """\
import sqlite3
import urllib.request
from abc import ABC, abstractmethod


class Catalog(ABC):
    @abstractmethod
    def tables(self):
        '''The tables that there are.'''


class Remote(Catalog):
    def tables(self):
        return urllib.request.urlopen('http://localhost:8181/tables')


class Local(Catalog):
    def tables(self):
        return []


KINDS = {'remote': Remote, 'local': Local}


def load(**settings) -> Catalog:
    return KINDS[settings['kind'].lower()]()
"""


@pytest.mark.parametrize(
    ("made", "effects"),
    [("load(kind='remote')", ("http",)), ("Local()", ()), ("Remote()", ("http",))],
)
def test_an_abstract_method_is_that_of_a_derived_class_that_is_made_else_of_any(
    made: str, effects: tuple[str, ...], tmp_path: Path
) -> None:
    tests = (
        "import pytest\nfrom catalog import Catalog, Local, Remote, load\n\n\n"
        f"@pytest.fixture\ndef catalog() -> Catalog:\n    return {made}\n\n\n"
        "def test_a(catalog: Catalog):\n    assert catalog.tables()\n"
    )

    assert only_test(tmp_path, {"catalog.py": CATALOG, "tests/test_a.py": tests}).effects == effects


def test_an_abstract_method_of_a_helpers_parameter_is_that_of_the_class_that_its_test_makes(tmp_path: Path) -> None:
    tests = (
        "from catalog import Catalog, Local\n\n\ndef names(catalog: Catalog):\n    return catalog.tables()\n\n\n"
        "def test_a():\n    assert names(Local())\n"
    )

    assert only_test(tmp_path, {"catalog.py": CATALOG, "tests/test_a.py": tests}).effects == ()


def test_a_parameter_that_only_its_annotation_explains_has_that_type(tmp_path: Path) -> None:
    tests = (
        "import pytest\nfrom catalog import Remote\nfrom elsewhere import known\n\n\n"
        "@pytest.mark.parametrize('catalog', [known('remote')])\ndef test_a(catalog: Remote):\n    assert catalog.tables()\n"
    )

    assert only_test(tmp_path, {"catalog.py": CATALOG, "tests/test_a.py": tests}).effects == ("http",)


DRIVER = """\
class Session:
    def __init__(self, pool=None):
        self.pool = pool

    def run(self, query):
        return self.pool.acquire().send(query)

    def begin(self):
        return self.pool


class Driver:
    def session(self):
        return Session()
"""


@pytest.mark.parametrize(
    ("body", "effects"),
    [
        ("assert Driver().session().run('RETURN 1')", ("database-server",)),
        ("assert Driver().session().begin() is None", ()),
        ("session = Driver().session()\n    session.pool = Mock()\n    assert session.run('RETURN 1')", ()),
    ],
)
def test_the_tables_speak_of_a_client_library_in_its_own_tests_unless_something_is_doubled(
    body: str, effects: tuple[str, ...], tmp_path: Path
) -> None:
    files = {
        "neo4j/__init__.py": "from neo4j._sync.driver import Driver, Session\n",
        "neo4j/_sync/__init__.py": "",
        "neo4j/_sync/driver.py": DRIVER,
        "tests/test_a.py": f"from unittest.mock import Mock\nfrom neo4j import Driver\n\n\ndef test_a():\n    {body}\n",
    }

    assert only_test(tmp_path, files).effects == effects


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("ready() and subprocess.run(['ls'])", ()),
        ("subprocess.run(['ls']) if ready() else None", ()),
        ("ready() or subprocess.run(['ls'])", ("subprocess",)),
        ("subprocess.run(['ls']) and ready()", ("subprocess",)),
    ],
)
def test_what_only_a_condition_inside_an_expression_leads_to_is_doubtful(
    expression: str, expected: tuple[str, ...], tmp_path: Path
) -> None:
    code = (
        "import subprocess\n\n\ndef ready():\n    return object()\n\n\n"
        f"def inner():\n    return {expression}\n\n\ndef outer():\n    return inner()\n"
    )
    files = {"code_.py": code, "tests/test_a.py": "from code_ import outer\n\n\ndef test_a():\n    outer()\n"}

    assert only_test(tmp_path, files).effects == expected


@pytest.mark.parametrize(("arm", "expected"), [("sys.platform == 'win32'", ()), ("sys.platform != 'win32'", ("subprocess",))])
def test_the_platform_decides_what_the_code_does(arm: str, expected: tuple[str, ...], tmp_path: Path) -> None:
    code = (
        f"import subprocess\nimport sys\n\n\ndef inner():\n    if {arm}:\n        subprocess.run(['ls'])\n\n\ndef outer():\n    inner()\n"
    )
    files = {"code_.py": code, "tests/test_a.py": "from code_ import outer\n\n\ndef test_a():\n    outer()\n"}

    assert only_test(tmp_path, files).effects == expected


@pytest.mark.parametrize("annotation", ["'Store'", "'Store | None'", "'Optional[Store]'", "Store", "'Unheard'", "'a b'"])
def test_a_quoted_annotation_is_an_annotation(annotation: str, tmp_path: Path) -> None:
    code = (
        "import sqlite3\nfrom typing import Optional\n\n\n"
        "class Store:\n    def open(self):\n        return sqlite3.connect('x')\n\n\n"
        f"def opened(store: {annotation}):\n    return store.open()\n"
    )
    tests = "from code_ import Store, opened\n\n\ndef test_a():\n    assert opened(Store())\n"
    known = "Store" in annotation

    assert only_test(tmp_path, {"code_.py": code, "tests/test_a.py": tests}).effects == (("database",) if known else ())


@pytest.mark.parametrize(
    ("decorator", "body", "effects"),
    [
        ("pytest.fixture(autouse=True)", "if kind() != 'remote':\n        yield\n        return\n    run()\n    yield", ()),
        ("pytest.fixture(autouse=True)", "if kind() != 'remote':\n        run()\n        return", ("subprocess",)),
        ("pytest.fixture(autouse=True)", "if kind() != 'remote':\n        print(1)\n    run()", ("subprocess",)),
        ("pytest.fixture", "if kind() != 'remote':\n        return\n    run()", ("subprocess",)),
    ],
)
def test_what_an_automatic_fixture_does_after_it_could_leave_early_is_doubtful(
    decorator: str, body: str, effects: tuple[str, ...], tmp_path: Path
) -> None:
    head = "import subprocess\nimport pytest\n\n\ndef run():\n    return subprocess.Popen(['srv'])\n\n\n"
    kind = "@pytest.fixture\ndef kind():\n    return input\n\n\n"
    conftest = f"{head}{kind}@{decorator}\ndef served(kind):\n    {body}\n"
    files = {"tests/conftest.py": conftest, "tests/test_a.py": "def test_a(served):\n    assert True\n"}

    assert only_test(tmp_path, files).effects == effects


@pytest.mark.parametrize(("method", "effects"), [("close", ()), ("ping", ("database-server",))])
def test_the_end_of_what_something_else_began_is_no_effect(method: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    tests = f"from pgtest.pgtest import PGTest\n\n\ndef test_a(given: PGTest):\n    given.{method}()\n    assert True\n"

    assert only_test(tmp_path, {"tests/test_a.py": tests}).effects == effects


@pytest.mark.parametrize(
    ("base", "call", "effects"),
    [
        ("threading.Thread", "Work().start()", ("subprocess", "thread")),
        ("threading.Thread", "assert Work()", ()),
        ("object", "Work().start", ()),
    ],
)
def test_a_thread_of_ones_own_runs_when_it_is_started(base: str, call: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    code = f"import subprocess\nimport threading\n\n\nclass Work({base}):\n    def run(self):\n        subprocess.run(['make'])\n"
    tests = f"from code_ import Work\n\n\ndef test_a():\n    {call}\n"

    assert only_test(tmp_path, {"code_.py": code, "tests/test_a.py": tests}).effects == effects


@pytest.mark.parametrize(("status", "effects"), [("1", ("subprocess",)), ("0", ()), ("None", ()), ("True", ())])
def test_the_exit_status_of_a_failure_is_no_way_that_most_callers_go(status: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    code = (
        "import subprocess\n\n\ndef main(path):\n    return work(path)\n\n\n"
        f"def work(path):\n    if path == 'x':\n        return {status}\n    subprocess.run(['make'])\n    return 0\n"
    )
    tests = "from code_ import main\n\n\ndef test_a():\n    assert main('y') == 0\n"

    assert only_test(tmp_path, {"code_.py": code, "tests/test_a.py": tests}).effects == effects


@pytest.mark.parametrize(
    ("insert", "effects"),
    [("self.rows.append(row)", ()), ("sqlite3.connect('x').execute(row)", ("database",))],
)
def test_an_embedded_librarys_own_source_says_whether_its_tests_touch_a_database(
    insert: str, effects: tuple[str, ...], tmp_path: Path
) -> None:
    files = {
        "tinydb/__init__.py": "from tinydb.database import TinyDB\n",
        "tinydb/database.py": (
            "import sqlite3\n\n\nclass TinyDB:\n    def __init__(self):\n        self.rows = []\n\n"
            f"    def insert(self, row):\n        {insert}\n"
        ),
        "tests/test_a.py": "from tinydb import TinyDB\n\n\ndef test_a():\n    TinyDB().insert('a')\n    assert True\n",
    }

    assert only_test(tmp_path, files).effects == effects


@pytest.mark.parametrize(("head", "effects"), [("except ValueError", ("subprocess",)), ("if path", ())])
def test_what_answers_an_error_leaves_what_follows_to_most_callers(head: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    before = "    try:\n        path = int(path)\n" if head.startswith("except") else ""
    code = (
        "import subprocess\n\n\ndef main(path):\n    return work(path)\n\n\n"
        f"def work(path):\n{before}    {head}:\n        return 'no number'\n    subprocess.run(['make'])\n    return 'made'\n"
    )
    tests = "from code_ import main\n\n\ndef test_a():\n    assert main('1') == 'made'\n"

    assert only_test(tmp_path, {"code_.py": code, "tests/test_a.py": tests}).effects == effects


@pytest.mark.parametrize(("call", "effects"), [("with Server(True):\n        pass", ("subprocess",)), ("serve(True)", ())])
def test_what_entering_calls_is_called_by_the_with_of_the_test(call: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    code = (
        "import subprocess\n\n\nclass Server:\n    def __init__(self, local):\n        self.local = local\n\n"
        "    def __enter__(self):\n        return self.connect()\n\n    def __exit__(self, *error):\n        pass\n\n"
        "    def connect(self):\n        if self.local is not None:\n            subprocess.Popen(['srv'])\n        return self\n\n\n"
        "def serve(local):\n    Server(local).connect()\n"
    )
    tests = f"from code_ import Server, serve\n\n\ndef test_a():\n    {call}\n    assert True\n"

    assert only_test(tmp_path, {"code_.py": code, "tests/test_a.py": tests}).effects == effects
