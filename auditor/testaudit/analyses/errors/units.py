"""Test code cut into stretches that are judged as one by their text: functions with decorators, and what a module says outside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testaudit.analyses.errors.expecting import NOT_CALLED, WORD, Span
from testaudit.link.resolution.methods import methods
from testaudit.read.facts import Class, Function, Module
from testaudit.records import dataclass

_DOCSTRING = re.compile(rb"\s*[rRuU]?(?:\"\"\"[^\0]*?\"\"\"|'''[^\0]*?''')")
_FUNCTIONS = re.compile(rb"\blambda\b|\bdef[ \t]+\w|\byield from\b")
"""What a fixture may hand out that runs later: when it is called inside the block that is to fail."""

_RAISES = re.compile(
    rb"[Rr]aises|\bErr\b|\bexcept\b[^\0]*(?:\bfail\b|AssertionError|assert False)|(?:\bfail\b|AssertionError|assert False)[^\0]*\bexcept\b"
)


@dataclass(slots=True, frozen=True, eq=False)
class Unit:
    """One stretch of a test module's text; `function` is None for what stands outside functions. The docstring and imports are left out."""

    module: Module
    function: Function | None
    spans: tuple[Span, ...]

    @property
    def words(self) -> set[bytes]:
        """Every identifier-like word in its text."""
        return {word for start, end in self.spans for word in WORD.findall(self.module.source, start, end)}

    @property
    def not_called(self) -> set[bytes]:
        """The words in its text that are not called where they stand."""
        return {word for start, end in self.spans for word in NOT_CALLED.findall(self.module.source, start, end)}

    @property
    def helper(self) -> bytes:
        """The name under which other test code uses it; empty for tests and what stands outside functions."""
        return b"" if self.function is None or self.function.name.startswith("test") else self.function.name.encode()

    @property
    def expects_for_callers(self) -> bool:
        """Whether it is a helper that expects an error of what its callers give it; a fixture is one only if it hands out functions."""
        if not self.helper or not any(_RAISES.search(self.module.source, start, end) for start, end in self.spans):
            return False
        return not self._is_fixture or self._hands_out_functions

    def means(self, word: bytes) -> bool:
        """Whether code that uses the helper by its name can mean the word: of a fixture, only what it does not call itself."""
        return not self._is_fixture or self._hands_out_functions or word in self.not_called

    @property
    def _is_fixture(self) -> bool:
        return self.function is not None and b"fixture" in self.module.source[self.function.start : self.function.def_start]

    @property
    def _hands_out_functions(self) -> bool:
        return self.function is not None and _FUNCTIONS.search(self.module.source, self.function.body_start, self.function.end) is not None


def units(module: Module) -> Iterator[Unit]:
    """The functions and methods of a module in order, then everything else in it except its imports."""
    functions = sorted(_functions(module), key=lambda function: function.start)
    for function in functions:
        yield Unit(module, function, _said(module, function))
    taken = [(f.start, f.end) for f in functions] + [(s.start, s.end) for s in module.body.steps if s.imported is not None]
    spans: list[Span] = []
    at = 0
    for start, end in sorted(taken):
        if start > at:
            spans.append((at, start))
        at = max(at, end)
    yield Unit(module, None, (*spans, (at, len(module.source))))


def _said(module: Module, function: Function) -> tuple[Span, ...]:
    """A function's text without its docstring."""
    told = _DOCSTRING.match(module.source, function.body_start, function.end) if function.body_start else None
    return ((function.start, function.end),) if told is None else ((function.start, function.body_start), (told.end(), function.end))


def _functions(module: Module) -> Iterator[Function]:
    yield from module.functions
    pending = list(module.classes)
    while pending:
        cls = pending.pop()
        yield from methods(cls)
        pending.extend(step.defined for step in cls.body.steps if isinstance(step.defined, Class))
