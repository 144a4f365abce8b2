"""Lines of styled text: the one layout that the plain and the coloured output are both made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from testaudit.records import dataclass
from testaudit.report.screen import cells


@dataclass(slots=True, frozen=True)
class Span:
    """A stretch of cleaned text; `style` is a name that only `paint` gives a look (empty: none)."""

    text: str
    style: str = ""


Line = tuple[Span, ...]
EMPTY: Line = ()


def wrap(spans: Sequence[Span], indent: int, hang: int, width: int | None) -> Iterator[Line]:
    """The spans as lines of at most `width` cells, broken at spaces only: the first indented by `indent`, the others by `hang`."""
    line: list[Span] = [Span(" " * indent)]
    used, fresh = indent, True
    for word in _words(spans):
        size = sum(cells(piece.text) for piece in word)
        if width is not None and not fresh and used + 1 + size > width:
            yield tuple(line)
            line, used, fresh = [Span(" " * hang)], hang, True
        if not fresh:
            line.append(Span(" "))
            used += 1
        line += word
        used, fresh = used + size, False
    yield tuple(line)


def _words(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """The words, each as its pieces: a span that starts without a space continues the word before it."""
    word: list[Span] = []
    for span in spans:
        for index, piece in enumerate(span.text.split(" ")):
            if index and word:
                yield word
                word = []
            if piece:
                word.append(Span(piece, span.style))
    if word:
        yield word


def columns(rows: Sequence[Sequence[Span]], right: frozenset[int] = frozenset(), gap: int = 2) -> list[Line]:
    """The rows as lines with aligned columns, those numbered in `right` (from 0) aligned to the right; the last one is not padded."""
    widths = [max((cells(row[i].text) for row in rows), default=0) for i in range(max(map(len, rows), default=0))]
    return [tuple(_padded(row, widths, right, gap)) for row in rows]


def _padded(row: Sequence[Span], widths: Sequence[int], right: frozenset[int], gap: int) -> Iterator[Span]:
    for index, span in enumerate(row):
        padding = " " * (widths[index] - cells(span.text))
        last = index == len(row) - 1
        if index in right:
            yield from (Span(padding), span)
        elif last:
            yield span
        else:
            yield from (span, Span(padding))
        if not last:
            yield Span(" " * gap)
