"""What a stretch of test code mentions where it expects an error, by its text alone; where that leaves a doubt, it counts as mentioned."""

from __future__ import annotations

import re

from testaudit.records import dataclass

WORD = re.compile(rb"[^\W\d]\w*")
NOT_CALLED = re.compile(rb"\b[^\W\d]\w*\b(?!\s*\()")
"""Words that are not called where they stand: handed over, decorated with, put into a table."""

_BLOCK = re.compile(rb"[Rr]aises\w*|\bexcept\b")
"""What expects an error of a block, or of what it is given."""

_SOMEWHERE = re.compile(
    rb"xfail|isinstance\([^()\n]*\w(?:Error|Exception|Failure|Invalid)\b|(?:==|\bis|\bin) \w*(?:Error|Exception|Failure|Invalid)\b"
    rb"|\bis_err|\bErr\b|\bEXIT_|\.errors\b|\b(?:error|errors|exc|exception)\s*==|==\s*\w*errors?\b"
    rb"|(?:exit_?code|[Rr]eturn_?code|\brc|\bret)\b\s*(?:!=|==\s*-?[1-9]|>)"
    rb"|assert\w*\s*\(?\w*(?:exit_?code|[Rr]eturn_?code)\b\s*(?:,\s*[1-9]|$)"
    rb"|status\w*\W{1,12}[45]\d\d\b|\b[45]\d\d\b\W{1,12}[\w.]*status|@(?:\w+\.)?given\b|[Ss]chemathesis",
    re.MULTILINE,
)
"""What expects an error of something that ran before: all of the function is meant."""

_BY_NAME = re.compile(
    rb"def test\w*(?:_|\b)(?:errors?|exceptions?|fail\w*|illegal|invalid\w*|malformed|refus\w*|reject\w*|rais\w+)(?:_|\b)"
)
_WITH = re.compile(rb"[ \t]*(?:async[ \t]+)?with\b")
_STATEMENT = re.compile(rb"[ \t]*(?:await[ \t]+)?[\w.]*(?:[Rr]aises\w*)[ \t]*\(")

_TYPE = re.compile(
    rb"\s*\(?\s*\(?\s*(?:expected_exception\s*=\s*|cls\s*=\s*)?[\w.]*?([A-Z]\w*(?:Error|Exception|Exit|Interrupt|Iteration|Warning|Fault|Invalid))\b(?!\s+if)"
)
_CAPITAL = re.compile(rb"\b[A-Z]\w*")

Span = tuple[int, int]


@dataclass(slots=True, frozen=True, eq=False)
class Expected:
    """What one stretch of test code says of expected errors: `inside` is what the blocks mention that are to fail, `words` that and what is
    mentioned outside them without being called; `types` are the names of what it may expect, None where any."""

    inside: frozenset[bytes]
    words: frozenset[bytes]
    types: frozenset[bytes] | None


