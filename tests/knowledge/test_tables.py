"""The tables that come with testaudit are sound, and say what their libraries' own documentation says."""

import sys
from functools import cache

import pytest

from testaudit.knowledge import Knowledge, Symbol, load
from testaudit.knowledge.compile import compile_tables, sources


@cache
def known() -> Knowledge:
    return load()


def symbol(dotted: str) -> Symbol:
    """What the tables say of a name; fails the test where they say nothing."""
    found = known().symbol(dotted)
    assert found is not None, f"nothing is known of {dotted}"
    return found


def test_every_table_is_valid() -> None:
    assert compile_tables(sources()).keys() >= {"builtins", "os", "pytest", "sqlalchemy", "@fixtures", "@markers", "@plugins"}


def test_every_table_begins_with_what_it_is_about() -> None:
    assert [source.path for source in sources() if not source.text.startswith("# ")] == []


def test_every_module_of_the_standard_library_is_known() -> None:
    games = {"antigravity", "idlelib", "msilib", "nis", "ossaudiodev", "pydoc_data", "spwd", "turtledemo", "winsound"}
    public = {name for name in sys.stdlib_module_names if not name.startswith("_")}

    assert sorted(name for name in public - games if not known().is_known_library(name)) == []


@pytest.mark.parametrize(
    ("container", "changing", "reading"),
    [
        ("list", "append extend insert remove pop clear sort reverse __setitem__", "index count copy __getitem__"),
        ("dict", "update pop popitem setdefault clear __setitem__ __delitem__", "get items keys values copy"),
        ("set", "add discard remove update difference_update clear pop", "union difference issubset copy"),
        ("bytearray", "append extend pop", "decode startswith"),
    ],
)
def test_containers_tell_changing_methods_from_reading_ones(container: str, changing: str, reading: str) -> None:
    assert [name for name in changing.split() if symbol(f"builtins.{container}.{name}").mutates != "self"] == []
    assert [name for name in reading.split() if not symbol(f"builtins.{container}.{name}").reads] == []


@pytest.mark.parametrize("container", ["OrderedDict", "defaultdict", "Counter", "ChainMap"])
def test_the_mappings_of_collections_have_the_methods_of_a_dict(container: str) -> None:
    assert symbol(f"collections.{container}.setdefault").mutates == "self"
    assert symbol(f"collections.{container}.get").reads


def test_a_deque_has_both_ends() -> None:
    assert [symbol(f"collections.deque.{name}").mutates for name in ("appendleft", "popleft", "rotate")] == ["self", "self", "self"]


@pytest.mark.parametrize(
    ("name", "effect"),
    [
        ("builtins.open", "filesystem"),
        ("pathlib.Path.read_text", "filesystem"),
        ("os.path.exists", "filesystem"),
        ("tempfile.mkdtemp", "temporary-files"),
        ("os.environ.get", "environment"),
        ("os.getenv", "environment"),
        ("subprocess.run", "subprocess"),
        ("asyncio.create_subprocess_exec", "subprocess"),
        ("multiprocessing.Process.start", "subprocess"),
        ("threading.Thread.start", "thread"),
        ("time.sleep", "sleep"),
        ("time.time", "clock"),
        ("datetime.datetime.now", "clock"),
        ("datetime.date.today", "clock"),
        ("random.choice", "random"),
        ("uuid.uuid4", "random"),
        ("socket.create_connection", "socket"),
        ("http.server.HTTPServer", "socket"),
        ("urllib.request.urlopen", "http"),
        ("smtplib.SMTP", "mail"),
        ("smtplib.SMTP_SSL.sendmail", "mail"),
        ("imaplib.IMAP4.login", "mail"),
        ("sqlite3.connect", "database"),
        ("duckdb.sql", "database"),
        ("psycopg2.connect", "database-server"),
        ("asyncpg.connect", "database-server"),
        ("sqlalchemy.Engine.connect", "database"),
        ("sqlalchemy.orm.Session.commit", "database"),
        ("django.test.TestCase", "database"),
        ("django.contrib.auth.models.User.objects.create", "database"),
        ("pymongo.collection.Collection.insert_one", "database-server"),
        ("elasticsearch.Elasticsearch.search", "database-server"),
        ("redis.Redis.get", "cache"),
        ("redis.asyncio.Redis.set", "cache"),
        ("celery.Task.delay", "queue"),
        ("kafka.KafkaProducer.send", "queue"),
        ("pika.BlockingConnection", "queue"),
        ("requests.get", "http"),
        ("requests.Session.post", "http"),
        ("httpx.AsyncClient.get", "http"),
        ("aiohttp.ClientSession.get", "http"),
        ("fastapi.testclient.TestClient.post", "web-app"),
        ("flask.testing.FlaskClient.get", "web-app"),
        ("django.test.Client.get", "web-app"),
        ("rest_framework.test.APIClient.post", "web-app"),
        ("webtest.TestApp.post_json", "web-app"),
        ("aiohttp.test_utils.TestClient.get", "http"),
        ("tornado.testing.AsyncHTTPTestCase.fetch", "http"),
        ("falcon.testing.simulate_get", "web-app"),
        ("boto3.resources.base.ServiceResource.create_bucket", "cloud"),
        ("google.cloud.storage.Client.create_bucket", "cloud"),
        ("azure.storage.blob.BlobClient.upload_blob", "cloud"),
        ("paramiko.SSHClient.connect", "socket"),
        ("selenium.webdriver.Chrome", "browser"),
        ("selenium.webdriver.Firefox.find_element_by_id", "browser"),
        ("playwright.sync_api.Page.goto", "browser"),
        ("docker.from_env", "container"),
        ("testcontainers.core.container.DockerContainer.start", "container"),
        ("testcontainers.postgres.PostgresContainer.start", "container"),
    ],
)
def test_what_reaches_outside_has_its_effect(name: str, effect: str) -> None:
    assert symbol(name).effect == effect


