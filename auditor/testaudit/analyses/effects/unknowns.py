"""Which names that no table has matter: those of libraries that may be there to reach something outside."""

from __future__ import annotations

import re
import sys

from testaudit.knowledge import Knowledge

_REACHING = re.compile(
    r"client|connect|conn$|session|request|http|sdk|api$|send|fetch|download|upload|publish|subscribe|consum|produc|broker|server|service|remote|"
    r"engine|database|(?:^|_)db|query|execut|cursor|driver|browser|socket|transport|tunnel|channel|stub|gateway|process|spawn|daemon|shell|"
    r"storage|bucket|blob|cloud|mail|queue|cache|cluster|container|docker|kube|ssh|ftp|rpc",
    re.IGNORECASE,
)
"""Words in the names of what talks to something outside the process: most libraries that no table has are parsers, formats and types, and
make no test uncertain."""


def may_reach_out(dotted: str, knowledge: Knowledge) -> bool:
    """Whether a name is one of a library of which nothing at all is known, and says that it may talk to something outside."""
    top, _, rest = dotted.partition(".")
    if not top or knowledge.is_known_library(top) or top in sys.stdlib_module_names:
        return False
    return _REACHING.search(rest or top) is not None
