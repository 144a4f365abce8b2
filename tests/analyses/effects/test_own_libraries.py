"""The suites of libraries that the tables know by their public names."""

from pathlib import Path

import pytest

from tests.reporting import only_test

SESSION = """\
class Session:
    def create_client(self, service):
        cls = type(service, (), {})
        return cls()


def get_session():
    return Session()
"""


@pytest.mark.parametrize(
    ("test", "effects"),
    [
        ("def test_a():\n    assert get_session().create_client('s3').list_buckets()\n", ("cloud",)),
        ("def test_a():\n    assert get_session().create_client('s3')\n", ()),
        ("def test_a():\n    assert get_session().create_client('s3').meta.config\n", ()),
        ("def test_a(mocker):\n    mocker.patch('socket.socket')\n    get_session().create_client('s3').list_buckets()\n", ()),
    ],
)
def test_a_client_whose_class_is_made_while_it_runs_is_what_the_tables_say(test: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    files = {
        "botocore/__init__.py": "",
        "botocore/session.py": SESSION,
        "tests/test_a.py": f"from botocore.session import get_session\n\n\n{test}",
    }

    assert only_test(tmp_path, files).effects == effects


CLIENT = """\
import httpcore


class BaseTransport:
    def handle(self, request):
        raise NotImplementedError


class HTTPTransport(BaseTransport):
    def __init__(self):
        self._pool = httpcore.ConnectionPool()

    def handle(self, request):
        return self._pool.handle_request(request)


class MockTransport(BaseTransport):
    def __init__(self, handler):
        self._handler = handler

    def handle(self, request):
        return self._handler(request)


class Client:
    def __init__(self, transport=None):
        self._transport = self._init_transport(transport=transport)

    def _init_transport(self, transport=None):
        if transport is not None:
            return transport
        return HTTPTransport()

    def get(self, url):
        return self._send(url)

    def _send(self, request):
        transport = self._transport_for(request)
        return transport.handle(request)

    def _transport_for(self, request):
        return self._transport
"""


@pytest.mark.parametrize(("given", "effects"), [("transport=httpx.MockTransport(str)", ()), ("", ("http",))])
def test_a_transport_that_reaches_nothing_is_a_double_in_the_suite_of_its_library(
    given: str, effects: tuple[str, ...], tmp_path: Path
) -> None:
    files = {
        "httpx/__init__.py": "from httpx._client import Client, HTTPTransport, MockTransport\n",
        "httpx/_client.py": CLIENT,
        "tests/test_a.py": f"import httpx\n\n\ndef test_a():\n    assert httpx.Client({given}).get('/items')\n",
    }

    assert only_test(tmp_path, files).effects == effects
