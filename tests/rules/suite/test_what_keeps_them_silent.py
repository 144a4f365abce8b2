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
