"""Test code cut into stretches that are judged as one by their text: functions with decorators, and what a module says outside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testaudit.analyses.errors.expecting import NOT_CALLED, Span
from testaudit.read.definitions import all_functions
from testaudit.read.facts import Function as Defined
from testaudit.read.facts import Module
from testaudit.records import dataclass

_DOCSTRING = re.compile(rb"\s*[rRuU]?(?:\"\"\"[^\0]*?\"\"\"|'''[^\0]*?''')")
_FUNCTIONS = re.compile(rb"\blambda\b|\bdef[ \t]+\w|\byield from\b")
"""What a fixture may hand out that runs later: when it is called inside the block that is to fail."""

_RAISES = re.compile(
    rb"[Rr]aises|\bErr\b|\bexcept\b[^\0]*(?:\bfail\b|AssertionError|assert False)|(?:\bfail\b|AssertionError|assert False)[^\0]*\bexcept\b"
)


Function = tuple[str, int]
"""A function as every process knows it: its file, and the offset at which it begins, decorators included."""


Row = tuple[str | None, int, int, tuple[Span, ...]]
"""A unit as plain values: its name, `code`, `body` and spans."""


@dataclass(slots=True, frozen=True, eq=False)
class Unit:
    """One stretch of a test file's text, the docstring and imports left out; `name` is its function's (None for what stands outside
    functions), `code` the offset where the decorators end, `body` where the body begins (0: nowhere)."""

    path: str
    name: str | None
    code: int
    body: int
    spans: tuple[Span, ...]

    @property
    def function(self) -> Function | None:
        """The function that it is."""
        return None if self.name is None else (self.path, self.spans[0][0])

    @property
    def row(self) -> Row:
        """What is told of it."""
        return self.name, self.code, self.body, self.spans

    @property
    def helper(self) -> bytes:
        """The name under which other test code uses it; empty for tests and what stands outside functions."""
        return b"" if self.name is None or self.name.startswith("test") else self.name.encode()

    def not_called(self, source: bytes) -> set[bytes]:
        """The words in its text that are not called where they stand."""
        return {word for start, end in self.spans for word in NOT_CALLED.findall(source, start, end)}

    def expects_for_callers(self, source: bytes) -> bool:
        """Whether it is a helper that expects an error of what its callers give it; a fixture is one only if it hands out functions."""
        if not self.helper or not any(_RAISES.search(source, start, end) for start, end in self.spans):
            return False
        return not self._is_fixture(source) or self._hands_out_functions(source)

    def means(self, word: bytes, source: bytes) -> bool:
        """Whether code that uses the helper by its name can mean the word: of a fixture, only what it does not call itself."""
        return not self._is_fixture(source) or self._hands_out_functions(source) or word in self.not_called(source)

    def _is_fixture(self, source: bytes) -> bool:
        return self.name is not None and b"fixture" in source[self.spans[0][0] : self.code]

    def _hands_out_functions(self, source: bytes) -> bool:
        return self.name is not None and _FUNCTIONS.search(source, self.body, self.spans[-1][1]) is not None


def units(module: Module) -> Iterator[Unit]:
    """The functions and methods of a module in order, then everything else in it except its imports."""
    functions = sorted(all_functions(module), key=lambda function: function.start)
    for function in functions:
        yield Unit(module.path, function.name, function.def_start, function.body_start, _said(module, function))
    taken = [(f.start, f.end) for f in functions] + [(s.start, s.end) for s in module.body.steps if s.imported is not None]
    spans: list[Span] = []
    at = 0
    for start, end in sorted(taken):
        if start > at:
            spans.append((at, start))
        at = max(at, end)
    yield Unit(module.path, None, 0, 0, (*spans, (at, len(module.source))))


def _said(module: Module, function: Defined) -> tuple[Span, ...]:
    """A function's text without its docstring."""
    told = _DOCSTRING.match(module.source, function.body_start, function.end) if function.body_start else None
    return ((function.start, function.end),) if told is None else ((function.start, function.body_start), (told.end(), function.end))
