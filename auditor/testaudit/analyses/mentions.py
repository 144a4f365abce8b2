"""Which names the tests of a suite mention, and which they mention where an error is expected: by words alone, so that a name which is not
there is
surely not used there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from testaudit.analyses.expecting import NOT_CALLED, WORD, Expected, Expecting
from testaudit.link.linked import linked
from testaudit.link.names import methods
from testaudit.model import Suite
from testaudit.read.facts import Class, Function, Module

_RAISES = re.compile(
    rb"[Rr]aises|\bErr\b|\bexcept\b[^\0]*(?:\bfail\b|AssertionError|assert False)|(?:\bfail\b|AssertionError|assert False)[^\0]*\bexcept\b"
)
"""What makes a helper one that expects an error for its callers."""

_DOCSTRING = re.compile(rb"\s*[rRuU]?(?:\"\"\"[^\0]*?\"\"\"|'''[^\0]*?''')")
_FUNCTIONS = re.compile(rb"\blambda\b|\n[ \t]+(?:async[ \t]+)?def |\byield from\b")
"""What a fixture may hand out that runs later: when it is called inside the block that is to fail."""

_ANSWERS = re.compile(rb"status\w*\W{1,12}[45]\d\d\b|(?:exit_?code|return_?code)\b\s*(?:!=|==\s*-?[1-9])|\.errors\b|\[[\"']errors[\"']\]")
"""How tests look for an error in an answer."""


@dataclass(slots=True, frozen=True, eq=False)
class Unit:
    """A stretch of test code that is judged as one: a function with its decorators, or (no function) what a module says outside
    functions."""

    module: Module
    function: Function | None
    spans: tuple[tuple[int, int], ...]

    @property
    def words(self) -> set[bytes]:
        """Every identifier-like word in its text."""
        found: set[bytes] = set()
        for start, end in self.spans:
            found.update(WORD.findall(self.module.source, start, end))
        return found

    @property
    def is_fixture(self) -> bool:
        return self.function is not None and b"fixture" in self.module.source[self.function.start : self.function.def_start]

    @property
    def hands_out_functions(self) -> bool:
        return self.function is not None and _FUNCTIONS.search(self.module.source, self.function.body_start, self.function.end) is not None

    @property
    def handed_on(self) -> set[bytes]:
        """The words that code can mean which uses the unit by its name: of a fixture, those that it does not call itself."""
        return self.words if not self.is_fixture or self.hands_out_functions else self.not_called

    @property
    def not_called(self) -> set[bytes]:
        """The words in its text that are not called where they stand."""
        return {word for start, end in self.spans for word in NOT_CALLED.findall(self.module.source, start, end)}

    def has(self, pattern: re.Pattern[bytes]) -> bool:
        return any(pattern.search(self.module.source, start, end) for start, end in self.spans)


class Mentions:
    """The words of a suite's tests. Names are given and returned as text."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        seen = {m.module.path: m.module for m in suite.modules}
        for loaded in self._context.workspace.loaded:
            if self._context.is_test_code(loaded.path):
                seen.setdefault(loaded.path, loaded)
        self._modules = [seen[path] for path in sorted(seen)]
        self._held: dict[tuple[bytes, frozenset[bytes] | None, bool, bytes], bool] = {}
        self._every: set[bytes] | None = None
        units = [unit for module in self._modules for unit in _units(module)]
        self._expecting = list(_expecting(units))
        self._index: dict[bytes, list[tuple[Module, Expected]]] = {}
        for module, expected in self._expecting:
            for word in expected.words:
                self._index.setdefault(word, []).append((module, expected))
        self._behind: dict[bytes, list[tuple[Module, bytes]]] = {}
        for unit in units:
            if unit.function is not None and not unit.function.name.startswith("test"):
                name = unit.function.name.encode()
                for word in unit.handed_on if name in self._index else ():
                    self._behind.setdefault(word, []).append((unit.module, name))

    def mentioned(self, name: str) -> bool:
        """Whether a test module has the name at all."""
        if self._every is None:
            self._every = {word for module in self._modules for word in WORD.findall(module.source)}
        return name.encode() in self._every

    def with_an_error(self, name: str, errors: Collection[str] | None, *, lazy: bool = False, home: str = "") -> bool:
        """Whether a test may expect one of the errors (None: any) of something with this name: it stands where an error is expected that
        may be one of these, or in a helper or fixture that is named there. What runs `lazy` (a generator, a coroutine) can be called
        before. Only test
        modules count that have the word `home` (the module that a function is imported from), where it is given."""
        return self._expects(name.encode(), None if errors is None else frozenset(error.encode() for error in errors), lazy, home.encode())

    def _expects(self, word: bytes, errors: frozenset[bytes] | None, lazy: bool, home: bytes) -> bool:
        key = (word, errors, lazy, home)
        if key not in self._held:
            self._held[key] = False  # a helper that calls itself
            found = [e for e in self._expecting if word in e[1].every] if lazy else self._index.get(word, [])
            self._held[key] = any(
                (expected.types is None or errors is None or not expected.types.isdisjoint(errors)) and home in module.source
                for module, expected in found
            ) or any(
                helper != word and home in module.source and self._expects(helper, errors, lazy=False, home=b"")
                for module, helper in self._behind.get(word, ())
            )
        return self._held[key]

    def of(self, names: Collection[str]) -> dict[str, list[Function]]:
        """The functions of the test modules whose text has one of these names, by name, in order."""
        found: dict[str, list[Function]] = {name: [] for name in names}
        wanted = {name.encode() for name in names}
        for module in self._modules:
            here = wanted.intersection(WORD.findall(module.source))
            if here:
                for unit in _units(module):
                    if unit.function is not None:
                        for word in here & unit.words:
                            found[word.decode()].append(unit.function)
        return found

    def below(self, name: str, module: Module) -> set[str]:
        """The attributes that a module's text asks of the name."""
        pattern = re.compile(rb"\b" + re.escape(name.encode()) + rb"\.(\w+)")
        return {found.decode("utf-8", "replace") for found in pattern.findall(module.source)}

    def says(self, text: bytes) -> bool:
        """Whether this text stands somewhere in a test module that expects errors."""
        return any(text in module.source for module in {module: None for module, _ in self._expecting})

    @property
    def through_an_interface(self) -> bool:
        """Whether tests look for errors in answers: a status, an exit code, a list of errors."""
        return any(_ANSWERS.search(module.source) for module in self._modules)


