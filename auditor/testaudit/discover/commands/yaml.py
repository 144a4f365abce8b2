"""Reads the scalars of a YAML file with the keys that lead to them: as much of the format as CI files need, and no more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testaudit.records import dataclass

Keys = tuple[str | int, ...]

_KEY = re.compile(r"""("[^"]*"|'[^']*'|[^\s#"'\[\]{}&*!|>%@,][^#]*?|[^\s#"'\[\]{}&*!|>%@,]):(?:\s+(.*))?$""")
_BLOCK = re.compile(r"([|>])[+\-\d]*\s*(?:#.*)?$")
_FLOW = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,\]]+)\s*(?:,|\]|$)""")


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value with the keys and positions that lead to it, and the line that it begins in."""

    keys: Keys
    text: str
    line: int


def scalars(text: str) -> Iterator[Scalar]:
    """The scalars of a document in their order; of flow collections only lists in one line. What is broken is left out."""
    lines = text.splitlines()
    above: list[tuple[int, str | int]] = []
    counts: dict[Keys, int] = {}
    at = 0
    while at < len(lines):
        line = lines[at]
        number = at = at + 1
        indent = len(line) - len(line.lstrip(" "))
        rest = line.strip()
        if not rest or rest[0] == "#" or rest in {"---", "..."}:
            continue
        while rest == "-" or rest.startswith("- "):
            while above and (above[-1][0] > indent or (above[-1][0] == indent and isinstance(above[-1][1], int))):
                above.pop()
            path = tuple(key for _, key in above)
            counts[path] = counts.get(path, -1) + 1
            above.append((indent, counts[path]))
            shorter = rest[1:].lstrip()
            indent, rest = indent + len(rest) - len(shorter), shorter
        found = _KEY.match(rest)
        if found:
            while above and above[-1][0] >= indent:
                above.pop()
            above.append((indent, found[1].strip("\"'")))
            rest = (found[2] or "").strip()
        if not rest:
            continue
        keys = tuple(key for _, key in above)
        inner = above[-1][0] if above else -1
        end = at
        while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip(" ")) > inner):
            end += 1
        block = _BLOCK.match(rest)
        if block:
            yield Scalar(keys, _joined(lines[at:end], folded=block[1] == ">"), number + 1)
        elif rest[0] == "[":
            whole = " ".join([rest, *(more.strip() for more in lines[at:end])])
            items = _FLOW.findall(whole[1 : whole.rfind("]") + 1])
            yield from (Scalar((*keys, place), _plain(item), number) for place, item in enumerate(items))
        elif rest[0] in "{&*!":
            continue  # flow mappings, anchors, aliases and tags: what follows is read for itself
        else:
            yield Scalar(keys, _plain(" ".join([rest, *(more.strip() for more in lines[at:end])])), number)
        at = end


def _joined(lines: list[str], *, folded: bool) -> str:
    indent = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    rows = [line[indent:].rstrip() for line in lines]
    if not folded:
        return "\n".join(rows)
    return " ".join(row or "\n" for row in rows)


def _plain(text: str) -> str:
    text = text.strip()
    if text[:1] == '"':
        return text[1 : text.rfind('"')].replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\") if text.count('"') > 1 else text
    if text[:1] == "'":
        return text[1 : text.rfind("'")].replace("''", "'") if text.count("'") > 1 else text
    return re.split(r"\s+#", text, maxsplit=1)[0]
