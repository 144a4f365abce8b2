"""Which names the tests of a suite mention, and which of them where an error is expected.

By words alone: a name that is not there is surely not used there. Only text that has a wanted name is looked into.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator

from testaudit.analyses.errors.expecting import WORD, Expected, Expecting
from testaudit.analyses.errors.units import Unit, units
from testaudit.link.linked import linked
from testaudit.model import Suite
from testaudit.read.facts import Function, Module

_ANSWERS = re.compile(rb"status\w*\W{1,12}[45]\d\d\b|(?:exit_?code|return_?code)\b\s*(?:!=|==\s*-?[1-9])|\.errors\b|\[[\"']errors[\"']\]")
"""How tests look for an error in an answer."""

_IN_WORD = re.compile(rb"\w")


class Mentions:
    """The words of a suite's tests. Names are given and returned as text."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        seen = {m.module.path: m.module for m in suite.modules}
        for loaded in self._context.workspace.loaded:
            if self._context.is_test_code(loaded.path):
                seen.setdefault(loaded.path, loaded)
        self._modules = [seen[path] for path in sorted(seen)]
        self._words = {module: set(WORD.findall(module.source)) for module in self._modules}
        self._units = {module: list(units(module)) for module in self._modules}
        self._expecting = Expecting({unit.helper for found in self._units.values() for unit in found if unit.expects_for_callers})
        self._starts = {module: [unit.spans[0][0] for unit in found[:-1]] for module, found in self._units.items()}
        self._failing: dict[str, bool] = {}
        self._expected: dict[Unit, Expected | None] = {}
        self._held: dict[tuple[bytes, frozenset[bytes] | None, bool, bytes], bool] = {}

    def mentioned(self, name: str) -> bool:
        """Whether a test module has the name at all."""
        return any(name.encode() in words for words in self._words.values())

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
        """The functions of the test modules whose text has the name, by module."""
        return (unit.function for unit in self._with(name.encode()) if unit.function is not None)

    def below(self, name: str, module: Module) -> set[str]:
        """The attributes that a module's text asks of the name."""
        pattern = re.compile(rb"\b" + re.escape(name.encode()) + rb"\.(\w+)")
        return {found.decode("utf-8", "replace") for found in pattern.findall(module.source)}

    def says(self, text: bytes) -> bool:
        """Whether this text stands somewhere in the tests."""
        return any(text in module.source for module in self._modules)

    @property
    def through_an_interface(self) -> bool:
        """Whether tests look for errors in answers: a status, an exit code, a list of errors."""
        return any(_ANSWERS.search(module.source) for module in self._modules)

    # ----------------------------------------------------------------------------------------------------------- private

    def _expects(self, word: bytes, errors: frozenset[bytes] | None, lazy: bool, home: bytes) -> bool:
        key = (word, errors, lazy, home)
        if key not in self._held:
            self._held[key] = False  # a helper that calls itself
            near = [unit for unit in self._with(word) if home in unit.module.source]
            self._held[key] = any(self._is_expected(unit, word, errors, lazy) for unit in near) or any(
                self._expects(helper, errors, lazy=False, home=b"") for helper in self._behind(near, word)
            )
        return self._held[key]

    def _is_expected(self, unit: Unit, word: bytes, errors: frozenset[bytes] | None, lazy: bool) -> bool:
        expected = self._read(unit)
        if expected is None or not (lazy or word in expected.words):
            return False
        return expected.types is None or errors is None or not expected.types.isdisjoint(errors)

    @staticmethod
    def _behind(near: list[Unit], word: bytes) -> Iterator[bytes]:
        """The helpers by whose names test code can mean the word."""
        return (unit.helper for unit in near if unit.helper and unit.helper != word and unit.means(word))

    def _read(self, unit: Unit) -> Expected | None:
        """What a unit says of expected errors; what a module says outside functions is for all of them."""
        if unit not in self._expected:
            if unit.function is not None:
                self._expected[unit] = self._expecting.find(unit.module.source, unit.spans, unit.function.def_start)
            else:
                words = frozenset(unit.not_called)
                self._expected[unit] = Expected(words, words, None) if self._expecting.may(unit.module.source) else None
        return self._expected[unit]

    def _with(self, word: bytes) -> Iterator[Unit]:
        """The units whose text has the word, found one by one: of a word that is everywhere the first ones often say enough."""
        whole = re.compile(re.escape(word) + rb"\b")  # without a pattern before the word the search is 6 times faster
        for module in self._modules:
            if word in self._words[module]:
                found = self._units[module]
                outside, starts = found[-1], self._starts[module]
                met: set[Unit] = set()
                for hit in whole.finditer(module.source):
                    if _IN_WORD.match(module.source, hit.start() - 1):
                        continue
                    index = bisect_right(starts, hit.start()) - 1
                    unit = found[index] if index >= 0 and hit.start() < found[index].spans[-1][1] else outside
                    if unit not in met and any(start <= hit.start() < end for start, end in unit.spans):
                        met.add(unit)
                        yield unit
