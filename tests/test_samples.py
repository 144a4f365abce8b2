"""Whole sample suites through the command line: one that deserves trust, one that leaks everywhere, one that is a pyramid."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
REFUSED_BY_PYTEST = ("tests/unit/test_stock.py", "tests/unit/test_vouchers.py")

LEAKS = """
tests/conftest.py:20:1: TA410
tests/conftest.py:37:12: TA210
tests/conftest.py:41:13: TA002
tests/integration/test_accounts.py:10:28: TA230
tests/integration/test_packing.py:18:5: TA211
tests/unit/test_basket.py:20:5: TA130
tests/unit/test_basket.py:20:5: TA222
tests/unit/test_basket.py:34:5: TA220
tests/unit/test_basket.py:48:9: TA221
tests/unit/test_basket.py:53:5: TA140
tests/unit/test_mail.py:12:23: TA213
tests/unit/test_nightly.py:11:14: TA003
tests/unit/test_nightly.py:28:32: TA001
tests/unit/test_nightly.py:33:12: TA014
tests/unit/test_nightly.py:39:5: TA016
tests/unit/test_nightly.py:45:9: TA012
tests/unit/test_packing.py:6:5: TA005
tests/unit/test_payments.py:26:10: TA134
tests/unit/test_payments.py:34:51: TA008
tests/unit/test_returns.py:16:1: TA006
tests/unit/test_returns.py:29:18: TA010
tests/unit/test_returns.py:37:7: TA004
tests/unit/test_returns.py:43:15: TA013
tests/unit/test_settings.py:14:5: TA223
tests/unit/test_settings.py:20:5: TA225
tests/unit/test_settings.py:26:5: TA224
tests/unit/test_stock.py:6:2: TA011
tests/unit/test_stock.py:12:2: TA015
tests/unit/test_vouchers.py:7:39: TA009
"""

LAYERS = {
    "tests/e2e/test_buying.py::test_tea_is_put_into_the_basket": ("e2e", ["browser"]),
    "tests/e2e/test_search.py::SearchTest::test_tea_is_found": ("e2e", ["browser"]),
    "tests/integration/test_orders.py::test_an_order_is_found_again": ("integration", ["database", "container"]),
    "tests/integration/test_orders.py::test_there_are_none_at_first": ("integration", ["database", "container"]),
    "tests/integration/test_stock.py::test_what_is_filled_in_is_there": ("integration", ["cache"]),
    "tests/integration/test_web.py::test_a_price_has_its_tax": ("integration", ["web-app"]),
    "tests/integration/test_web.py::test_an_unknown_article_has_no_price": ("integration", ["http", "subprocess"]),
    "tests/integration/test_web.py::test_compose_knows_the_service": ("integration", ["subprocess"]),
    "tests/unit/test_export.py::test_an_order_is_written_as_json": ("unit", ["filesystem", "temporary-files"]),
    "tests/unit/test_prices.py::test_tax_is_added": ("unit", []),
    "tests/unit/test_prices.py::test_no_tax_is_negative": ("unit", []),
    "tests/unit/test_prices.py::test_dollars_follow_the_rate": ("unit", []),
    "tests/unit/test_stock.py::test_what_is_filled_in_is_there": ("unit", []),
    "tests/unit/test_stock.py::test_nothing_is_there_at_first": ("unit", []),
}


def copied(name: str, folder: Path) -> Path:
    """A copy of a sample suite, in a folder of its own, as if it were a repository."""
    ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache", "*.db")
    return Path(shutil.copytree(FIXTURES / name, folder / name, ignore=ignored))


def run(suite: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m …` in a suite, undisturbed by how these tests are run themselves."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "SHOP_", "TESTAUDIT_"))}
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=suite, capture_output=True, text=True, check=False, encoding="utf-8", env=inherited)


def run_pytest(suite: Path, *arguments: str) -> dict[str, int]:
    """How many of a suite's tests end how, by pytest itself."""
    ended = run(suite, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *arguments)
    counts = ended.stdout.splitlines()[-1].partition(" in ")[0].split(", ")
    return {outcome: int(number) for number, outcome in (count.split() for count in counts) if not outcome.startswith("warning")}


@pytest.fixture
def healthy(tmp_path: Path) -> Path:
    return copied("healthy_shop", tmp_path)


@pytest.fixture
def leaky(tmp_path: Path) -> Path:
    return copied("leaky_shop", tmp_path)


@pytest.fixture
def pyramid(tmp_path: Path) -> Path:
    return copied("browser_shop", tmp_path)


@pytest.mark.parametrize("arguments", [(), ("--strict",)])
def test_a_healthy_suite_has_no_findings(healthy: Path, arguments: tuple[str, ...]) -> None:
    ended = run(healthy, "testaudit", "check", *arguments)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "No findings in 21 tests (9 files).\n", "")


def test_a_healthy_suite_passes_as_often_as_one_likes(healthy: Path) -> None:
    assert [run_pytest(healthy) for _ in range(2)] == [{"passed": 25}, {"passed": 25}]


def test_every_planted_defect_is_found_and_nothing_else(leaky: Path) -> None:
    ended = run(leaky, "testaudit", "check", "--strict", "--format", "concise")

    assert (ended.returncode, ended.stderr) == (1, "")
    assert [" ".join(line.split(" ")[:2]) for line in ended.stdout.splitlines()] == LEAKS.split("\n")[1:-1]


def test_a_leaky_suite_passes_once(leaky: Path) -> None:
    left_out = [f"--ignore={path}" for path in REFUSED_BY_PYTEST]

    assert run_pytest(leaky, *left_out) == {"passed": 28, "skipped": 6}
    assert run_pytest(leaky, *left_out) == {"failed": 1, "passed": 27, "skipped": 6}


@pytest.mark.parametrize("path", REFUSED_BY_PYTEST)
def test_pytest_refuses_what_is_left_out(leaky: Path, path: str) -> None:
    assert run(leaky, "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", path).returncode == pytest.ExitCode.INTERRUPTED


def test_every_test_of_a_pyramid_has_its_layer(pyramid: Path) -> None:
    ended = run(pyramid, "testaudit", "report", "--format", "json")

    tests = json.loads(ended.stdout)["tests"]
    assert {test["id"]: (test["layer"], test["effects"]) for test in tests} == LAYERS
    assert [test["id"] for test in tests if not test["certain"]] == []


def test_a_pyramid_has_no_findings(pyramid: Path) -> None:
    ended = run(pyramid, "testaudit", "check", "--strict")

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "No findings in 14 tests (8 files).\n", "")
