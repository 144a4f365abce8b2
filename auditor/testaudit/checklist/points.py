"""The points of the checklist, in its own order and words, with the pattern that speaks for each where text can."""

from __future__ import annotations

from testaudit.records import dataclass

GROUPS = {
    "design": "Test Design",
    "isolation": "Test Isolation",
    "environment": "Test Environment",
    "performance": "Performance",
    "pipeline": "CI/CD Integration",
}


@dataclass(slots=True, frozen=True)
class Point:
    """One point: `design.1`, and what it asks for."""

    id: str
    item: str

    @property
    def group(self) -> str:
        return GROUPS[self.id.partition(".")[0]]


POINTS = (
    Point("design.1", "Test component interactions, not just individual components"),
    Point("design.2", "Use real dependencies when practical (databases, caches)"),
    Point("design.3", "Mock only external services you don't control"),
    Point("design.4", "Test both success and error paths"),
    Point("design.5", "Verify data flows correctly between components"),
    Point("isolation.1", "Use database transactions with rollback"),
    Point("isolation.2", "Clean up created resources after tests"),
    Point("isolation.3", "Avoid shared mutable state between tests"),
    Point("isolation.4", "Use unique test data to prevent conflicts"),
    Point("isolation.5", "Reset caches and queues between tests"),
    Point("environment.1", "Use in-memory or containerized databases"),
    Point("environment.2", "Match production configuration closely"),
    Point("environment.3", "Use Docker Compose for complex setups"),
    Point("environment.4", "Seed databases with known test data"),
    Point("environment.5", "Configure timeouts appropriately"),
    Point("performance.1", "Share expensive resources across tests"),
    Point("performance.2", "Use module/session scope for setup"),
    Point("performance.3", "Run integration tests in parallel when possible"),
    Point("performance.4", "Keep individual tests focused and fast"),
    Point("performance.5", "Use database transactions instead of truncation"),
    Point("pipeline.1", "Run integration tests on every PR"),
    Point("pipeline.2", "Separate from unit tests in CI pipeline"),
    Point("pipeline.3", "Set appropriate timeout limits"),
    Point("pipeline.4", "Generate clear failure reports"),
    Point("pipeline.5", "Include database migration tests"),
)


@dataclass(slots=True, frozen=True)
class Saying:
    """What the text of tests says when a pattern matches. Each match holds one of the `words`, in lower case where `folded`: files without
    them, nearly all, need no search, and words are found 20 times as fast as a pattern's alternatives."""

    pattern: bytes
    words: tuple[bytes, ...]
    folded: bool = False

    def may_be_in(self, text: bytes) -> bool:
        """Whether the pattern could match."""
        searched = text.lower() if self.folded else text
        return any(word in searched for word in self.words)


ROLLBACK = Saying(
    rb"\brollback\(|\bbegin_nested\(|\bjoin_transaction_mode\b|\bdjango_db\b|\(TestCase\)|\bdb_session\b.*rollback",
    (b"rollback", b"begin_nested(", b"join_transaction_mode", b"django_db", b"(TestCase)"),
)
TRUNCATION = Saying(
    rb"(?i)\btruncate\b|\bdrop_all\(|\bflush\b.*--no-input|transactional_db|TransactionTestCase",
    (b"truncate", b"drop_all(", b"--no-input", b"transactional_db", b"transactiontestcase"),
    folded=True,
)
INTERCEPTORS = Saying(
    rb"\bresponses\.activate\b|\brequests_mock\b|\brespx\b|\bhttpx_mock\b|\baioresponses\b|\bmock_aws\b|\bvcr\b|\bpook\b|\bhttpretty\b",
    (b"responses.activate", b"requests_mock", b"respx", b"httpx_mock", b"aioresponses", b"mock_aws", b"vcr", b"pook", b"httpretty"),
)
RESTORING = Saying(
    rb"\bmonkeypatch\b|\bmocker\b|\btmp_path\b|\bpatch\.(?:object|dict)\(|\bcopy\.deepcopy\(",
    (b"monkeypatch", b"mocker", b"tmp_path", b"patch.object(", b"patch.dict(", b"copy.deepcopy("),
)
UNIQUE = Saying(
    rb"\buuid[14]\(|\btoken_hex\(|\b[Ff]aker\b|\bSequence\(|\btmp_path\b|\bmkdtemp\(|\bworker_id\b",
    (b"uuid1(", b"uuid4(", b"token_hex(", b"aker", b"Sequence(", b"tmp_path", b"mkdtemp(", b"worker_id"),
)
RESETS = Saying(
    rb"\bcache_clear\(|\bflushdb\(|\bflushall\(|\bcache\.clear\(|\bpurge\(|\bqueue_delete\(",
    (b"cache_clear(", b"flushdb(", b"flushall(", b"cache.clear(", b"purge(", b"queue_delete("),
)
EMBEDDED = Saying(
    rb"\bsqlite(?:\+\w+)?:///?|['\"]:memory:|\bduckdb(?:\.connect\(|:///)|\b(?:aio)?sqlite3?\.connect\(|\bdb\.backends\.sqlite3\b",
    (b"sqlite", b":memory:", b"duckdb"),
)
SEEDS = Saying(
    rb"\bsetUpTestData\b|\bloaddata\b|^\s+fixtures = \[|\bfactory\.|\bbulk_create\(|\badd_all\(|\bexecutemany\(|\bseed\w*\(",
    (b"setUpTestData", b"loaddata", b"fixtures = [", b"factory.", b"bulk_create(", b"add_all(", b"executemany(", b"seed"),
)
TIMEOUTS = Saying(
    rb"\bmark\.timeout\b|\btimeout\s*=\s*\d[\d_]*(?:\.\d+)?|\basyncio\.timeout\(|\bwait_for\(",
    (b"timeout", b"wait_for("),
)
MIGRATIONS = Saying(
    rb"\balembic\b|\bmakemigrations\b|manage\.py migrate\b|command\.upgrade\(|\bMigrationExecutor\b|django_db_setup|\bmigrate\(",
    (b"alembic", b"makemigrations", b"manage.py migrate", b"command.upgrade(", b"MigrationExecutor", b"django_db_setup", b"migrate("),
)

# Of pipelines and configurations, which are short.
PARALLEL = rb"(?:pytest|addopts).*\s-n[ =]?(?:auto|logical|\d+)|--numprocesses"
PULL_REQUEST = rb"\bpull_request\b|merge_request_event|\bpr:\s|only:.*merge_requests"
RUNS_TESTS = (
    rb"\bpytest\b|\btox\b|\bnox\b|\bhatch (?:run|test)\b|\bmake (?:test|check)|\bunittest\b|manage\.py test|\bjust test"
    rb"|(?:\./|\b(?:bash|sh|run) +)[\w./-]*\btests?\b"
)
SEPARATED = rb"(?i)(?:tests?[/_-](?:unit|integration|e2e)|(?:unit|integration|e2e)[/_-]?tests?|-m\s*[\"']?(?:not )?(?:unit|integration|e2e|slow)|tox -e \S*(?:unit|integration))"  # noqa: E501  # one alternation
JOB_TIMEOUT = rb"\btimeout-minutes:|^\s*timeout:|timeoutInMinutes|no_output_timeout"
REPORTS = (
    rb"--junit-?xml|--html|\bcodecov\b|\bcoveralls\b|\bcoverage (?:xml|html|report)\b|--cov\b|upload-artifact|store_test_results|junit:"
)