class Expecting:
    """Finds expected errors in text. `helpers` are the suite's own functions that expect an error for their callers."""

    def __init__(self, helpers: set[bytes]) -> None:
        names = rb"|".join(re.escape(name) for name in sorted(helpers))
        self._block = re.compile(_BLOCK.pattern + (rb"|\b(?:" + names + rb")\b" if names else b""))

    def may(self, source: bytes) -> bool:
        """Whether an error may be expected anywhere in a module."""
        return self._block.search(source) is not None or _SOMEWHERE.search(source) is not None

    def find(self, source: bytes, spans: tuple[Span, ...], code: int) -> Expected | None:
        """What a function expects whose text the spans are (a docstring may lie between them); None where it expects no error. `code` is
        where its decorators end."""
        markers = [m for span in spans for m in self._block.finditer(source, *span) if not _in_test_name(source, m.start())]
        later = any(_SOMEWHERE.search(source, *span) for span in spans)
        if not markers and not later and not _BY_NAME.search(source, code, spans[0][1]):
            return None
        every = frozenset(word for span in spans for word in WORD.findall(source, *span))
        blocks = self._blocks(source, markers, spans[0][0], spans[-1][1], code) if markers else None
        if blocks is None:
            return Expected(every, every, None)
        words: set[bytes] = set()
        inside: set[bytes] = set()
        for start, end in spans:
            at = start
            for first, last in (*sorted(blocks), (end, end)):
                first, last = max(at, min(first, end)), max(at, min(last, end))
                if later and _SOMEWHERE.search(source, at, first):
                    return Expected(every, every, None)
                words.update(NOT_CALLED.findall(source, at, first))
                inside.update(WORD.findall(source, first, last))
                at = last
        typed = all(_TYPE.match(source, marker.end()) for marker in markers)
        types = frozenset(word for span in spans for word in _CAPITAL.findall(source, *span))
        return Expected(frozenset(inside), frozenset(inside | words), types if typed else None)

    def _blocks(self, source: bytes, markers: list[re.Match[bytes]], start: int, end: int, code: int) -> list[Span] | None:
        blocks: list[Span] = []
        for marker in markers:
            block = self._block_of(source, marker.start(), start, end) if marker.start() >= code else None
            if block is None:
                return None
            blocks.append(block)
        return blocks

    def _block_of(self, source: bytes, marker: int, start: int, end: int) -> Span | None:
        """The stretch that a marker says must fail; None when its text does not tell."""
        line = source.rfind(b"\n", 0, marker) + 1
        text = source[line : marker + 80]
        if text.lstrip().startswith(b"#") or b"#" in source[line:marker]:
            return marker, marker
        if source.startswith(b"except", marker):
            return self._tried(source, line, start, end)
        if not _WITH.match(text):
            above = self._opened_above(source, line, start)
            if above is None and not _STATEMENT.match(text) and not self._is_helper_call(text, marker - line):
                return None
            line = line if above is None else above
        return line, _deeper(source, line, end)

    @staticmethod
    def _is_helper_call(text: bytes, offset: int) -> bool:
        """`check_fails(parse, "x")`, `self.check_fails(…)` as a statement."""
        return (
            re.match(rb"[ \t]*(?:await[ \t]+)?[\w.]*$", text[:offset]) is not None and re.match(rb"\w+[ \t]*\(", text[offset:]) is not None
        )

    @staticmethod
    def _opened_above(source: bytes, line: int, start: int) -> int | None:
        """The line of `with (` above a line of its items."""
        indent = _indent(source, line)
        while line > start:
            line = source.rfind(b"\n", 0, line - 1) + 1
            if source[line : line + 200].strip() and _indent(source, line) < indent:
                return line if re.match(rb"[ \t]*(?:async[ \t]+)?with[ \t]*\([ \t]*\r?\n", source[line : line + 200]) else None
        return None

    @staticmethod
    def _tried(source: bytes, line: int, start: int, end: int) -> Span | None:
        indent, last = _indent(source, line), _deeper(source, line, end)
        while line > start:
            line = source.rfind(b"\n", 0, line - 1) + 1
            if _indent(source, line) == indent and source.startswith(b"try", line + indent):
                return line, last
        return None


def _in_test_name(source: bytes, offset: int) -> bool:
    """Whether a marker is part of a test's name: `test_raises_nothing`."""
    while offset and (source[offset - 1 : offset].isalnum() or source[offset - 1 : offset] == b"_"):
        offset -= 1
    return source.startswith(b"test", offset)


def _indent(source: bytes, line: int) -> int:
    at = line
    while source[at : at + 1] in (b" ", b"\t"):
        at += 1
    return at - line


def _deeper(source: bytes, line: int, end: int) -> int:
    """Where the lines end that lie deeper than `line`, closing brackets on its own level included."""
    indent = _indent(source, line)
    at = source.find(b"\n", line) + 1 or end
    while at < end:
        following = source.find(b"\n", at) + 1 or end
        text = source[at:following].strip()
        if text and _indent(source, at) <= indent and not text.startswith((b")", b"]", b"}")):
            break
        at = following
    return min(at, end)