def _expecting(units: list[Unit]) -> Iterator[tuple[Module, Expected]]:
    """What each unit says of expected errors; what a module says outside functions counts where one of its functions expects an error."""
    helpers = {
        unit.function.name.encode()
        for unit in units
        if unit.function is not None
        and not unit.function.name.startswith("test")
        and (not unit.is_fixture or unit.hands_out_functions)
        and unit.has(_RAISES)
    }
    text = Expecting(helpers)
    modules: set[Module] = set()
    for unit in units:
        if unit.function is not None:
            found = text.find(unit.module.source, unit.spans, unit.function.def_start)
            if found is not None:
                modules.add(unit.module)
                yield unit.module, found
        elif unit.module in modules:
            words = frozenset(unit.not_called)
            yield unit.module, Expected(words, words, None)


def _units(module: Module) -> Iterator[Unit]:
    """The functions and methods of a module, then everything else in it except its imports."""
    functions = sorted(_functions(module), key=lambda function: function.start)
    for function in functions:
        yield Unit(module, function, _said(module, function))
    taken = [(f.start, f.end) for f in functions] + [(s.start, s.end) for s in module.body.steps if s.imported is not None]
    spans: list[tuple[int, int]] = []
    at = 0
    for start, end in sorted(taken):
        if start > at:
            spans.append((at, start))
        at = max(at, end)
    yield Unit(module, None, (*spans, (at, len(module.source))))


def _said(module: Module, function: Function) -> tuple[tuple[int, int], ...]:
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
