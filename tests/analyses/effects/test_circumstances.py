"""What a test's own words say of whether code runs: the error it expects, the marks it has, the arguments it gives."""

from pathlib import Path

import pytest

from tests.reporting import only_test, reported

SESSION = (
    "import subprocess\n\n\nclass Closed(Exception):\n    pass\n\n\nclass Busy(Exception):\n    pass\n\n\n"
    "def check(closed):\n    if closed:\n        raise Closed('closed')\n\n\n"
    "class Session:\n    closed = False\n\n"
    "    def run(self):\n        check(self.closed)\n        return self._start()\n\n"
    "    def start(self):\n        if self.closed:\n            raise Closed('closed')\n        return self._start()\n\n"
    "    def stop(self):\n        done = subprocess.run(['stop'])\n        if done.returncode:\n            raise Closed('no')\n\n"
    "    def both(self):\n        if self.closed:\n            raise Closed('closed')\n        done = self._start()\n"
    "        if done.returncode:\n            raise Closed('no')\n\n"
    "    def choose(self):\n        if self.closed:\n            raise Closed('closed')\n        else:\n            self._start()\n\n"
    "    def _start(self):\n        return subprocess.run(['start'])\n"
)
EXPECTS = "import pytest\nfrom session import Busy, Closed, Session\n\n\ndef test_a():\n    session = Session()\n"


@pytest.mark.parametrize("call", ["start", "run", "choose"])
def test_what_stands_behind_the_expected_error_does_not_run(call: str, tmp_path: Path) -> None:
    test = EXPECTS + f"    with pytest.raises(Closed):\n        session.{call}()\n"

    assert "subprocess" not in only_test(tmp_path, {"session.py": SESSION, "tests/test_a.py": test}).effects


@pytest.mark.parametrize(
    "body",
    [
        "    with pytest.raises(Busy):\n        session.start()\n",
        "    with pytest.raises(Exception):\n        session.start()\n",
        "    with pytest.raises(Closed):\n        session.stop()\n",
        "    with pytest.raises(Closed):\n        session.both()\n",
        "    with pytest.raises(Closed):\n        session.start()\n        session.start()\n",
        "    session.start()\n",
    ],
)
def test_another_error_or_one_behind_the_effect_leaves_it(body: str, tmp_path: Path) -> None:
    test = EXPECTS + body

    assert "subprocess" in only_test(tmp_path, {"session.py": SESSION, "tests/test_a.py": test}).effects


MARKED = (
    "import subprocess\n\nimport pytest\n\n\n@pytest.fixture(autouse=True)\ndef clean(request):\n"
    "    {}\n        subprocess.run(['clean'])\n"
)
TWO = "import pytest\n\n\ndef test_a():\n    pass\n\n\n@pytest.mark.dirty\ndef test_b():\n    pass\n"


@pytest.mark.parametrize(
    "condition",
    [
        "if 'dirty' in request.keywords:",
        "if 'dirty' in request.node.keywords:",
        "if request.node.get_closest_marker('dirty') is not None:",
        "if request.node.get_closest_marker('dirty'):",
        "marker = request.node.get_closest_marker('dirty')\n    if marker is not None:",
    ],
)
def test_a_fixture_that_asks_for_a_mark_is_for_the_tests_that_have_it(condition: str, tmp_path: Path) -> None:
    files = {"tests/conftest.py": MARKED.format(condition), "tests/test_a.py": TWO}

    assert [("subprocess" in test.effects) for test in reported(tmp_path, files).tests] == [False, True]


@pytest.mark.parametrize(
    "more",
    [
        "\n\ndef pytest_collection_modifyitems(items):\n    for item in items:\n        item.add_marker(pytest.mark.dirty)\n",
        "\n\ndef pytest_collection_modifyitems(items):\n    for item in items:\n        item.add_marker('dirty')\n",
    ],
)
def test_a_mark_that_a_hook_adds_is_not_known_to_be_missing(more: str, tmp_path: Path) -> None:
    files = {"tests/conftest.py": MARKED.format("if 'dirty' in request.keywords:") + more, "tests/test_a.py": TWO}

    assert [("subprocess" in test.effects) for test in reported(tmp_path, files).tests] == [True, True]


TRANSPORT = (
    "import socket\n\n\nclass Transport:\n    def __init__(self, sock):\n        if isinstance(sock, str):\n            sock = (sock, 22)\n"
    "        if type(sock) is tuple:\n            sock = socket.create_connection(sock)\n        self.sock = sock\n"
)
GIVES = "from transport import Transport\n\n\nclass Loop:\n    pass\n\n\ndef test_a():\n    Transport({})\n"


