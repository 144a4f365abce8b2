"""Fixtures, markers and plugins as the runner and the plugins themselves define them."""

from functools import cache

import pytest

from testaudit.knowledge import Knowledge, load


@cache
def known() -> Knowledge:
    return load()


@pytest.mark.parametrize(
    ("plugin", "name", "scope", "autouse"),
    [
        ("pytest", "tmp_path", "function", False),
        ("pytest", "tmp_path_factory", "session", False),
        ("pytest", "doctest_namespace", "session", False),
        ("pytest", "record_testsuite_property", "session", False),
        ("pytest-django", "db", "function", False),
        ("pytest-django", "django_db_setup", "session", False),
        ("pytest-django", "live_server", "session", False),
        ("pytest-django", "_django_db_marker", "function", True),
        ("pytest-django", "_django_setup_unittest", "class", True),
        ("pytest-django", "django_test_environment", "session", True),
        ("pytest-mock", "mocker", "function", False),
        ("pytest-mock", "package_mocker", "package", False),
        ("pytest-asyncio", "event_loop_policy", "session", True),
        ("anyio", "anyio_backend", "module", False),
        ("pytest-aiohttp", "aiohttp_client", "function", False),
        ("pytest-httpserver", "make_httpserver", "session", False),
        ("pytest-flask", "_push_request_context", "function", True),
        ("pytest-flask", "live_server", "dynamic", False),
        ("pytest-docker", "docker_services", "dynamic", False),
        ("pytest-postgresql", "postgresql_proc", "session", False),
        ("pytest-postgresql", "postgresql", "function", False),
        ("pytest-playwright", "browser", "session", False),
        ("pytest-playwright", "page", "function", False),
        ("pytest-selenium", "session_capabilities", "session", False),
        ("pytest-splinter", "session_browser", "session", False),
        ("pytest-recording", "vcr", "function", True),
        ("pytest-vcr", "vcr", "module", False),
        ("pytest-xdist", "worker_id", "session", False),
        ("pyfakefs", "fs_module", "module", False),
        ("faker", "_session_faker", "session", True),
        ("syrupy", "snapshot", "function", False),
        ("pytest-datadir", "original_datadir", "module", False),
        ("celery", "celery_session_worker", "session", False),
        ("pytest-testinfra", "host", "module", False),
    ],
)
def test_scope_and_autouse_are_the_plugins_own(plugin: str, name: str, scope: str, autouse: bool) -> None:
    fixture = known().fixture(name, [plugin])

    assert fixture is not None
    assert (fixture.plugin, fixture.scope, fixture.autouse) == (plugin, scope, autouse)


@pytest.mark.parametrize(
    ("name", "plugins", "scope"),
    [
        ("event_loop", {"pytest-asyncio": "0.21.1"}, "function"),
        ("event_loop", {"pytest-asyncio": "1.0.0"}, None),
        ("event_loop_policy", {"pytest-asyncio": "0.21.1"}, None),
        ("_function_scoped_runner", {"pytest-asyncio": "1.1.0"}, "function"),
        ("anyio_backend", {"anyio": "3.7.1"}, "function"),
        ("original_datadir", {"pytest-datadir": "1.5.0"}, "function"),
        ("docker_services", {"pytest-docker": "1.0.1"}, "session"),
        ("non_mocked_hosts", {"pytest-httpx": "0.30.0"}, "function"),
        ("non_mocked_hosts", {"pytest-httpx": "0.35.0"}, None),
        ("loop", {"pytest-aiohttp": "1.0.4"}, "function"),
        ("loop", {"pytest-aiohttp": "1.1.0"}, None),
    ],
)
def test_a_fixture_is_that_of_the_installed_version(name: str, plugins: dict[str, str | None], scope: str | None) -> None:
    assert getattr(known().fixture(name, plugins), "scope", None) == scope


@pytest.mark.parametrize(("version", "there"), [("8.4", False), ("9.0", True)])
def test_subtests_came_with_pytest_9(version: str, there: bool) -> None:
    assert (known().fixture("subtests", {"pytest": version}) is not None) == there


@pytest.mark.parametrize(
    ("plugin", "name", "effect", "returns"),
    [
        ("pytest", "tmp_path", "temporary-files", "pathlib.Path"),
        ("pytest", "monkeypatch", None, "pytest.MonkeyPatch"),
        ("pytest-django", "client", "web-app", "django.test.Client"),
        ("pytest-django", "rf", None, "django.test.RequestFactory"),
        ("pytest-flask", "client", "web-app", "flask.testing.FlaskClient"),
        ("pytest-mock", "mocker", None, "pytest_mock.MockerFixture"),
        ("pytest-postgresql", "postgresql", "database-server", "_dbapi.Connection"),
        ("pytest-redis", "redisdb", "cache", "redis.Redis"),
        ("pytest-rabbitmq", "rabbitmq", "queue", "pika.BlockingConnection"),
        ("pytest-docker", "docker_services", "container", "pytest_docker.plugin.Services"),
        ("pytest-playwright", "page", "browser", "playwright.sync_api.Page"),
        ("pytest-httpserver", "httpserver", "socket", "pytest_httpserver.HTTPServer"),
    ],
)
def test_a_fixture_gives_a_typed_value_and_has_an_effect(plugin: str, name: str, effect: str | None, returns: str) -> None:
    fixture = known().fixture(name, [plugin])

    assert fixture is not None
    assert (fixture.effect, fixture.returns) == (effect, returns)