@pytest.mark.parametrize(
    "name",
    [
        "click.testing.CliRunner.invoke",
        "typer.testing.CliRunner.invoke",
        "sqlalchemy.create_engine",
        "sqlalchemy.select",
        "django.test.RequestFactory.get",
        "django.test.SimpleTestCase",
        "requests.Session",
        "requests.Response.json",
        "boto3.client",
        "fakeredis.FakeRedis.set",
        "mongomock.MongoClient",
        "selenium.webdriver.common.by.By",
        "selenium.webdriver.ChromeOptions",
        "datetime.timedelta",
        "json.loads",
        "os.path.join",
        "pathlib.Path.with_suffix",
        "unittest.mock.MagicMock",
        "threading.Thread",
        "subprocess.CalledProcessError",
    ],
)
def test_what_only_computes_or_prepares_has_no_effect(name: str) -> None:
    assert symbol(name).effect is None


@pytest.mark.parametrize(
    ("steps", "type_name"),
    [
        (["sqlite3.connect", "cursor", "execute"], "sqlite3.Cursor"),
        (["sqlalchemy.create_engine", "connect", "execute"], "sqlalchemy.Result"),
        (["sqlalchemy.engine.create_engine", "begin"], "sqlalchemy.Connection"),
        (["sqlalchemy.orm.sessionmaker", "__call__", "query", "filter"], "sqlalchemy.orm.Query"),
        (["sqlalchemy.ext.asyncio.async_sessionmaker", "__call__", "execute"], "sqlalchemy.Result"),
        (["flask.Flask", "test_client", "get"], "werkzeug.test.TestResponse"),
        (["docker.from_env", "containers", "run"], "docker.models.containers.Container"),
        (["pymongo.MongoClient", "__getitem__", "__getitem__"], "pymongo.collection.Collection"),
        (["pymongo.MongoClient", "shop", "orders"], "pymongo.collection.Collection"),
        (["boto3.Session", "client"], "botocore.client.BaseClient"),
        (["playwright.sync_api.Playwright", "chromium", "launch", "new_page"], "playwright.sync_api.Page"),
        (["testcontainers.redis.RedisContainer", "with_env", "start"], "testcontainers.redis.RedisContainer"),
        (["unittest.mock.patch", "start", "anything"], "unittest.mock.MagicMock"),
        (["subprocess.run"], "subprocess.CompletedProcess"),
        (["pathlib.Path", "parent", "joinpath"], "pathlib.Path"),
    ],
)
def test_receivers_keep_their_types_along_a_chain(steps: list[str], type_name: str) -> None:
    current = known().canonical(steps[0])
    found = symbol(current)
    for step in steps[1:]:
        owner = found.type or found.returns
        assert owner is not None
        member = known().member(owner, step)
        assert member is not None, f"{owner} has no {step}"
        found = member

    assert (found.type or found.returns) == type_name


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("mock.patch.object", "unittest.mock.patch.object"),
        ("sqlalchemy.engine.create_engine", "sqlalchemy.create_engine"),
        ("sqlalchemy.engine.base.Engine", "sqlalchemy.Engine"),
        ("sqlalchemy.orm.session.Session", "sqlalchemy.orm.Session"),
        ("_pytest.monkeypatch.MonkeyPatch", "pytest.MonkeyPatch"),
        ("fastapi.testclient.TestClient", "starlette.testclient.TestClient"),
        ("django.test.client.Client", "django.test.Client"),
        ("requests.api.get", "requests.get"),
        ("redis.client.Redis", "redis.Redis"),
        ("selenium.webdriver.chrome.webdriver.WebDriver", "selenium.webdriver.Chrome"),
    ],
)
def test_internal_paths_lead_to_the_public_name(written: str, canonical: str) -> None:
    assert known().canonical(written) == canonical


