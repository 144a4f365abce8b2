"""The tools that read the code for one session, set for its interpreter and platform."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from functools import partial

from testaudit.discover.modules import has_module
from testaudit.discover.session import Session
from testaudit.link.names import Names
from testaudit.runners.attributes import Attributes
from testaudit.runners.conditions import Conditions
from testaudit.runners.decorators import Decorators
from testaudit.runners.environment import Environment
from testaudit.runners.values import Values


def attributes_of(session: Session, names: Names, own: Mapping[str, str]) -> Attributes:
    """Namespaces as the session's interpreter leaves them; without one, as the running one would. `own` are definitions in audited code
    that are to be known by the name of the interface that they implement (a runner's own repository)."""
    values = Values(names, own)
    python = (*numbers(session.python), 99)[:3] if session.python else tuple(sys.version_info[:3])
    environment = Environment(
        python,
        session.platform or "linux",
        variables=_variables(session),
        pytest=_pytest(session),
        has_module=partial(has_module, session.environment),
    )
    return Attributes(values, Decorators(values), Conditions(values, environment))


def _pytest(session: Session) -> str | None:
    return session.version if session.runner == "pytest" else None


def _variables(session: Session) -> Mapping[str, str]:
    """What pytest-env's setting gives: `NAME=value` by lines, with flags before a colon (`D:`, `R:`)."""
    rows = session.settings.raw.get("env")
    rows = rows.splitlines() if isinstance(rows, str) else rows
    pairs = (str(row).partition("=") for row in rows) if isinstance(rows, list) else ()
    return {name.rpartition(":")[2].strip(): value.strip() for name, equals, value in pairs if equals}


def numbers(version: str | None) -> tuple[int, ...]:
    """The first three numbers of a version."""
    return tuple(int(n) for n in re.findall(r"\d+", version or "")[:3])
