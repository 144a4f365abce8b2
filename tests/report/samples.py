"""Documents built by hand: a check with one finding of each kind, and a report on three layers."""

from testaudit.findings import Finding, Fix, Note, Severity
from testaudit.model import Layer, Place
from testaudit.report.documents import (
    CheckDocument,
    ChecklistEntry,
    Evidence,
    FixtureEntry,
    GroupEntry,
    PullEntry,
    Pyramid,
    ReportDocument,
    SessionEntry,
    TestEntry,
    ThresholdEntry,
)

CART = "tests/checkout/test_cart.py"
REGISTER = "tests/users/test_register.py"


def place(path: str, line: int, column: int = 1, end_line: int | None = None, end_column: int | None = None) -> Place:
    return Place(path, line, column, end_line or line, end_column or column + 4)


SHARED = Finding(
    code="TA220",
    rule="shared-mutable-state",
    checklist="isolation.3",
    severity=Severity.ERROR,
    place=place(CART, 12, 5, end_column=22),
    message="`test_add_item` changes `CART`, which `test_total` reads: the one that runs first decides what the other one sees.",
    test=f"{CART}::test_add_item",
    affects=3,
    evidence=(Note(place(CART, 3), "`CART` is defined here"), Note(place(CART, 30, 12), "`test_total` reads it without writing it first")),
    fingerprint="5f1c",
)
IDLE = Finding(
    code="TA140",
    rule="assertion-free-test",
    checklist="design.5",
    severity=Severity.WARNING,
    place=place(CART, 40, 5, end_column=24),
    message="`test_empty_checkout` verifies nothing: it passes whatever `checkout` does, short of raising.",
    test=f"{CART}::test_empty_checkout",
    way_out="assert what `checkout` returns or changes",
    fingerprint="77ab",
)
EMAIL = Finding(
    code="TA230",
    rule="hard-coded-email",
    checklist="isolation.4",
    severity=Severity.ERROR,
    place=place(REGISTER, 21, 33, end_column=52),
    message="`test_register` writes the literal address `alice@example.com` into `users`, and nothing rolls it back.",
    evidence=(Note(place("tests/conftest.py", 12), "`db_session` commits at its end"),),
    fix=Fix("make the address unique per test", (), "unsafe"),
    fixture="db_session",
    fingerprint="0c0d",
)
PATCHER = Finding(
    code="TA213",
    rule="patch-not-stopped",
    checklist="isolation.2",
    severity=Severity.ERROR,
    place=Place(REGISTER, 58, 9, 61, 18),
    message="`self.mailer` is started in `setUp` and never stopped: every later test of the process sees the double.",
    fix=Fix("register `self.addCleanup(self.mailer.stop)`", (), "safe"),
    fingerprint="beef",
)
BROAD = Finding(
    code="TA134",
    rule="broad-raises",
    checklist=None,
    severity=Severity.INFO,
    place=place(REGISTER, 80, 24, end_column=33),
    message="`Exception` is expected here, so that a typo in the test passes as well.",
    fingerprint="ce11",
)
SOURCE = {
    CART: {12: "    CART.append(item)", 40: "def test_empty_checkout(client):"},
    REGISTER: {
        21: "    client.post('/users', json={'email': 'alice@example.com', 'name': 'Alice', 'password': 'correct horse battery staple'})",
        58: "        self.mailer = patch(",
        59: "            'shop.mail.send',",
        60: "            autospec=True,",
        61: "        ).start()",
        80: "    with pytest.raises(Exception):",
    },
}
CHECK = CheckDocument(
    files=12,
    tests=214,
    findings=(SHARED, IDLE, EMAIL, PATCHER, BROAD),
    not_judged=("TA006", "TA130"),
    source_lines=SOURCE,
    version="1.2.3",
)
CLEAN = CheckDocument(files=12, tests=214, version="1.2.3")


def one(message: str, source: str = "", column: int = 1, end_column: int = 2, path: str = "tests/test_a.py") -> CheckDocument:
    """A document with one warning on one line."""
    where = Place(path, 1, column, 1, end_column)
    finding = Finding("TA140", "assertion-free-test", "design.5", Severity.WARNING, where, message, fingerprint="0001")
    return CheckDocument(files=1, tests=1, findings=(finding,), source_lines={path: {1: source}} if source else {}, version="1.2.3")