@pytest.mark.parametrize(
    ("given", "opens"), [("Loop()", False), ("1", False), ("'localhost'", True), ("('localhost', 22)", True), ("x()", True)]
)
def test_a_branch_for_one_type_is_for_arguments_of_that_type(given: str, opens: bool, tmp_path: Path) -> None:
    files = {"transport.py": TRANSPORT, "tests/test_a.py": GIVES.format(given)}

    assert ("socket" in only_test(tmp_path, files).effects) is opens


READ = (
    "import subprocess\n\n\ndef load(path):\n    if {}:\n        text = {}\n    else:\n        text = {}\n    return text\n\n\n"
    "def fetch(path):\n    return subprocess.run([path])\n\n\ndef read(path):\n    return path\n\n\ndef look(path):\n    return path\n"
)


@pytest.mark.parametrize(
    ("condition", "first", "second", "runs"),
    [
        ("look(path)", "fetch(path)", "read(path)", False),
        ("look(path)", "read(path)", "fetch(path)", True),
        ("look(path)", "fetch(path)", "fetch(path)", True),
        ("look(path)", "look(path) and fetch(path)", "read(path)", False),
        ("not look(path)", "fetch(path)", "read(path)", True),
    ],
)
def test_of_an_if_with_else_the_else_is_the_rule(condition: str, first: str, second: str, runs: bool, tmp_path: Path) -> None:
    files = {
        "loading.py": READ.format(condition, first, second),
        "tests/test_a.py": "from loading import load\n\n\ndef test_a():\n    load('x')\n",
    }

    assert ("subprocess" in only_test(tmp_path, files).effects) is runs


WRAPPED = (
    "import functools\nimport subprocess\n\n\ndef when_enabled(function):\n    @functools.wraps(function)\n    def wrapper(self):\n"
    "        {}\n        return function(self)\n\n    return wrapper\n\n\n"
    "class History:\n    enabled = False\n\n    def __init__(self):\n        self.begin()\n\n"
    "    @when_enabled\n    def begin(self):\n        subprocess.run(['begin'])\n"
)


@pytest.mark.parametrize(("first", "runs"), [("if not self.enabled:\n            return None", False), ("self.enabled = True", True)])
def test_a_wrapper_that_may_answer_with_nothing_is_a_condition(first: str, runs: bool, tmp_path: Path) -> None:
    files = {"history.py": WRAPPED.format(first), "tests/test_a.py": "from history import History\n\n\ndef test_a():\n    History()\n"}

    assert only_test(tmp_path, files).certain is runs


ORM = "from django.test import TestCase\n\n\nclass TestShop(TestCase):\n    def test_a(self):\n        pass\n"
INI = "[pytest]\nDJANGO_SETTINGS_MODULE = shop.settings\npython_files = test_*.py\n"


@pytest.mark.parametrize(
    ("settings", "effect"),
    [
        ("DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}\n", "database-server"),
        ("from shop.common import *\n", "database-server"),
        ("DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3'}}\n", "database"),
        ("import env\nDATABASES = {'default': env.db()}\n", "database"),
        ("import env\nDATABASES = {'default': env.db('DATABASE_URL', default='postgres://localhost/shop')}\n", "database-server"),
    ],
)
def test_the_settings_say_where_djangos_orm_goes(settings: str, effect: str, tmp_path: Path) -> None:
    files = {
        "pytest.ini": INI,
        "shop/__init__.py": "",
        "shop/settings.py": settings,
        "shop/common.py": "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}\n",
        "tests/test_a.py": ORM,
    }
    test = only_test(tmp_path, files)

    assert [name for name in test.effects if name.startswith("database")] == [effect]
    assert test.evidence[-1].message == f"`django.test.TestCase` touches: {effect}"


RUNNERS = (
    "import subprocess\n\n\nclass Pool:\n    def run(self):\n        subprocess.run(['pool'])\n\n\n"
    "class Sequence:\n    def run(self):\n        return 1\n\n\n"
    "def pick(many):\n    if many > 1:\n        return {}()\n    else:\n        return {}()\n\n\n"
    "class Linter:\n    def lint(self, many):\n        return pick(many).run()\n"
)


@pytest.mark.parametrize(("first", "other", "runs"), [("Pool", "Sequence", False), ("Sequence", "Pool", True), ("Pool", "Pool", True)])
def test_which_of_several_objects_a_function_makes_is_a_condition(first: str, other: str, runs: bool, tmp_path: Path) -> None:
    files = {
        "linting.py": RUNNERS.format(first, other),
        "tests/test_a.py": "from linting import Linter\n\n\ndef test_a(many):\n    Linter().lint(many)\n",
    }

    assert only_test(tmp_path, files).certain is runs


PROBES = "import os\nimport sqlite3\n\n\ndef has_rows():\n{}\n\n\nREADY = has_rows()\n\n\ndef test_a():\n    pass\n"


