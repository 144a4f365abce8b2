"""Several processes that each read a share of a suite say together what one process says of all."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from testaudit.check import RuleCard, Tier, catalogue
from testaudit.check.baseline import entries, write_baseline
from testaudit.check.bench import seat
from testaudit.config import load_config
from testaudit.model import Suite
from testaudit.outcome import Least, outcome
from testaudit.processes import can_fork
from testaudit.report import as_json
from testaudit.report.documents import CheckDocument
from testaudit.sharing import dealt, parts
from testaudit.suites import prepare, uncollected
from tests.auditing import places, write
from tests.sharing_rules.crowded_name import names

pytestmark = pytest.mark.skipif(not can_fork(), reason="this system does not fork")

SHARED = ["crowded-name", "idle-fixture", "stumbling"]
SMALL = Least(1, 1)


def rulebook() -> tuple[RuleCard, ...]:
    return tuple(sorted([*catalogue(), *catalogue(built_in="tests.sharing_rules")]))


def said(root: Path, jobs: int, select: Sequence[str], paths: Sequence[str] = (), **options: object) -> CheckDocument:
    """The document on a folder by so many processes."""
    config = load_config(root, {"select": list(select)} | options)
    with uncollected():
        return outcome(prepare([str(root / path) for path in paths] or [str(root)], config), rulebook(), jobs, SMALL)


def both(
    root: Path, files: Mapping[str, str], select: Sequence[str], jobs: int = 2, paths: Sequence[str] = (), **options: object
) -> CheckDocument:
    """What several processes say of these files, held against what one says; they must indeed have read a share each."""
    write(root, {"pyproject.toml": "[tool.pytest.ini_options]\n", **files})
    config = load_config(root, {"select": list(select)} | options)
    found = prepare([str(root / path) for path in paths] or [str(root)], config)
    bench = seat([card for card in rulebook() if card.code in select or card.name in select], config, found.discovery.is_whole)
    assert parts(found, bench, jobs, 1) is not None, "nothing was shared out"

    document = said(root, jobs, select, paths, **options)

    assert document == said(root, 1, select, paths, **options)
    return document


def hands(root: Path, files: Mapping[str, str], jobs: int, least: int = 1) -> list[list[str]]:
    """The files that each process reads."""
    write(root, {"pyproject.toml": "[tool.pytest.ini_options]\n", **files})
    found = prepare([str(root)], load_config(root, {}))
    return [[path for paths in hand.values() for path in paths] for hand in dealt(found, jobs, least)]


# ------------------------------------------------------------------------------------------------------------------ the shares


def test_files_are_cut_where_each_process_has_as_many_bytes(tmp_path: Path) -> None:
    files = {"a/test_1.py": "#" * 100, "a/test_2.py": "#" * 100, "b/test_3.py": "#" * 300, "b/test_4.py": "#" * 100}

    assert hands(tmp_path, files, 2) == [["a/test_1.py", "a/test_2.py"], ["b/test_3.py", "b/test_4.py"]]


def test_there_are_no_more_shares_than_bytes_to_read(tmp_path: Path) -> None:
    files = {f"test_{number}.py": "#" * 100 for number in range(4)}

    assert hands(tmp_path, files, 8, least=200) == [["test_0.py", "test_1.py"], ["test_2.py", "test_3.py"]]
    assert hands(tmp_path, files, 8, least=500) == [["test_0.py", "test_1.py", "test_2.py", "test_3.py"]]


def test_a_suite_without_files_is_nobodys(tmp_path: Path) -> None:
    assert hands(tmp_path, {}, 2) == []


# ----------------------------------------------------------------------------------------------------------------- the verdicts

ALIKE = {"test_a.py": "def test_same(): ...\n", "test_b.py": "def test_same(): ...\n", "test_c.py": "def test_other(): ...\n"}


def test_a_rule_hears_what_the_other_shares_tell(tmp_path: Path) -> None:
    document = both(tmp_path, ALIKE, ["crowded-name"], jobs=3)

    assert [(f.place.path, f.message) for f in document.findings] == [
        ("test_a.py", "2 tests are called test_same"),
        ("test_b.py", "2 tests are called test_same"),
    ]
    assert (document.files, document.tests) == (3, 3)


def test_what_several_have_read_one_of_them_judges(tmp_path: Path) -> None:
    conftest = "import pytest\n\n\n@pytest.fixture\ndef db():\n    return 1\n"
    files = {"conftest.py": conftest, "test_a.py": "def test_a(db): ...\n", "test_b.py": "def test_b(db): ...\n"}

    document = both(tmp_path, files, ["idle-fixture"])

    assert [(f.place.path, f.place.line, f.affects) for f in document.findings] == [
        ("conftest.py", 1, 1),
        ("conftest.py", 4, 1),
        ("pyproject.toml", 1, 1),
        ("test_a.py", 1, 1),
        ("test_b.py", 1, 1),
    ]


def test_a_conftest_of_two_sessions_is_judged_in_both_of_them(tmp_path: Path) -> None:
    session = "[[tool.testaudit.sessions]]\nid = '{0}'\nroot = '.'\nargs = ['{0}']\n"
    settings = "[tool.pytest.ini_options]\n" + "".join(map(session.format, ("one", "two")))
    conftest = "import pytest\n\n\n@pytest.fixture\ndef db():\n    return 1\n"
    files = {
        "pyproject.toml": settings,
        "conftest.py": conftest,
        "one/test_a.py": "def test_a(db): ...\n",
        "two/test_b.py": "def test_b(db): ...\n",
    }

    document = both(tmp_path, files, ["idle-fixture"])

    assert [(f.place.path, f.place.line, f.affects) for f in document.findings] == [
        ("conftest.py", 1, 2),
        ("conftest.py", 4, 2),
        ("one/test_a.py", 1, 1),
        ("pyproject.toml", 1, 1),
        ("two/test_b.py", 1, 1),
    ]


CONFTEST = """
import pytest


