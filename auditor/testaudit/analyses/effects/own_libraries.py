"""What the tables say of functions of the audited code itself: a client library's own tests call what they know by its public name."""

from __future__ import annotations

from testaudit.knowledge import Knowledge, Symbol
from testaudit.link.public_names import public_names
from testaudit.read.facts import Class, Function

INSIDE = frozenset(
    {"database", "filesystem", "temporary-files", "environment", "clock", "sleep", "random", "thread", "subprocess", "web-app"}
)
"""What happens in this process or by the operating system's own calls: the library's source shows it, or shows that it does not happen (a
database in memory). A client's way to its server is longer than what is believed of conditions."""


def known_symbol(function: Function, written: str, receiver: Class | None, knowledge: Knowledge) -> Symbol | None:
    """The entry with an effect for a first-party function or method (of an object of `receiver`), by any of its public names. Entries
    that stand for many names at once say too little of one: in google-cloud-bigquery's own suite they made 746 tests with doubles
    integration tests."""
    for dotted in public_names(function, written, receiver, knowledge):
        symbol = knowledge.symbol(dotted)
        if (
            symbol is not None
            and symbol.effect is not None
            and symbol.effect not in INSIDE
            and not (knowledge.entry_name(dotted) or "*").endswith("*")
        ):
            return symbol
    return None
