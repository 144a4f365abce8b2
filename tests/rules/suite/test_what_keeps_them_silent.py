"""What keeps the rules on fixtures and returned values silent, seen in public suites."""

from tests.conftest import AuditFiles


def test_a_suite_that_nothing_runs_with_pytest_has_no_missing_fixture(audit_files: AuditFiles) -> None:
    steps = "import unittest\n\n\ndef test_step(graph):\n    assert graph\n"

    assert audit_files({"tests/test_steps.py": steps}, ["TA001"]) == []
    assert audit_files({"tests/test_steps.py": steps, "requirements.txt": "pytest\n"}, ["TA001"]) == [("TA001", "tests/test_steps.py", 4)]


def test_a_function_that_is_handed_on_is_no_test(audit_files: AuditFiles) -> None:
    steps = "import pytest\n\n\ndef test_step(graph):\n    assert graph\n\n\nSTEPS = [test_step]\n"

    assert audit_files({"tests/test_steps.py": steps}, ["TA001"]) == []


def test_a_file_that_asserts_nothing_may_be_a_script(audit_files: AuditFiles) -> None:
    files = {"requirements.txt": "pytest\n", "hardware/piezo_test.py": "def test_piezo(piezo):\n    piezo.move(1)\n"}

    assert audit_files(files, ["TA001"]) == []


def test_a_name_that_a_version_of_a_plugin_defines_may_be_there(audit_files: AuditFiles) -> None:
    files = {"tests/test_loop.py": "import pytest\n\n\ndef test_loop(event_loop):\n    assert event_loop\n"}

    assert audit_files({**files, "requirements.txt": "pytest-asyncio\n"}, ["TA001"]) == []
    assert audit_files({**files, "requirements.txt": "pytest-asyncio==1.2.0\n"}, ["TA001"]) == [("TA001", "tests/test_loop.py", 4)]


def test_what_an_unread_function_makes_may_be_a_fixture(audit_files: AuditFiles) -> None:
    source = """
import pytest
from support.fixtures import session_fixture

session = session_fixture(app="shop")


@pytest.fixture
def user(session):
    return session


def test_user(user):
    assert user
"""

    assert audit_files({"tests/test_users.py": source}, ["TA001"]) == []


def test_a_skipped_test_asks_for_nothing(audit_files: AuditFiles) -> None:
    source = "import pytest\n\n\n@pytest.mark.skipif({condition}, reason='slow')\ndef test_door(door):\n    assert door\n"

    assert audit_files({"tests/test_door.py": source.format(condition="True")}, ["TA001"]) == []
    assert audit_files({"tests/test_door.py": source.format(condition="SLOW")}, ["TA001"]) == [("TA001", "tests/test_door.py", 5)]


def test_an_imported_namesake_of_a_plugin_s_fixture_has_an_unknown_scope(audit_files: AuditFiles) -> None:
    files = {
        "requirements.txt": "pytest-aiohttp\n",
        "tests/conftest.py": "import pytest\n{}\n\n@pytest.fixture(scope='session')\ndef client(loop):\n    return loop\n",
        "tests/test_client.py": "def test_client(client):\n    assert client\n",
    }
    own = {**files, "tests/conftest.py": files["tests/conftest.py"].format("from support.loops import event_loop as loop\n")}

    assert audit_files(own, ["TA002"]) == []


def test_a_decorator_that_writes_a_signature_hides_who_asks(audit_files: AuditFiles) -> None:
    conftest = """
import inspect

import pytest


def with_client(function):
    def inner(*args):
        return function("client", *args)

    inner.__signature__ = inspect.Signature()
    return inner


@pytest.fixture
def client():
    return 1


@pytest.fixture(scope="module")
{decorator}
def sample(client):
    return client
"""
    test = {"tests/test_sample.py": "def test_sample(sample):\n    assert sample\n"}

    assert audit_files({**test, "tests/conftest.py": conftest.format(decorator="@with_client")}, ["TA002"]) == []
    assert audit_files({**test, "tests/conftest.py": conftest.format(decorator="")}, ["TA002"]) == [("TA002", "tests/conftest.py", 22)]


def test_what_is_behind_a_fixture_may_be_called(audit_files: AuditFiles) -> None:
    source = """
import pytest


@pytest.fixture
def config():
    return 1


def test_config():
    made = config.__wrapped__() if hasattr(config, "__wrapped__") else config()
    assert made == 1
"""

    assert audit_files({"tests/test_config.py": source}, ["TA014"]) == []