@pytest.fixture
def needy(nobody):
    return nobody


@pytest.fixture(scope="session")
def wide(narrow):
    return narrow


@pytest.fixture
def narrow():
    return 1
"""


def test_one_cause_in_a_conftest_affects_the_tests_of_all_shares(tmp_path: Path) -> None:
    tests = "import pytest\n\n\ndef test_needs(needy):\n    assert needy\n\n\ndef test_widely(wide):\n    assert wide\n"
    files = {"tests/conftest.py": CONFTEST} | {f"tests/test_{number}.py": tests for number in range(5)}

    document = both(tmp_path, files, ["TA001", "TA002", "TA003"], jobs=4)

    assert [(f.code, f.place.path, f.place.line, f.affects, f.evidence[-1].place.path) for f in document.findings] == [
        ("TA001", "tests/conftest.py", 6, 5, "tests/test_0.py"),
        ("TA002", "tests/conftest.py", 11, 5, "tests/test_0.py"),
    ]
    assert "5 tests end" in document.findings[0].message


def test_plugins_that_a_test_file_names_are_there_for_all_shares(tmp_path: Path) -> None:
    plugin = "import pytest\n\n\n@pytest.fixture\ndef given():\n    return 1\n"
    files = {
        "plugin.py": plugin,
        "test_a.py": "import pytest\n\n\ndef test_a(given): ...\n\n\ndef test_b(gone): ...\n",
        "test_b.py": "pytest_plugins = ['plugin']\n",
    }

    document = both(tmp_path, files, ["TA001"])

    assert places(document) == [("TA001", "test_a.py", 7)]


def test_a_file_whose_tests_another_share_inherits_is_test_code_for_all(tmp_path: Path) -> None:
    files = {
        "base.py": "class Base:\n    def test_it(self):\n        assert True\n",
        "test_a.py": "from base import Base\n\n\nclass TestA(Base): ...\n",
        "test_b.py": "import base\n\n\ndef test_b():\n    assert base\n",
    }

    document = both(tmp_path, files, ["crowded-name"])

    assert document.followed == (0, 0)


def test_suppressions_and_idle_ones_are_the_same(tmp_path: Path) -> None:
    files = {
        "tests/conftest.py": CONFTEST.replace("(nobody):", "(nobody):  # testaudit: ignore[TA001] known")
        + "\n# testaudit: ignore[TA001] of nothing\nX = 1\n",
        "tests/test_a.py": "import pytest\n\n\ndef test_needs(needy): ...\n",
        "tests/test_b.py": "import pytest\n\n\ndef test_needs(needy): ...  # testaudit: ignore[TA001] idle\n",
    }

    document = both(tmp_path, files, ["TA001", "TA008"])

    assert places(document) == [("TA008", "tests/conftest.py", 19), ("TA008", "tests/test_b.py", 4)]
    assert document.source_lines["tests/test_b.py"] == {4: "def test_needs(needy): ...  # testaudit: ignore[TA001] idle"}


def test_a_run_over_a_folder_reports_that_folder(tmp_path: Path) -> None:
    files = {"one/test_a.py": "def test_same(): ...\n", "one/test_b.py": "def test_same(): ...\n", "two/test_c.py": "def test_c(): ...\n"}

    document = both(tmp_path, files, ["crowded-name", "idle-fixture"], paths=["one"])

    assert document.not_judged == ("TA951",)
    assert document.judged_files == frozenset({"one/test_a.py", "one/test_b.py"})
    assert [f.place.path for f in document.findings] == ["one/test_a.py", "one/test_b.py"]


def test_a_baseline_is_kept_to(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "[tool.pytest.ini_options]\n", **ALIKE})
    first = said(tmp_path, 1, ["crowded-name"]).findings[:1]
    write_baseline(tmp_path / "accepted.json", entries(first))

    document = both(tmp_path, ALIKE, ["crowded-name"], baseline="accepted.json")

    assert [f.place.path for f in document.findings] == ["test_b.py"]


def test_a_rule_that_fails_in_several_shares_is_told_once(tmp_path: Path) -> None:
    files = {f"test_{name}.py": f"def test_stumble_{name}(): ...\n" for name in "abc"}

    document = both(tmp_path, files, ["stumbling"], jobs=3)

    assert [(e.path, e.line) for e in document.errors] == [("test_a.py", 1)]
    assert "could not judge this: KeyError: 'test_stumble_a'" in document.errors[0].message


def test_a_file_that_python_cannot_read_is_told_once(tmp_path: Path) -> None:
    document = both(tmp_path, ALIKE | {"test_d.py": "def test_(\n"}, ["TA009", "crowded-name"], jobs=4)

    assert [(f.code, f.place.path) for f in document.findings] == [("TA951", "test_a.py"), ("TA951", "test_b.py"), ("TA009", "test_d.py")]


LOST = ["TA004", "TA006", "TA012", "TA013", "TA014", "TA015", "TA016"]
CONTRACT = "import pytest\n\n\nclass {}:\n    def test_price(self):\n        assert self.price\n\n\ndef test_one():\n    assert 1\n"
BASE = """
import pytest


