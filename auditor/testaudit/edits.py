"""The fixes that several rules share, built from places and source text alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from testaudit.findings import AddImport, AddParameter, Edit, ExtractLocal, Fix, InsertAfter, InsertBefore, Share
from testaudit.model import Place

_EMAIL_LITERAL = re.compile(r"""[rRuU]?(?P<quote>"{3}|'{3}|"|')(?P<local>[\w.%+-]+)@(?P<domain>[A-Za-z0-9.-]+)(?P=quote)""", re.ASCII)
_LONGEST_LOCAL_PART = 64
"""Octets before the `@` (RFC 5321, section 4.5.3.1.1)."""
_UNIQUE = "-{uuid4().hex}"
_UNIQUE_LENGTH = 33

Registers = Literal["addCleanup", "addClassCleanup", "addfinalizer"]


def unique_email(places: Sequence[Place], literal: str) -> Fix | None:
    """The fix that makes one literal address new at each call of the function which holds all `places`.

    `places` are all the places of this address in one test or fixture (what is created is often looked up later), `literal` the source text
    of one of them, quotes included. None where the text is more than a plain address, or would become longer than mail allows.
    """
    match = _EMAIL_LITERAL.fullmatch(literal)
    if match is None or len(match["local"]) + _UNIQUE_LENGTH > _LONGEST_LOCAL_PART:
        return None
    quote = match["quote"]
    new = f"f{quote}{match['local']}{_UNIQUE}@{match['domain']}{quote}"
    edits = (AddImport(places[0].path, "uuid", "uuid4"), Share(tuple(places), "email", new))
    return Fix("make the address new for each test", edits, safety="unsafe")


def stop_patcher(
    started: Place,
    patcher: str | Place,
    cleanup: tuple[str, Registers],
    *,
    function: Place | None = None,
    leaves: bool = False,
) -> Fix:
    """The fix that has a started patcher stopped by the runner.

    `started` is the place of the call `….start()`. `patcher` is what is started: its source text where that is a name which lasts
    (`self.patcher`, `patcher`), else the place of the expression that makes it (`patch("x")`), which then gets a name. `cleanup` is who
    registers, and how: `("self", "addCleanup")`, `("cls", "addClassCleanup")`, `("request", "addfinalizer")`; the last wants `function`,
    the place of the function, which gets the parameter. `leaves` says that the statement leaves the function (`return patch("x").start()`),
    so that the stop is registered before: stopping a patcher that never started does nothing.
    """
    owner, register = cleanup
    name = patcher if isinstance(patcher, str) else "patcher"
    insert = InsertBefore if leaves else InsertAfter
    edits: list[Edit] = [] if isinstance(patcher, str) else [ExtractLocal(patcher, name)]
    edits.append(insert(started, f"{owner}.{register}({name}.stop)"))
    if function is not None:
        edits.append(AddParameter(function, owner))
    return Fix("stop the patcher when the test is over", tuple(edits))
