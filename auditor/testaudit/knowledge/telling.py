"""The words by which code that uses a library could touch, double or open something: code without any of them does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from testaudit.knowledge.lookup import Knowledge
from testaudit.records import dataclass

ROLES = frozenset(
    {
        "effect",
        "address",
        "opens",
        "starts",
        "doubles",
        "cuts",
        "makes_double",
        "request",
        "handler",
        "route",
        "loads",
        "chooses",
        "through",
    }
)
"""The roles for whose sake code is looked at. What a symbol calls or enters it is given, so that this is to be seen where it comes from."""
_TYPES = ("returns", "yields", "type")


@dataclass(slots=True, eq=False)
class Telling:
    """The words of some libraries, those that lead to another library's objects among them. `stems` are beginnings of words, `owners` the
    modules and types of which any member tells, or what syntax does with them (`with`, a subscript, a call)."""

    libraries: frozenset[str]
    words: frozenset[str]
    stems: tuple[str, ...]
    owners: frozenset[str]

    def tells(self, name: str) -> bool:
        """Whether the dotted name of a library's symbol is itself, or lies in, what tells."""
        last = name.rpartition(".")[2]
        return last in self.words or last.startswith(self.stems) or any(name == o or name.startswith(f"{o}.") for o in self.owners)


class Tellings:
    """Finds the words; each set of libraries is looked at once."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._answers: dict[frozenset[str], Telling] = {}

    def of(self, libraries: frozenset[str]) -> Telling:
        """What tells of code that gets at these top-level packages; those that no table has tell nothing."""
        known = frozenset(filter(self._knowledge.is_known_library, libraries))
        if known not in self._answers:
            self._answers[known] = self._found(known)
        return self._answers[known]

    def _found(self, libraries: frozenset[str]) -> Telling:
        symbols: dict[str, dict[str, Any]] = {}
        aliases: dict[str, str] = {}
        words: set[str] = set()
        stems: set[str] = set()
        owners: set[str] = set()
        for library in libraries:
            part = self._knowledge.entries(library)
            symbols.update(part.get("symbols", {}))
            aliases.update(part.get("aliases", {}))
            for prefix, roles in part.get("wildcards", {}).items():
                if not ROLES.isdisjoint(roles):
                    owner, _, stem = prefix.rpartition(".")
                    (stems if stem else owners).add(stem or owner)
        for name, roles in symbols.items():
            owner, _, last = name.rpartition(".")
            if not ROLES.isdisjoint(roles) or not all(_library(given) in libraries for given in self._given(roles)):
                words.add(last)
                if last.startswith("__"):
                    owners.add(owner)
            if not all(_library(self._knowledge.canonical(base)) in libraries for base in roles.get("bases", ())):
                owners.add(name)
        while heirs := {n for n, roles in symbols.items() if n not in owners and not owners.isdisjoint(roles.get("bases", ()))}:
            owners |= heirs
        words.update(owner.rpartition(".")[2] for owner in owners)
        words.update(n.rpartition(".")[2] for n, roles in symbols.items() if not owners.isdisjoint(self._given(roles)))
        words.update(a.rpartition(".")[2] for a, n in aliases.items() if n.rpartition(".")[2] in words or _library(n) not in libraries)
        return Telling(libraries, frozenset(words), tuple(sorted(stems)), frozenset(owners))

    def _given(self, roles: Mapping[str, Any]) -> Iterator[str]:
        """The types of what a symbol gives; its own, and what it is given itself, left out."""
        for role in _TYPES:
            given = roles.get(role)
            if isinstance(given, str) and given != "self" and not given.startswith("="):
                yield self._knowledge.canonical(given)


def _library(dotted: str) -> str:
    return dotted.partition(".")[0]