def test_a_script_s_own_answers_are_for_the_script(audit_files: AuditFiles) -> None:
    source = "import pytest\n\n\ndef test_door():\n    return True\n\n\nSTEPS = [test_door]\n"

    assert audit_files({"examples/door_test.py": source}, ["TA016"]) == []
    assert audit_files({"tests/door_test.py": source}, ["TA016"]) == [("TA016", "tests/door_test.py", 5)]


def test_a_backend_that_a_plugin_s_mode_asks_for_may_be_parametrized(audit_files: AuditFiles) -> None:
    source = "import pytest\n\n\n@pytest.mark.parametrize('anyio_backend', ['asyncio'])\nasync def test_door():\n    assert True\n"

    assert audit_files({"tests/test_door.py": source, "pytest.ini": "[pytest]\nanyio_mode = auto\n"}, ["TA015"]) == []


def test_what_a_decorator_does_not_hand_back_is_no_test(audit_files: AuditFiles) -> None:
    source = """
import pytest


def for_each_kind(function):
    for kind in (list, set):
        function(kind)


@for_each_kind
def test_is_empty(kind):
    assert not kind()
"""

    assert audit_files({"tests/test_kinds.py": source}, ["TA001"]) == []


def test_what_hands_back_a_library_s_decorator_may_fill_parameters(audit_files: AuditFiles) -> None:
    source = """
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks


def with_checks(estimators):
    return {made}


@with_checks([1])
def test_estimator(estimator, check):
    assert check(estimator)
"""
    of_the_library = source.format(made="parametrize_with_checks(estimators)")
    of_pytest = source.format(made="pytest.mark.parametrize('check', estimators)")

    assert audit_files({"tests/test_checks.py": of_the_library}, ["TA001"]) == []
    assert audit_files({"tests/test_checks.py": of_pytest}, ["TA001"]) == [("TA001", "tests/test_checks.py", 11)]


def test_an_automatic_fixture_takes_a_parameter_of_its_name(audit_files: AuditFiles) -> None:
    files = {
        "tests/doubles.py": "import pytest\n\n\n@pytest.fixture(autouse={automatic})\ndef requests():\n    return 1\n",
        "tests/test_door.py": """
import pytest
from tests.doubles import requests


@pytest.mark.parametrize("requests", [None])
def test_door():
    assert True
""",
    }
    asked = {**files, "tests/doubles.py": files["tests/doubles.py"].format(automatic=False)}

    assert audit_files({**files, "tests/doubles.py": files["tests/doubles.py"].format(automatic=True)}, ["TA015"]) == []
    assert audit_files(asked, ["TA015"]) == [("TA015", "tests/test_door.py", 6)]


def test_an_object_that_was_given_a_function_is_no_test(audit_files: AuditFiles) -> None:
    source = """
import pytest


class Callback:
    def __init__(self, function):
        self.function = function
{call}

def answer():
    return True


test_callback = Callback(answer)


def test_answer():
    assert test_callback.function()
"""
    call = "\n    def __call__(self):\n        return self.function()\n"

    assert audit_files({"tests/test_callbacks.py": source.format(call="")}, ["TA016"]) == []
    assert audit_files({"tests/test_callbacks.py": source.format(call=call)}, ["TA016"]) == [("TA016", "tests/test_callbacks.py", 14)]


def test_an_override_that_gets_what_is_there_drops_nothing(audit_files: AuditFiles) -> None:
    files = {
        "shop.py": "def get_manager():\n    return 1\n\n\ndef make_manager():\n    return 2\n",
        "tests/conftest.py": """
import pytest
from shop import get_manager, make_manager


@pytest.fixture
def manager():
    manager = {}()
    yield manager
    manager.reset()
""",
        "tests/test_shop.py": """
import pytest
from shop import get_manager, make_manager


@pytest.fixture
def manager():
    manager = {}()
    return manager


def test_manager(manager):
    assert manager
""",
    }

    def found(maker: str) -> list[tuple[str, str, int]]:
        return audit_files({path: text.replace("{}", maker) for path, text in files.items()}, ["TA010"])

    assert found("get_manager") == []
    assert found("make_manager") == [("TA010", "tests/test_shop.py", 8)]
