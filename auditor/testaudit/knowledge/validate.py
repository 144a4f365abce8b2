"""What may stand in a table: roles, their types, operands and vocabularies; every problem is found before anything is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields

from testaudit.errors import ConfigurationError
from testaudit.knowledge import schema
from testaudit.knowledge.schema import EFFECTS, LibraryFixture, Marker, Symbol
from testaudit.knowledge.source import Entry


class KnowledgeError(ConfigurationError):
    """The tables, or a user's own entries, cannot be used; carries every problem that was found."""


ROLES = {
    "symbols": {field.name.rstrip("_"): str(field.type) for field in fields(Symbol) if field.name != "name"},
    "fixtures": {field.name: str(field.type) for field in fields(LibraryFixture) if field.name not in {"name", "plugin"}},
    "markers": {field.name: str(field.type) for field in fields(Marker) if field.name not in {"name", "plugin"}},
    "plugins": {"modules": "table", "opt_in": "bool", "awaits": "str"},
}

_OPERAND = re.compile(r"(?!all$)(?:self|result|\*|\*\*|\d+|[a-z_]\w*|\d+\|[a-z_]\w*)")
_EXTRA_FORMS = {
    "doubles": re.compile(r"\d+\.\d+"),
    "covers": re.compile(r"self\.\d+"),
    "calls": re.compile(r"self\.\d+"),
    "ends": re.compile("all"),
}
_OPERANDS = frozenset(
    {
        *("address", "timeout", "ends", "finalizer", "enters", "mutates", "covers", "expects", "doubles", "calls", "data", "through"),
        *("request", "handler", "route", "chooses"),
    }
)
_TYPES = frozenset({"returns", "yields", "type", "bases"})
_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_VERSION = re.compile(r"\d+(\.\d+)*")

_VOCABULARY: dict[str, tuple[str, ...]] = {
    "effect": EFFECTS,
    "opens": schema.OPENS,
    "verifies": schema.VERIFIES,
    "persists": schema.PERSISTS,
    "transaction": schema.TRANSACTIONS,
    "scope": schema.SCOPES,
    "fixture": schema.SCOPES,
}


def messages(entry: Entry) -> Iterator[str]:
    """Everything that is wrong with one entry by itself."""
    where = f"{entry.kind} entry `{entry.name}`" if entry.name else f"`{'.'.join(entry.path)}`"
    if not entry.name:
        yield f"unknown section {where}: a table has symbols, aliases, fixtures, markers, plugins and hosts"
    elif entry.kind == "aliases":
        if not isinstance(entry.value, str) or not _DOTTED.fullmatch(entry.value):
            yield f"{where}: the target must be a dotted name"
    elif entry.kind == "hosts":
        if not isinstance(entry.value, str) or not entry.value:
            yield f"{where}: must say whose it is"
    else:
        for roles in entry.value if isinstance(entry.value, list) and entry.kind in {"fixtures", "markers"} else [entry.value]:
            if isinstance(roles, Mapping):
                yield from (f"{where}: {message}" for role, value in roles.items() for message in _role(entry.kind, role, value))
            else:
                yield f"{where}: must be a table of roles"


def _role(kind: str, role: str, value: object) -> Iterator[str]:
    expected = ROLES[kind].get(role)
    if expected is None:
        from difflib import get_close_matches  # 2 ms that only a mistake should cost

        near = get_close_matches(role, ROLES[kind], 1)
        yield f"unknown role `{role}`" + (f"; did you mean `{near[0]}`?" if near else "")
    elif not _has_type(value, expected):
        yield f"`{role}` must be {_IN_WORDS[expected]}, not {value!r}"
    elif isinstance(value, (str, list)):
        for word in [value] if isinstance(value, str) else value:
            yield from _word(role, word)


_IN_WORDS = {
    "bool": "true or false",
    "str": "a string",
    "str | None": "a string",
    "tuple[str, ...]": "a string or a list of strings",
    "table": "a table of strings",
}


def _has_type(value: object, expected: str) -> bool:
    if expected == "bool":
        return isinstance(value, bool)
    if expected == "table":
        return isinstance(value, Mapping) and all(isinstance(item, str) for item in value.values())
    if expected == "tuple[str, ...]" and isinstance(value, list):
        return all(isinstance(item, str) for item in value)
    return isinstance(value, str)


def _word(role: str, word: str) -> Iterator[str]:
    if role in _VOCABULARY:
        if word not in _VOCABULARY[role]:
            yield f"`{role}` is none of {', '.join(_VOCABULARY[role])}: {word!r}"
    elif role in _OPERANDS:
        if not _is_operand(role, word):
            yield f"`{role}` is no operand: {word!r}"
    elif role == "cuts":
        if word not in EFFECTS and not _DOTTED.fullmatch(word):
            yield f"`cuts` names neither an effect nor a dotted name: {word!r}"
    elif role == "changes":
        if word not in schema.PROCESS_STATE and not (_DOTTED.fullmatch(word) and "." in word):
            yield f"`changes` is neither a dotted variable nor one of {', '.join(schema.PROCESS_STATE)}: {word!r}"
    elif role in _TYPES:
        if not _DOTTED.fullmatch(word) and not (role == "returns" and word.startswith("=") and _OPERAND.fullmatch(word[1:])):
            yield f"`{role}` is no dotted type: {word!r}"
    elif role in {"since", "until"} and not _VERSION.fullmatch(word):
        yield f"`{role}` is no version: {word!r}"


def _is_operand(role: str, word: str) -> bool:
    return bool(_OPERAND.fullmatch(word) or (role in _EXTRA_FORMS and _EXTRA_FORMS[role].fullmatch(word)))


def dangling(entry: Entry, known: Callable[[str], bool]) -> Iterator[str]:
    """The names that an entry refers to and that no table knows."""
    where = f"{entry.kind} entry `{entry.name}`"
    if entry.kind == "aliases":
        if isinstance(entry.value, str) and not known(entry.value):
            yield f"{where}: an alias to nowhere, `{entry.value}`"
        return
    for roles in entry.value if isinstance(entry.value, list) else [entry.value]:
        if isinstance(roles, Mapping):
            for role in sorted(_TYPES & roles.keys()):
                for word in _words(roles[role]):
                    if word != "self" and not word.startswith("=") and not known(word):
                        yield f"{where}: `{role}` names the unknown type `{word}`"


def _words(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