@pytest.mark.parametrize(
    ("body", "runs"),
    [
        ("    if not os.path.exists('a.db'):\n        return False\n    return bool(sqlite3.connect('a.db').execute('x'))", False),
        ("    if os.path.exists('a.db'):\n        return bool(sqlite3.connect('a.db').execute('x'))", False),
        ("    try:\n        return bool(sqlite3.connect('a.db').execute('x'))\n    except OSError:\n        return False", True),
    ],
)
def test_what_importing_runs_on_a_condition_of_test_support_belongs_to_no_test(body: str, runs: bool, tmp_path: Path) -> None:
    assert ("database" in only_test(tmp_path, {"tests/test_a.py": PROBES.format(body)}).effects) is runs


HOOKS = (
    "import subprocess\n\n{}\n\n\ndef renew():\n    run_hooks()\n\n\n"
    "def run_hooks():\n    for hook in {}:\n        subprocess.run([hook])\n"
)


@pytest.mark.parametrize(
    ("bound", "loop", "runs"),
    [
        ("hooks: list[str] = []", "hooks", False),
        ("hooks = {}", "hooks.values()", False),
        ("hooks = ['stop']", "hooks", True),
        ("from settings import hooks", "hooks", True),
    ],
)
def test_a_loop_over_what_is_empty_at_first_is_a_condition(bound: str, loop: str, runs: bool, tmp_path: Path) -> None:
    test = "from renewal import renew\n\n\ndef test_a():\n    renew()\n"
    files = {"renewal.py": HOOKS.format(bound, loop), "settings.py": "hooks = ['stop']\n", "tests/test_a.py": test}

    assert ("subprocess" in only_test(tmp_path, files).effects) is runs


@pytest.mark.parametrize(("error", "reaches"), [("ImportError", False), ("ValueError", False), ("OSError", True)])
def test_an_error_about_arguments_comes_before_a_library_reaches_out(error: str, reaches: bool, tmp_path: Path) -> None:
    files = {
        "smart_open/__init__.py": "def open(uri):\n    return uri\n",
        "tests/test_a.py": (
            f"import pytest\nfrom smart_open import open\n\n\ndef test_a():\n    with pytest.raises({error}):\n        open('s3://a/b')\n"
        ),
    }

    assert ("http" in only_test(tmp_path, files).effects) is reaches


UPLOAD = (
    "import argparse\nimport sys\n\nimport requests\n\n\n"
    "def upload(path):\n    if not path:\n        sys.exit(8)\n    return requests.put('https://files.corp.net', data=path)\n\n\n"
    "def parsed(path):\n    parser = argparse.ArgumentParser()\n    if not path:\n        parser.error('no path')\n"
    "    return requests.put('https://files.corp.net', data=path)\n\n\n"
    "def late(path):\n    requests.put('https://files.corp.net', data=path)\n    sys.exit(0)\n"
)


@pytest.mark.parametrize(
    ("function", "error", "reaches"),
    [
        ("upload", "SystemExit", False),
        ("parsed", "SystemExit", False),
        ("late", "SystemExit", True),
        ("upload", "KeyError", True),
    ],
)
def test_leaving_the_program_is_an_error_that_a_test_can_expect(function: str, error: str, reaches: bool, tmp_path: Path) -> None:
    test = f"import pytest\nimport command\n\n\ndef test_a():\n    with pytest.raises({error}):\n        command.{function}('')\n"

    assert ("http" in only_test(tmp_path, {"command.py": UPLOAD, "tests/test_a.py": test}).effects) is reaches


@pytest.mark.parametrize(
    ("condition", "runs"),
    [
        ("flag and (found := subprocess.run(['find']))", False),
        ("(found := subprocess.run(['find'])) and flag", True),
        ("flag is None or (found := subprocess.run(['find']))", True),
    ],
)
def test_an_assignment_within_a_guarded_operand_is_guarded(condition: str, runs: bool, tmp_path: Path) -> None:
    code = f"import subprocess\n\n\ndef search(flag):\n    if {condition}:\n        return 1\n"
    test = "from finding import search\n\n\ndef test_a():\n    search(object())\n"

    assert ("subprocess" in only_test(tmp_path, {"finding.py": code, "tests/test_a.py": test}).effects) is runs


@pytest.mark.parametrize(
    ("lines", "runs"),
    [
        ("    try:\n        return read(name)\n    except KeyError:\n        pass\n", False),
        ("    if name:\n        try:\n            return read(name)\n        except KeyError:\n            pass\n", True),
    ],
)
def test_what_follows_a_try_that_returns_runs_after_an_error_only(lines: str, runs: bool, tmp_path: Path) -> None:
    code = f"import subprocess\nfrom reading import read\n\n\ndef get(name):\n{lines}    return subprocess.run(['ask', name])\n"
    files = {
        "getting.py": code,
        "reading.py": "def read(name):\n    return {}[name]\n",
        "tests/test_a.py": "from getting import get\n\n\ndef test_a():\n    get('b')\n",
    }

    assert ("subprocess" in only_test(tmp_path, files).effects) is runs
