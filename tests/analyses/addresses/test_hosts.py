"""Fixed hosts: which calls go to another machine that the source names, and what layer that makes."""

from pathlib import Path

import pytest

from tests.reporting import chain, only_test

SETTINGS = "HOST = 'staging.acme-shop.io'\nBASE = 'https://' + HOST\n"


def calling(expression: str, *, parameters: str = "", before: str = "") -> dict[str, str]:
    """A suite of one test that calls `expression`."""
    imports = "import os\nimport smtplib\nimport socket\nfrom urllib.parse import urljoin\n\nimport httpx\nimport pytest\nimport requests\n"
    text = f"{imports}\nfrom tests.settings import BASE, HOST\n\n\n{before}def test_a({parameters}):\n    assert {expression}\n"
    return {"tests/__init__.py": "", "tests/settings.py": SETTINGS, "tests/test_a.py": text}


@pytest.mark.parametrize(
    ("expression", "end"),
    [
        ("requests.get('https://staging.example-corp.com/api')", "`requests.get` touches: http at staging.example-corp.com"),
        ("requests.get(BASE)", "`requests.get` touches: http at staging.acme-shop.io"),
        ("requests.get(BASE + '/users')", "`requests.get` touches: http at staging.acme-shop.io"),
        ("requests.get(f'{BASE}/users/{os.getpid()}')", "`requests.get` touches: http at staging.acme-shop.io"),
        ("requests.get(f'https://user@{HOST}:8443/users')", "`requests.get` touches: http at staging.acme-shop.io"),
        ("requests.get('https://%s/users' % HOST)", "`requests.get` touches: http at staging.acme-shop.io"),
        ("requests.get('{}/users/{}'.format(BASE, 1))", "`requests.get` touches: http at staging.acme-shop.io"),
        ("requests.get(urljoin(BASE, 'users'))", "`requests.get` touches: http at staging.acme-shop.io"),
        ("httpx.Client(base_url=BASE).get('/users')", "`httpx.Client.get` touches: http at staging.acme-shop.io"),
        ("socket.create_connection((HOST, 443))", "`socket.create_connection` touches: socket at staging.acme-shop.io"),
        ("smtplib.SMTP(HOST)", "`smtplib.SMTP` touches: mail at staging.acme-shop.io"),
        ("requests.get('http://93.184.216.34/')", "`requests.get` touches: http at 93.184.216.34"),
    ],
)
def test_a_constant_host_that_is_not_this_machine_makes_an_end_to_end_test(expression: str, end: str, tmp_path: Path) -> None:
    test = only_test(tmp_path, calling(expression))

    assert (test.layer, test.evidence[-1].message) == ("e2e", end)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8000/",
        "http://127.0.0.1/",
        "http://[::1]:80/",
        "http://0.0.0.0/",
        "http://testserver/",
        "http://web:8000/",  # a service of Compose
        "http://192.168.0.7/",
        "http://172.17.0.1/",
        "http://203.0.113.9/",
        "http://host.docker.internal/",
        "http://shop.local/",
        "https://api.shop.test/",
        "https://example.com/",
        "https://sub.example.org/",
        "https://nobody.invalid/",
        "https://fake-api.io/",
        "https://foo.com/",
        "https://does-not-exist.com/",
    ],
)
def test_this_machine_and_names_of_nobody_stay_integration(url: str, tmp_path: Path) -> None:
    test = only_test(tmp_path, calling(f"requests.get({url!r})"))

    assert (test.layer, test.evidence[-1].message) == ("integration", "`requests.get` touches: http")


@pytest.mark.parametrize(
    ("expression", "parameters", "before"),
    [
        ("requests.get(os.environ['SHOP'])", "", ""),
        ("requests.get(os.environ.get('SHOP', 'https://staging.acme-shop.io'))", "", ""),
        ("requests.get(os.environ.get('SHOP') or BASE)", "", ""),
        ("requests.get(f'https://{os.environ[\"SHOP\"]}.acme-shop.io/')", "", ""),
        ("requests.get(url)", "url", "@pytest.fixture\ndef url(request):\n    return request.config.getoption('--url')\n\n\n"),
        ("requests.get(url)", "url", "@pytest.mark.parametrize('url', ['http://localhost/', 'https://staging.acme-shop.io/'])\n"),
    ],
)
def test_a_host_from_outside_is_not_fixed(expression: str, parameters: str, before: str, tmp_path: Path) -> None:
    test = only_test(tmp_path, calling(expression, parameters=parameters, before=before))

    assert (test.layer, test.evidence[-1].message) == ("integration", "`requests.get` touches: http")


