"""Splits shell text into simple commands: their words, the folder they run in, the variables they see. No shell is run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping

from testaudit.discover.tree import join
from testaudit.records import dataclass, field

UNKNOWN = "\0"
"""Stands for what only a run can tell: an unset variable, a substituted command, a matrix value."""

_ENDS = frozenset({";", "&&", "||", "|", "&", "(", ")", "|&", ";;"})
_WORDS_BEFORE = frozenset({"if", "then", "else", "elif", "do", "while", "until", "!", "{", "time", "exec", "nohup", "command", "@", "-"})
_OPERATORS = re.compile(r"\|\||&&|;;|\|&|[();&|]")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_TEMPLATE = re.compile(r"\$\{\{.*?\}\}|\$\[\[.*?\]\]|<<.*?>>|\{\{.*?\}\}")
_SUBSTITUTED = re.compile(r"\$\((?:[^()]|\([^()]*\))*\)|`[^`\n]*`")
_VARIABLE = re.compile(r"\$\{(\w+)(?::?-([^}]*))?\}|\$(\w+|[@*#?!$])|\$\{[^}]*\}")
_DEPTH = 2


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command. `folder` is where it runs, relative to the root (None when nobody knows); `line` counts from 0, the text's
    first."""

    words: tuple[str, ...]
    folder: str | None
    variables: Mapping[str, str] = field(default_factory=dict)
    line: int = 0


def commands(text: str, folder: str | None, variables: Mapping[str, str], depth: int = 0) -> Iterator[Command]:
    """The simple commands of a script that starts in `folder` with these variables, in the order of the text.

    `cd` and `export` count for what follows; what is in parentheses keeps them for itself. Variables are put in where they are known, else
    `UNKNOWN` is.
    """
    known = dict(variables)
    saved: list[str | None] = []
    for line, row in rows(_TEMPLATE.sub(UNKNOWN, text)):
        for end, words in _simple(_SUBSTITUTED.sub(UNKNOWN, row)):
            if end == "(":
                saved.append(folder)
            own, rest = _assigned([_put_in(word, known) for word in words])
            if not rest:
                known.update(own)
            elif rest[0] == "export":
                known.update(_assigned(rest[1:])[0])
            elif rest[0] in {"cd", "pushd"}:
                folder = _moved(folder, rest[1:])
            elif rest[0].rpartition("/")[2] in {"bash", "sh"} and "-c" in rest[1:-1] and depth < _DEPTH:
                yield from commands(rest[rest.index("-c") + 1], folder, {**known, **own}, depth + 1)
            else:
                yield Command(tuple(rest), folder, {**known, **own}, line)
            if end == ")" and saved:
                folder = saved.pop()


def rows(text: str) -> Iterator[tuple[int, str]]:
    """The lines, those that end in a backslash joined, each with the number of its first."""
    held, first = "", 0
    for number, line in enumerate(text.splitlines()):
        if not held:
            first = number
        held += line
        if held.rstrip().endswith("\\"):
            held = held.rstrip()[:-1] + " "
            continue
        yield first, held
        held = ""
    if held:
        yield first, held


def _simple(row: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a line, each with what ends it."""
    reader = shlex.shlex(row, posix=True, punctuation_chars="();&|<>")
    reader.whitespace_split = True
    try:
        tokens = list(reader)
    except ValueError:  # a quote that ends in another line
        tokens = row.split()
    words: list[str] = []
    skip = False
    for token in (part for written in tokens for part in _parts(written)):
        if token in _ENDS:
            yield token, words
            words = []
        elif set(token) <= set("<>&") and token:
            skip = True  # what follows is a file
        elif skip:
            skip = False
        elif words or token not in _WORDS_BEFORE:
            words.append(token)
    yield "", words


def _parts(token: str) -> list[str]:
    """The token, or the operators that are written without a space between them."""
    return _OPERATORS.findall(token) if token and set(token) <= set("();&|") else [token]


def _assigned(words: list[str]) -> tuple[dict[str, str], list[str]]:
    """The assignments before a command (with `env`, too), and the command."""
    found = {}
    for at, word in enumerate(words):
        pair = _ASSIGNMENT.fullmatch(word)
        if pair:
            found[pair[1]] = pair[2]
        elif word != "env":
            return found, words[at:]
    return found, []


def _put_in(word: str, variables: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        name, otherwise = found[1] or found[3], found[2]
        if name in {"@", "*"}:
            return ""
        return variables.get(name or "", otherwise if otherwise is not None else UNKNOWN)

    return _VARIABLE.sub(value, word)


def _moved(folder: str | None, words: list[str]) -> str | None:
    places = [word for word in words if not word.startswith("-")]
    if folder is None or not places or UNKNOWN in places[0] or places[0].startswith(("/", "~")):
        return None
    return join(folder, places[0])