@pytest.mark.parametrize(
    ("name", "verifies"),
    [
        ("unittest.TestCase.assertEqual", "assertion"),
        ("django.test.TestCase.assertContains", "assertion"),
        ("unittest.TestCase.assertRaises", "error"),
        ("unittest.IsolatedAsyncioTestCase.assertRaisesRegex", "error"),
        ("unittest.TestCase.assertWarns", "warning"),
        ("unittest.TestCase.fail", "failure"),
        ("pytest.raises", "error"),
        ("pytest.warns", "warning"),
        ("pytest.fail", "failure"),
        ("pytest.skip", "skip"),
        ("unittest.mock.MagicMock.assert_called_once_with", "mock"),
        ("numpy.testing.assert_allclose", "assertion"),
        ("pandas.testing.assert_frame_equal", "assertion"),
        ("hamcrest.assert_that", "assertion"),
        ("syrupy.assertion.SnapshotAssertion.assert_match", "snapshot"),
        ("hypothesis.given", "property"),
        ("pytest_benchmark.fixture.BenchmarkFixture.__call__", "benchmark"),
        ("requests.Response.raise_for_status", "assertion"),
        ("webtest.TestResponse.mustcontain", "assertion"),
    ],
)
def test_what_verifies_says_how(name: str, verifies: str) -> None:
    assert symbol(name).verifies == verifies


@pytest.mark.parametrize(
    "name", ["pytest.approx", "unittest.TestCase.subTest", "unittest.TestCase.addCleanup", "numpy.array", "pytest.fixture"]
)
def test_helpers_of_tests_verify_nothing(name: str) -> None:
    assert symbol(name).verifies is None


def test_expected_errors_name_their_types_and_the_call_that_they_cover() -> None:
    raises = symbol("pytest.raises")

    assert (raises.expects, raises.covers) == ("0|expected_exception", "1")


@pytest.mark.parametrize(
    ("name", "doubles"),
    [
        ("unittest.mock.patch", "0|target"),
        ("unittest.mock.patch.object", "0.1"),
        ("pytest.MonkeyPatch.setattr", "0.1"),
        ("pytest_mock.MockerFixture.patch", "0|target"),
        ("pytest_mock.MockerFixture.patch.object", "0.1"),
        ("pytest_mock.MockerFixture.spy", "0.1"),
    ],
)
def test_patchers_name_what_they_replace(name: str, doubles: str) -> None:
    assert symbol(name).doubles == doubles


@pytest.mark.parametrize(
    ("name", "cuts"),
    [
        ("responses.activate", ("requests",)),
        ("requests_mock.Mocker", ("requests",)),
        ("respx.mock", ("httpx", "httpcore")),
        ("httpretty.activate", ("http",)),
        ("vcr.use_cassette", ("http",)),
        ("aioresponses.aioresponses", ("aiohttp.ClientSession",)),
        ("moto.mock_aws", ("boto3", "botocore", "aiobotocore", "aioboto3")),
        ("moto.mock_s3", ("boto3", "botocore", "aiobotocore", "aioboto3")),
        ("freezegun.freeze_time", ("clock",)),
        ("time_machine.travel", ("clock",)),
        ("pyfakefs.fake_filesystem_unittest.Patcher", ("filesystem", "temporary-files")),
    ],
)
def test_interceptors_name_what_they_cut(name: str, cuts: tuple[str, ...]) -> None:
    assert symbol(name).cuts == cuts


def test_a_patcher_lives_from_start_to_stop() -> None:
    patch, start, stop = (symbol(f"unittest.mock.{name}") for name in ("patch", "_patch.start", "_patch.stop"))

    assert (patch.opens, patch.lazy, patch.harmful) == ("patcher", True, True)
    assert (start.starts, stop.ends, symbol("unittest.mock.patch.stopall").ends) == (True, "self", "all")


