"""Questions to the knowledge: what a dotted name, a member of a type, a fixture or a marker is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from testaudit.knowledge.naming import is_capitalised
from testaudit.knowledge.schema import LibraryFixture, Marker, Plugin, Symbol
from testaudit.knowledge.store import Part, Store

Roles = dict[str, Any]
Plugins = Collection[str] | Mapping[str, str | None]
"""Distributions of plugins in the order in which they were registered; a mapping gives their versions, None where unknown: the newest
is assumed then."""


class Knowledge:
    """What is known of libraries. Answers are kept: the same question gives the same object."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._parts: dict[str, Part | None] = {}
        self._symbols: dict[str, Symbol | None] = {}
        self._entries: dict[str, str | None] = {}
        self._classes: dict[str, tuple[str, ...]] = {}
        self._fixtures: dict[tuple[str, str, str | None], LibraryFixture | None] = {}
        self._words: dict[str, frozenset[str]] = {}
        self._having: dict[str, frozenset[str]] = {}
        self._families: dict[str, tuple[tuple[Sequence[str], str], ...]] = {}

    # ---------------------------------------------------------------------------------------------------------------- symbols

    def symbol(self, dotted: str) -> Symbol | None:
        """What is known of a dotted name, through aliases, base classes and wildcards; None where nothing is."""
        if dotted not in self._symbols:
            name = self.canonical(dotted)
            found = self._find(name)
            self._symbols[dotted] = None if found is None else _symbol(name, found[1], exact=found[0] == name)
        return self._symbols[dotted]

    def member(self, type_name: str, attribute: str) -> Symbol | None:
        """What is known of an attribute of a type's instances (or of the class), looked up through its bases."""
        return self.symbol(f"{type_name}.{attribute}")

    def canonical(self, dotted: str) -> str:
        """The name under which the tables know it: re-exports and internal paths resolved, longest prefix first."""
        for _ in range(8):
            part = self._part(dotted.split(".", 1)[0])
            if part is None:
                return self._by_pattern(dotted)
            prefix = dotted
            while prefix not in part["symbols"] and prefix not in part["aliases"]:
                prefix = prefix.rpartition(".")[0]
                if not prefix:
                    return dotted
            if prefix in part["symbols"]:
                return dotted
            dotted = str(part["aliases"][prefix]) + dotted[len(prefix) :]
        return dotted

    def _by_pattern(self, dotted: str) -> str:
        """What a name of a family of packages stands for (`mypy_boto3_s3.S3Client.list_buckets`), by the aliases with a `*`."""
        words = dotted.split(".")
        for pattern, target in self._patterns(words[0]):
            if len(words) >= len(pattern) and all(map(fnmatchcase, words, pattern)):
                return ".".join((target, *words[len(pattern) :]))
        return dotted

    def _patterns(self, top_level: str) -> tuple[tuple[Sequence[str], str], ...]:
        """The aliases with a `*` for a package that has no entries of its own: the words that must fit, and what they stand for."""
        if top_level not in self._families:
            patterns: Mapping[str, Any] = (self._part("@aliases") or {}).get("patterns", {})
            found = ((name.split("."), str(target)) for name, target in patterns.items())
            self._families[top_level] = tuple((words, target) for words, target in found if fnmatchcase(top_level, words[0]))
        return self._families[top_level]

    def ancestors(self, type_name: str) -> tuple[str, ...]:
        """A type and all that it inherits from, by canonical names, nearest first."""
        name = self.canonical(type_name)
        if name not in self._classes:
            self._classes[name] = (name,)  # a cycle in the tables ends here
            part = self._part(name.split(".", 1)[0])
            roles: Any = part["symbols"].get(name, {}) if part else {}
            inherited = dict.fromkeys(ancestor for base in roles.get("bases", ()) for ancestor in self.ancestors(base))
            self._classes[name] = (name, *(ancestor for ancestor in inherited if ancestor != name))
        return self._classes[name]

    def words(self, role: str) -> frozenset[str]:
        """The last words of all names that play a role (`opens`, `starts` …): code in which none of them occurs does not use that role."""
        if role not in self._words:
            part = self._store.part("@words") or {}
            self._words[role] = frozenset(part.get(role, {}))
        return self._words[role]

    def entries(self, top_level: str) -> Mapping[str, Any]:
        """All that the tables say below a top-level package, as they have it (see `Part`)."""
        own = self._part(top_level)
        if own is None and (patterns := self._patterns(top_level)):
            return self.entries(patterns[0][1].partition(".")[0])
        return own or {}

    def is_a(self, type_name: str, base: str) -> bool:
        """Whether a type is known to be another one or to inherit from it."""
        return self.canonical(base) in self.ancestors(type_name)

    def is_known_library(self, top_level: str) -> bool:
        """Whether the tables say anything about a top-level package, so that what they do not list there has no known effect."""
        return self._part(top_level) is not None or bool(self._patterns(top_level))

    def entry_name(self, dotted: str) -> str | None:
        """The table entry that decides about a name: itself, a base class's member or a wildcard (`boto3.*`)."""
        if dotted not in self._entries:
            found = self._find(self.canonical(dotted))
            self._entries[dotted] = None if found is None else found[0]
        return self._entries[dotted]

    def _find(self, name: str, seen: tuple[str, ...] = ()) -> tuple[str, Roles] | None:
        """The entry for a canonical name: listed, of its variable's type, inherited, or a wildcard (`_distance`)."""
        part = self._part(name.split(".", 1)[0])
        if part is None:
            return None
        roles: Any = part["symbols"].get(name)
        if roles is not None:
            return name, roles
        owner, _, attribute = name.rpartition(".")
        variable = self._find(owner, (*seen, name)) if owner and owner not in seen else None
        if variable is not None and "type" in variable[1] and len(seen) < 8:
            of_type = owner.rpartition(".")[0] if variable[1]["type"] == "self" else variable[1]["type"]
            return self._find(self.canonical(f"{of_type}.{attribute}"), (*seen, owner))
        candidates = []
        wildcard = max((prefix for prefix in part["wildcards"] if name.startswith(prefix)), key=len, default=None)
        if wildcard is not None:
            generic: Any = part["wildcards"][wildcard]
            candidates.append((f"{wildcard}*", generic))
        if owner and len(seen) < 8:
            inherited = (self._find(f"{base}.{attribute}", (*seen, name)) for base in self.ancestors(owner)[1:])
            candidates += [entry for entry in inherited if entry is not None]
        return min(candidates, key=lambda entry: self._distance(entry[0], owner), default=None)

    def _distance(self, entry_name: str, owner: str) -> int:
        """How far an entry is from a type: its own `assert*`, what it inherits, its own `*`, that of a base, that of a library."""
        place = entry_name.rpartition(".")[0]
        everything = entry_name.endswith(".*")
        if place == owner:
            return 2 if everything else 0
        if not everything:
            return 1
        return 3 if place in self.ancestors(owner) else 4

    def _part(self, key: str) -> Part | None:
        if key not in self._parts:
            self._parts[key] = self._store.part(key)
        return self._parts[key]

    # ------------------------------------------------------------------------------------------------------ fixtures and markers

    def fixture(self, name: str, plugins: Plugins) -> LibraryFixture | None:
        """The fixture that the last registered of these plugins gives under a name; pytest's own where none of them does."""
        having = self.plugins_having(name)
        if not having:  # nearly every name that is asked for is a repository's own
            return None
        for plugin in (*(p for p in reversed(list(plugins)) if p in having), *(("pytest",) if "pytest" in having else ())):
            found = self._fixture(name, plugin, plugins)
            if found is not None:
                return found
        return None

    def plugins_having(self, fixture: str) -> frozenset[str]:
        """The plugins of which some version has a fixture of this name."""
        if not self._having:
            having: dict[str, set[str]] = {}
            for plugin, fixtures in (self._part("@fixtures") or {}).items():
                for name in fixtures:
                    having.setdefault(name, set()).add(plugin)
            self._having = {name: frozenset(plugins) for name, plugins in having.items()}
        return self._having.get(fixture, frozenset())

    def fixtures_of(self, plugin: str, version: str | None = None) -> tuple[LibraryFixture, ...]:
        """All fixtures of a plugin's version, by name."""
        part = self._part("@fixtures") or {}
        found = (self._fixture(name, plugin, {plugin: version}) for name in sorted(part.get(plugin, {})))
        return tuple(fixture for fixture in found if fixture is not None)

    def _fixture(self, name: str, plugin: str, plugins: Plugins) -> LibraryFixture | None:
        version = plugins.get(plugin) if isinstance(plugins, Mapping) else None
        key = (name, plugin, version)
        if key not in self._fixtures:
            part: Any = self._part("@fixtures") or {}
            variants = part.get(plugin, {}).get(name, ())
            found = next((roles for roles in variants if _holds(roles, version)), None)
            self._fixtures[key] = None if found is None else LibraryFixture(name, plugin, **_tuples(found))
        return self._fixtures[key]

    def marker(self, name: str, plugins: Plugins | None = None) -> Marker | None:
        """A marker by name, of the last of these plugins that has it (of any plugin without `plugins`)."""
        part: Any = self._part("@markers") or {}
        for plugin in reversed([*sorted(part), "pytest"] if plugins is None else ["pytest", *plugins]):
            version = plugins.get(plugin) if isinstance(plugins, Mapping) else None
            for roles in part.get(plugin, {}).get(name, ()):
                if _holds(roles, version):
                    return Marker(name, plugin, **_tuples(roles))
        return None

    def markers_of(self, plugin: str, version: str | None = None) -> tuple[Marker, ...]:
        """All markers of a plugin's version, by name."""
        names = sorted((self._part("@markers") or {}).get(plugin, {}))
        found = (self.marker(name, {plugin: version}) for name in names)
        return tuple(marker for marker in found if marker is not None and marker.plugin == plugin)

    def plugin(self, name: str) -> Plugin | None:
        """A plugin by its distribution's name, the name of one of its entry points, or a module (`-p NAME`, `pytest_plugins`)."""
        part: Any = self._part("@plugins") or {}
        for distribution, roles in part.items():
            modules = roles.get("modules", {})
            if name == distribution or name in modules or name in modules.values():
                return Plugin(distribution, tuple(sorted(modules.items())), roles.get("opt_in", False), roles.get("awaits", ""))
        return None

    def service(self, host: str) -> str | None:
        """Whose public service a host is: that of the host itself or of a domain above it. None for all others."""
        names: Any = (self._part("@hosts") or {}).get("names", {})
        labels = host.lower().rstrip(".").split(".")
        return next((names[name] for at in range(len(labels)) if (name := ".".join(labels[at:])) in names), None)

    def plugins(self) -> tuple[str, ...]:
        """The distributions of all plugins that are known, sorted."""
        return tuple(sorted((self._part("@plugins") or {}).keys()))


