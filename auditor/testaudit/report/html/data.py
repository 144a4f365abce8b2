"""The tests as data for the page's script: every text once, and numbers for where it is used."""

from __future__ import annotations

import json
from collections.abc import Hashable

from testaudit.report.documents import LAYERS, Evidence, FixtureEntry, ReportDocument, TestEntry
from testaudit.report.screen import clean


def data_of(document: ReportDocument) -> str:
    """JSON that can stand in a `script` element: no `<` in it."""
    table = _Table()
    tests = [_test(test, table) for test in document.tests]
    data = {"layers": LAYERS, "tests": tests, "texts": table.texts, "links": table.links, "fixtures": table.fixtures}
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


class _Table:
    """What is said several times, numbered."""

    def __init__(self) -> None:
        self.texts: list[object] = []
        self.links: list[object] = []
        self.fixtures: list[object] = []
        self._numbers: dict[Hashable, int] = {}

    def text(self, text: str) -> int:
        return self._number(text, clean(text), self.texts)

    def link(self, link: Evidence) -> int:
        number = self._numbers.get(link)
        return number if number is not None else self._number(link, [self.text(link.path), link.line, self.text(link.message)], self.links)

    def fixture(self, fixture: FixtureEntry) -> int:
        number = self._numbers.get(fixture)
        if number is None:
            place = f"{fixture.path}:{fixture.line}" if fixture.path is not None else fixture.origin
            words = [self.text(fixture.name), self.text(fixture.scope), self.text(place), int(fixture.autouse)]
            number = self._number(fixture, words, self.fixtures)
        return number

    def _number(self, key: Hashable, value: object, held: list[object]) -> int:
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(held)
            held.append(value)
        return number


def _test(test: TestEntry, table: _Table) -> list[object]:
    """Path, name, line, layer, certain, declared layer (-1: none), variants, effects, evidence, fixtures."""
    return [
        table.text(test.path),
        clean(test.id.removeprefix(f"{test.path}::")),
        test.line,
        LAYERS.index(test.layer),
        int(test.certain),
        -1 if test.declared_layer is None else LAYERS.index(test.declared_layer),
        test.variants,
        [table.text(effect) for effect in test.effects],
        [table.link(link) for link in test.evidence],
        [table.fixture(fixture) for fixture in test.fixtures],
    ]
