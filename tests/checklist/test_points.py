"""What the text of tests says: each way to say it holds one of the words by which files are passed over."""

from __future__ import annotations

import re

import pytest

from testaudit.checklist import points
from testaudit.checklist.points import Saying

SAID = [
    (points.ROLLBACK, b"session.rollback()"),
    (points.ROLLBACK, b"connection.begin_nested()"),
    (points.ROLLBACK, b'Session(join_transaction_mode="create_savepoint")'),
    (points.ROLLBACK, b"@pytest.mark.django_db"),
    (points.ROLLBACK, b"class TestA(TestCase):"),
    (points.TRUNCATION, b'execute("TRUNCATE a")'),
    (points.TRUNCATION, b"metadata.drop_all(engine)"),
    (points.TRUNCATION, b'call_command("flush", "--no-input")'),
    (points.TRUNCATION, b"def test_a(transactional_db):"),
    (points.TRUNCATION, b"class TestA(TransactionTestCase):"),
    (points.INTERCEPTORS, b"@responses.activate"),
    (points.INTERCEPTORS, b"def test_a(requests_mock):"),
    (points.INTERCEPTORS, b"import respx"),
    (points.INTERCEPTORS, b"def test_a(httpx_mock):"),
    (points.INTERCEPTORS, b"with aioresponses() as m:"),
    (points.INTERCEPTORS, b"@mock_aws"),
    (points.INTERCEPTORS, b"@pytest.mark.vcr"),
    (points.INTERCEPTORS, b"@pook.on"),
    (points.INTERCEPTORS, b"import httpretty"),
    (points.RESTORING, b"def test_a(monkeypatch):"),
    (points.RESTORING, b"def test_a(mocker):"),
    (points.RESTORING, b"def test_a(tmp_path):"),
    (points.RESTORING, b'patch.object(a, "b")'),
    (points.RESTORING, b"patch.dict(os.environ)"),
    (points.RESTORING, b"copy.deepcopy(a)"),
    (points.UNIQUE, b"uuid4()"),
    (points.UNIQUE, b"uuid1()"),
    (points.UNIQUE, b"secrets.token_hex(4)"),
    (points.UNIQUE, b"Faker()"),
    (points.UNIQUE, b"def test_a(faker):"),
    (points.UNIQUE, b"factory.Sequence(str)"),
    (points.UNIQUE, b"def test_a(tmp_path):"),
    (points.UNIQUE, b"mkdtemp()"),
    (points.UNIQUE, b"def test_a(worker_id):"),
    (points.RESETS, b"f.cache_clear()"),
    (points.RESETS, b"redis.flushdb()"),
    (points.RESETS, b"redis.flushall()"),
    (points.RESETS, b"cache.clear()"),
    (points.RESETS, b"queue.purge()"),
    (points.RESETS, b"queue_delete()"),
    (points.EMBEDDED, b"sqlite+aiosqlite:///a.db"),
    (points.EMBEDDED, b'connect(":memory:")'),
    (points.EMBEDDED, b"duckdb.connect()"),
    (points.EMBEDDED, b"aiosqlite.connect()"),
    (points.EMBEDDED, b"django.db.backends.sqlite3"),
    (points.SEEDS, b"def setUpTestData(cls):"),
    (points.SEEDS, b'call_command("loaddata")'),
    (points.SEEDS, b'    fixtures = ["a.json"]'),
    (points.SEEDS, b"factory.create()"),
    (points.SEEDS, b"objects.bulk_create([])"),
    (points.SEEDS, b"session.add_all([])"),
    (points.SEEDS, b"cursor.executemany(a)"),
    (points.SEEDS, b"seed_users()"),
    (points.TIMEOUTS, b"@pytest.mark.timeout"),
    (points.TIMEOUTS, b"get(timeout = 3)"),
    (points.TIMEOUTS, b"asyncio.timeout(3)"),
    (points.TIMEOUTS, b"wait_for(a)"),
    (points.MIGRATIONS, b"import alembic"),
    (points.MIGRATIONS, b'call_command("makemigrations")'),
    (points.MIGRATIONS, b"manage.py migrate"),
    (points.MIGRATIONS, b"command.upgrade(config)"),
    (points.MIGRATIONS, b"MigrationExecutor(connection)"),
    (points.MIGRATIONS, b"def django_db_setup():"),
    (points.MIGRATIONS, b"migrate()"),
]


@pytest.mark.parametrize(("saying", "text"), SAID, ids=[text.decode() for _, text in SAID])
def test_a_text_that_says_it_holds_a_word_of_it(saying: Saying, text: bytes) -> None:
    assert re.search(saying.pattern, text, re.MULTILINE) is not None
    assert saying.may_be_in(text)


def test_a_text_without_the_words_is_passed_over() -> None:
    assert not points.EMBEDDED.may_be_in(b"def test_a(database): assert database.url")
