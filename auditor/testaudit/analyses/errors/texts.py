"""The text of a suite's test code, told share by share: which words its files have, and the stretches that are judged as one."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.analyses.errors.expecting import WORD
from testaudit.analyses.errors.units import Function, Row, units
from testaudit.link.linked import linked
from testaudit.model import Suite
from testaudit.read.facts import Module
from testaudit.records import dataclass


class Words(frozenset[bytes]):
    """The words of a file. Between processes they go as one text, which is 4 times faster than word by word."""

    def __reduce__(self) -> tuple[object, tuple[bytes]]:
        return _parted, (b" ".join(self),)


def _parted(words: bytes) -> Words:
    return Words(words.split(b" ") if words else ())


@dataclass(slots=True, frozen=True)
class Text:
    """What a file of test code says: its words, its units (what stands outside functions is the last one), and the names of its helpers
    that expect an error of what their callers give them."""

    words: Words
    rows: tuple[Row, ...]
    helpers: frozenset[bytes]


def texts(suite: Suite) -> dict[str, Text]:
    """The test code of a share by path: its test files, conftests and plugins, and the test code that these import."""
    return {module.path: _text(module) for module in _test_code(suite)}


def test_functions(suite: Suite) -> dict[Function, bool]:
    """The functions that a share's tests run, each with whether the first of its tests is expected to fail."""
    found: dict[Function, bool] = {}
    for test in suite.tests:
        found.setdefault((test.function.module.path, test.function.start), test.expects_failure)
    return found


def _text(module: Module) -> Text:
    found = tuple(units(module))
    helpers = frozenset(unit.helper for unit in found if unit.expects_for_callers(module.source))
    return Text(Words(WORD.findall(module.source)), tuple(unit.row for unit in found), helpers)


def _test_code(suite: Suite) -> Iterator[Module]:
    context = linked(suite)
    seen = {module.path: module.module for module in suite.modules}
    pending = list(seen.values())
    while pending:
        module = pending.pop()
        yield module
        for imported in module.imports:
            for path in context.names.paths_named_by(imported, module):
                if path not in seen and context.is_test_code(path) and (found := context.workspace.module(path)) is not None:
                    seen[path] = found
                    pending.append(found)
