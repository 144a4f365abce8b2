"""Which functions assign to attributes or items of what their file imports: found in the bytes, before any body is read."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from testaudit.link.linked import Linked
from testaudit.read.facts import Function, Module

_ASSIGNED = re.compile(
    rb"^[ \t]+(?P<base>[A-Za-z_]\w*)(?P<rest>(?:\.[A-Za-z_]\w*|\[[^\]\n]{1,80}\])+)[ \t]*(?:[-+|]?=)(?!=)"
    rb"|\bsetattr\([ \t\n]*(?P<named>[A-Za-z_]\w*)"
    rb"|^[ \t]+(?P<holder>[A-Za-z_]\w*)(?P<path>(?:\.[A-Za-z_]\w*)*)\.(?:append|extend|insert|add|update)\(",
    re.MULTILINE,
)
_AN_ITEM = re.compile(rb"\.(?!i?loc\b|i?at\b|attrs\b|flat\b)\w+\[")
"""An item of what an object holds, which several objects may share; not a part of a table."""
_WORD = re.compile(rb"[A-Za-z_]\w*")
_OWN = frozenset({"self", "cls", "mcs"})


class Assigners:
    """Names that a function assigns through, each file looked at once."""

    def __init__(self, context: Linked) -> None:
        self._context = context
        self._of_module: dict[Module, tuple[list[int], list[frozenset[str]]]] = {}

    def words(self, function: Function) -> frozenset[str]:
        """The names through which a function assigns, with the attributes on the way, where the first is one of its file or imported in the
        function, or where an item of an object's attribute is assigned; empty where there is none."""
        starts, found = self._scanned(function.module)
        first = bisect_left(starts, function.start)
        words: set[str] = set()
        for start, names in zip(starts[first:], found[first:], strict=True):
            if start >= function.end:
                break
            words |= names
        return frozenset(words)

    def _scanned(self, module: Module) -> tuple[list[int], list[frozenset[str]]]:
        if module not in self._of_module:
            found = list(self._matches(module))
            self._of_module[module] = [start for start, _ in found], [names for _, names in found]
        return self._of_module[module]

    def _matches(self, module: Module) -> Iterator[tuple[int, frozenset[str]]]:
        known = self._context.names.namespace(module)
        imported = b"    import " in module.source or b"\timport " in module.source or b"    from " in module.source
        for match in _ASSIGNED.finditer(module.source):
            base = (match["base"] or match["named"] or match["holder"]).decode()
            if base in _OWN or not (base in known or imported or _AN_ITEM.search(match["rest"] or b"")):
                continue
            rest = (match["rest"] or b"") + (match["path"] or b"")
            yield match.start(), frozenset({base, *(word.decode() for word in _WORD.findall(rest))})
