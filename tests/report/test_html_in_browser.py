"""The page in a real browser: search, keyboard, dark mode, narrow windows, many tests."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from testaudit.report.documents import PullEntry, Pyramid, ReportDocument
from testaudit.report.html import render
from tests.browser import Page, chromium, find_chromium
from tests.report.samples import FILES, ORDER, REPORT, entry

MANY = 20_000
CLIENT = PullEntry("engine", "function", False, "repository", "tests/conftest.py", 30, 2, 2, ("web-app",))
SUITE = replace(REPORT, pulls=(REPORT.pulls[0], CLIENT), asks=((1, 0),))
ROWS = "[...document.querySelectorAll('#rows > tr:not(.evidence) button')].map(b => b.textContent)"
COUNT = "document.getElementById('count').textContent"
FOCUSED = "document.activeElement.id || document.activeElement.textContent"
CONTRAST = """(() => {
  const linear = c => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(c => linear(c / 255));
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const back = element => {
    for (let at = element; at; at = at.parentElement) {
      const own = getComputedStyle(at).backgroundColor;
      if (!own.endsWith(", 0)") && own !== "transparent") return own;
    }
  };
  const texts = "h1, h2, h3, p, td, th, label, code, summary, button:not([hidden]), .tag, .mark, .dim:not(text)";
  return [...document.querySelectorAll(texts)].filter(e => e.textContent.trim()).map(e => {
    const [a, b] = [light(getComputedStyle(e).color), light(back(e))].sort((x, y) => y - x);
    return [(a + .05) / (b + .05), e.outerHTML.slice(0, 80)];
  }).filter(([ratio]) => ratio < 4.5);
})()"""
"""The texts whose contrast is below what the Web Content Accessibility Guidelines (1.4.3) ask for."""

pytestmark = pytest.mark.skipif(
    find_chromium() is None or os.name == "nt", reason="no Chromium on the path (or in CHROMIUM): the page is not tried in a browser"
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def page(browser: Page, tmp_path: Path) -> Page:
    shown(browser, tmp_path, SUITE)
    browser.prefer("light")
    browser.resize(1200, 900)
    return browser


def shown(browser: Page, folder: Path, document: ReportDocument) -> None:
    file = folder / "report.html"
    file.write_text(render(document), encoding="utf-8")
    browser.requested.clear()
    browser.open(file)


def test_nothing_is_fetched(page: Page, tmp_path: Path) -> None:
    assert page.requested == [(tmp_path / "report.html").as_uri()]
    assert page.value(COUNT) == "9 tests"


def test_a_search_finds_tests_by_name_path_fixture_and_evidence(page: Page) -> None:
    page.press("/")
    page.type("db_session create_engine")
    page.wait_for(f"{COUNT} !== '9 tests'")

    assert page.value(COUNT) == "2 of 9 tests"
    assert page.value(ROWS) == ["test_8", "test_20"]


def test_escape_empties_the_search(page: Page) -> None:
    page.press("/")
    page.type("browse")
    page.wait_for(f"{COUNT} === '1 of 9 tests'")

    page.press("Escape")

    assert page.value(COUNT) == "9 tests"


def test_layers_effects_and_doubts_narrow_the_table(page: Page) -> None:
    def narrowed(control: str, change: str) -> object:
        page.value(f"(e => {{ {change}; e.dispatchEvent(new Event('change')) }})(document.getElementById('{control}'))")
        return page.value(ROWS)

    assert narrowed("layer", "e.value = 'e2e'") == ["test_3"]
    assert narrowed("layer", "e.value = ''; document.getElementById('effect').value = 'temporary-files'") == [FILES.id.partition("::")[2]]
    assert narrowed("effect", "e.value = ''; document.getElementById('uncertain').checked = true") == [ORDER.id.partition("::")[2]]


def test_all_is_reached_by_keys(page: Page) -> None:
    page.press("/")
    assert page.value(FOCUSED) == "search"

    page.press("ArrowDown")
    page.press("ArrowDown")
    assert page.value(FOCUSED) == "test_8"

    page.press("Enter")
    assert page.value("document.activeElement.getAttribute('aria-expanded')") == "true"
    assert page.value("document.querySelector('.evidence li').textContent") == "tests/conftest.py:12 engine -> create_engine"

    page.press("Enter")
    assert page.value("document.querySelectorAll('.evidence').length") == 0

    page.press("ArrowUp")
    page.press("ArrowUp")
    assert page.value(FOCUSED) == "search"


def test_the_first_tab_leads_past_the_summary(page: Page) -> None:
    page.press("Tab")
    assert page.value(FOCUSED) == "To the tests"

    page.press("Enter")
    page.wait_for("document.activeElement.id === 'tests'")


def test_a_fixture_of_the_graph_leads_to_its_tests(page: Page) -> None:
    page.value("document.querySelector('.graph a').focus()")
    page.press("Enter")

    assert page.value(COUNT) == "2 of 9 tests with the fixture engine"
    assert page.value(FOCUSED) == "tests"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(page: Page, scheme: str) -> None:
    page.prefer(scheme)

    assert page.value("matchMedia('(prefers-color-scheme: dark)').matches") is (scheme == "dark")
    assert page.value(CONTRAST) == []


def test_dark_mode_is_dark(page: Page) -> None:
    page.prefer("dark")

    assert page.value("getComputedStyle(document.body).backgroundColor") == "rgb(15, 19, 24)"


def test_a_narrow_window_is_not_scrolled_sideways(page: Page) -> None:
    page.resize(360, 800)

    assert page.value("document.documentElement.scrollWidth <= document.documentElement.clientWidth") is True


def test_every_control_has_a_name(page: Page) -> None:
    nameless = """[...document.querySelectorAll('input, select, button, a, [role=region], svg[role=img]')].filter(e =>
        !(e.getAttribute('aria-label') || e.textContent.trim() || [...(e.labels || [])].some(l => l.textContent.trim()))).length"""

    assert page.value(nameless) == 0


def test_a_suite_of_many_tests_stays_quick(browser: Page, tmp_path: Path) -> None:
    tests = tuple(entry(f"tests/{i % 500:03}/test_a.py", i + 1, "unit", ("clock",)) for i in range(MANY))
    began = time.monotonic()
    shown(browser, tmp_path, replace(REPORT, tests=tests, pyramid=Pyramid.of(tests)))
    browser.value(
        "document.getElementById('search').value = 'test_19999'; document.getElementById('search').dispatchEvent(new Event('input'))"
    )
    browser.wait_for(f"{COUNT}.startsWith('1 of')")

    assert browser.value(ROWS) == ["test_19999"]
    assert time.monotonic() - began < 20  # under a second on a machine with nothing else to do