@pytest.mark.parametrize(
    ("made", "ended", "operand"),
    [
        ("subprocess.Popen", "subprocess.Popen.terminate", "self"),
        ("tempfile.mkdtemp", "shutil.rmtree", "0|path"),
        ("threading.Thread", "threading.Thread.join", "self"),
        ("http.server.HTTPServer", "http.server.HTTPServer.server_close", "self"),
        ("docker.models.containers.ContainerCollection.run", "docker.models.containers.Container.remove", "self"),
        ("asyncio.new_event_loop", "asyncio.AbstractEventLoop.close", "self"),
        ("selenium.webdriver.Chrome", "selenium.webdriver.Chrome.quit", "self"),
    ],
)
def test_resources_whose_leak_harms_have_an_end(made: str, ended: str, operand: str) -> None:
    assert symbol(made).opens is not None
    assert symbol(made).harmful
    assert symbol(ended).ends == operand


@pytest.mark.parametrize("name", ["requests.Session", "sqlite3.connect", "httpx.Client", "socket.socket", "builtins.open"])
def test_resources_that_are_collected_do_no_harm(name: str) -> None:
    assert symbol(name).opens is not None
    assert not symbol(name).harmful


@pytest.mark.parametrize(
    ("name", "changes", "restores"),
    [
        ("os.environ.update", ("os.environ",), False),
        ("os.chdir", ("cwd",), False),
        ("contextlib.chdir", ("cwd",), True),
        ("pytest.MonkeyPatch.setenv", ("os.environ",), True),
        ("pytest.MonkeyPatch.chdir", ("cwd",), True),
        ("locale.setlocale", ("locale",), False),
        ("signal.signal", ("signal",), False),
        ("sys.setrecursionlimit", ("recursion-limit",), False),
        ("warnings.simplefilter", ("warnings",), False),
        ("warnings.catch_warnings", ("warnings",), True),
        ("logging.Logger.addHandler", ("logging",), False),
        ("random.seed", ("random-state",), False),
        ("asyncio.set_event_loop_policy", ("event-loop-policy",), False),
        ("time.tzset", ("time-zone",), False),
        ("django.test.override_settings", ("settings",), True),
    ],
)
def test_process_state_is_changed_for_good_or_restored(name: str, changes: tuple[str, ...], restores: bool) -> None:
    assert (symbol(name).changes, symbol(name).restores) == (changes, restores)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("sqlite3.Cursor.execute", ("0", "1")),
        ("sqlalchemy.orm.Session.add", ("0",)),
        ("requests.post", ("1|data", "json", "files")),
        ("starlette.testclient.TestClient.post", ("data", "json", "content", "files")),
        ("pymongo.collection.Collection.insert_one", ("0",)),
    ],
)
def test_what_persists_names_its_data(name: str, data: tuple[str, ...]) -> None:
    assert symbol(name).persists is not None
    assert symbol(name).data == data


def test_what_undoes_writes_is_told_from_what_commits_them() -> None:
    undoing = [name for name in ("rollback", "close", "commit", "flush") if symbol(f"sqlalchemy.orm.Session.{name}").rolls_back]

    assert undoing == ["rollback", "close"]
    assert symbol("sqlalchemy.orm.Session.commit").commits
    assert symbol("sqlalchemy.MetaData.drop_all").rolls_back
    assert symbol("redis.Redis.flushdb").rolls_back


@pytest.mark.parametrize(
    ("name", "timeout"),
    [("requests.get", "timeout"), ("subprocess.run", "timeout"), ("queue.Queue.get", "1|timeout"), ("threading.Thread.join", "0|timeout")],
)
def test_what_may_wait_for_ever_names_its_timeout(name: str, timeout: str) -> None:
    assert (symbol(name).blocks, symbol(name).timeout) == (True, timeout)


@pytest.mark.parametrize(
    ("type_name", "base"),
    [
        ("rest_framework.test.APITestCase", "django.test.TestCase"),
        ("django.test.TestCase", "unittest.TestCase"),
        ("unittest.IsolatedAsyncioTestCase", "unittest.TestCase"),
        ("aiohttp.test_utils.AioHTTPTestCase", "unittest.IsolatedAsyncioTestCase"),
        ("tornado.testing.AsyncHTTPTestCase", "unittest.TestCase"),
        ("twisted.trial.unittest.TestCase", "unittest.TestCase"),
        ("absl.testing.parameterized.TestCase", "unittest.TestCase"),
        ("sqlmodel.Session", "sqlalchemy.orm.Session"),
        ("testcontainers.kafka.KafkaContainer", "testcontainers.core.container.DockerContainer"),
    ],
)
def test_families_know_their_base(type_name: str, base: str) -> None:
    assert known().is_a(type_name, base)
