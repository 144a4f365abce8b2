"""Doubles of a library in the library's own suite, and what code makes only where nothing is handed to it."""

from pathlib import Path

from tests.reporting import reported

MOTO = {"moto/__init__.py": "from moto.core import mock_aws\n", "moto/core.py": "def mock_aws(func=None):\n    return func\n"}
ASKS = "import boto3\n{}\n\n\n{}def test_a():\n    boto3.client('s3').list_buckets()\n"

CLIENT = (
    "import httpcore\n\n\nclass HTTPTransport:\n    def __init__(self):\n        self._pool = httpcore.ConnectionPool()\n\n"
    "    def handle_request(self, request):\n        return self._pool.handle_request(request)\n\n\n"
    "class MockTransport:\n    def handle_request(self, request):\n        return None\n\n\n"
    "class Client:\n    def __init__(self, transport=None):\n        self._transport = self._init_transport(transport=transport)\n\n"
    "    def _init_transport(self, transport=None):\n        if transport is not None:\n            return transport\n"
    "        return HTTPTransport()\n\n"
    "    def send(self, request):\n        transport = self._transport\n        return transport.handle_request(request)\n"
)
HTTPX = {"httpx/__init__.py": "from httpx._client import Client, HTTPTransport, MockTransport\n", "httpx/_client.py": CLIENT}


def effects_of(tmp_path: Path, files: dict[str, str]) -> list[tuple[str, ...]]:
    """The effects of each test, in order."""
    return [tuple(test.effects) for test in reported(tmp_path, files).tests]


def test_an_interceptor_cuts_in_its_own_suite(tmp_path: Path) -> None:
    files = {
        **MOTO,
        "tests/test_a.py": ASKS.format("from moto import mock_aws", "@mock_aws\n"),
        "tests/test_b.py": ASKS.format("from moto import mock_aws", ""),
    }

    assert [("cloud" in effects) for effects in effects_of(tmp_path, files)] == [False, True]


def test_a_function_of_that_name_in_another_package_cuts_nothing(tmp_path: Path) -> None:
    files = {
        "shop/__init__.py": "def mock_aws(func=None):\n    return func\n",
        "tests/test_a.py": ASKS.format("from shop import mock_aws", "@mock_aws\n"),
    }

    assert [("cloud" in effects) for effects in effects_of(tmp_path, files)] == [True]


def test_what_is_made_by_default_is_not_made_around_a_double(tmp_path: Path) -> None:
    test = "import httpx\n\n\ndef test_a():\n    httpx.Client({}).send('x')\n"
    files = {
        **HTTPX,
        "tests/test_a.py": test.format("transport=httpx.MockTransport()"),
        "tests/test_b.py": test.format(""),
        "tests/test_c.py": test.format("transport=httpx.HTTPTransport()"),
    }

    assert [("http" in effects) for effects in effects_of(tmp_path, files)] == [False, True, True]
