"""Which names the tests of a suite mention, and which of them where an error is expected.

By words alone: a name that is not there is surely not used there. Only text that has a wanted name is looked into.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator

from testaudit.analyses.errors.expecting import Expected, Expecting
from testaudit.analyses.errors.texts import Text, texts
from testaudit.analyses.errors.units import Function, Unit
from testaudit.link.linked import linked
from testaudit.model import Suite

_ANSWERS = re.compile(rb"status\w*\W{1,12}[45]\d\d\b|(?:exit_?code|return_?code)\b\s*(?:!=|==\s*-?[1-9])|\.errors\b|\[[\"']errors[\"']\]")
"""How tests look for an error in an answer."""

_IN_WORD = re.compile(rb"\w")


class Mentions:
    """The words of a suite's tests. Names are given and returned as text."""

    tellings = (texts,)

    def __init__(self, suite: Suite) -> None:
        self._workspace = linked(suite).workspace
        told: dict[str, Text] = {}
        for share in suite.gather(texts):
            told.update(share)
        self._texts = dict(sorted(told.items()))
        self._sources = {path: self._workspace.source(path) or b"" for path in self._texts}
        self._expecting = Expecting({helper for text in self._texts.values() for helper in text.helpers})
        self._units: dict[str, tuple[list[Unit], list[int]]] = {}
        self._failing: dict[str, bool] = {}
        self._expected: dict[Unit, Expected | None] = {}
        self._held: dict[tuple[bytes, frozenset[bytes] | None, bool, bytes], bool] = {}

    def mentioned(self, name: str) -> bool:
        """Whether a test module has the name at all."""
        return any(name.encode() in text.words for text in self._texts.values())

    def with_an_error(self, name: str, errors: Collection[str] | None, *, lazy: bool = False, home: str = "") -> bool:
        """Whether a test may expect one of the errors (None: any) of something with this name: it stands where an error is expected that
        may be one of these, or in a helper or fixture that is named there. What runs `lazy` (a generator, a coroutine) can be called
        before. Only test modules count that have the word `home` (the module that a function is imported from), where it is given."""
        return self._expects(name.encode(), None if errors is None else frozenset(error.encode() for error in errors), lazy, home.encode())

    def in_a_failing_block(self, name: str) -> bool:
        """Whether the name stands in a block that is to fail, whatever with."""
        if name not in self._failing:
            self._failing[name] = self._in_a_failing_block(name.encode())
        return self._failing[name]

    def _in_a_failing_block(self, word: bytes) -> bool:
        return any(expected is not None and word in expected.inside for expected in map(self._read, self._with(word)))

    def of(self, name: str) -> Iterator[Function]:
        """The functions of test code whose text has the name, by file."""
        return (unit.function for unit in self._with(name.encode()) if unit.function is not None)

    def says(self, text: bytes) -> bool:
        """Whether this text stands somewhere in the tests."""
        return any(text in source for source in self._sources.values())

    @property
    def through_an_interface(self) -> bool:
        """Whether tests look for errors in answers: a status, an exit code, a list of errors."""
        return any(_ANSWERS.search(source) for source in self._sources.values())

    # ----------------------------------------------------------------------------------------------------------- private

    def _expects(self, word: bytes, errors: frozenset[bytes] | None, lazy: bool, home: bytes) -> bool:
        key = (word, errors, lazy, home)
        if key not in self._held:
            self._held[key] = False  # a helper that calls itself
            near = [unit for unit in self._with(word) if home in self._sources[unit.path]]
            self._held[key] = any(self._is_expected(unit, word, errors, lazy) for unit in near) or any(
                self._expects(helper, errors, lazy=False, home=b"") for helper in self._behind(near, word)
            )
        return self._held[key]

    def _is_expected(self, unit: Unit, word: bytes, errors: frozenset[bytes] | None, lazy: bool) -> bool:
        expected = self._read(unit)
        if expected is None or not (lazy or word in expected.words):
            return False
        return expected.types is None or errors is None or not expected.types.isdisjoint(errors)

    def _behind(self, near: list[Unit], word: bytes) -> Iterator[bytes]:
        """The helpers by whose names test code can mean the word."""
        return (unit.helper for unit in near if unit.helper and unit.helper != word and unit.means(word, self._sources[unit.path]))

    def _read(self, unit: Unit) -> Expected | None:
        """What a unit says of expected errors; what a module says outside functions is for all of them."""
        if unit not in self._expected:
            source = self._sources[unit.path]
            if unit.function is not None:
                self._expected[unit] = self._expecting.find(source, unit.spans, unit.code)
            else:
                words = frozenset(unit.not_called(source))
                self._expected[unit] = Expected(words, words, None) if self._expecting.may(source) else None
        return self._expected[unit]

    def _with(self, word: bytes) -> Iterator[Unit]:
        """The units whose text has the word, found one by one: of a word that is everywhere the first ones often say enough."""
        whole = re.compile(re.escape(word) + rb"\b")  # without a pattern before the word the search is 6 times faster
        for path, text in self._texts.items():
            if word in text.words:
                source = self._sources[path]
                units, starts = self._units_in(path)
                met: set[Unit] = set()
                for hit in whole.finditer(source):
                    if _IN_WORD.match(source, hit.start() - 1):
                        continue
                    index = bisect_right(starts, hit.start()) - 1
                    unit = units[index] if index >= 0 and hit.start() < units[index].spans[-1][1] else units[-1]
                    if unit not in met and any(start <= hit.start() < end for start, end in unit.spans):
                        met.add(unit)
                        yield unit

    def _units_in(self, path: str) -> tuple[list[Unit], list[int]]:
        """The units of a file, and where those of its functions begin."""
        if path not in self._units:
            units = [Unit(path, *row) for row in self._texts[path].rows]
            self._units[path] = units, [unit.spans[0][0] for unit in units[:-1]]
        return self._units[path]
