"""Whether a fixture that nothing is seen to define may come from a plugin that could not be read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from testaudit.discover.installed import installed_plugins, plugin_sources
from testaudit.discover.session import Environment, Session
from testaudit.knowledge import Knowledge


@dataclass(slots=True, eq=False)
class UnreadPlugins:
    """What is not known of the sessions' plugins."""

    knowledge: Knowledge
    _unknown: dict[str, str | None] = field(default_factory=dict)
    _mentioned: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def reason(self, session: Session, name: str) -> str:
        """Why a plugin of this session may define `name`; empty where none can."""
        environment = session.environment
        if environment.exact:
            plugin = self._installed(environment, name)
            return f"the installed plugin `{plugin}` mentions `{name}`" if plugin is not None else ""
        if name.replace("_", "-") in environment.distributions:
            return f"`{name}` is the name of a library that is asked for"
        plugin = self._declared(session)
        return f"the plugin `{plugin}` is asked for and cannot be read" if plugin is not None else ""

    def overridden(self, session: Session, names: Sequence[str]) -> str:
        """Why a plugin may have a definition of one of these names, which the one that is seen overrides. A fixture that asks for its own
        name is written over another: only an installed environment can say that there is none."""
        if len(names) == 1 and session.environment.distributions and not session.environment.exact:
            return "it may override a fixture of a library"
        return next((reason for name in names if (reason := self.reason(session, name))), "")

    def _declared(self, session: Session) -> str | None:
        """The first distribution that is named like a plugin and that nothing is known of."""
        if session.id not in self._unknown:
            unknown = (name for name in session.plugins if "pytest" in name and self.knowledge.plugin(name) is None)
            self._unknown[session.id] = next(unknown, None)
        return self._unknown[session.id]

    def _installed(self, environment: Environment, name: str) -> str | None:
        """The first installed plugin whose source has a function or a string of this name."""
        key = (environment.site_packages or "", name)
        if key not in self._mentioned:
            mention = re.compile(rb"(?:def\s+|[\"'])" + re.escape(name.encode()) + rb"(?:\s*[(\[]|[\"'])")
            found = (name for name, module in installed_plugins(environment) if _has(environment, module, mention))
            self._mentioned[key] = next(found, None)
        return self._mentioned[key]


def _has(environment: Environment, module: str, mention: re.Pattern[bytes]) -> bool:
    for path in plugin_sources(environment, module):
        try:
            if mention.search(path.read_bytes()):
                return True
        except OSError:
            continue
    return False