def _symbol(name: str, roles: Roles, *, exact: bool) -> Symbol:
    values = _tuples(roles)
    owner, _, last = name.rpartition(".")
    if not exact and is_capitalised(last) and not last.isupper() and "returns" not in values:
        values["class_"] = True
    if values.get("class_") and "returns" not in values:
        values["returns"] = name
    for role in ("returns", "yields", "type"):
        if values.get(role) == "self":
            values[role] = name if values.get("class_") else owner
    return Symbol(name, **values)


def _tuples(roles: Roles) -> Roles:
    return {role: tuple(value) if isinstance(value, list) else value for role, value in roles.items()}


def _holds(roles: Roles, version: str | None) -> bool:
    """Whether an entry is about this version; without one, about the newest."""
    if version is None:
        return "until" not in roles
    since, until = roles.get("since"), roles.get("until")
    return (since is None or _numbers(version) >= _numbers(since)) and (until is None or _numbers(version) < _numbers(until))


def _numbers(version: str) -> tuple[int, ...]:
    """A version's leading numbers without trailing zeros, so that 1.0 and 1.0.0 are one; what is not a number ends it."""
    numbers: list[int] = []
    for word in version.split("."):
        digits = "".join(c for c in word if c.isdigit()) if word[:1].isdigit() else ""
        if not digits:
            break
        numbers.append(int(digits))
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
