"""Which database Django's settings name: ORM calls do not say where they go."""

from __future__ import annotations

import re

from testaudit.link.linked import Linked
from testaudit.model import Test
from testaudit.read.facts import Module

_ENGINE = re.compile(rb"['\"](?:[\w.]+\.)?db\.backends\.(\w+)|['\"](\w+)://")
"""The engine in a setting, or the scheme of a URL that such a setting is made from."""
_EMBEDDED = frozenset({b"sqlite3", b"sqlite", b"spatialite", b"sqlitegis"})
_SERVERS = frozenset(
    {b"postgresql", b"postgresql_psycopg2", b"postgres", b"postgis", b"mysql", b"mariadb", b"oracle", b"cockroachdb", b"mssql"}
)
_DEPTH = 3


class DjangoSettings:
    """Reads settings modules, each once."""

    def __init__(self, context: Linked) -> None:
        self._context = context
        self._names = context.names
        self._known: dict[Module, bool] = {}

    def is_server(self, test: Test) -> bool:
        """Whether all that the settings of a test's session say of databases is about servers."""
        named = test.session.settings.django_settings_module
        path = self._context.workspace.find(named, test.path) if named is not None else None
        module = self._context.workspace.module(path) if path is not None else None
        if module is None:
            return False
        if module not in self._known:
            said = self._said(module, _DEPTH)
            self._known[module] = bool(said & _SERVERS) and not said & _EMBEDDED
        return self._known[module]

    def _said(self, module: Module, depth: int) -> frozenset[bytes]:
        """The engines that a settings module names; where it names none, those of the first-party modules that it imports."""
        found = frozenset(word for match in _ENGINE.finditer(module.source) for word in match.groups() if word) & (_EMBEDDED | _SERVERS)
        if found or not depth:
            return found
        imported = dict.fromkeys(other for one in module.imports for other in self._names.named_by(one, module))
        return frozenset(word for other in imported for word in self._said(other, depth - 1))
