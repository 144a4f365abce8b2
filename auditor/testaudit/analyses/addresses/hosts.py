"""The fixed hosts that calls go to: constants in the source that name another machine."""

from __future__ import annotations

import re

from testaudit.analyses.addresses.addresses import making
from testaudit.analyses.addresses.leads import Lead, leads
from testaudit.analyses.operands import operand
from testaudit.knowledge import Symbol
from testaudit.link.frames import Frame, Thing
from testaudit.link.linked import Linked
from testaudit.read.facts import Call

REACHING = frozenset({"http", "socket", "database-server", "cache", "queue", "cloud", "mail"})
"""The effects that go to a host."""

_SERVES = frozenset({"server", "port"})
_DEPTH = 6
_URL = re.compile(r"^[a-z][a-z0-9+.-]*:/+(?:[^/@?#]*@)?(\[[^\]]*\]|[^/:?#,\s]+)", re.IGNORECASE)
_PAIR = re.compile(r"(?:^|[\s;])(?:host|hostname|hostaddr|server|data source)\s*=\s*([^\s;,]+)", re.IGNORECASE)
_NAME = re.compile(r"^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z]{2,}$", re.IGNORECASE)
_ADDRESS = re.compile(r"^\d+(?:\.\d+){3}$")
_NOT_FIXED = re.compile(
    r"^(?:0|10|127|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.168|192\.0\.[02]|198\.51\.100|203\.0\.113|198\.1[89]|2[2-5]\d)\."
)
"""Addresses that are this machine's, some other one's in every network (containers have such), or nobody's (RFC 1918, 5735, 6890)."""
_RESERVED = re.compile(
    r"(?:^|\.)(?:localhost|localdomain|local|test|example|invalid|onion|arpa|example\.(?:com|net|org|edu)|docker\.internal|testserver)$"
)
"""Names that are this machine's or no machine's: RFC 2606 and 6761, mDNS and Kubernetes (`.local`), Docker's host."""
_PLACEHOLDER = re.compile(
    r"^(?:.*(?:fake|dummy|mock|invalid|bogus|nonexist|non-exist|notexist|not-exist|doesnt|doesnot|does-not|not-real|notreal|unreachable|placeholder).*"
    r"|(?:my|your|some|any|the)[-_]?(?:domain|host|server|site|url|website|service|endpoint)"
    r"|test|tests|testing|foo|bar|baz|qux|foobar|spam|eggs|hello|bad|abc|xyz|xxx+|a+|b+|domain|host|hostname|server|site|website|url|somewhere|whatever|..?)\d*$"
)
"""What stands before the top level in names that mean any host at all."""


def fixed_host(effect: str, symbol: Symbol, thing: Thing, call: Call, frame: Frame, context: Linked) -> str | None:
    """The other machine that one call of a library's symbol goes to, where the source fixes it: in the call's own address, or in that of
    the call that made its receiver. None where it is this machine's, no machine's, not fixed, or not known."""
    if effect not in REACHING or symbol.opens in _SERVES:
        return None
    values = context.values
    holder: Symbol | None = symbol
    for level in range(_DEPTH):
        given = operand(holder.address, call, None) if holder is not None else None
        if given is not None:
            hosts = [_host(lead, url=effect == "http" and not level and not symbol.class_) for lead in leads(given[0], frame, values)]
            if any(host is None for host in hosts) or not hosts:
                return None
            if any(hosts):
                return hosts[0] if all(host and is_elsewhere(host) for host in hosts) else None
        made = making(thing)
        if made is None or made == (call, frame):
            return None
        call, frame = made
        callee = values.callee(call, frame)
        holder = next((s for name in callee.externals if (s := values.knowledge.symbol(name)) is not None), None)
        thing = next(iter(callee.things), thing)
    return None


def is_elsewhere(host: str) -> bool:
    """Whether a host's name or address can be that of another machine, the same one from wherever it is called."""
    host = host.lower().rstrip(".")
    if _ADDRESS.match(host):
        return _NOT_FIXED.match(host) is None
    return _NAME.match(host) is not None and _RESERVED.search(host) is None and _PLACEHOLDER.match(host.split(".")[-2]) is None


def _host(lead: Lead, *, url: bool) -> str | None:
    """The host that a text names; an empty string where it names none (a path), None where what is known of the text does not say."""
    found = _URL.match(lead.text)
    if found is not None:
        return found[1] if lead.whole or found.end() < len(lead.text) else None
    if not lead.whole:
        return "" if lead.text.startswith("/") else None
    if url or not lead.text or lead.text.startswith(("/", "?", ".")):
        return ""
    pair = _PAIR.search(lead.text)
    return pair[1] if pair is not None else lead.text.rpartition(":")[0] if lead.text.count(":") == 1 else lead.text
