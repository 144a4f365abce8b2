"""Small English for messages: numbers with their nouns, lists and shares."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """`1 test`, `2 tests`, `12,000 tests`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return f" {last} ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def packed(parts: Sequence[str], width: int) -> list[str]:
    """The parts with commas between them, as lines of at most `width` characters that break behind commas only; at least one line."""
    lines = [""]
    for number, part in enumerate(parts, 1):
        part += "," if number < len(parts) else ""
        if lines[-1] and len(lines[-1]) + 1 + len(part) > width:
            lines.append(part)
        else:
            lines[-1] += f" {part}" if lines[-1] else part
    return lines


def share(part: int, whole: int) -> str:
    """A percentage with one decimal; nothing of nothing is `0.0 %`."""
    return f"{100 * part / whole if whole else 0:.1f} %"