class Base:
    @pytest.fixture(scope="class", autouse=True)
    def prepared(self):
        self.orders = ["tea"]

    def test_orders(self):
        assert self.orders
"""
FIXTURES_OF_ALL = """
import pytest


@pytest.fixture
def door():
    return 1


@pytest.fixture
def gate():
    return 1
"""
DERIVED = "from tests.base import Base\n\n\nclass Test{}(Base):\n    def test_own(self):\n        assert 1\n"


def test_what_another_share_uses_is_neither_lost_nor_unused(tmp_path: Path) -> None:
    files = {
        "tests/conftest.py": FIXTURES_OF_ALL,
        "tests/test_a.py": CONTRACT.format("Contract"),
        "tests/test_b.py": CONTRACT.format("Nobody"),
        "tests/test_c.py": "from tests.test_a import Contract\n\n\nclass TestC(Contract):\n    price = 1\n",
        "tests/test_d.py": "def test_door(door):\n    assert door\n",
    }

    document = both(tmp_path, files, LOST, jobs=4)

    assert places(document) == [("TA006", "tests/conftest.py", 10), ("TA004", "tests/test_b.py", 4)]


def test_what_a_base_class_loses_is_told_once(tmp_path: Path) -> None:
    files = {"tests/__init__.py": "", "tests/base.py": BASE} | {f"tests/test_{n}.py": DERIVED.format(n) for n in "abcd"}

    document = both(tmp_path, files, LOST, jobs=4)

    assert [(f.code, f.place.path, f.place.line, f.affects) for f in document.findings] == [("TA012", "tests/base.py", 8, 1)]


def test_tests_of_one_base_that_nobody_awaits_are_counted_over_all_shares(tmp_path: Path) -> None:
    base = "import unittest\n\n\nclass Base(unittest.TestCase):\n    async def test_price(self):\n        self.assertEqual(1, 2)\n"
    files = {"tests/__init__.py": "", "tests/base.py": base} | {f"tests/test_{n}.py": DERIVED.format(n) for n in "abcd"}

    document = both(tmp_path, files, LOST, jobs=4)

    found = [(f.code, f.place.path, f.place.line, f.affects) for f in document.findings]
    assert found == [("TA013", "tests/base.py", 5, 8)]  # each file collects `Base`, too


def test_a_mark_in_another_share_says_that_there_is_a_plugin(tmp_path: Path) -> None:
    coroutine = "import pytest\n\n\n{}async def test_price():\n    assert 1\n"
    marked = coroutine.format("@pytest.mark.asyncio\n")
    plain = {"requirements.txt": "pytest\n", "tests/test_a.py": coroutine.format("")}

    assert places(both(tmp_path / "one", {**plain, "tests/test_b.py": marked}, LOST)) == []
    assert places(both(tmp_path / "two", {**plain, "tests/test_b.py": "def test_b(): ...\n"}, LOST)) == [("TA013", "tests/test_a.py", 4)]


def test_a_fixture_of_another_share_is_one(tmp_path: Path) -> None:
    files = {
        "tests/__init__.py": "",
        "tests/test_a.py": "from tests.test_b import room\n\n\ndef test_room():\n    assert room()\n",
        "tests/test_b.py": "import pytest\n\n\n@pytest.fixture\ndef room():\n    return 1\n\n\ndef test_b(room):\n    assert room\n",
    }

    assert places(both(tmp_path, files, LOST)) == [("TA014", "tests/test_a.py", 5)]


# ------------------------------------------------------------------------------------------------------------- one after all


def test_what_a_share_cannot_tell_one_process_says(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "", **ALIKE, "test_d.py": "def test_unspeakable(): ...\n"})

    document = said(tmp_path, 2, SHARED)

    assert document == said(tmp_path, 1, SHARED)
    assert [e.message for e in document.errors] == ["TA953 stumbling could not judge this: ValueError: no word of it (stumbling.py:9)"]


def test_a_rule_that_does_not_say_what_it_needs_has_one_process_read_all(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "", **ALIKE})

    document = said(tmp_path, 2, ["unshared"])

    assert document == said(tmp_path, 1, ["unshared"])
    assert [f.message for f in document.findings] == ["one of 3"] * 3


def test_a_telling_that_no_rule_announces_is_refused() -> None:
    with pytest.raises(LookupError, match=r"gathers=\(names, …\)"):
        Suite([], True, shares=2).gather(names)
    assert len(Suite([], True).gather(names)) == 1


def test_progress_counts_the_files_of_all(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "", **ALIKE})
    told: list[int] = []
    config = load_config(tmp_path, {"select": ["crowded-name"]})

    outcome(prepare([str(tmp_path)], config, told.append), rulebook(), 3, SMALL)

    assert told[-1] == 3


# ------------------------------------------------------------------------------------------------------------- whole suites

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


def test_no_rule_that_is_on_by_default_has_one_process_read_all() -> None:
    usual = [card for card in catalogue() if card.tier in (Tier.DEFAULT, Tier.GATE)]

    assert [card.code for card in usual if card.load().tellings is None] == []


@pytest.mark.parametrize("jobs", [2, 4])
@pytest.mark.parametrize("suite", ["healthy_shop", "leaky_shop", "browser_shop", "fixable_suite", "pytest_features"])
def test_a_sample_suite_gets_the_same_verdict(suite: str, jobs: int) -> None:
    shareable = [card.code for card in catalogue() if card.load().tellings is not None]
    root = FIXTURES / suite

    for options in ({"select": shareable}, {"strict": True}):
        config = load_config(root, options)
        with uncollected():
            shared = outcome(prepare([str(root)], config), catalogue(), jobs, SMALL)
            alone = outcome(prepare([str(root)], config), catalogue(), 1)
        assert as_json.check(shared) == as_json.check(alone)


def test_the_leaky_sample_is_indeed_read_in_shares() -> None:
    root = FIXTURES / "leaky_shop"
    config = load_config(root, {"select": ["TA001", "TA002", "TA003", "TA130"]})

    document = said(root, 2, ["TA001", "TA002", "TA003", "TA130"])

    found = prepare([str(root)], config)
    bench = seat([card for card in catalogue() if card.code in (config.select or ())], config, found.discovery.is_whole)
    assert len(parts(found, bench, 2, 1) or ()) == 2
    assert places(document) == [
        ("TA002", "tests/conftest.py", 41),
        ("TA130", "tests/unit/test_basket.py", 20),
        ("TA003", "tests/unit/test_nightly.py", 11),
        ("TA001", "tests/unit/test_nightly.py", 28),
    ]