def test_a_host_that_the_tested_code_fixes_counts_and_one_that_callers_may_change_does_not(tmp_path: Path) -> None:
    code = "import requests\n\n\ndef fixed():\n    return requests.get('https://api.acme-shop.io/')\n"
    given = "import requests\n\n\ndef fixed(url='https://api.acme-shop.io/'):\n    return requests.get(url)\n"
    test = "from shop import fixed\n\n\ndef test_a():\n    assert fixed()\n"

    first = only_test(tmp_path / "a", {"shop.py": code, "tests/test_a.py": test})
    second = only_test(tmp_path / "b", {"shop.py": given, "tests/test_a.py": test})

    assert (first.layer, second.layer) == ("e2e", "integration")
    assert chain(first) == [
        "tests/test_a.py:4 `test_a`",
        "tests/test_a.py:5 calls `fixed`",
        "shop.py:5 `requests.get` touches: http at api.acme-shop.io",
    ]


def test_a_fixed_host_outweighs_a_shorter_way_to_this_machine(tmp_path: Path) -> None:
    before = "def far():\n    return requests.get(BASE)\n\n\n"

    test = only_test(tmp_path, calling("requests.get('http://localhost/') and far()", before=before))

    assert (test.layer, test.effects) == ("e2e", ("http",))


def test_what_is_doubled_goes_to_no_host(tmp_path: Path) -> None:
    patched = "from unittest import mock\n\n\n@mock.patch('requests.get')\n"
    assert only_test(tmp_path, calling("requests.get(BASE)", parameters="get", before=patched)).layer == "unit"


def test_a_server_is_bound_to_an_address_and_goes_nowhere(tmp_path: Path) -> None:
    assert only_test(tmp_path, calling("socket.create_server(('shop.acme-shop.io', 80))")).layer == "integration"


def test_a_well_known_service_is_not_ones_own(tmp_path: Path) -> None:
    test = only_test(tmp_path, calling("requests.get('https://api.github.com/users')"))

    assert (test.layer, test.evidence[-1].message) == ("integration", "`requests.get` touches: http at api.github.com")


@pytest.mark.parametrize(
    ("settings", "url", "layer"),
    [
        ('[tool.testaudit.layers.hosts]\n"acme-shop.io" = "integration"\n', "https://staging.acme-shop.io/", "integration"),
        ('[tool.testaudit.layers.hosts]\n"github.com" = "e2e"\n', "https://api.github.com/", "e2e"),
        (
            '[tool.testaudit.layers.hosts]\n"io" = "unit"\n"acme-shop.io" = "integration"\n',
            "https://staging.acme-shop.io/",
            "integration",
        ),
        ('[tool.testaudit.layers.libraries]\nrequests = "unit"\n', "https://staging.acme-shop.io/", "unit"),
        ('[tool.testaudit.layers.effects]\nhttp = "integration"\n', "https://staging.acme-shop.io/", "integration"),
        ('[tool.testaudit.layers.paths]\n"tests/**" = "unit"\n', "https://staging.acme-shop.io/", "unit"),
        ('[tool.testaudit.knowledge.hosts]\n"acme-shop.io" = "Acme"\n', "https://staging.acme-shop.io/", "integration"),
    ],
)
def test_a_team_says_what_its_hosts_are(settings: str, url: str, layer: str, tmp_path: Path) -> None:
    assert only_test(tmp_path, {"pyproject.toml": settings, **calling(f"requests.get({url!r})")}).layer == layer


def test_what_importing_fetches_from_a_fixed_host_is_no_tests_own_journey(tmp_path: Path) -> None:
    files = {
        "tests/test_a.py": "import requests\n\nDATA = requests.get('https://data.acme-shop.io/')\n\n\ndef test_a():\n    assert DATA\n"
    }

    assert only_test(tmp_path, files).layer == "integration"