@pytest.mark.parametrize(
    ("plugin", "name"), [("pytest-django", "db"), ("pytest-flask-sqlalchemy", "db_session"), ("pytest-redis", "redisdb")]
)
def test_rows_written_under_these_fixtures_do_not_outlive_the_test(plugin: str, name: str) -> None:
    fixture = known().fixture(name, [plugin])

    assert fixture is not None
    assert fixture.rolls_back


@pytest.mark.parametrize(
    ("plugin", "name", "cuts"),
    [
        ("respx", "respx_mock", ("httpx", "httpcore")),
        ("requests-mock", "requests_mock", ("requests",)),
        ("pytest-httpx", "httpx_mock", ("httpx",)),
        ("pytest-freezer", "freezer", ("clock",)),
        ("pytest-socket", "socket_disabled", ("socket", "http", "mail")),
        ("pyfakefs", "fs", ("filesystem", "temporary-files")),
        ("pytest-subprocess", "fp", ("subprocess",)),
    ],
)
def test_intercepting_fixtures_name_what_they_cut(plugin: str, name: str, cuts: tuple[str, ...]) -> None:
    fixture = known().fixture(name, [plugin])

    assert fixture is not None
    assert fixture.cuts == cuts


@pytest.mark.parametrize(
    ("name", "plugins", "fixtures", "dynamic"),
    [
        ("django_db", {"pytest-django": None}, ("_django_db_helper",), True),
        ("anyio", {"anyio": None}, ("anyio_backend",), False),
        ("asyncio", {"pytest-asyncio": "0.23.8"}, ("event_loop",), False),
        ("asyncio", {"pytest-asyncio": "1.4.0"}, ("_function_scoped_runner",), False),
        ("freeze_time", {"pytest-freezer": None}, ("freezer",), False),
        ("vcr", {"pytest-vcr": None}, ("vcr_cassette",), True),
    ],
)
def test_markers_pull_fixtures(name: str, plugins: dict[str, str | None], fixtures: tuple[str, ...], dynamic: bool) -> None:
    marker = known().marker(name, plugins)

    assert marker is not None
    assert (marker.fixtures, marker.dynamic) == (fixtures, dynamic)


def test_every_requested_name_is_a_fixture_that_somebody_gives() -> None:
    """But for those that a project gives itself (`app`), that parametrization fills or that another plugin brings."""
    theirs = {
        "app",
        "mimetype",
        "loop_factory",
        "grpc_add_to_server",
        "grpc_servicer",
        "grpc_stub_cls",
        "ansible_facts",
        "base_url",
        "event_loop",
    }
    plugins = ("pytest", *known().plugins())
    given = {fixture.name for plugin in plugins for fixture in known().fixtures_of(plugin)} | {"request"}

    asked = {name: fixture.name for plugin in plugins for fixture in known().fixtures_of(plugin) for name in fixture.requests}

    assert {name: by for name, by in asked.items() if name not in given | theirs} == {}


@pytest.mark.parametrize(
    ("name", "distribution"),
    [
        ("django", "pytest-django"),
        ("pytest_django.plugin", "pytest-django"),
        ("_pytest.pytester", "pytester"),
        ("celery.contrib.pytest", "celery"),
    ],
)
def test_plugins_are_known_by_what_users_write(name: str, distribution: str) -> None:
    plugin = known().plugin(name)

    assert plugin is not None
    assert plugin.name == distribution


@pytest.mark.parametrize(("name", "opt_in"), [("pytester", True), ("celery", True), ("aiohttp", True), ("pytest-django", False)])
def test_plugins_that_must_be_asked_for_are_told_from_the_others(name: str, opt_in: bool) -> None:
    plugin = next(plugin for plugin in (known().plugin(known_name) for known_name in known().plugins()) if plugin and plugin.name == name)

    assert plugin.opt_in is opt_in


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        ("pytest_postgresql.factories.postgresql_proc", "session"),
        ("pytest_postgresql.factories.client.postgresql", "function"),
        ("pytest_docker_tools.container", "function"),
        ("pytest_docker_tools.fetch", "session"),
        ("pytest_kafka.make_kafka_server", "function"),
        ("pytest_mock_resources.create_postgres_fixture", "function"),
    ],
)
def test_calls_that_make_fixtures_say_with_which_scope(name: str, scope: str) -> None:
    symbol = known().symbol(name)

    assert symbol is not None
    assert symbol.fixture == scope