CLOCK = FixtureEntry("frozen_clock", "function", True, False, "repository", "tests/conftest.py", 70)
ENGINE = FixtureEntry("engine", "session", False, False, "repository", "tests/conftest.py", 12)
SESSION = FixtureEntry("db_session", "function", False, False, "repository", "tests/api/conftest.py", 31, (("tests/conftest.py", 20),))
FOLDER = FixtureEntry("tmp_path", "function", False, False, "builtin", None, None)
LATE = FixtureEntry("late", "function", False, True, "unresolved", None, None)


def entry(
    path: str,
    line: int,
    layer: Layer,
    effects: tuple[str, ...] = (),
    fixtures: tuple[FixtureEntry, ...] = (),
    *,
    certain: bool = True,
    declared: Layer | None = None,
    variants: int = 1,
    session: str = "unit",
) -> TestEntry:
    evidence = (Evidence("tests/conftest.py", 12, "`engine` -> `create_engine`"),) if effects else ()
    return TestEntry(
        id=f"{path}::test_{line}",
        path=path,
        line=line,
        session=session,
        runner="pytest",
        layer=layer,
        variants=variants,
        certain=certain,
        declared_layer=declared,
        effects=effects,
        evidence=evidence,
        fixtures=fixtures,
    )


BROWSE = entry("e2e/test_browse.py", 3, "e2e", ("browser", "http"), session="e2e")
ORDER = entry("tests/api/test_orders.py", 8, "integration", ("database",), (CLOCK, ENGINE, SESSION), certain=False, declared="unit")
PAY = entry("tests/api/test_orders.py", 20, "integration", ("database", "web-app"), (CLOCK, ENGINE, SESSION, LATE), declared="integration")
PRICES = tuple(entry("tests/test_prices.py", line, "unit", (), (CLOCK,), variants=line) for line in range(1, 6))
FILES = entry("tests/test_prices.py", 9, "unit", ("temporary-files",), (CLOCK, FOLDER))
TESTS = (BROWSE, ORDER, PAY, *PRICES, FILES)
CHECKLIST = (
    ChecklistEntry(
        "design.1",
        "Test Design",
        "Test component interactions, not just individual components",
        "met",
        (Evidence("tests/api/test_orders.py", 20, "`client` and `db_session` meet"), Evidence("tests/api/test_orders.py", 8, "and here")),
        ("TA102",),
    ),
    ChecklistEntry("design.2", "Test Design", "Use real dependencies when practical (databases, caches)", "partly", (), ("TA110",)),
    ChecklistEntry(
        "isolation.1",
        "Test Isolation",
        "Use database transactions with rollback",
        "unmet",
        (Evidence("tests/conftest.py", 31, "`db_session` commits"),),
        ("TA201", "TA202"),
    ),
    ChecklistEntry("isolation.5", "Test Isolation", "Reset caches and queues between tests", "not-applicable"),
    ChecklistEntry("environment.2", "Test Environment", "Match production configuration closely", "unknown"),
)
REPORT = ReportDocument(
    sessions=(
        SessionEntry("unit", "pytest", "9.2", ".", "pyproject.toml"),
        SessionEntry("e2e", "pytest", None, "e2e", None),
    ),
    pyramid=Pyramid.of(TESTS),
    tests=TESTS,
    checklist=CHECKLIST,
    not_audited={"doctest": 14},
    thresholds=(ThresholdEntry("unit", ">=60%", 66.67, True), ThresholdEntry("e2e", "<10%", 11.11, False)),
    pulls=(
        PullEntry("engine", "session", False, "repository", "tests/conftest.py", 12, 2, 2, ("database",)),
        PullEntry("client", "function", True, "plugin", None, None, 0, 1, ("web-app",)),
    ),
    by="dir",
    groups=(GroupEntry("e2e", Pyramid.of([BROWSE])), GroupEntry("tests", Pyramid.of(TESTS[1:]))),
    version="1.2.3",
)
EMPTY_REPORT = ReportDocument((), Pyramid(), (), version="1.2.3")
