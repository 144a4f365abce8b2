"""The page as text: what it holds, and what cannot get out of it."""

import json
import re
from dataclasses import replace
from typing import Any

from testaudit.report.documents import PullEntry, Pyramid
from testaudit.report.html import render
from testaudit.report.html.drawing import reduced
from tests.report.samples import EMPTY_REPORT, REPORT, TESTS, entry

PAGE = render(REPORT)


def data(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_the_page_asks_for_nothing_from_outside() -> None:
    assert re.findall(r"""<[^>]*\s(?:src|href)=(?!["']?#)[^>]*|@import|url\((?!#)|\bfetch\(|XMLHttpRequest""", PAGE) == []
    assert "default-src 'none'" in PAGE


def test_every_part_has_its_heading() -> None:
    assert re.findall(r'<h2 id="(\w+)"', PAGE) == ["pyramid", "parts", "pulls", "checklist", "tests"]


def test_the_pyramid_is_told_to_those_who_do_not_see_it() -> None:
    assert 'aria-label="The pyramid: unit 6 (66.7 %), integration 2 (22.2 %), e2e 1 (11.1 %)"' in PAGE


def test_thresholds_pass_and_fail_in_words() -> None:
    assert "threshold unit &gt;=60% passes: 66.7 %" in PAGE
    assert "threshold e2e &lt;10% fails: 11.1 %" in PAGE


def test_a_test_travels_with_its_evidence_and_fixtures() -> None:
    said = data(PAGE)
    texts, links, fixtures = said["texts"], said["links"], said["fixtures"]
    path, name, line, layer, certain, declared, variants, effects, evidence, uses = said["tests"][1]

    assert (texts[path], name, line, layer, certain, declared, variants) == ("tests/api/test_orders.py", "test_8", 8, 1, 0, 0, 1)
    assert [texts[e] for e in effects] == ["database"]
    assert [[texts[links[e][0]], links[e][1], texts[links[e][2]]] for e in evidence] == [
        ["tests/conftest.py", 12, "`engine` -> `create_engine`"]
    ]
    assert [texts[fixtures[u][0]] for u in uses] == ["frozen_clock", "engine", "db_session"]


def test_each_text_is_said_once() -> None:
    texts = data(PAGE)["texts"]

    assert len(texts) == len(set(map(str, texts)))


def test_names_cannot_become_markup() -> None:
    test = entry("tests/</script><b>.py", 1, "integration", ("database",))
    pull = PullEntry("<img src=x>", "function", False, "repository", "a\n<i>.py", 1, 1, 1, ("database",))
    page = render(replace(EMPTY_REPORT, tests=(test,), pyramid=Pyramid.of([test]), pulls=(pull,)))

    assert (page.count("</script>"), "<img" in page, "<i>.py" in page) == (PAGE.count("</script>"), False, False)
    assert "tests/</script><b>.py" in data(page)["texts"]


def test_a_suite_of_nothing_is_a_page_too() -> None:
    page = render(EMPTY_REPORT)

    assert "0 tests in 0 files" in page
    assert data(page)["tests"] == []


def test_fixtures_that_ask_for_each_other_are_drawn() -> None:
    asking = PullEntry("client", "function", False, "repository", "tests/conftest.py", 30, 2, 2, ("web-app",))
    page = render(replace(REPORT, pulls=(REPORT.pulls[0], asking), asks=((1, 0),)))

    assert re.findall(r'<a href="#tests" data-fixture="(\w+)">', page) == ["engine", "client"]
    assert page.count('<path d="M') == 1
    assert 'class="graph"' not in PAGE


def test_an_edge_that_a_longer_way_says_already_is_not_drawn_and_a_circle_is_opened() -> None:
    assert reduced({(0, 1), (1, 2), (0, 2), (2, 0)}) == {(0, 1), (1, 2)}


def test_all_tests_are_in_the_page() -> None:
    assert len(data(PAGE)["tests"]) == len(TESTS)
