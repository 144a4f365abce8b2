"""The tools that read the code for one session, set for its interpreter and platform."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping

from testaudit.discover.session import Session
from testaudit.link.names import Names
from testaudit.runners.attributes import Attributes
from testaudit.runners.conditions import Conditions
from testaudit.runners.decorators import Decorators
from testaudit.runners.values import Values


def attributes_of(session: Session, names: Names, own: Mapping[str, str]) -> Attributes:
    """Namespaces as the session's interpreter leaves them; without one, as the running one would. `own` are definitions of audited code that
    are to be known by the name of the interface that they implement (a runner's own repository)."""
    values = Values(names, own)
    python = numbers(session.python) or tuple(sys.version_info[:2])
    return Attributes(values, Decorators(values), Conditions(values, python, session.platform or "linux"))


def numbers(version: str | None) -> tuple[int, ...]:
    """The first three numbers of a version."""
    return tuple(int(n) for n in re.findall(r"\d+", version or "")[:3])
