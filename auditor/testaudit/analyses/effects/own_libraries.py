"""What the tables say of functions of the audited code itself: a client library's own tests call what they know by its public name."""

from __future__ import annotations

from testaudit.knowledge import Knowledge, Symbol
from testaudit.read.facts import Class, Function

_INSIDE = frozenset(
    {"database", "filesystem", "temporary-files", "environment", "clock", "sleep", "random", "thread", "subprocess", "web-app"}
)
"""What happens in this process or by the operating system's own calls: the library's source shows it, or shows that it does not happen (a
database in memory). A client's way to its server is longer than what is believed of conditions."""


def known_symbol(function: Function, written: str, receiver: Class | None, knowledge: Knowledge) -> Symbol | None:
    """The entry with an effect for a first-party function or method (of an object of `receiver`), by any name that it could be imported by:
    the package's, or that of any package below it down to its module, and the name `written` at the call, which may be an alias. Entries
    that stand for many names at once say too little of one: in google-cloud-bigquery's own suite they made 746 tests with doubles
    integration tests."""
    parts = function.module.path.removesuffix(".py").removesuffix("/__init__").split("/")
    start = next((index for index, part in enumerate(parts) if knowledge.is_known_library(part)), None)
    if start is None or function.name.startswith("__"):
        return None
    owner = function.parent
    if isinstance(owner, Class):
        owners = [receiver.name, owner.name] if receiver is not None else [owner.name]
        names = [f"{cls}.{function.name}" for cls in dict.fromkeys(owners)]
    elif owner is None:
        names = list(dict.fromkeys((function.name, written)))
    else:
        return None
    for end in range(start + 1, len(parts) + 1):
        for name in names:
            dotted = f"{'.'.join(parts[start:end])}.{name}"
            symbol = knowledge.symbol(dotted)
            if (
                symbol is not None
                and symbol.effect is not None
                and symbol.effect not in _INSIDE
                and not (knowledge.entry_name(dotted) or "*").endswith("*")
            ):
                return symbol
    return None
